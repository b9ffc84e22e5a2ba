/**
 * Checks values from the wire against their schema and says what is wrong in the texts that clients of this protocol know (PROTOCOL
 * 1.3: JSON Schema wording): at most a few findings, each short, found without looking at more of the value than they need. zod has
 * the last word, but never sees a value in which something was found: it would report every fault of it, with its input.
 */
import type * as z from "zod";
import { plainText } from "../../../shared/errors.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";

/** What a refusal tells at most. */
const MAX_FINDINGS = 5;
/** The characters of all findings together. */
const MAX_TEXT_CHARS = 900;
/** Names of a client's making are cut to this many characters. */
const MAX_NAME_CHARS = 80;

/** The value as the schema makes it, or what is wrong with it. */
export type Checked<T> = { ok: true; value: T } | { ok: false; text: string };

/**
 * Findings are joined with "; ", each once: missing properties, unexpected ones, then wrong values, level by level. When there are
 * more than five, the text ends in "; …".
 */
export function checkWire<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const text = new Findings().textFor(schema, value);
  if (text !== undefined) return { ok: false, text };
  const parsed = schema.safeParse(value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, text: zodText(parsed.error) };
}

type Def = z.core.$ZodTypes["_zod"]["def"];

/** A value that has members; its own kind and length are right. */
interface Site {
  def: Def;
  value: object;
  pointer: string;
}

class Findings {
  #texts = new Set<string>();
  #isFull = false;

  textFor(schema: z.core.$ZodType, value: unknown): string | undefined {
    const root = this.#check(schema, value, "");
    for (let level = root === undefined ? [] : [root]; level.length > 0; ) level = this.#enter(level);
    if (this.#texts.size === 0) return undefined;
    const text = [...this.#texts].join("; ");
    const isLong = text.length > MAX_TEXT_CHARS;
    return this.#isFull || isLong ? `${text.slice(0, MAX_TEXT_CHARS)}; …` : text;
  }

  #add(pointer: string, text: string): void {
    const finding = pointer === "" ? text : `at ${pointer}: ${text}`;
    if (this.#texts.size < MAX_FINDINGS) this.#texts.add(finding);
    else if (!this.#texts.has(finding)) this.#isFull = true;
  }

  /** Finds what is wrong with the members of one level and returns those that have members themselves. */
  #enter(level: readonly Site[]): Site[] {
    for (const site of level) this.#findMissing(site);
    for (const site of level) this.#findUnexpected(site);
    const next: Site[] = [];
    for (const site of level) {
      for (const [name, schema, value] of membersOf(site)) {
        if (this.#isFull) return [];
        const inner = this.#check(schema, value, `${site.pointer}/${pointerPart(name)}`);
        if (inner !== undefined) next.push(inner);
      }
    }
    return next;
  }

  #findMissing({ def, value, pointer }: Site): void {
    if (def.type !== "object") return;
    for (const [name, schema] of Object.entries(def.shape)) {
      const isMissing = schema._zod.optin !== "optional" && memberOf(value, name) === undefined;
      if (isMissing) this.#add(pointer, `must have required property '${name}'`);
    }
  }

  #findUnexpected({ def, value, pointer }: Site): void {
    const at = pointer === "" ? "root" : pointer;
    const add = (name: string) => this.#add(at, `unexpected property '${plainText(name, MAX_NAME_CHARS)}'`);
    if (def.type === "object" && def.catchall?._zod.def.type === "never") {
      for (const name in value) {
        if (this.#isFull) return;
        if (!Object.hasOwn(def.shape, name)) add(name);
      }
    } else if (def.type === "record") {
      for (const name in value) {
        if (this.#isFull) return;
        if (!fitsKey(def.keyType, name)) add(name);
      }
    }
    // It means something to every object, and is nobody's name, also where other names do no harm.
    if (def.type !== "array" && Object.hasOwn(value, "__proto__")) add("__proto__");
  }

  /** Says what is wrong with the value itself, or returns it when it is right and has members. */
  #check(schema: z.core.$ZodType, value: unknown, pointer: string): Site | undefined {
    const def = defOf(schema);
    if (def.type === "optional")
      return value === undefined ? undefined : this.#check(def.innerType, value, pointer);
    if (def.type === "nullable") {
      const faults = value === null ? [] : faultsOf(defOf(def.innerType), value);
      for (const fault of orNull(faults)) this.#add(pointer, fault);
      return value === null || faults.length > 0 ? undefined : this.#check(def.innerType, value, pointer);
    }
    if (def.type === "union" && "discriminator" in def)
      return this.#checkChoice(
        { discriminator: String(def.discriminator), options: def.options },
        value,
        pointer,
      );
    const faults = faultsOf(def, value);
    for (const fault of faults) this.#add(pointer, fault);
    const hasMembers = def.type === "object" || def.type === "record" || def.type === "array";
    return faults.length === 0 && hasMembers && isObject(value) ? { def, value, pointer } : undefined;
  }

  /** One of several shapes, told apart by one of their properties. */
  #checkChoice(
    { discriminator, options }: { discriminator: string; options: readonly z.core.$ZodType[] },
    value: unknown,
    pointer: string,
  ): Site | undefined {
    if (!isRecord(value)) {
      this.#add(pointer, "must be object");
      return undefined;
    }
    const chosen = options.find((option) => {
      const shape = defOf(option);
      const literal = shape.type === "object" ? shape.shape[discriminator] : undefined;
      return literal !== undefined && faultsOf(defOf(literal), memberOf(value, discriminator)).length === 0;
    });
    if (chosen !== undefined) return this.#check(chosen, value, pointer);
    if (memberOf(value, discriminator) === undefined)
      this.#add(pointer, `must have required property '${discriminator}'`);
    else {
      this.#add(`${pointer}/${pointerPart(discriminator)}`, "must be equal to constant");
      this.#add(pointer, ANY_OF);
    }
    return undefined;
  }
}

/** What is wrong with a value, its members left aside. Kinds without a text of their own are left to zod. */
function faultsOf(def: Def, value: unknown): string[] {
  switch (def.type) {
    case "string":
      return typeof value === "string" ? lengthFaults(def, value.length, "characters") : ["must be string"];
    case "number":
      return numberFaults(def, value);
    case "boolean":
      return typeof value === "boolean" ? [] : ["must be boolean"];
    case "enum":
      return choiceFaults(Object.values(def.entries), value);
    case "literal":
      return choiceFaults(def.values, value);
    case "array":
      return Array.isArray(value) ? lengthFaults(def, value.length, "items") : ["must be array"];
    case "object":
    case "record":
      return isRecord(value) ? [] : ["must be object"];
    default:
      return [];
  }
}

function lengthFaults(def: Def, length: number, unit: "characters" | "items"): string[] {
  return checksOf(def).flatMap((check) => {
    if (check.check === "min_length" && length < check.minimum)
      return [`must NOT have fewer than ${check.minimum} ${unit}`];
    if (check.check === "max_length" && length > check.maximum)
      return [`must NOT have more than ${check.maximum} ${unit}`];
    return [];
  });
}

function numberFaults(def: Def, value: unknown): string[] {
  const isInteger = "format" in def || checksOf(def).some(({ check }) => check === "number_format");
  if (typeof value !== "number" || !Number.isFinite(value) || (isInteger && !Number.isInteger(value)))
    return [`must be ${isInteger ? "integer" : "number"}`];
  const bounds = checksOf(def).flatMap((check) => {
    const isBelow = check.check === "greater_than" && value < Number(check.value);
    const isAbove = check.check === "less_than" && value > Number(check.value);
    return isBelow || isAbove ? [`must be ${isBelow ? ">=" : "<="} ${check.value}`] : [];
  });
  if (bounds.length > 0 || !isInteger || Number.isSafeInteger(value)) return bounds;
  return [value > 0 ? `must be <= ${Number.MAX_SAFE_INTEGER}` : `must be >= ${Number.MIN_SAFE_INTEGER}`];
}

function choiceFaults(choices: readonly unknown[], value: unknown): string[] {
  if (choices.includes(value)) return [];
  return choices.length > 1 ? ["must be equal to constant", ANY_OF] : ["must be equal to constant"];
}

const ANY_OF = "must match a schema in anyOf";

/** The same of a value that may be null as well. */
function orNull(faults: readonly string[]): string[] {
  return faults.length === 0 ? [] : [...faults.filter((fault) => fault !== ANY_OF), "must be null", ANY_OF];
}

function* membersOf({
  def,
  value,
}: Site): Generator<[name: string, schema: z.core.$ZodType, value: unknown]> {
  if (def.type === "array" && Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield [String(index), def.element, element];
  } else if (def.type === "record") {
    for (const name in value) yield [name, def.valueType, memberOf(value, name)];
  } else if (def.type === "object") {
    for (const [name, schema] of Object.entries(def.shape)) {
      const member = memberOf(value, name);
      if (member !== undefined) yield [name, schema, member];
    }
  }
}

/** A property of the value's own. */
function memberOf(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function fitsKey(schema: z.core.$ZodType, key: string): boolean {
  return faultsOf(defOf(schema), key).length === 0;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Of the schema's own kind; zod types the classes, not the base that shapes are declared with. */
function defOf(schema: z.core.$ZodType): Def {
  return (schema as z.core.$ZodTypes)._zod.def;
}

function checksOf(def: Def): z.core.$ZodChecks["_zod"]["def"][] {
  const checks = "checks" in def ? (def.checks ?? []) : [];
  return checks.map((check) => (check as z.core.$ZodChecks)._zod.def);
}

/** RFC 6901. */
function pointerPart(name: string): string {
  return plainText(name, MAX_NAME_CHARS).replace(/~/g, "~0").replace(/\//g, "~1");
}

/** For kinds of schemas that have no text here. */
function zodText({ issues }: z.ZodError): string {
  const texts = issues.slice(0, MAX_FINDINGS).map(({ path, message }) => {
    const pointer = path.map((part) => `/${pointerPart(String(part))}`).join("");
    return `${pointer === "" ? "" : `at ${pointer}: `}${message}`;
  });
  return plainText(texts.join("; "), MAX_TEXT_CHARS);
}

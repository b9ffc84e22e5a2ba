/** Schemas as a reader wants them: types with their bounds, on one line or as an object over several. */
import * as z from "zod";

/** The part of a JSON schema that our declarations need. */
interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
}

/** The words around the types. */
export interface TypeWords {
  listOf: string;
  objectOf: string;
  characters: (limit: number) => string;
  entries: (limit: number) => string;
  upTo: string;
  from: string;
}

const ENGLISH: TypeWords = {
  listOf: "list of",
  objectOf: "object of",
  characters: (limit) => `at most ${limit} characters`,
  entries: (limit) => `at most ${limit} entries`,
  upTo: "up to",
  from: "from",
};

/** The type of what is sent (`input`) or of what comes (`output`), indented by two blanks for each level. */
export function typeText(
  schema: z.ZodType,
  io: "input" | "output" = "input",
  words: TypeWords = ENGLISH,
): string {
  const json = z.toJSONSchema(schema, { io, unrepresentable: "any", reused: "inline" });
  return new TypeText(words).of(json as Schema, "");
}

class TypeText {
  #words: TypeWords;

  constructor(words: TypeWords) {
    this.#words = words;
  }

  of(schema: Schema, indent: string): string {
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
    const { type } = schema;
    const either = Array.isArray(type)
      ? type.map((each) => ({ ...schema, type: each }))
      : (schema.anyOf ?? schema.oneOf);
    if (either !== undefined) return [...new Set(either.map((each) => this.of(each, indent)))].join(" | ");
    switch (type) {
      case "object":
        return this.#object(schema, indent);
      case "array": {
        const entry = schema.items === undefined ? "any" : bracketed(this.of(schema.items, indent));
        return `${this.#words.listOf} ${entry}${noted(schema.maxItems, this.#words.entries)}`;
      }
      case "integer":
      case "number":
        return `${type}${this.#bounds(schema)}`;
      case "string":
        return `string${noted(schema.maxLength, this.#words.characters)}`;
      default:
        return typeof type === "string" ? type : "any";
    }
  }

  #object({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
    const inner = `${indent}  `;
    const lines = Object.entries(properties).map(
      ([name, each]) => `${inner}${name}${required.includes(name) ? "" : "?"}: ${this.of(each, inner)}`,
    );
    if (typeof additionalProperties === "object" && lines.length === 0) {
      return Object.keys(additionalProperties).length === 0
        ? "object"
        : `${this.#words.objectOf} ${bracketed(this.of(additionalProperties, indent))}`;
    }
    return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
  }

  /** JSON cannot hold more than the largest safe integer anyway. */
  #bounds({ minimum, exclusiveMinimum, maximum }: Schema): string {
    const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1);
    const hasLow = low !== undefined && low > Number.MIN_SAFE_INTEGER;
    const hasHigh = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
    if (hasLow && hasHigh) return ` ${low}–${maximum}`;
    if (hasHigh) return ` ${this.#words.upTo} ${maximum}`;
    return hasLow ? ` ${this.#words.from} ${low}` : "";
  }
}

function noted(limit: number | undefined, note: (limit: number) => string): string {
  return limit === undefined ? "" : ` (${note(limit)})`;
}

function bracketed(text: string): string {
  return text.includes(" | ") && !text.startsWith("{") ? `(${text})` : text;
}

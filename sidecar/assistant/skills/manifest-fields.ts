/** Fields of a front matter as the types that they should have. What has another one is refused with its place. */
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice, english, type Remedy } from "../../../shared/remedy.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** A field that cannot be used. */
export class FieldsError extends Error {
  readonly path: readonly string[];
  readonly sentence: Remedy;

  constructor(path: readonly string[], sentence: Remedy) {
    super(english(sentence));
    this.path = path;
    this.sentence = sentence;
  }
}

/** More of one kind nobody asks for. */
const MOST_NAMES = 50;
const MOST_NAME_CHARS = 200;

export class FieldReader {
  #fields: Fields;
  #path: readonly string[];

  constructor(fields: Fields, path: readonly string[]) {
    this.#fields = fields;
    this.#path = path;
  }

  has(name: string): boolean {
    return this.#at(name) !== undefined;
  }

  /** Without blanks around it; undefined where it is absent or empty. */
  text(name: string, mostChars: number): string | undefined {
    const value = this.#at(name);
    if (value === undefined) return undefined;
    if (typeof value !== "string" && typeof value !== "number")
      return this.refuse(name, advice`${name} is no text`);
    const text = String(value).trim();
    if ([...text].length > mostChars)
      this.refuse(name, advice`${name} is longer than ${mostChars} characters`);
    return text === "" ? undefined : text;
  }

  flag(name: string): boolean | undefined {
    const value = this.#at(name);
    if (value === undefined || typeof value === "boolean") return value;
    const word = typeof value === "string" ? value.trim().toLowerCase() : "";
    if (["true", "yes", "on"].includes(word)) return true;
    if (["false", "no", "off"].includes(word)) return false;
    return this.refuse(name, advice`${name} is neither true nor false`);
  }

  count(name: string): number | undefined {
    const value = this.#at(name);
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 100)
      return this.refuse(name, advice`${name} is no number of that kind`);
    return value;
  }

  /** A list of names, or one text with commas between them. */
  names(name: string): string[] {
    const value = this.#at(name);
    if (value === undefined) return [];
    const all: unknown[] =
      typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [undefined];
    if (all.length > MOST_NAMES) this.refuse(name, advice`${name} holds more than ${MOST_NAMES} names`);
    return all
      .map((each) =>
        typeof each === "string" && each.length <= MOST_NAME_CHARS && !/\p{Cc}/u.test(each)
          ? each.trim()
          : this.refuse(name, advice`${name} is no list of names`),
      )
      .filter((each) => each !== "");
  }

  /** The fields in it; none where it is absent. They may be written as JSON in a text. */
  below(name: string): FieldReader {
    const value = this.#at(name) ?? {};
    const fields = typeof value === "string" ? parsedJson(value) : value;
    if (!isRecord(fields)) return this.refuse(name, advice`${name} holds no fields`);
    return new FieldReader(fields, [...this.#path, name]);
  }

  /** Each of a list of them. */
  each(name: string): FieldReader[] {
    const value = this.#at(name) ?? [];
    if (!Array.isArray(value) || !value.every(isRecord) || value.length > MOST_NAMES)
      return this.refuse(name, advice`${name} is no list of entries with fields`);
    return value.map((fields) => new FieldReader(fields, [...this.#path, name]));
  }

  refuse(name: string, message: Remedy): never {
    throw new FieldsError([...this.#path, name], message);
  }

  /** A field without a value is as good as none. */
  #at(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? undefined) : undefined;
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // It is told as what it is: no fields.
  }
}

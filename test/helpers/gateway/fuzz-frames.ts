/** Frames by chance: requests that fit the contract, requests that nearly do, and what is no frame at all. A seed repeats them. */
import * as z from "zod";
import { gatewayMethods } from "../../../shared/protocol/index.ts";
import { asking } from "../home/readings.ts";

/** Numbers in [0, 1). */
export type Random = () => number;

type Schema = Readonly<Record<string, unknown>>;

/** Texts that programs stumble over, and some that mean something. */
const TEXTS = [
  "",
  " ",
  "main",
  "agent:main:main",
  "agent:main:fuzz",
  "global",
  "unknown",
  "hello",
  "/status",
  "/stop",
  "/new",
  "/think high what is it?",
  "__proto__",
  "constructor",
  "../../../../etc/passwd",
  "\u0000\u0001\u001b[2J",
  "\ud800",
  "\u202e\u2066txet",
  "𝒳".repeat(40),
  "x".repeat(2_000),
  "{}",
  '{"gateway":{"mode":"local"}}',
  "null",
  "0",
  "-1",
  "1e309",
  "%00",
  asking("HOME"),
];
const NUMBERS = [0, 1, -1, 2, 10, 64, 1_000, 1.5, -0, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308];
/** What waits is asked for a moment only. */
const MOST_WAIT_MS = 20;

/** What is sent as one message. */
export type FuzzFrame = string | Buffer;

export class FuzzFrames {
  #random: Random;
  #methods: [name: string, params: Schema][];
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#methods = Object.entries(gatewayMethods).map(([name, { params }]) => [
      name,
      z.toJSONSchema(params, { io: "input", unrepresentable: "any" }),
    ]);
  }

  next(): FuzzFrame {
    const chance = this.#random();
    if (chance < 0.45) return JSON.stringify(this.#request());
    if (chance < 0.7) return JSON.stringify(this.#bent(this.#request()));
    if (chance < 0.9) return this.#torn(JSON.stringify(this.#request()));
    return this.#noise();
  }

  #request(): Record<string, unknown> {
    this.#count += 1;
    const [method, schema] = this.#one(this.#methods);
    return { type: "req", id: `fuzz-${this.#count}`, method, params: this.#fitting(schema, "params") };
  }

  /** One value of it is another one, is missing, or is there besides. */
  #bent(request: Record<string, unknown>): unknown {
    const target = this.#random() < 0.3 ? request : Object(request.params);
    const keys = Object.keys(target);
    const key = keys.length > 0 && this.#random() < 0.8 ? this.#one(keys) : this.#one(TEXTS);
    const bent = { ...target };
    if (this.#random() < 0.2) delete bent[key];
    else bent[key] = this.#anything(3);
    return target === request ? bent : { ...request, params: bent };
  }

  /** The text with some characters fewer, more or others. */
  #torn(text: string): FuzzFrame {
    let torn = text;
    for (let cuts = 1 + Math.floor(this.#random() * 4); cuts > 0; cuts -= 1) {
      const at = Math.floor(this.#random() * (torn.length + 1));
      const length = Math.floor(this.#random() * 6);
      const piece =
        this.#random() < 0.5
          ? ""
          : this.#one(['"', "{", "}", "[", ",", ":", "\\u0000", "9", "e", "\\", "null"]);
      torn = torn.slice(0, at) + piece + torn.slice(at + length);
    }
    return this.#random() < 0.2 ? Buffer.from(torn, "latin1") : torn;
  }

  #noise(): FuzzFrame {
    const length = Math.floor(this.#random() * 200);
    const bytes = Buffer.from(Array.from({ length }, () => Math.floor(this.#random() * 256)));
    if (this.#random() < 0.5) return bytes;
    return this.#one([
      "",
      "null",
      "[]",
      "[[[[[[]]]]]]",
      '"req"',
      "{}",
      `${"[".repeat(5_000)}`,
      `{"type":"req","id":"deep","method":"status","params":${'{"a":'.repeat(500)}1${"}".repeat(500)}}`,
      '{"type":"req","id":"a","id":"b","method":"health","method":"status"}',
      '{"type":"res","id":"x","ok":true}',
      '{"type":"event","event":"tick"}',
      bytes.toString("latin1"),
    ]);
  }

  #fitting(schema: Schema, name: string): unknown {
    if (/timeout/i.test(name)) return Math.floor(this.#random() * MOST_WAIT_MS);
    if (Array.isArray(schema.enum)) return this.#one(schema.enum);
    if ("const" in schema) return schema.const;
    const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
    if (Array.isArray(choices)) return this.#fitting(this.#one(choices), name);
    switch (schema.type) {
      case "string":
        return this.#one(TEXTS);
      case "integer":
      case "number":
        return this.#random() < 0.7
          ? Number(schema.minimum ?? 0) + Math.floor(this.#random() * 20)
          : this.#one(NUMBERS);
      case "boolean":
        return this.#random() < 0.5;
      case "array":
        return Array.from({ length: Math.floor(this.#random() * 4) }, () =>
          this.#fitting(Object(schema.items), name),
        );
      case "object":
        return this.#object(schema);
      default:
        return this.#anything(2);
    }
  }

  #object({ properties, required }: Schema): Record<string, unknown> {
    const isNeeded = (name: string) => Array.isArray(required) && required.includes(name);
    const members = Object.entries<Schema>(Object(properties)).filter(
      ([name]) => isNeeded(name) || this.#random() < 0.3,
    );
    return Object.fromEntries(members.map(([name, schema]) => [name, this.#fitting(schema, name)]));
  }

  #anything(depth: number): unknown {
    const chance = this.#random();
    if (chance < 0.3) return this.#one(TEXTS);
    if (chance < 0.5) return this.#one(NUMBERS);
    if (chance < 0.6) return this.#one([null, true, false]);
    if (depth === 0) return [];
    const length = Math.floor(this.#random() * 4);
    if (chance < 0.8) return Array.from({ length }, () => this.#anything(depth - 1));
    return Object.fromEntries(Array.from({ length }, () => [this.#one(TEXTS), this.#anything(depth - 1)]));
  }

  #one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#random() * choices.length)] as T;
  }
}

import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import * as z from "zod";
import { configKeys } from "../../../shared/config/keys.ts";
import { ERROR_CODES } from "../../../shared/errors.ts";
import { EVENT_NAMES } from "../../../shared/protocol/events.ts";
import { gatewayMethods } from "../../../shared/protocol/index.ts";
import { referencePages } from "../../reference/pages.ts";
import { typeText } from "../../reference/type-text.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PAGES = referencePages();

test.describe("the reference", () => {
  for (const { file, text } of PAGES) {
    const name = relative(ROOT, file);

    test(`P4: ${name} says what the declarations say; else: npm run reference`, () => {
      const written = existsSync(file) ? readFileSync(file, "utf8") : "";

      expect(written === text, `${name} is stale: run npm run reference`).toBe(true);
    });
  }

  test("P4: names every key, method, event and code", () => {
    const texts = PAGES.map(({ text }) => text);
    const [english = "", german = "", protocol = ""] = texts;
    const keys = configKeys().filter(({ keys }) => keys.size === 0);
    const names = [...Object.keys(gatewayMethods), ...EVENT_NAMES, ...Object.keys(ERROR_CODES)];

    expect(
      keys.filter(({ path }) => !english.includes(`\`${path}\``) || !german.includes(`\`${path}\``)),
    ).toEqual([]);
    expect(names.filter((name) => !protocol.includes(name))).toEqual([]);
  });

  for (const [schema, text] of [
    [z.int().min(1).max(9), "integer 1–9"],
    [z.number().max(9), "number up to 9"],
    [z.int().positive(), "integer from 1"],
    [z.string().nullable(), "string | null"],
    [z.array(z.enum(["a", "b"])).max(3), 'list of ("a" | "b") (at most 3 entries)'],
    [z.record(z.string(), z.boolean()), "object of boolean"],
    [z.record(z.string(), z.unknown()), "object"],
    [z.strictObject({ a: z.literal(true), b: z.unknown().optional() }), "{\n  a: true\n  b?: any\n}"],
  ] as const) {
    test(`writes a type as ${JSON.stringify(text)}`, () => {
      expect(typeText(schema)).toBe(text);
    });
  }
});

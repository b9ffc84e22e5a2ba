import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";

const TEST = fileURLToPath(new URL("../", import.meta.url));
const ID = /\b(?:rows? (\d+)(?:(?:, (\d+))* and (\d+))?|([SFUP]\d+)|((?:acceptance|case) \d+)): /g;

/** The ids that titles begin with, such as `row 27`. */
function idsInTitles(): string[] {
  const files = readdirSync(TEST, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".test.ts"),
  );
  const found = files.flatMap((name) =>
    [...readFileSync(`${TEST}${name}`, "utf8").matchAll(ID)].flatMap(
      ([, first, second, third, id, acceptance]) => [
        ...[first, second, third].filter((number) => number !== undefined).map((number) => `row ${number}`),
        ...[id, acceptance].filter((each) => each !== undefined),
      ],
    ),
  );
  return [...new Set(found)].sort();
}

test("every id in a title is explained in test/README.md", () => {
  const readme = readFileSync(`${TEST}README.md`, "utf8");

  const ids = idsInTitles();

  expect(ids).toEqual(expect.arrayContaining(["row 27", "row 30", "U1"]));
  expect(ids.filter((id) => !readme.includes(`| ${id} |`))).toEqual([]);
});

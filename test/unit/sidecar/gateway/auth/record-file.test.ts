import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { RecordFile } from "../../../../../sidecar/gateway/auth/record-file.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

/** Records are texts; everything else is none. */
function open(home: TempHome): RecordFile<string> {
  return new RecordFile(join(home.path, "list.json"), (value) =>
    typeof value === "string" ? value : undefined,
  );
}

function onDisk(home: TempHome, name = "list.json"): unknown {
  return JSON.parse(readFileSync(join(home.path, name), "utf8"));
}

test.describe("RecordFile", () => {
  test("holds what was written, and reads it again", ({ home }) => {
    open(home).replace(new Map([["a", "1"]]));

    const again = open(home);

    expect([...again.records]).toEqual([["a", "1"]]);
    expect(again.problem).toBeUndefined();
  });

  for (const [what, content] of [
    ["cut off", '{"a":"1","b'],
    ["a list", '["1"]'],
    ["empty", ""],
    ["no text", Buffer.from([0xff, 0xfe, 0x00])],
  ] as const) {
    test(`S10: names a file that is ${what}, and keeps it aside before the first write`, ({ home }) => {
      writeFileSync(join(home.path, "list.json"), content);

      const file = open(home);
      const [records, { problem }] = [[...file.records], file];
      const untouched = readFileSync(join(home.path, "list.json"));
      file.replace(new Map([["b", "2"]]));

      expect(records).toEqual([]);
      expect(problem).toContain(`${join(home.path, "list.json")} cannot be used: it holds no JSON object`);
      expect(untouched).toEqual(Buffer.from(content));
      expect(onDisk(home)).toEqual({ b: "2" });
      expect(readFileSync(join(home.path, "list.json.unusable"))).toEqual(Buffer.from(content));
      expect(file.problem).toBeUndefined();
    });
  }

  test("S10: keeps a second one aside as well", ({ home }) => {
    for (const content of ["{one", "{two"]) {
      writeFileSync(join(home.path, "list.json"), content);
      open(home).replace(new Map());
    }

    expect(readFileSync(join(home.path, "list.json.unusable"), "utf8")).toBe("{one");
    expect(readFileSync(join(home.path, "list.json.unusable-2"), "utf8")).toBe("{two");
  });

  for (const [what, make] of [
    ["a directory", (path: string) => mkdirSync(path)],
    ["a device without an end", (path: string) => symlinkSync("/dev/zero", path)],
    ["a link in a circle", (path: string) => symlinkSync("list.json", path)],
  ] as const) {
    test(`S10: does not wait for ${what} in its place, and moves it aside`, ({ home }) => {
      test.skip(process.platform === "win32", "Windows has no such files");
      make(join(home.path, "list.json"));

      const file = open(home);
      const { problem } = file;
      file.replace(new Map([["a", "1"]]));

      expect(problem).toContain("cannot be used");
      expect(onDisk(home)).toEqual({ a: "1" });
      expect(readdirSync(home.path)).toContain("list.json.unusable");
    });
  }

  test("S10: writes nothing where what cannot be used cannot be moved aside", ({ home }) => {
    rmSync(home.path, { recursive: true });
    writeFileSync(home.path, "a file in the place of the directory");

    const file = open(home);

    expect(file.problem).toContain("ENOTDIR");
    expect(() => file.replace(new Map([["a", "1"]]))).toThrow(/ENOTDIR/);
    expect([...file.records]).toEqual([]);
  });

  test("S10: gives records of another version back as they came", ({ home }) => {
    const strange = { shape: ["of", "tomorrow"] };
    writeFileSync(join(home.path, "list.json"), JSON.stringify({ new: strange, a: "1" }));

    const file = open(home);
    file.replace(new Map([...file.records, ["b", "2"] as const]));

    expect(file.problem).toContain('"new" cannot be used and is kept as it is');
    expect(onDisk(home)).toEqual({ new: strange, a: "1", b: "2" });
    expect(statSync(join(home.path, "list.json")).mode & 0o777).toBe(0o600);
  });

  test("S5: takes __proto__ for a key like any other", ({ home }) => {
    writeFileSync(join(home.path, "list.json"), '{"__proto__":"1","a":"2"}');

    const file = open(home);
    file.rewrite();

    expect(file.records.get("__proto__")).toBe("1");
    expect(readFileSync(join(home.path, "list.json"), "utf8")).toContain('"__proto__": "1"');
  });
});

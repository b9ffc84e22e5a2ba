import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect } from "@playwright/test";
import { callParams } from "../../../../../sidecar/cli/gateway/call-params.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

const NOTHING = Readable.from([]);
const input = (...pieces: (string | Buffer)[]) => Readable.from(pieces.map((piece) => Buffer.from(piece)));

test.describe("callParams", () => {
  test("reads JSON and JSON5 as typed, from a file and from the input", async ({ home }) => {
    const file = join(home.path, "params.json5");
    writeFileSync(file, "\ufeff{limit: 3}\n");

    expect(await callParams('{"limit":1}', NOTHING)).toEqual({ limit: 1 });
    expect(await callParams("{limit: 2}", NOTHING)).toEqual({ limit: 2 });
    expect(await callParams(`@${file}`, NOTHING)).toEqual({ limit: 3 });
    expect(await callParams("-", input('{"lim', 'it":4}'))).toEqual({ limit: 4 });
  });

  test("refuses in one line what is no object of JSON, wherever it comes from", async ({ home }) => {
    const at = (name: string) => join(home.path, name);
    writeFileSync(at("list"), "[1]");
    writeFileSync(at("broken"), '{"a":}');
    writeFileSync(at("bytes"), Buffer.from([0x7b, 0xff, 0x7d]));
    writeFileSync(at("large"), Buffer.alloc(600_000, " "));
    mkdirSync(at("folder"));
    const refusals = [
      ["[1]", /^--params: expected a JSON object, got "\[1\]"$/],
      ["@", /^--params: @ needs the path of a file$/],
      [`@${at("none")}\n\u001b[2J`, /^--params: there is no file ".*none.*"$/],
      [`@${at("folder")}`, /^--params: ".*folder" cannot be read: it is a directory \(EISDIR\)$/],
      [`@${at("large")}`, /^--params: ".*large" cannot be read: it is larger than 512 KiB$/],
      [`@${at("bytes")}`, /^--params: ".*bytes" is no UTF-8$/],
      [`@${at("broken")}`, /^--params "@.*broken": not JSON: line 1, column 6: [^\n]*$/],
      [`@${at("list")}`, /^--params "@.*list": expected a JSON object, got "\[1\]"$/],
    ] as const;

    for (const [typed, message] of refusals)
      await expect(callParams(typed, NOTHING), typed).rejects.toMatchObject({
        code: "USAGE",
        message: expect.stringMatching(message),
      });
    const deep = `${'{"a":'.repeat(60_000)}1${"}".repeat(60_000)}`;
    for (const text of [deep, "[".repeat(200_000), `{"a":${"[".repeat(101)}${"]".repeat(101)}}`])
      await expect(callParams("-", input(text))).rejects.toMatchObject({
        code: "USAGE",
        message: "--params -: it is nested deeper than 100 levels",
      });
    const tooMuch = callParams("-", input(Buffer.alloc(600_000, " ")));
    await expect(tooMuch).rejects.toThrow(
      /^--params: the standard input has more than the 524288 bytes that a gateway takes$/,
    );
    await expect(callParams("-", input(""))).rejects.toThrow(/^--params -: not JSON: [^\n]*$/);
  });
});

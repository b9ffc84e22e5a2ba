import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { logsHandlers } from "../../../../../sidecar/gateway/methods/logs.ts";
import type { Call } from "../../../../../sidecar/gateway/rpc/implement.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

interface Tail {
  file: string;
  cursor: number;
  size: number;
  lines: string[];
  truncated: boolean;
  reset: boolean;
}

function stage(home: TempHome, content?: string) {
  const file = join(home.stateDir, "logs", "gateway.log");
  mkdirSync(dirname(file), { recursive: true });
  if (content !== undefined) writeFileSync(file, content);
  const [method] = logsHandlers(file);
  const tail = (params: object = {}) => method?.handle(params, {} as Call) as Promise<Tail>;
  return { file, tail };
}

const LINES = ["one", "two", "three", "four"];
const TEXT = `${LINES.join("\n")}\n`;

test.describe("logs.tail", () => {
  test("returns the whole of a short file, with its size as cursor", async ({ home }) => {
    const { file, tail } = stage(home, TEXT);

    expect(await tail()).toEqual({
      file,
      cursor: 19,
      size: 19,
      lines: LINES,
      truncated: false,
      reset: false,
    });
  });

  test("returns only the last lines when a limit is given", async ({ home }) => {
    const { tail } = stage(home, TEXT);

    expect((await tail({ limit: 2 })).lines).toEqual(["three", "four"]);
  });

  test("drops the line that the window cuts through and says that there was more", async ({ home }) => {
    const { tail } = stage(home, TEXT);

    expect(await tail({ maxBytes: 9 })).toMatchObject({ lines: ["four"], truncated: true, reset: false });
  });

  test("keeps the first line when the window begins exactly with it", async ({ home }) => {
    const { tail } = stage(home, TEXT);

    expect((await tail({ maxBytes: 11 })).lines).toEqual(["three", "four"]);
  });

  test("returns nothing when one line is longer than the window", async ({ home }) => {
    const { tail } = stage(home, `${"x".repeat(100)}\n`);

    expect(await tail({ maxBytes: 50 })).toMatchObject({ lines: [], truncated: true });
  });

  test("returns what came since the cursor", async ({ home }) => {
    const { file, tail } = stage(home, TEXT);
    const { cursor } = await tail();
    expect((await tail({ cursor })).lines).toEqual([]);

    appendFileSync(file, "fünf\n");

    expect(await tail({ cursor })).toMatchObject({
      lines: ["fünf"],
      cursor: 25,
      truncated: false,
      reset: false,
    });
  });

  test("starts over when the file was rotated under the cursor", async ({ home }) => {
    const { file, tail } = stage(home, TEXT);
    const { cursor } = await tail();

    renameSync(file, `${file}.1`);
    writeFileSync(file, "new\n");

    expect(await tail({ cursor })).toMatchObject({
      lines: ["new"],
      cursor: 4,
      reset: true,
      truncated: false,
    });
  });

  test("starts over near the end when the cursor is too far behind", async ({ home }) => {
    const { tail } = stage(home, TEXT);

    expect(await tail({ cursor: 0, maxBytes: 11 })).toMatchObject({
      lines: ["three", "four"],
      reset: true,
      truncated: true,
    });
  });

  test("is not confused by a character that the window cuts through", async ({ home }) => {
    const { tail } = stage(home, "aüü\nöä\n");

    expect((await tail({ maxBytes: 7 })).lines).toEqual(["öä"]);
  });

  test("reports an empty log while there is no file", async ({ home }) => {
    const { file, tail } = stage(home);

    expect(await tail({ cursor: 40 })).toEqual({
      file,
      cursor: 0,
      size: 0,
      lines: [],
      truncated: false,
      reset: false,
    });
  });

  test("says why a log cannot be read", async ({ home }) => {
    const { file, tail } = stage(home);
    mkdirSync(file);

    await expect(tail()).rejects.toThrow(/^log read failed: .*EISDIR/);
  });

  for (const [what, make] of [
    ["a device without an end", (path: string) => symlinkSync("/dev/zero", path)],
    ["a directory", (path: string) => void mkdirSync(path)],
  ] as const) {
    test(`S10: does not wait for ${what} in the place of the log`, async ({ home }) => {
      test.skip(process.platform === "win32", "Windows has no such files");
      const { file, tail } = stage(home);
      make(file);

      await expect(tail()).rejects.toMatchObject({ code: "LOG_UNREADABLE" });
    });
  }
});

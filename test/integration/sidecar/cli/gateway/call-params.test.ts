/** Parameters of `clawdbot gateway call` out of a pipe, as a shell hands over what a command prints. */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect } from "@playwright/test";
import { callParams } from "../../../../../sidecar/cli/gateway/call-params.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

test.skip(process.platform === "win32", "Windows has no pipes in directories");

test("reads a pipe as it does a file, and no more of it than a gateway takes", async ({ home }) => {
  const pipe = join(home.path, "pipe");
  execFileSync("mkfifo", [pipe]);
  const read = async (content: string) => {
    // Whoever writes more than is read of it is told so.
    const written = writeFile(pipe, content).catch(() => {});
    try {
      return await callParams(`@${pipe}`, Readable.from([]));
    } finally {
      await written;
    }
  };

  expect(await read('{"limit":1}')).toEqual({ limit: 1 });
  await expect(read(" ".repeat(600_000))).rejects.toThrow(
    /^--params: ".*pipe" has more than the 524288 bytes that a gateway takes$/,
  );
});

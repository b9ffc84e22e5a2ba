/** `clawdbot agent --attach`: files of this machine with a message, within its frame or beside it. */
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { lookAtAttached } from "../../../../sidecar/cli/attached-files.ts";
import { test as gatewayTest } from "../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import { PNG_BASE64 } from "../../../helpers/media/files.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

const test = mergeTests(gatewayTest, homeTest);

const at = (port: number) => ["--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN, "--timeout", "60000"];
const PNG = Buffer.from(PNG_BASE64, "base64");

const put = (home: TempHome, name: string, bytes: Buffer | string) => {
  const file = join(home.path, name);
  writeFileSync(file, bytes);
  return file;
};

/** What a client is told of the first message, block by block. */
function filesIn(stdout: string): unknown[] {
  const { messages } = JSON.parse(stdout);
  const content: unknown[] = messages[0].content;
  return content
    .filter(isRecord)
    .map(({ type, mimeType, bytes, fileName }) => ({ type, mimeType, bytes, fileName }))
    .slice(1);
}

for (const [what, size] of [
  ["within the frame", 1_000],
  ["beside a frame that they do not fit into", 900_000],
] as const) {
  test(`sends files ${what}`, async ({ home, start }) => {
    const { port } = await start();
    const paths = [put(home, "a cat.png", PNG), put(home, "notes.txt", "n".repeat(size))];
    const attach = paths.flatMap((path) => ["--attach", path]);
    const run = (...words: string[]) => runInProcess([...words, ...at(port)], { env: home.env() });

    const asked = await run("agent", "--message", "look", ...attach);
    const history = await run(
      "gateway",
      "call",
      "chat.history",
      "--params",
      '{"sessionKey":"main"}',
      "--json",
    );

    expect(asked).toMatchObject({ code: 0, stderr: "" });
    expect(filesIn(history.stdout)).toEqual([
      { type: "image", mimeType: "image/png", bytes: PNG.length, fileName: "a cat.png" },
      { type: "file", mimeType: "text/plain", bytes: size, fileName: "notes.txt" },
    ]);
  });
}

test("answers with files in this process as well", async ({ home }) => {
  home.writeConfig({ gateway: { mode: "local" } });
  const words = ["agent", "--local", "--message", "look", "--attach", put(home, "a.png", PNG)];

  expect(await runInProcess(words, { env: home.env() })).toMatchObject({ code: 0, stderr: "" });
  const { stdout } = await runInProcess(["sessions", "export", "main"], { env: home.env() });
  expect(stdout).toContain('"fileName":"a.png"');
});

test("refuses what no message takes in a line that names the file, and sends nothing", async ({
  home,
  start,
}) => {
  const { port } = await start();
  const good = put(home, "good.png", PNG);
  const folder = join(home.path, "folder");
  mkdirSync(folder);
  const large = Buffer.concat([PNG, Buffer.alloc(7_000_000)]);
  const refusals: [string[], RegExp][] = [
    [[good, join(home.path, "none\u001b[2J")], /^--attach ".*none": there is no such file\n$/],
    [[good, folder], /^--attach ".*folder": it is a directory \(EISDIR\)\n$/],
    [[put(home, "empty", "")], /^--attach ".*empty": it is empty\n$/],
    [
      [put(home, "large.png", large)],
      /^--attach ".*large\.png": it has 6\.7 MB, and files of its kind may have 6 MB\n$/,
    ],
    [Array(21).fill(good), /^--attach: 21 files are too many for one message: it takes 20\n$/],
  ];

  for (const [paths, message] of refusals) {
    const words = ["agent", "--message", "look", ...paths.flatMap((path) => ["--attach", path])];
    expect(await runInProcess([...words, ...at(port)], { env: home.env() }), String(message)).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(message),
    });
  }
  const { stdout } = await runInProcess(["sessions", ...at(port)], { env: home.env() });
  expect(stdout).toBe("No conversations yet.\n");
});

test("says that a command takes no file, and does not carry it out", async ({ home, start }) => {
  const { port } = await start();
  const attach = ["--attach", put(home, "a.png", PNG)];
  const run = (...words: string[]) => runInProcess([...words, ...at(port)], { env: home.env() });

  for (const message of ["/status", "/think high"])
    expect(await run("agent", "--message", message, ...attach)).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^A command takes no file, and nothing was done: [^\n]+\n$/),
    });
  expect(await run("agent", "--message", "/new", ...attach)).toMatchObject({ code: 0, stderr: "" });
  const words = ["gateway", "call", "chat.history", "--params", '{"sessionKey":"main"}', "--json"];
  const { stdout } = await run(...words);
  expect(stdout).toContain('"fileName": "a.png"');
});

test("takes files that are more together than one text can hold, one after the other", async ({
  home,
  start,
}) => {
  const { port } = await start();
  // As long as 5 of 99 MB, in as many holes.
  const paths = ["1", "2", "3", "4", "5"].map((name) => put(home, name, name));
  for (const path of paths) truncateSync(path, 99_000_000);

  const files = lookAtAttached(paths);
  expect(files.map(({ size }) => size)).toEqual(Array(5).fill(99_000_000));
  const attach = paths.flatMap((path) => ["--attach", path]);
  const asked = await runInProcess(["agent", "--message", "look", ...attach, ...at(port)], {
    env: home.env(),
  });
  expect(asked).toMatchObject({ code: 0, stderr: "" });
});

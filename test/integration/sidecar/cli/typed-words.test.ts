/** What somebody typed, as messages and lists repeat it: on one line, bounded, and never as what drives a terminal. */
import { readdirSync } from "node:fs";
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest } from "../../../helpers/home/temp-home.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

const test = mergeTests(gatewayTest, homeTest);

const at = (port: number) => ["--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN, "--timeout", "60000"];

const LONG = "x".repeat(6_000);
const ODD = "a\u001b[31mb\tc\nd";

test("every verb that repeats an argument keeps its refusal to one short line", async ({ home, start }) => {
  const { port } = await start();
  const asked: string[][] = [
    ["sessions delete"],
    ["sessions reopen", "main"],
    ["outbox resend"],
    ["pairing dismiss", "telegram"],
    ["devices reject"],
    ["devices rotate"],
    ["gateway call"],
    ["budget add"],
  ].map(([verb = "", ...before]) => [...verb.split(" "), ...at(port), ...before]);
  const local = ["config get", "config unset", "sessions export", "agents delete", "backup create"];
  const before = readdirSync(home.path);

  for (const words of [...asked, ...local.map((verb) => verb.split(" "))])
    for (const argument of [" ", LONG, ...(words[0] === "backup" ? [] : [ODD])]) {
      const { code, stdout, stderr } = await runInProcess([...words, argument], { env: home.env() });
      const what = `${words.slice(0, 2).join(" ")} ${JSON.stringify(argument.slice(0, 20))}`;

      expect({ isRefused: code !== 0, stdout }, what).toEqual({ isRefused: true, stdout: "" });
      expect(stderr.split("\n")[0]?.length, what).toBeLessThan(1_600);
      expect(stderr, what).not.toMatch(/invalid \S+ (params|frame)|^key required|x{200}|\t/);
      expect(stderr.includes("\u001b"), what).toBe(false);
      expect(stderr.trimEnd().split("\n").length, what).toBeLessThan(3);
    }
  expect(readdirSync(home.path)).toEqual(before);
});

test("sessions says that there are more, and shows what a key has in it", async ({ home, start }) => {
  const { port } = await start();
  const run = (...words: string[]) => runInProcess([...words, ...at(port)], { env: home.env() });
  for (const key of ["ab", ODD.slice(0, 7), "a b"]) await run("agent", "--message", "hi", "--session", key);

  const all = await run("sessions");
  const exactly = await run("sessions", "--limit", "3");
  const two = await run("sessions", "--limit", "2");
  const forPrograms = await run("sessions", "--limit", "2", "--json");

  expect(all).toMatchObject({ code: 0, stderr: "" });
  expect(
    all.stdout
      .trim()
      .split("\n")
      .map((line) => line.slice(18)),
  ).toEqual(['"agent:main:a b"  hi', '"agent:main:a\\u001b[31mb"  hi', "agent:main:ab  hi"]);
  expect(exactly.stderr).toBe("");
  expect(two.stdout.trim().split("\n")).toHaveLength(2);
  expect(two.stderr).toMatch(
    /^These are the newest 2, and there are more: [^\n]*--limit[^\n]*--search[^\n]*\n$/,
  );
  expect(JSON.parse(forPrograms.stdout)).toMatchObject({ count: 2, hasMore: true });
});

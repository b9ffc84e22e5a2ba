/** What `clawdbot sessions` says where it has nothing to show. */
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { test as homeTest } from "../../../../helpers/home/temp-home.ts";
import { runInProcess } from "../../../../helpers/process/in-process.ts";

const test = mergeTests(gatewayTest, homeTest);

test("a search without a find is told from a gateway without conversations", async ({ home, start }) => {
  const { port } = await start();
  const at = ["--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN, "--timeout", "60000"];
  const run = (...args: string[]) => runInProcess([...args, ...at], { env: home.env() });

  const before = await run("sessions");
  await run("agent", "--message", "Hello");
  const found = await run("sessions", "--search", "main");
  const missed = await run("sessions", "--search", "zzznope");

  expect(before.stdout).toBe("No conversations yet.\n");
  expect(found.stdout).toContain("agent:main:main");
  expect(missed).toMatchObject({
    code: 0,
    stdout: 'No conversation has "zzznope" in its name, label or key; clawdbot sessions lists the newest.\n',
  });
});

/** Commands of an agent: what runs at once, what is asked, and what an answer lets through. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { startCommands } from "../../helpers/gateway/commands.ts";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { test as providerTest } from "../../helpers/models/fake-provider.ts";

const test = mergeTests(gatewayTest, providerTest);

test("what only looks runs without a question, in the work directory", async ({ start, provider }) => {
  const { exec, workspace, client } = await startCommands(start, provider);
  writeFileSync(join(workspace, "a.txt"), "one\ntwo\n");

  expect(await exec("cat a.txt | wc -l && pwd")).toBe(`2\n${workspace}`);
  execFileSync("git", ["init", "-q"], { cwd: workspace });
  execFileSync(
    "git",
    ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "--allow-empty", "-qm", "first"],
    { cwd: workspace },
  );

  expect(await exec("git log --oneline -1")).toMatch(/^[0-9a-f]{7,} first$/);
  expect(await exec("git status --short && git diff && git show --oneline --no-patch HEAD")).toMatch(
    /^\?\? a\.txt\n[0-9a-f]{7,} first$/,
  );
  expect(await exec("cat nothing.txt")).toContain("(exit code 1)");
  const { payload } = await client.request("exec.approval.list", {});
  expect(payload).toEqual({ approvals: [] });
});

test("anything else waits for the owner, and runs when he allows it", async ({ start, provider }) => {
  const { exec, workspace, asked, answer, client } = await startCommands(start, provider);
  const result = exec("touch made.txt");
  const question = await asked();
  const listed = await client.request("exec.approval.list", {});
  expect(existsSync(join(workspace, "made.txt"))).toBe(false);
  await answer(question.id, "allow-once");

  expect(await result).toBe("(no output)");
  expect(existsSync(join(workspace, "made.txt"))).toBe(true);
  expect(question).toMatchObject({
    kind: "exec",
    request: { command: "touch made.txt", cwd: workspace, resolvedPath: "/usr/bin/touch" },
    always: [`/usr/bin/touch made.txt (${workspace})`],
  });
  expect(listed.payload).toMatchObject({ approvals: [{ id: question.id }] });
});

test("case 51: a question without an answer runs nothing, and the model is told", async ({
  start,
  provider,
}) => {
  const { exec, workspace, client } = await startCommands(start, provider, {
    exec: { approvalTimeoutSec: 5 },
  });
  const result = await exec("touch made.txt");
  const resolved = await client.event("exec.approval.resolved");

  expect(result).toContain("Not approved in time");
  expect(existsSync(join(workspace, "made.txt"))).toBe(false);
  expect(resolved.payload).toMatchObject({ decision: "expired" });
});

test("a denial runs nothing", async ({ start, provider }) => {
  const { exec, workspace, asked, answer } = await startCommands(start, provider);
  const result = exec("touch made.txt");
  await answer((await asked()).id, "deny");

  expect(await result).toContain("denied");
  expect(existsSync(join(workspace, "made.txt"))).toBe(false);
});

test("what is allowed for the turn counts for the program and its first word, until the turn ends", async ({
  start,
  provider,
}) => {
  const { turn, exec, workspace, asked, answer } = await startCommands(start, provider);
  const call = (command: string) => ({ name: "exec", arguments: { command } });
  const results = turn(call("git init -q sub"), call("git init -q other"), call("git gc"));
  await answer((await asked()).id, "allow-turn");
  const second = await asked();
  await answer(second.id, "deny");

  expect((await results)[2]).toContain("denied");
  expect(second).toMatchObject({ request: { command: "git gc" } });
  expect(existsSync(join(workspace, "other/.git"))).toBe(true);
  const next = exec("git init -q third");
  await answer((await asked()).id, "deny");
  expect(await next).toContain("denied");
});

test("case 50: the secrets that are known are in no result of cat .env", async ({ start, provider }) => {
  const secrets = {
    inConfig: "cfg-4f9a1c77e2",
    inEnv: "env-88d1b0aa31",
    inFile: "file-c0ffee1234",
    inUrl: "url-pass-99871",
    inPem: "MIIEvQIBADANBgkqhkiG9w0",
  };
  const { exec, workspace, server, client } = await startCommands(start, provider, {
    env: { ACME_API_KEY: secrets.inEnv },
    config: {},
    exec: {},
  });
  server.settings.config.env = { vars: { WEATHER: secrets.inConfig } };
  writeFileSync(
    join(workspace, ".env"),
    [
      `STRIPE_KEY=${secrets.inFile}`,
      `DATABASE_URL=postgres://me:${secrets.inUrl}@db/x`,
      `COPY="${secrets.inConfig} ${secrets.inEnv}"`,
      `PRIVATE_KEY="-----BEGIN KEY-----\n${secrets.inPem}\n-----END KEY-----"`,
      "PLAIN=hello",
    ].join("\n"),
  );
  const result = await exec("cat .env");
  const searched = await exec("grep -r . .");
  const history = await client.request("chat.history", { sessionKey: "main" });

  expect(result).toContain("PLAIN=hello");
  const everywhere = [
    JSON.stringify(provider.requests.map(({ body }) => body)),
    JSON.stringify(history),
    readFileSync(server.settings.logFile, "utf8"),
    searched,
  ].join("");
  for (const [name, secret] of Object.entries(secrets))
    expect.soft(everywhere.includes(secret), name).toBe(false);
});

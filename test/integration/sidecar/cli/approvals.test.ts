/** What agents ask, answered on the command line and in a chat. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { type Commands, startCommands } from "../../../helpers/gateway/commands.ts";
import { test as gatewayTest } from "../../../helpers/gateway/running.ts";
import { connectWire, TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import { test as providerTest } from "../../../helpers/models/fake-provider.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

const test = mergeTests(gatewayTest, providerTest, homeTest);

function cli({ server }: Commands, home: TempHome, ...words: string[]) {
  const reach = ["--url", `ws://127.0.0.1:${server.port}`, "--token", TEST_TOKEN];
  return runInProcess(["approvals", ...words, ...reach], { env: home.env() });
}

test("approvals lists, allows, denies, and takes rules back", async ({ start, provider, home }) => {
  const commands = await startCommands(start, provider);
  const { exec, asked, workspace } = commands;
  const nothing = await cli(commands, home, "list");
  const allowed = exec("touch one");
  const question = await asked();
  const id = String(question.id);
  const listed = await cli(commands, home, "list");
  const asJson = await cli(commands, home, "list", "--json");
  const told = await cli(commands, home, "allow", id, "--always", "--for", "8h");
  await allowed;
  const rules = await cli(commands, home, "rules", "--json");
  const shown = await cli(commands, home, "rules");
  const [rule] = JSON.parse(rules.stdout).rules;
  const removed = await cli(commands, home, "revoke", rule.id);
  const denied = exec("touch one two");
  const second = String((await asked()).id);
  await cli(commands, home, "deny", second, "--json");

  expect(nothing.stdout).toContain("Nothing waits for your approval.");
  expect(id).toMatch(/^[a-z2-9]{8}$/);
  expect(listed.stdout).toContain(`${id}  touch one`);
  expect(listed.stdout).toContain(`/usr/bin/touch one (${workspace})`);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ approvals: [{ id }] });
  expect([told.code, existsSync(join(workspace, "one"))]).toEqual([0, true]);
  expect(rule).toMatchObject({
    source: "stored",
    agentId: "main",
    rule: `/usr/bin/touch one (${workspace})`,
  });
  expect(rule.expiresAtMs - rule.createdAtMs).toBe(8 * 3_600_000);
  expect(shown.stdout).toContain(rule.rule);
  expect(removed.code).toBe(0);
  expect(await denied).toContain("denied");
  expect(existsSync(join(workspace, "two"))).toBe(false);
});

test("approvals refuses what makes no sense, and says what is over", async ({ start, provider, home }) => {
  const commands = await startCommands(start, provider);
  for (const [words, code, text] of [
    [["allow", "nothing"], 1, "unknown approval id"],
    [["allow", "x", "--turn", "--always"], 2, "exclude each other"],
    [["allow", "x", "--for", "8h"], 2, "needs --always"],
    [["allow", "x", "--always", "--for", "soon"], 2, "such as 8h"],
    [["revoke", "nothing"], 1, "unknown rule id"],
    [["set", join(home.path, "nothing.json")], 2, "no such file"],
  ] as const) {
    const told = await cli(commands, home, ...words);
    expect
      .soft([told.code, told.stderr.includes(text)], `${words.join(" ")}: ${told.stderr}`)
      .toEqual([code, true]);
  }
});

test("approvals gets and sets the file of the machine, which nobody else can read", async ({
  start,
  provider,
  home,
}) => {
  const commands = await startCommands(start, provider);
  const { exec, server } = commands;
  const before = await cli(commands, home, "get", "--json");
  const { path, hash } = JSON.parse(before.stdout);
  const file = join(home.path, "mine.json");
  const content = {
    version: 1,
    later: { kept: true },
    agents: { main: { allowlist: [{ pattern: "/usr/bin/touch" }] } },
  };
  writeFileSync(file, JSON.stringify(content));
  const set = await cli(commands, home, "set", file);
  const stale = await cli(commands, home, "set", file, "--base-hash", hash);
  const said = await exec("touch one");
  const rules = JSON.parse((await cli(commands, home, "rules", "--json")).stdout).rules;
  await cli(commands, home, "revoke", rules[0].id);
  const after = JSON.parse(readFileSync(path, "utf8"));

  expect(path).toBe(join(server.settings.paths.stateDir, "exec-approvals.json"));
  expect(JSON.parse(before.stdout).file).toEqual({ version: 1, defaults: {}, agents: {} });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect([set.code, stale.code, said]).toEqual([0, 1, "(no output)"]);
  expect(rules).toMatchObject([{ source: "file", rule: "/usr/bin/touch", agentId: "main" }]);
  expect(after).toMatchObject({ later: { kept: true }, agents: { main: { allowlist: [] } } });
});

test("/approve in the conversation answers what waits in it, past the run that waits", async ({
  start,
  provider,
}) => {
  const commands = await startCommands(start, provider);
  const { client, exec, asked, workspace } = commands;
  const write = async (message: string) => {
    const runId = crypto.randomUUID();
    await client.request("chat.send", { sessionKey: "main", message, idempotencyKey: runId });
    const { payload } = await client.next("the reply", (frame) => {
      return frame.event === "chat" && JSON.stringify(frame.payload).includes(runId);
    });
    return JSON.stringify(payload);
  };
  const none = await write("/approve once");
  const first = exec("touch one");
  const id = String((await asked()).id);
  const note = await client.next("the note", (frame) =>
    JSON.stringify(frame).includes(`/approve ${id} once | turn`),
  );
  const unknown = await write("/approve nothing2 once");
  const usage = await write("/approve");
  const done = await write("/approve once");
  await first;
  const second = exec("touch two");
  await asked();
  await write("/approve deny");

  expect(none).toContain("Nothing waits for your approval.");
  expect(note.event).toBe("chat");
  expect(unknown).toContain("Nothing waits under nothing2");
  expect(usage).toContain(`${id}  touch one`);
  expect(done).toContain(`Allowed (${id}).`);
  expect(await second).toContain("denied");
  expect(["one", "two"].map((name) => existsSync(join(workspace, name)))).toEqual([true, false]);
});

test("whoever has not the scope sees no question and answers none", async ({ start, provider }) => {
  const commands = await startCommands(start, provider);
  const { exec, asked, answer, server } = commands;
  const { client: reader } = await connectWire(server.port, { scopes: ["operator.read", "operator.write"] });
  const result = exec("touch one");
  const { id } = await asked();
  const list = await reader.request("exec.approval.list", {});
  const resolve = await reader.request("exec.approval.resolve", { id, decision: "allow-once" });
  const file = await reader.request("exec.approvals.get", {});
  // Without the rights of the owner there is no such command.
  await reader.request("chat.send", {
    sessionKey: "other",
    message: `/approve ${id} once`,
    idempotencyKey: "a",
  });
  await answer(id, "deny");

  expect([list, resolve, file].map(({ ok }) => ok)).toEqual([false, false, false]);
  expect(await result).toContain("denied");
  expect(reader.unread.filter(({ event }) => String(event).startsWith("exec."))).toEqual([]);
});

/** Files outside of the work directory: real gateway, a provider over HTTP, and the owner who is asked before anything is written there. */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire } from "../../helpers/gateway/wire-client.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { test as providerTest } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);

test("nothing is written elsewhere without the owner's word, by links as little, and nothing ever into .git", async ({
  start,
  provider,
}) => {
  let path = "";
  const results: string[] = [];
  provider.script((request) => {
    const last = JSON.stringify(Array.isArray(request.body.messages) ? request.body.messages.at(-1) : "");
    if (!last.includes('"role":"tool"'))
      return answered("", { calls: [{ name: "write", arguments: { path, content: "planted" } }] });
    results.push(last);
    return answered("Done.");
  });
  const { port, home, settings } = await start({
    config: { session: { titles: "off" }, ...fakeModel(provider.url) },
  });
  const { client } = await connectWire(port, { scopes: ["operator.admin", "operator.approvals"] });
  const { workspaceDir } = settings.paths;
  mkdirSync(join(workspaceDir, ".git", "hooks"), { recursive: true });
  mkdirSync(join(home.path, "notes"));
  symlinkSync(home.path, join(workspaceDir, "up"));
  const write = async (to: string, decision?: "allow-once" | "deny") => {
    path = to;
    const runId = crypto.randomUUID();
    await client.request("chat.send", { sessionKey: "main", message: `write ${to}`, idempotencyKey: runId });
    if (decision !== undefined) {
      const { payload } = await client.next("a question", ({ event }) => event === "exec.approval.requested");
      const { id, request } = payload as { id: string; request: { command: string } };
      await client.request("exec.approval.resolve", { id, decision });
      await client.request("agent.wait", { runId, timeoutMs: 20_000 });
      return request.command;
    }
    await client.request("agent.wait", { runId, timeoutMs: 20_000 });
    return undefined;
  };

  const asked = [await write("~/.bashrc", "deny"), await write("up/.profile", "deny")];
  const allowed = await write(join(home.path, "notes", "list.txt"), "allow-once");
  await write(".git/hooks/pre-commit");
  await write("inside.txt");

  expect(asked).toEqual([`write ${join(home.path, ".bashrc")}`, `write ${join(home.path, ".profile")}`]);
  expect([".bashrc", ".profile"].filter((name) => existsSync(join(home.path, name)))).toEqual([]);
  expect(allowed).toBe(`write ${join(home.path, "notes", "list.txt")}`);
  expect(readFileSync(join(home.path, "notes", "list.txt"), "utf8")).toBe("planted");
  expect(existsSync(join(workspaceDir, ".git", "hooks", "pre-commit"))).toBe(false);
  expect(readFileSync(join(workspaceDir, "inside.txt"), "utf8")).toBe("planted");
  expect(results).toHaveLength(5);
});

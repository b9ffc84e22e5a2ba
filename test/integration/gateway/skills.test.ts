/** Skills with a gateway and a provider over real HTTP: what a model is told of them, what clients see and change. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import OpenAI from "openai";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { skillText, writeSkill } from "../../helpers/assistant/skills.ts";
import { codeOf, test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, TEST_TOKEN, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import {
  type FakeProvider,
  test as providerTest,
  type SeenRequest,
} from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);

const configFor = ({ url }: FakeProvider, more: GatewayConfig = {}): GatewayConfig => ({
  gateway: { http: { endpoints: { responses: { enabled: true } } } },
  session: { titles: "off" },
  ...fakeModel(url),
  ...more,
});

/** A program's own tool of the name: what can be read, a model is told of. */
const READ = {
  type: "function" as const,
  name: "read",
  description: "Reads a file.",
  parameters: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
  strict: false,
};
const LOOK = { ...READ, name: "look" };

async function ask(port: number, tools: (typeof READ)[] = [READ], user = "ada") {
  const client = new OpenAI({ apiKey: TEST_TOKEN, baseURL: `http://127.0.0.1:${port}/v1` });
  return await client.responses.create({ model: "clawdbot", input: "What is the weather?", tools, user });
}

async function say(client: WireClient, message: string, sessionKey = "main") {
  const idempotencyKey = crypto.randomUUID();
  await client.request("chat.send", { sessionKey, message, idempotencyKey });
  const end = await client.next("its end", ({ event, payload }) => {
    const { runId, state } = (payload ?? {}) as Record<string, unknown>;
    return event === "chat" && runId === idempotencyKey && state === "final";
  });
  return JSON.stringify(end.payload);
}

function systemOf({ body }: SeenRequest): string {
  const [first] = Array.isArray(body.messages) ? body.messages : [];
  return JSON.stringify(isRecord(first) ? first.content : "");
}

const listIn = (request: SeenRequest) => /## Skills.*?(?=\\n\\n## )/s.exec(systemOf(request))?.[0] ?? "";
const lastOf = ({ requests }: FakeProvider) => requests.at(-1) as SeenRequest;
const payloadOf = (answer: Frame) => answer.payload as Record<string, unknown>;

test("a model that can read files is told of the skills, and nobody else is", async ({ start, provider }) => {
  provider.script(() => answered("It rains."));
  const { port } = await start({ config: configFor(provider) });
  const without = await start({ config: { ...configFor(provider), tools: { deny: ["read"] } } });

  await ask(port);
  expect(listIn(lastOf(provider))).toContain("- weather: Current weather");
  expect(listIn(lastOf(provider))).toMatch(/assets\/skills\/weather\/SKILL\.md/);

  await ask(without.port, [LOOK]);
  expect(systemOf(lastOf(provider))).not.toContain("## Skills");
});

test("the assistant reads a skill that lies beside the gateway with its own tool, and nothing else there", async ({
  start,
  provider,
}) => {
  const results: string[] = [];
  let path = "";
  provider.script((request) => {
    const last = JSON.stringify(Array.isArray(request.body.messages) ? request.body.messages.at(-1) : "");
    if (last.includes('"role":"tool"')) {
      results.push(last);
      return answered("I know.");
    }
    if (path === "") path = /\(([^()]*weather\/SKILL\.md)\)/.exec(listIn(request))?.[1] ?? "";
    return answered("", { calls: [{ name: "read", arguments: { path } }] });
  });
  const { port, home } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  await say(client, "What is the weather?");
  path = join(home.stateDir, "clawdbot.db");
  await say(client, "And what is in there?");

  expect(results[0]).toContain("api.open-meteo.com");
  expect(results[0]).not.toContain("{baseDir}");
  expect(results[1]).toMatch(/is nobody's to use/);
});

test("the list has the same bytes until a skill changes", async ({ start, provider }) => {
  provider.script(() => answered("It rains."));
  const { port, settings } = await start({ config: configFor(provider) });
  const folder = join(settings.paths.stateDir, "skills");
  const lists: string[] = [];
  const next = async (user?: string) => {
    await ask(port, [READ], user);
    lists.push(listIn(lastOf(provider)));
  };

  await next();
  await next("bob");
  writeSkill(folder, "cooking");
  await next();
  writeSkill(folder, "cooking", skillText("cooking", "", "Salt it."));
  await next();
  rmSync(join(folder, "cooking"), { recursive: true });
  await next();

  const [first, second, third, fourth, fifth] = lists;
  expect([second, fifth]).toEqual([first, first]);
  expect(third).toContain("- cooking: Knows all about cooking. (~/.clawdbot/skills/cooking/SKILL.md)");
  expect(fourth).toBe(third);
});

test("a skill that an agent could have written waits for the owner, and again when it changes", async ({
  start,
  provider,
}) => {
  provider.script(() => answered("Yes."));
  const { port, settings } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const folder = writeSkill(join(settings.paths.workspaceDir, "skills"), "recipes");
  const status = async () => {
    const { skills } = payloadOf(await client.request("skills.status", {})) as { skills: Frame[] };
    return skills.find(({ name }) => name === "recipes") ?? {};
  };
  const isTold = async () => {
    await ask(port);
    return listIn(lastOf(provider)).includes("- recipes");
  };

  const before = await status();
  expect(before).toMatchObject({ trust: "new", eligible: false, source: "clawdbot-workspace" });
  expect(await isTold()).toBe(false);
  const { filePath, hash } = before;
  const trusted = await client.request("skills.trust", { filePath, hash });
  expect(trusted).toMatchObject({ ok: true, payload: { name: "recipes", hash } });
  expect([await isTold(), (await status()).eligible]).toEqual([true, true]);

  writeFileSync(join(folder, "run.sh"), "rm -rf ~");
  expect(await status()).toMatchObject({ trust: "changed", eligible: false });
  expect(await isTold()).toBe(false);
  expect(codeOf(await client.request("skills.trust", { filePath, hash }))).toBe("SKILL_UNKNOWN");
});

test("a key is written without a restart, is never told again, and its mark keeps it", async ({
  start,
  provider,
}) => {
  const { port, settings } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const update = (params: object) => client.request("skills.update", { skillKey: "weather", ...params });
  const entry = () => JSON.parse(readFileSync(settings.paths.configFile, "utf8")).skills.entries.weather;

  const answer = await update({ apiKey: "sk-1234567890", env: { TOWN: "Ulm", X_1: "y" } });
  expect(JSON.stringify(answer)).not.toMatch(/sk-1234567890|Ulm/);
  const { apiKey, env } = (payloadOf(answer) as { config: { apiKey: string; env: Record<string, string> } })
    .config;
  expect(entry()).toEqual({ apiKey: "sk-1234567890", env: { TOWN: "Ulm", X_1: "y" } });

  await update({ apiKey, env: { ...env, X_1: "" } });
  expect(entry()).toEqual({ apiKey: "sk-1234567890", env: { TOWN: "Ulm" } });
  const read = JSON.stringify(await client.request("config.get", {}));
  expect(read).not.toMatch(/sk-1234567890|Ulm/);

  await update({ apiKey: "", enabled: false });
  expect(entry()).toEqual({ env: { TOWN: "Ulm" }, enabled: false });
  for (const refused of [{ env: { "A B": "x" } }, { apiKey: "<your key>" }])
    expect(codeOf(await update(refused))).toBe("CONFIG_INVALID");
  for (const skillKey of ["__proto__", "a\u0000b", ""])
    expect(codeOf(await client.request("skills.update", { skillKey, enabled: true }))).toBe("PARAMS_INVALID");
  expect((await client.request("health", {})).ok).toBe(true);
});

test("what nobody gave his word for is not installed, nor in a way that nobody named", async ({
  start,
  provider,
}) => {
  const install =
    'metadata: {clawdbot: {install: [{kind: node, id: npm, package: "x"}, {kind: download, id: d, url: "https://a.example/x"}]}}';
  const { port, settings } = await start({
    config: configFor(provider),
    prepare: ({ stateDir, workspaceDir }) => {
      writeSkill(join(workspaceDir, "skills"), "foreign", skillText("foreign", install));
      writeSkill(join(stateDir, "skills"), "mine", skillText("mine", install));
    },
  });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const attempt = (name: string, installId: string) => client.request("skills.install", { name, installId });

  const answers = [
    await attempt("foreign", "npm"),
    await attempt("mine", "curl"),
    await attempt("mine", "d"),
  ];
  expect(answers.map(codeOf)).toEqual(["SKILL_UNTRUSTED", "SKILL_INSTALL_FAILED", "SKILL_INSTALL_FAILED"]);
  expect(answers.map(payloadOf)).toEqual([
    expect.objectContaining({ ok: false, message: "Skill not trusted: foreign" }),
    expect.objectContaining({ ok: false, message: "Installer not found: curl" }),
    expect.objectContaining({ ok: false, message: expect.stringMatching(/sha256/) }),
  ]);
  expect(settings.paths.stateDir).toBeTruthy();
});

test("a skill is a command: in the list, alone, by its name, and never for a name that is taken", async ({
  start,
  provider,
}) => {
  provider.script(() => answered("It rains."));
  const { port } = await start({
    config: configFor(provider),
    prepare: ({ stateDir }) => {
      const own = join(stateDir, "skills");
      writeSkill(own, "1st aid");
      writeSkill(own, "model");
      writeSkill(own, "quiet", skillText("quiet", "user-invocable: false"));
      writeSkill(own, "state", skillText("state", "command-dispatch: tool\ncommand-tool: session_status"));
      writeSkill(own, "none", skillText("none", "command-dispatch: tool\ncommand-tool: no_such_tool"));
    },
  });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const said = () => JSON.stringify(lastOf(provider).body.messages);

  const list = (await client.request("commands.list", { sessionKey: "main" })).payload as unknown as Frame[];
  const skills = list.filter(({ kind }) => kind === "skill").map(({ name }) => name);
  expect(skills).toEqual(["1st_aid", "calendar", "model_2", "none", "state", "system_report", "weather"]);

  await say(client, "/1st_aid for a burn");
  expect(said()).toContain(
    'Use the skill \\"1st aid\\": read its instructions in ~/.clawdbot/skills/1st aid/SKILL.md first.',
  );
  expect(said()).toContain("for a burn");
  await say(client, "/skill 1st aid for a cut");
  expect(said()).toContain("for a cut");
  const asked = provider.requests.length;
  expect(await say(client, "/skill")).toContain("/weather – Current weather");
  expect(await say(client, "/skill wether")).toContain('Did you mean \\"weather\\"?');
  expect(await say(client, "/state")).toMatch(/model/i);
  expect(await say(client, "/none a")).toContain("you have no such tool");
  expect(provider.requests).toHaveLength(asked);
});

test("whoever may only read and write uses them as well; a file that is broken is told", async ({
  start,
  provider,
}) => {
  provider.script(() => answered("Yes."));
  const { port } = await start({
    config: configFor(provider),
    prepare: ({ stateDir }) => {
      const file = join(stateDir, "skills", "bad", "SKILL.md");
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, "---\nname: bad\n---\n");
    },
  });
  const { client } = await connectWire(port, { scopes: ["operator.read", "operator.write"] });

  const list = (await client.request("commands.list", { sessionKey: "main" })).payload as unknown as Frame[];
  expect(list.map(({ name }) => name)).toEqual(expect.arrayContaining(["skill", "weather"]));
  const { problems } = payloadOf(await client.request("skills.status", {}));
  expect(problems).toEqual([expect.objectContaining({ line: 2, message: "it has no description" })]);
  expect(codeOf(await client.request("skills.status", { agentId: "nobody" }))).toBe("AGENT_UNKNOWN");
  expect(codeOf(await client.request("skills.update", { skillKey: "a" }))).toBe("MISSING_SCOPE");
});

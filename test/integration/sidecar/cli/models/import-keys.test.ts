/** `clawdbot models auth import` with files as the original and OpenClaw write them. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../../helpers/home/tree-checksum.ts";
import { test as providerTest } from "../../../../helpers/models/fake-provider.ts";
import { answered } from "../../../../helpers/models/reply.ts";
import { runInProcess } from "../../../../helpers/process/in-process.ts";

const test = mergeTests(gatewayTest, homeTest, providerTest);
const KEY = "sk-ant-api03-s3cr3tOne0123456789";
const TOKEN = "sk-ant-oat01-s3cr3tTwo0123456789";
const OTHER = "sk-proj-s3cr3tThree0123456789";
const PAST = Date.parse("2026-01-01T00:00:00Z");

/** As the original writes it, with a bit of everything. */
const PROFILES = {
  version: 1,
  profiles: {
    "anthropic:default": { type: "api_key", provider: "anthropic", key: KEY },
    "anthropic:over": {
      type: "token",
      provider: "anthropic",
      token: "sk-ant-oat01-s3cr3tOver",
      expires: PAST,
    },
    "openai-codex:me@example.com": {
      type: "oauth",
      provider: "openai-codex",
      access: "s3cr3tAccess",
      refresh: "s3cr3tRefresh",
      expires: PAST,
      email: "me@example.com",
    },
    "openai:work key": { type: "api_key", provider: "openai", key: OTHER },
    "google:vault": { type: "api_key", provider: "google", keyRef: { source: "env", id: "GEMINI_API_KEY" } },
    "zai:default": { type: "api_key", provider: "zai", key: "s3cr3tZai" },
  },
  lastGood: { anthropic: "anthropic:default" },
  usageStats: { "anthropic:default": { lastUsed: PAST } },
};

function write(stateDir: string, agentId: string, content: object): void {
  const file = join(stateDir, "agents", agentId, "agent", "auth-profiles.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
}

const run = (home: TempHome, ...args: string[]) => runInProcess(args, { env: home.env(), cwd: home.path });

test("keys are taken over once, what cannot be is named, and the model answers with them", async ({
  home,
  provider,
}) => {
  const elsewhere = join(home.path, ".openclaw");
  write(elsewhere, "main", PROFILES);
  const before = treeChecksum(elsewhere);
  home.writeConfig({
    gateway: { mode: "local" },
    agents: { defaults: { model: "anthropic/claude-sonnet-5" } },
    models: { providers: { anthropic: { baseUrl: provider.url } } },
  });
  const importing = (...args: string[]) =>
    run(home, "models", "auth", "import", "--from", elsewhere, ...args);

  const dry = await importing("--dry-run", "--json");
  const first = await importing();
  const second = await importing("--json");
  provider.script(answered("Good morning"));
  const asked = await run(home, "agent", "--local", "--message", "Hello");

  const taken = [
    { provider: "anthropic", name: "default", kind: "api_key" },
    { provider: "openai", name: "work-key", kind: "api_key" },
  ];
  expect(JSON.parse(dry.stdout)).toMatchObject({ ok: true, dryRun: true, imported: taken, here: [] });
  expect(first.code).toBe(0);
  expect(first.stdout).toBe("✓ the key default of anthropic is kept\n✓ the key work-key of openai is kept\n");
  const named = first.stderr.split("\n");
  expect(named).toEqual([
    "the login anthropic:over stays there: it has run out",
    "the login openai-codex:me@example.com stays there: only the program that made it can renew it. Here a key does the same: clawdbot models auth add <provider>",
    "the key google:vault stays there: the file only says where else it is kept",
    "nothing is known here of the provider zai, so its key stays there: once models.providers.zai says where it is, import again",
    "",
  ]);
  expect(JSON.parse(second.stdout)).toMatchObject({ imported: [], here: taken });
  expect(asked).toMatchObject({ code: 0, stdout: "Good morning\n" });
  expect(provider.requests[0]?.headers["x-api-key"]).toBe(KEY);
  expect(treeChecksum(elsewhere)).toEqual(before);
  expect(statSync(join(home.stateDir, "clawdbot.db")).mode & 0o777).toBe(0o600);
  expect(JSON.stringify([dry, first, second, asked])).not.toContain("s3cr3t");
});

test("a token is presented as one, and a key that somebody gave here stays", async ({
  home,
  provider,
  start,
}) => {
  write(home.stateDir, "main", {
    version: 1,
    profiles: { "anthropic:default": { type: "token", provider: "anthropic", token: TOKEN } },
  });
  const { port } = await start({
    config: {
      agents: { defaults: { model: "anthropic/claude-sonnet-5" } },
      models: { providers: { anthropic: { baseUrl: provider.url } } },
    },
  });
  const at = ["--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN, "--timeout", "60000"];

  const imported = await run(home, "models", "auth", "import", ...at);
  provider.script(answered("Good morning"));
  const asked = await run(home, "agent", "--message", "Hello", ...at);
  write(home.stateDir, "main", { profiles: { "anthropic:default": { type: "api_key", key: KEY } } });
  const again = await run(home, "models", "auth", "import", ...at);
  const listed = await run(home, "models", "auth", ...at);

  expect(imported).toMatchObject({ code: 0, stdout: "✓ the key default of anthropic is kept\n", stderr: "" });
  expect(asked.stdout).toBe("Good morning\n");
  expect(provider.requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${TOKEN}`,
    "anthropic-beta": expect.stringContaining("oauth-2025-04-20"),
  });
  expect(provider.requests[0]?.headers).not.toHaveProperty("x-api-key");
  expect(again.stdout).toBe("the key default of anthropic is here already\n");
  expect(listed.stdout).toBe("Keys of anthropic: default\n");
  expect(JSON.stringify([imported, asked, again, listed])).not.toContain("s3cr3t");
});

test("the command says where keys are when there are none in the directory, and refuses what means nothing", async ({
  home,
}) => {
  const elsewhere = join(home.path, ".openclaw");
  write(elsewhere, "main", PROFILES);

  const nothing = await run(home, "models", "auth", "import");
  const misplaced = await run(home, "models", "auth", "list", "--from", elsewhere);
  const other = await run(home, "models", "auth", "import", "moonshot", "--from", elsewhere);

  expect(nothing.code).toBe(1);
  expect(nothing.stderr).toContain(`There are no keys of another program in ${home.stateDir}.`);
  expect(nothing.stderr).toContain(`clawdbot models auth import --from ${elsewhere}`);
  expect(misplaced).toMatchObject({
    code: 2,
    stderr: "--from and --dry-run belong to: models auth import\n",
  });
  expect(other.code).toBe(1);
  expect(other.stderr).toContain(
    `There is no key of "moonshot" in ${elsewhere}; there are keys of anthropic, openai, zai.`,
  );
});

test("what is no profile is counted and named, and a provider of the configuration is the same in capitals", async ({
  home,
}) => {
  home.writeConfig({
    gateway: { mode: "local" },
    models: { providers: { Home: { baseUrl: "http://h/v1" } } },
  });
  write(home.stateDir, "main", {
    version: 1,
    profiles: {
      "HOME:default": { type: "api_key", provider: "HOME", key: OTHER },
      "openai:none": null,
      "openai:text": "s3cr3t",
      "openai:odd": { type: "weird", key: OTHER },
      "google:default": { type: "api_key", key: ["$", "{GEMINI_API_KEY}"].join("") },
    },
  });

  const { stdout, stderr } = await run(home, "models", "auth", "import");

  expect(stdout).toBe("✓ the key default of Home is kept\n");
  expect(stderr.split("\n")).toEqual([
    "2 profiles there are damaged, and are passed over: openai:none, openai:text",
    "openai:odd stays there: its type is none that is known here; these are api_key, token and oauth",
    "the key google:default stays there: the file has a variable or a mark in its place. Give it here: clawdbot models auth add google",
    "",
  ]);
});

test("onboarding says that there are keys, unless it was given one", async ({ home }) => {
  const elsewhere = join(home.path, ".openclaw");
  write(elsewhere, "main", PROFILES);
  const onboard = (...args: string[]) =>
    run(home, "onboard", "--non-interactive", "--accept-risk", "--skip-key-check", ...args);
  const offer = `holds keys of anthropic, openai; to use them here as well: clawdbot models auth import --from ${elsewhere}`;

  const without = await onboard("--gateway-port", "19346");
  const given = await onboard("--gateway-port", "19346", "--openai-api-key", OTHER);

  expect(without.stderr).toContain(offer);
  expect(given.stderr).not.toContain("holds keys of");
  expect(readFileSync(home.configFile, "utf8")).not.toContain("s3cr3t");
});

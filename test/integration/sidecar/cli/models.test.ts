/** `clawdbot models …` against a gateway that runs, and on the configuration. */
import { readFileSync } from "node:fs";
import { expect, mergeTests } from "@playwright/test";
import JSON5 from "json5";
import { test as gatewayTest } from "../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import { runCli } from "../../../helpers/process/cli.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

const test = mergeTests(gatewayTest, homeTest);
const SECRET = "sk-ant-api03-0123456789abcdef";

const at = (port: number) => ["--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN];
const asked = (home: TempHome, port: number, args: string[]) =>
  runInProcess([...args, ...at(port)], { env: home.env() });

test("list, status and auth tell what there is, and never a key", async ({ home, start }) => {
  const { port } = await start({
    config: {
      agents: {
        defaults: {
          model: { primary: "anthropic/claude-sonnet-5", fallbacks: ["openai/gpt-6-sol"] },
          models: { "anthropic/claude-sonnet-5": { alias: "sonnet" } },
        },
      },
      models: { providers: { anthropic: { apiKey: SECRET } } },
    },
  });

  const list = await asked(home, port, ["models", "list"]);
  const json = await asked(home, port, ["models", "list", "--json", "--provider", "anthropic"]);
  const status = await asked(home, port, ["models", "status"]);
  const auth = await asked(home, port, ["models", "auth"]);

  expect(list.stdout).toMatch(/^anthropic\/claude-sonnet-5 +1000k {2}image {2}\(sonnet\)$/m);
  expect(JSON.parse(json.stdout).models).toMatchObject([{ provider: "anthropic", alias: "sonnet" }]);
  expect(status).toMatchObject({ code: 0, stderr: "" });
  expect(status.stdout).toBe(
    "Model: anthropic/claude-sonnet-5\nIn its place, while it cannot answer: openai/gpt-6-sol\nKeys of anthropic: in the configuration\n",
  );
  expect(auth.stdout).toBe("Keys of anthropic: in the configuration\n");
  expect(JSON.stringify([list, json, status, auth])).not.toMatch(/sk-ant|0123/);
});

test("status says who answers where nobody chose, and fails where the chosen one cannot", async ({
  home,
  start,
}) => {
  const { port } = await start();
  const other = await start({ config: { agents: { defaults: { model: "openai/gpt-6-sol" } } } });

  const echo = await asked(home, port, ["models", "status"]);
  const keyless = await asked(home, other.port, ["models", "status"]);

  expect(echo.stdout).toBe(
    "Model: local/echo (chosen by the keys there are; another one: clawdbot models set <provider/name>)\nThere is no key of any provider: clawdbot models auth add <provider>\n",
  );
  expect(keyless.code).toBe(1);
  expect(keyless.stdout).toContain(
    "It cannot answer: The model openai/gpt-6-sol cannot answer: there is no key",
  );
});

test("a provider that asks for no key is shown as one, and the model of it that is configured is listed", async ({
  home,
  start,
}) => {
  const { port } = await start({
    config: {
      agents: { defaults: { model: "home/any" } },
      models: { providers: { home: { baseUrl: "http://127.0.0.1:9/v1" } } },
    },
  });

  const status = await asked(home, port, ["models", "status"]);
  const list = await asked(home, port, ["models", "list"]);

  expect(status.stdout).toBe("Model: home/any\nKeys of home: none needed\n");
  expect(list.stdout).toMatch(/^home\/any +32k$/m);
});

test("auth add reads the key from the standard input, remove forgets it", async ({ home, start }) => {
  const { port } = await start();
  const piped = (args: string[], input: string) =>
    runCli(["models", "auth", ...args, ...at(port)], { env: home.env(), input });

  const added = await piped(["add", "anthropic", "--name", "work"], `${SECRET}\n`);
  const empty = await piped(["add", "anthropic"], "\n");
  const listed = await asked(home, port, ["models", "auth", "list"]);
  const removed = await asked(home, port, ["models", "auth", "remove", "anthropic", "--name", "work"]);
  const again = await asked(home, port, ["models", "auth", "remove", "anthropic", "--name", "work"]);

  expect(added).toMatchObject({ code: 0, stdout: "✓ the key work of anthropic is kept\n" });
  expect(empty).toMatchObject({
    code: 2,
    stderr: "There is no key: type it, or give it on the standard input\n",
  });
  expect(listed.stdout).toBe("Keys of anthropic: work\n");
  expect(removed.stdout).toBe("✓ the key work of anthropic is forgotten\n");
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no key "work" of anthropic here'),
  });
});

test("auth add says of what cannot be a key which value that is, where it came from and what helps, and repeats none of it", async ({
  home,
  start,
}) => {
  const { port } = await start();
  const piped = (args: string[], input: string) =>
    runCli(["models", "auth", "add", ...args, ...at(port)], { env: home.env(), input });

  const long = await piped(["anthropic"], "sk-".repeat(7_000));
  const odd = await piped(["anthropic"], "two words");
  const named = await piped(["anthropic", "--name", "a b"], SECRET);
  const provider = await piped(["p".repeat(61)], SECRET);

  expect(long).toMatchObject({
    code: 2,
    stderr:
      "The key on the standard input: at most 10000 characters are taken, and there are 21000; give the key alone, without what stands around it\n",
  });
  expect(odd).toMatchObject({
    code: 1,
    stderr:
      "The key holds blanks or characters that no key has; give the key alone, without what stands around it\n",
  });
  expect(named).toMatchObject({ code: 2, stderr: "--name: may hold letters, digits and _ . @ -\n" });
  expect(provider).toMatchObject({
    code: 2,
    stderr: "<provider>: at most 60 characters are taken, and there are 61; give a shorter one\n",
  });
});

for (const [args, said] of [
  [["models", "auth", "borrow"], '"models auth" knows list, add, remove and import, not "borrow"'],
  [["models", "auth", "add"], '"models auth add" needs <provider>, such as anthropic'],
  [["models", "set"], '"models set" needs <model>'],
  [["models", "set", "nobody/x"], 'There is no model "nobody/x"'],
  [["models", "set", "anthropic/"], 'There is no model "anthropic/"'],
  [["models"], '"models" needs a command: list, set, status, auth'],
] as const) {
  test(`refuses "${args.join(" ")}" as a mistake on the command line`, async ({ home }) => {
    const { code, stderr } = await runInProcess([...args], { env: home.env() });

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
  });
}

test("set writes the choice, keeps what may answer in its place, and knows aliases", async ({ home }) => {
  const model = () => JSON5.parse(readFileSync(home.configFile, "utf8")).agents.defaults.model;
  const set = (name: string) => runInProcess(["models", "set", name], { env: home.env() });

  await set("openai/gpt-6-sol");
  const first = model();
  home.writeConfig({
    gateway: { mode: "local" },
    agents: {
      defaults: {
        model: { primary: "openai/gpt-6-sol", fallbacks: ["openai/gpt-6-luna"] },
        models: { "anthropic/claude-sonnet-5": { alias: "Sonnet" }, "openai/gpt-6-sol": {} },
      },
    },
  });
  const byAlias = await set("sonnet");
  const second = model();
  const refused = await set("openai/gpt-5.4");

  expect(first).toBe("openai/gpt-6-sol");
  expect(byAlias.stdout).toContain("anthropic/claude-sonnet-5 answers from now on");
  expect(second).toEqual({ primary: "anthropic/claude-sonnet-5", fallbacks: ["openai/gpt-6-luna"] });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    "agents.defaults.models allows: anthropic/claude-sonnet-5, openai/gpt-6-sol",
  );
  expect(model()).toEqual(second);
});

test("set says that it knows nothing of a model, and writes it", async ({ home }) => {
  const { code, stderr } = await runInProcess(["models", "set", "openai/gpt-9"], { env: home.env() });

  expect(code).toBe(0);
  expect(stderr).toContain("openai/gpt-9 is in no list here, so it is taken for a small one (32000 tokens)");
});

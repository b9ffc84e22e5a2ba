import { expect, test } from "@playwright/test";
import { COMMANDS } from "../../../../sidecar/cli/commands.ts";
import { type Definition, ROOT_OPTIONS } from "../../../../sidecar/cli/definition.ts";
import { parseLine } from "../../../../sidecar/cli/options.ts";

const parse = (line: string) => parseLine(line.split(" ").filter(Boolean), COMMANDS);
const parsed = async (line: string) => {
  const { command, values, arguments: rest } = await parse(line);
  return { command: command?.name, values, rest };
};

test.describe("scope of options", () => {
  const accepted: [line: string, command: string, values: object][] = [
    ["gateway --port 1 --force", "gateway", { port: "1", force: true }],
    ["--port 1 gateway", "gateway", { port: "1" }],
    ["gateway --port=1 run", "gateway run", { port: "1" }],
    ["gateway --token A health", "gateway health", { token: "A" }],
    ["gateway --token A health --token B", "gateway health", { token: "B" }],
    ["gateway health --token WRONG", "gateway health", { token: "WRONG" }],
    ["--dev gateway status --no-probe", "gateway status", { dev: true, "no-probe": true }],
    ["gateway status --profile work --no-color", "gateway status", { profile: "work", "no-color": true }],
    ["daemon health --json", "gateway health", { json: true }],
    ["logs -f --limit 5", "logs", { follow: true, limit: "5" }],
    ["gateway --token=-dash", "gateway", { token: "-dash" }],
  ];
  for (const [line, command, values] of accepted) {
    test(`reads "${line}" as ${command}`, async () => {
      expect(await parsed(line)).toEqual({ command, values, rest: [] });
    });
  }

  const refused: [line: string, message: string][] = [
    ["--bind lan gateway status", '--bind has no effect on "status"'],
    ["gateway --bind lan status", '--bind has no effect on "status"'],
    ["gateway status --bind lan", '--bind has no effect on "status"'],
    ["gateway --force health", '--force has no effect on "health"'],
    ["--port 1 config path", '--port has no effect on "path"'],
    ["--profile", "--profile needs a value: --profile <name>"],
    ["gateway --profile", "--profile needs a value: --profile <name>"],
    ["--json", "--json needs a command; clawdbot --help lists them"],
    ["--port 1 --dev", "--port needs a command; clawdbot --help lists them"],
    ["a", 'Unknown command "a"; clawdbot --help lists them'],
    ["gateway xyzzyplugh", 'Unknown gateway command "xyzzyplugh"; clawdbot gateway --help lists them'],
    ["helth", 'Unknown command "helth"; did you mean "health"?'],
    ["status --port 1 --bind lan", '--port has no effect on "status"'],
    ["gateway --prot 1", 'Unknown option --prot; did you mean "--port"?'],
    ["--prot 1 gateway", 'Unknown option --prot; did you mean "--port"?'],
    ["gateway -x", "Unknown option -x"],
    ["gatway", 'Unknown command "gatway"; did you mean "gateway"?'],
    ["stop", 'Unknown command "stop"; did you mean "gateway stop"?'],
    ["install", 'Unknown command "install"; did you mean "gateway install"?'],
    ["restore x", 'Unknown command "restore"; did you mean "backup restore"?'],
    ["xyzzyplugh", 'Unknown command "xyzzyplugh"; clawdbot --help lists them'],
    ["gateway statsu", 'Unknown gateway command "statsu"; did you mean "status"?'],
    ["config", '"config" needs a command: get, set, unset, validate, edit, path'],
    ["config sett a b", 'Unknown config command "sett"; did you mean "set"?'],
    ["gateway call", '"gateway call" needs <method>; see clawdbot gateway call --help'],
    ["config unset", '"config unset" needs <path>; see clawdbot config unset --help'],
    ["config path x", '"config path" takes no argument "x"'],
    ["gateway --port", "--port needs a value: --port <port>"],
    ["gateway --token --verbose", "--token needs a value; write --token=--verbose if that is the value"],
    ["gateway --verbose=yes", '--verbose takes no value, got "yes"'],
    ["config set a -5x", "Unknown option -5; write -- before an argument that begins with -"],
  ];
  for (const [line, message] of refused) {
    test(`refuses "${line}"`, async () => {
      await expect(parse(line)).rejects.toMatchObject({ code: "USAGE", message });
    });
  }
});

test("a number below zero is a value, of a command and of an option", async () => {
  expect((await parseLine(["config", "set", "budget.perDayUsd", "-1"], COMMANDS)).arguments).toEqual([
    "budget.perDayUsd",
    "-1",
  ]);
  expect((await parseLine(["gateway", "--port", "-1.5"], COMMANDS)).values).toEqual({ port: "-1.5" });
});

test("an empty word is no argument where one is needed, and stays one where none is", async () => {
  await expect(parseLine(["config", "unset", ""], COMMANDS)).rejects.toMatchObject({
    message: '"config unset" needs <path>; see clawdbot config unset --help',
  });
  const { arguments: given } = await parseLine(["config", "set", "ui.seamColor", ""], COMMANDS);
  expect(given).toEqual(["ui.seamColor", ""]);
});

test.describe("a command line that would drive the terminal", () => {
  const title = "\u001b]0;title\u0007\u001b[31m\u202e";
  for (const argv of [
    [`x${title}`],
    [`--x${title}`],
    ["config", "path", `x${title}`],
    ["config", "path", `--json=x${title}`],
    ["logs", "--limit", `-x${title}`],
    ["y".repeat(5_000)],
  ]) {
    test(`is repeated without control characters and not at length: ${JSON.stringify(argv).slice(0, 60)}`, async () => {
      const error = await parseLine(argv, COMMANDS).catch((failure: Error) => failure);

      expect(error).toMatchObject({ code: "USAGE" });
      expect((error as Error).message).not.toMatch(/\p{Cc}|\p{Cf}/u);
      expect((error as Error).message.length).toBeLessThan(200);
    });
  }
});

test.describe("arguments", () => {
  test("takes what follows -- as arguments", async () => {
    expect(await parsed("config set a -- -5")).toEqual({
      command: "config set",
      values: {},
      rest: ["a", "-5"],
    });
  });

  test("asks for help by option and by word, even where arguments are missing", async () => {
    expect(await parsed("gateway call --help")).toEqual({
      command: "gateway call",
      values: { help: true },
      rest: [],
    });
    expect(await parsed("help gateway status")).toMatchObject({
      command: "gateway status",
      values: { help: true },
    });
  });
});

test.describe("U7: what people type first", () => {
  for (const [line, expected] of [
    ["status", { command: "gateway status", values: {} }],
    ["status --json --deep", { command: "gateway status", values: { json: true, deep: true } }],
    ["--profile work health", { command: "gateway health", values: { profile: "work" } }],
    ["help status", { command: "gateway status", values: { help: true } }],
    ["version", { command: undefined, values: { version: true } }],
    ["version --json", { command: undefined, values: { version: true, json: true } }],
    ["-v", { command: undefined, values: { version: true } }],
  ] as const) {
    test(`${line} is understood`, async () => {
      expect(await parsed(line)).toMatchObject(expected);
    });
  }
});

test.describe("the command table", () => {
  test("gives every letter to one option only", () => {
    const letters = new Map<string, string>();
    for (const { options } of [...COMMANDS, { options: ROOT_OPTIONS } as Pick<Definition, "options">]) {
      for (const [name, { short }] of Object.entries(options)) {
        if (short === undefined) continue;
        expect(letters.get(short) ?? name, short).toBe(name);
        letters.set(short, name);
      }
    }
  });

  test("reads an option as its command has it, whatever another command takes it for", async () => {
    const onboard = await parseLine(["onboard", "--workspace", "/w", "--reset"], COMMANDS);
    const uninstall = await parseLine(["uninstall", "--workspace", "--yes"], COMMANDS);

    expect(onboard.values).toEqual({ workspace: "/w", reset: true });
    expect(uninstall.values).toEqual({ workspace: true, yes: true });
  });

  for (const command of COMMANDS) {
    test(`loads the code of ${command.name}`, async () => {
      expect(await command.load()).toMatchObject({ run: expect.any(Function) });
    });
  }
});

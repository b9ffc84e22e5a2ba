import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { startIdOf } from "../../../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../../../shared/node/run-state.ts";
import type { ConnectionValues } from "../../../../sidecar/cli/definitions/common.ts";
import { resolveContext } from "../../../../sidecar/cli/invocation.ts";
import { resolveStatusTargets, resolveTarget } from "../../../../sidecar/cli/target.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

const resolve = (home: TempHome, values: ConnectionValues = {}, env: Record<string, string> = {}) =>
  resolveTarget(values, resolveContext({}, { HOME: home.path, ...env }, "linux"));

const statusTarget = async (home: TempHome, env: Record<string, string> = {}) =>
  (await resolveStatusTargets({}, resolveContext({}, { HOME: home.path, ...env }, "linux"))).asked;

/** A unit as `gateway install` writes it, with these arguments and variables more. */
function installUnit(home: TempHome, args: string[] = [], environment: string[] = []): void {
  const file = join(home.path, ".config", "systemd", "user", "clawdbot-gateway.service");
  mkdirSync(dirname(file), { recursive: true });
  const command = ["/usr/bin/node", "/opt/claw bot/launch.cjs", "gateway", "run", "--supervised", ...args];
  const quoted = (words: string[]) => words.map((word) => `"${word}"`).join(" ");
  writeFileSync(file, `[Service]\nExecStart=${quoted(command)}\nEnvironment=${quoted(environment)}\n`);
}

const facts = (port: number) => ({
  pid: process.pid,
  startId: startIdOf(process.pid),
  instanceId: "i",
  port,
  hosts: ["127.0.0.1"],
  version: "0",
  phase: "ready",
  startedAtMs: 0,
});

test.describe("port of the local gateway", () => {
  test("is the default without anything else", async ({ home }) => {
    expect(await resolve(home)).toMatchObject({ url: "ws://127.0.0.1:18789", source: "default" });
  });

  test("comes from the configuration, also from JSON5", async ({ home }) => {
    home.writeConfig("{ gateway: { port: 4001, }, } // mine");

    expect(await resolve(home)).toMatchObject({ port: 4001, source: "configuration" });
  });

  test("comes from the gateway that runs, before the configuration", async ({ home }) => {
    home.writeConfig({ gateway: { port: 4001 } });
    writeJsonFile(join(home.stateDir, "run", "gateway.json"), facts(4002));

    expect(await resolve(home)).toMatchObject({ port: 4002, source: "running gateway" });
  });

  test("does not come from a gateway that has gone", async ({ home }) => {
    writeJsonFile(join(home.stateDir, "run", "gateway.json"), { ...facts(4002), startId: "another" });

    expect(await resolve(home)).toMatchObject({ source: "default" });
  });

  test("comes from the environment before everything but --url", async ({ home }) => {
    writeJsonFile(join(home.stateDir, "run", "gateway.json"), facts(4002));
    const env = { CLAWDBOT_GATEWAY_PORT: "4003" };

    expect(await resolve(home, {}, env)).toMatchObject({ port: 4003, source: "CLAWDBOT_GATEWAY_PORT" });
    expect(await resolve(home, { url: "ws://h:1" }, env)).toMatchObject({ url: "ws://h:1", source: "--url" });
    await expect(resolve(home, {}, { CLAWDBOT_GATEWAY_PORT: "x" })).rejects.toMatchObject({
      code: "USAGE",
      message: 'CLAWDBOT_GATEWAY_PORT: expected 1-65535, got "x"',
    });
  });

  test("comes from the arguments of the installed service while nothing runs", async ({ home }) => {
    home.writeConfig({ gateway: { port: 4001 } });
    installUnit(home, ["--port", "4004"], ["CLAWDBOT_GATEWAY_PORT=4005"]);

    expect(await resolve(home)).toMatchObject({ port: 4004, source: "service args" });
    expect(await resolve(home, {}, { CLAWDBOT_GATEWAY_PORT: "4003" })).toMatchObject({ port: 4003 });
    writeJsonFile(join(home.stateDir, "run", "gateway.json"), facts(4002));
    expect(await resolve(home)).toMatchObject({ port: 4002, source: "running gateway" });
  });

  test("comes from the variables of the service, then from the configuration that it reads", async ({
    home,
  }) => {
    const other = join(home.path, "other.json");
    writeFileSync(other, "{ gateway: { port: 4006 } }");
    home.writeConfig({ gateway: { port: 4001 } });

    installUnit(home, [], ["CLAWDBOT_GATEWAY_PORT=4005", `CLAWDBOT_CONFIG_PATH=${other}`]);
    expect(await resolve(home)).toMatchObject({ port: 4005, source: "service env" });
    installUnit(home, [], [`CLAWDBOT_CONFIG_PATH=${other}`]);
    expect(await resolve(home)).toMatchObject({ port: 4006, source: "service configuration" });
    installUnit(home, [], [`CLAWDBOT_CONFIG_PATH=${home.path}/none.json`]);
    expect(await resolve(home)).toMatchObject({ port: 18789, source: "default" });
    installUnit(home);
    expect(await resolve(home)).toMatchObject({ port: 4001, source: "configuration" });
  });

  test("of an installed service is for status what the service sees, not this shell", async ({ home }) => {
    const env = { CLAWDBOT_GATEWAY_PORT: "4003" };

    expect(await statusTarget(home, env)).toMatchObject({ port: 4003, source: "CLAWDBOT_GATEWAY_PORT" });
    installUnit(home, ["--port=4004"]);
    expect(await statusTarget(home, env)).toMatchObject({ port: 4004, source: "service args" });
    writeJsonFile(join(home.stateDir, "run", "gateway.json"), facts(4002));
    expect(await statusTarget(home, env)).toMatchObject({ port: 4002, source: "running gateway" });
  });

  for (const url of [
    "http://h",
    "h:1",
    "",
    "ws://",
    "ws://h:1/#x",
    "ws://h:1/#",
    "ws://user@h:1",
    "ws://:s3cr3t@h:1",
    "ws://h\u001b[31m:x",
  ]) {
    test(`refuses the address "${url}"`, async ({ home }) => {
      await expect(resolve(home, { url })).rejects.toMatchObject({
        code: "USAGE",
        message: expect.not.stringMatching(/s3cr3t|\p{Cc}/u),
      });
    });
  }
});

test.describe("secrets", () => {
  test("come from options, environment and configuration in this order", async ({ home }) => {
    home.writeConfig({ gateway: { auth: { token: "file" } } });
    const env = { CLAWDBOT_GATEWAY_TOKEN: "environment" };

    expect((await resolve(home)).auth).toEqual({ token: "file" });
    expect((await resolve(home, {}, env)).auth).toEqual({ token: "environment" });
    expect((await resolve(home, { token: "option" }, env)).auth).toEqual({ token: "option" });
  });

  test("always include a token, as a gateway refuses a caller without one", async ({ home }) => {
    expect((await resolve(home)).auth).toEqual({ token: "none" });
    home.writeConfig({ gateway: { auth: { password: "p" } } });
    expect((await resolve(home)).auth).toEqual({ token: "none", password: "p" });
  });

  test("of the configuration do not rescue a wrong option", async ({ home }) => {
    home.writeConfig({ gateway: { auth: { token: "t", password: "p" } } });

    expect((await resolve(home, { password: "wrong" })).auth).toEqual({ token: "none", password: "wrong" });
  });

  test("of the configuration never go to a foreign address by themselves", async ({ home }) => {
    home.writeConfig({
      gateway: { auth: { token: "t" }, remote: { url: "wss://mine.example", token: "r" } },
    });

    expect((await resolve(home, { url: "wss://stranger.example" })).auth).toEqual({ token: "none" });
    expect((await resolve(home, { url: "wss://mine.example" })).auth).toEqual({ token: "r" });
    expect((await resolve(home, { url: "ws://127.0.0.1:5" })).auth).toEqual({ token: "t" });
    expect((await resolve(home, { url: "ws://127.0.0.1.evil.example:5" })).auth).toEqual({ token: "none" });
  });

  test("of a remote gateway beat the environment", async ({ home }) => {
    home.writeConfig({
      gateway: { mode: "remote", remote: { url: "wss://mine.example", token: "r" }, auth: { token: "t" } },
    });

    expect(await resolve(home, {}, { CLAWDBOT_GATEWAY_TOKEN: "environment" })).toEqual({
      url: "wss://mine.example",
      port: 443,
      source: "gateway.remote.url",
      auth: { token: "r" },
    });
  });
});

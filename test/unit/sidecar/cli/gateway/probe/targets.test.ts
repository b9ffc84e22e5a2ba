import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import {
  budgetOf,
  type ProbeValues,
  planProbe,
} from "../../../../../../sidecar/cli/gateway/probe/targets.ts";
import { resolveContext } from "../../../../../../sidecar/cli/invocation.ts";
import { type TempHome, test } from "../../../../../helpers/home/temp-home.ts";

const plan = (home: TempHome, values: ProbeValues, gateway: Record<string, unknown> = {}, env = {}) =>
  planProbe(values, resolveContext({}, { HOME: home.path, ...env }, "linux"), gateway);
const kinds = ({ direct }: Awaited<ReturnType<typeof plan>>) =>
  direct.map(({ kind, active }) => [kind, active]);

test.describe("the targets of a probe", () => {
  test("are this machine alone where nothing else is configured", async ({ home }) => {
    const { direct, tunnel } = await plan(home, {});

    expect(direct).toEqual([
      {
        kind: "localLoopback",
        active: true,
        target: expect.objectContaining({ url: "ws://127.0.0.1:18789" }),
      },
    ]);
    expect(tunnel).toBeUndefined();
  });

  test("are also the named and the configured one; commands ask the active ones", async ({ home }) => {
    const remote = { url: "wss://den.example" };

    expect(kinds(await plan(home, { url: "ws://other:1" }, { remote }))).toEqual([
      ["explicit", true],
      ["configRemote", false],
      ["localLoopback", true],
    ]);
    expect(kinds(await plan(home, {}, { mode: "remote", remote }))).toEqual([
      ["configRemote", true],
      ["localLoopback", false],
    ]);
  });

  test("are asked once when two of them have one address", async ({ home }) => {
    expect(kinds(await plan(home, { url: "ws://127.0.0.1:18789" }))).toEqual([["explicit", true]]);
  });

  test("get a secret of the command line only when they are named there", async ({ home }) => {
    const gateway = { auth: { token: "local" }, remote: { url: "wss://den.example", token: "remote" } };
    const tokens = async (values: ProbeValues) =>
      (await plan(home, values, gateway)).direct.map(({ kind, target }) => [kind, target.auth.token]);

    expect(await tokens({ url: "ws://other:1", token: "typed" })).toEqual([
      ["explicit", "typed"],
      ["configRemote", "remote"],
      ["localLoopback", "local"],
    ]);
    expect(await tokens({ token: "typed" })).toEqual([
      ["configRemote", "typed"],
      ["localLoopback", "typed"],
    ]);
  });
});

test.describe("the tunnel of a probe", () => {
  test("leads to the port of this machine's gateway, with secrets of the environment only", async ({
    home,
  }) => {
    const { tunnel } = await plan(
      home,
      { ssh: "me@den:2222" },
      { port: 4001, auth: { token: "local" } },
      { CLAWDBOT_GATEWAY_TOKEN: "environment" },
    );

    expect(tunnel).toMatchObject({
      ssh: { user: "me", host: "den", port: 2222 },
      remotePort: 4001,
      auth: { token: "environment" },
    });
  });

  test("of the configuration has the secrets and the port of the remote gateway", async ({ home }) => {
    const remote = { url: "wss://den.example:19001", token: "remote", sshTarget: "me@den" };

    expect((await plan(home, {}, { remote })).tunnel).toMatchObject({
      ssh: { host: "den" },
      remotePort: 19001,
      auth: { token: "remote" },
    });
    expect((await plan(home, { ssh: "me@elsewhere" }, { remote })).tunnel?.auth).toEqual({ token: "none" });
  });

  test("needs a readable key and a target that is one", async ({ home }) => {
    const identity = join(home.path, "key");
    const ssh = "me@den";
    writeFileSync(identity, "");

    expect((await plan(home, { ssh, "ssh-identity": identity })).tunnel?.identity).toBe(identity);
    await expect(plan(home, { ssh, "ssh-identity": `${identity}x` })).rejects.toThrow(
      /^--ssh-identity: cannot read/,
    );
    await expect(plan(home, {}, { remote: { sshTarget: "-oX" } })).rejects.toThrow(
      /^gateway\.remote\.sshTarget: /,
    );
  });
});

test.describe("the time of a target", () => {
  test("is its share of the whole", () => {
    expect(budgetOf("localLoopback", 3_000)).toBe(800);
    expect(budgetOf("localLoopback", 6_000)).toBe(1_600);
    expect(budgetOf("sshTunnel", 3_000)).toBe(2_000);
    expect(budgetOf("discovery", 1)).toBe(1);
  });
});

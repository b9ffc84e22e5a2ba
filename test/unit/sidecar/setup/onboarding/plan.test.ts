import { expect } from "@playwright/test";
import type { Answers, Situation } from "../../../../../sidecar/setup/onboarding/answers.ts";
import { type Plan, planOnboarding } from "../../../../../sidecar/setup/onboarding/plan.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { printed, reads } from "../../../../helpers/run/reads.ts";
import { plannedConfig, situationOf } from "./samples.ts";

const FRESH = "f".repeat(48);
const OLD = "the token all clients have";

function planOf(answers: Answers, situation: Situation): Plan {
  return planOnboarding(answers, situation, { newToken: () => FRESH, nowMs: 0 });
}

/** The configuration after the plan. */
function configOf(answers: Answers, situation: Situation) {
  return plannedConfig(planOf(answers, situation), situation.reading);
}

test.describe("a plan for somebody without a configuration", () => {
  test("is a local gateway on loopback with a token of its own and a work directory", ({ home }) => {
    const situation = situationOf(home);

    expect(configOf({}, situation)).toEqual({
      gateway: { mode: "local", bind: "loopback", auth: { mode: "token", token: FRESH } },
      agents: { defaults: { workspace: `${home.path}/clawd` } },
      wizard: expect.objectContaining({ lastRunMode: "local", lastRunAt: "1970-01-01T00:00:00.000Z" }),
    });
    expect(planOf({}, situation)).toMatchObject({
      mode: "local",
      auth: { mode: "token", source: "generated" },
      workspace: `${home.path}/clawd`,
      variables: {},
      reset: undefined,
      service: undefined,
      notes: [],
    });
  });

  test("takes the secret of the environment, so that commands in this shell are not refused", ({ home }) => {
    const situation = situationOf(home, { env: { CLAWDBOT_GATEWAY_TOKEN: OLD } });

    expect(planOf({}, situation)).toMatchObject({ auth: { source: "environment" }, notes: [] });
    expect(configOf({}, situation)).toMatchObject({ gateway: { auth: { token: OLD } } });
  });

  test("makes a token where a blank one was given", ({ home }) => {
    expect(configOf({ auth: "token", token: "" }, situationOf(home))).toMatchObject({
      gateway: { auth: { token: FRESH } },
    });
  });

  test("keeps the keys of providers for the agent, also the one of the environment", ({ home }) => {
    const situation = situationOf(home, { env: { OPENAI_API_KEY: "sk-env" } });

    expect(
      planOf({ provider: "anthropic-api-key", keys: { ANTHROPIC_API_KEY: "sk-1" } }, situation),
    ).toMatchObject({
      variables: { ANTHROPIC_API_KEY: "sk-1" },
    });
    expect(planOf({ provider: "openai-api-key" }, situation).variables).toEqual({ OPENAI_API_KEY: "sk-env" });
    expect(planOf({ provider: "openai-api-key", keys: { OPENAI_API_KEY: "" } }, situation).variables).toEqual(
      {},
    );
    expect(planOf({ provider: "skip" }, situation).variables).toEqual({});
  });
});

test.describe("a plan for somebody who has a configuration", () => {
  const CONFIG = {
    gateway: { mode: "local", port: 19_111, bind: "lan", auth: { mode: "token", token: OLD } },
    agents: { defaults: { workspace: "/w" } },
  };

  test("changes nothing when nothing was asked for", ({ home }) => {
    home.writeConfig(CONFIG);
    const situation = situationOf(home);

    expect(configOf({}, situation)).toBeUndefined();
    expect(configOf({ existing: "keep" }, situation)).toBeUndefined();
    expect(planOf({}, situation).auth).toEqual({ mode: "token", source: "kept" });
  });

  test("keeps the token when other things change, and when a blank one is given", ({ home }) => {
    home.writeConfig(CONFIG);

    const next = configOf({ existing: "modify", port: 19_222, token: "" }, situationOf(home));

    expect(next).toMatchObject({
      gateway: { port: 19_222, bind: "lan", auth: { mode: "token", token: OLD } },
    });
  });

  test("makes a new token only after a reset", ({ home }) => {
    home.writeConfig(CONFIG);
    const situation = situationOf(home);

    expect(planOf({ existing: "reset" }, situation)).toMatchObject({
      reset: "config",
      auth: { source: "generated" },
      workspace: `${home.path}/clawd`,
    });
    expect(configOf({ existing: "reset" }, situation)).toMatchObject({
      gateway: { bind: "loopback", auth: { token: FRESH } },
    });
  });

  test("says when this shell has another secret than the configuration", ({ home }) => {
    home.writeConfig(CONFIG);
    const { notes } = planOf({}, situationOf(home, { env: { CLAWDBOT_GATEWAY_TOKEN: "another" } }));

    expect(notes.map(printed)).toEqual([
      "CLAWDBOT_GATEWAY_TOKEN in this shell differs from gateway.auth.token: commands here will be refused until it is unset.",
    ]);
  });

  test("says where the port that was asked for does not count", ({ home }) => {
    const { notes } = planOf({ port: 1 }, situationOf(home, { env: { CLAWDBOT_GATEWAY_PORT: "2" } }));

    expect(notes.map(printed)).toEqual([
      expect.stringMatching(/^CLAWDBOT_GATEWAY_PORT=2 counts instead of gateway\.port /),
    ]);
  });

  test("names who holds the port, unless another one is taken, and what is not installed", ({ home }) => {
    const taken = { port: 18_789, holder: "pid 7 (nginx)", free: 18_909 };
    const situation = situationOf(home, { taken, hasTailscale: false });

    expect(planOf({}, situation).notes.map(printed)).toEqual([
      "Port 18789 is held by pid 7 (nginx): end that program, or take another one, such as --gateway-port 18909.",
    ]);
    expect(planOf({ port: 18_909, tailscale: "serve" }, situation).notes.map(printed)).toEqual([
      "The tailscale program is not installed on this machine; the gateway exposes nothing without.",
    ]);
  });

  test("says what becomes of a service when the gateway is elsewhere", ({ home }) => {
    const answers: Answers = { mode: "remote", remoteUrl: "wss://home.example" };
    const service = { state: "installed", label: "systemd" } as const;

    expect(planOf(answers, situationOf(home, { service })).notes.map(printed)).toEqual([
      "The service stays installed, but will not start as long as the mode is remote; clawdbot gateway uninstall removes it.",
    ]);
    expect(planOf(answers, situationOf(home)).notes.map(printed)).toEqual([]);
  });

  for (const [answers, place] of [
    [{ existing: "modify", bind: "lan", token: "short" }, "--gateway-token: the token has 5 characters"],
    [
      { existing: "modify", tailscale: "serve", auth: "password", password: "short" },
      "--gateway-password: the password has 5 characters",
    ],
  ] as [Answers, string][]) {
    test(`U5: refuses ${JSON.stringify(answers)}, as a start would`, ({ home }) => {
      expect(() => planOf(answers, situationOf(home, {}))).toThrow(
        expect.objectContaining({ code: "SECRET_TOO_SHORT", message: expect.stringContaining(place) }),
      );
    });
  }

  test("moves to loopback and a password where Tailscale needs it, and says so", ({ home }) => {
    home.writeConfig(CONFIG);
    const answers: Answers = { existing: "modify", tailscale: "funnel", password: "correct horse battery" };
    const situation = situationOf(home);

    expect(configOf(answers, situation)).toMatchObject({
      gateway: {
        bind: "loopback",
        auth: { mode: "password", password: "correct horse battery", token: OLD },
        tailscale: { mode: "funnel" },
      },
    });
    expect(planOf(answers, situation).notes.map(printed)).toEqual([
      "Clients prove themselves with a password instead of a token: Tailscale funnel is public.",
      "The gateway listens on loopback instead of lan: Tailscale funnel works there only.",
    ]);
  });

  test("leads to another gateway without touching the local one's settings", ({ home }) => {
    home.writeConfig(CONFIG);
    const answers: Answers = { mode: "remote", remoteUrl: "ws://home.example:1", remoteToken: "theirs" };
    const situation = situationOf(home);

    expect(configOf(answers, situation)).toMatchObject({
      gateway: {
        mode: "remote",
        port: 19_111,
        auth: { token: OLD },
        remote: { url: "ws://home.example:1", token: "theirs" },
      },
    });
    expect(planOf(answers, situation)).toMatchObject({
      workspace: undefined,
      notes: [reads(/is not encrypted/)],
    });
  });
});

test.describe("a plan is refused", () => {
  const refusals: [answers: Answers, message: string][] = [
    [{ mode: "remote" }, "--mode remote needs the address of the gateway: --remote-url ws://<host>:<port>."],
    [
      { bind: "custom" },
      "--gateway-bind custom needs an address or interface: --gateway-custom-host <host>.",
    ],
    [
      { customHost: "127.0.0.1" },
      "--gateway-custom-host has no effect with bind loopback: add --gateway-bind custom.",
    ],
    [
      { auth: "password" },
      "Auth mode password needs a password: --gateway-password or CLAWDBOT_GATEWAY_PASSWORD.",
    ],
    [
      { tailscale: "funnel" },
      "Auth mode password needs a password: --gateway-password or CLAWDBOT_GATEWAY_PASSWORD.",
    ],
    [
      { provider: "openai-api-key" },
      "--auth-choice openai-api-key needs a key: --openai-api-key or OPENAI_API_KEY.",
    ],
  ];
  for (const [answers, message] of refusals) {
    test(`with one line for ${JSON.stringify(answers)}`, ({ home }) => {
      expect(() => planOf(answers, situationOf(home))).toThrow(message);
    });
  }

  test("where the configuration is invalid and is not to be reset", ({ home }) => {
    home.writeConfig({ gateway: { port: "x" } });
    const situation = situationOf(home);

    expect(() => planOf({}, situation)).toThrow(/gateway.port: expected/);
    expect(planOf({ existing: "reset" }, situation).reset).toBe("config");
  });
});

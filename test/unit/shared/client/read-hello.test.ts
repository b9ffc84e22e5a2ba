import { expect, test } from "@playwright/test";
import fc from "fast-check";
import { isAnswerTo } from "../../../../shared/client/read-answers.ts";
import { presenceOf, readHello } from "../../../../shared/client/read-hello.ts";

const HELLO = {
  type: "hello-ok",
  protocol: 3,
  server: { version: "1.2.3", host: "h", connId: "c" },
  features: { methods: ["health"], events: ["tick"] },
  snapshot: {
    presence: [{ host: "h", ts: 1 }],
    health: { ok: true },
    stateVersion: { presence: 4, health: 5 },
    uptimeMs: 1_234,
    configPath: "/c",
    stateDir: "/s",
    sessionDefaults: {
      defaultAgentId: "main",
      mainKey: "main",
      mainSessionKey: "agent:main:main",
      scope: "global",
    },
  },
  auth: { deviceToken: "t", role: "operator", scopes: ["operator.read"], issuedAtMs: 7 },
  policy: { maxPayload: 524_288, maxBufferedBytes: 1_572_864, tickIntervalMs: 30_000 },
};

test.describe("readHello", () => {
  test("leaves a good welcome as it is", () => {
    expect(readHello(HELLO)).toEqual(HELLO);
  });

  for (const [what, payload] of [
    ["nothing", undefined],
    ["null", null],
    ["an empty object", {}],
    ["a list", [HELLO]],
    ["another type", { ...HELLO, type: "hello" }],
    ["no protocol", { ...HELLO, protocol: "3" }],
  ] as const) {
    test(`S9: takes ${what} for no welcome`, () => {
      expect(readHello(payload)).toBeUndefined();
    });
  }

  test("S9: gives numbers that timers and texts can use, whatever stands there", () => {
    const numbers = fc.oneof(
      fc.double(),
      fc.string(),
      fc.constant(null),
      fc.array(fc.integer()),
      fc.object(),
    );
    let broken: unknown;
    fc.assert(
      fc.property(numbers, numbers, numbers, fc.anything(), (tick, uptime, version, presence) => {
        const hello = readHello({
          ...HELLO,
          policy: { tickIntervalMs: tick, maxPayload: uptime, maxBufferedBytes: version },
          snapshot: { presence, uptimeMs: uptime, stateVersion: { presence: version, health: tick } },
        });
        const { policy, snapshot } = hello ?? {};
        const counts = [
          snapshot?.uptimeMs,
          snapshot?.stateVersion.presence,
          snapshot?.stateVersion.health,
          policy?.maxPayload,
          policy?.maxBufferedBytes,
        ];
        const isSound =
          counts.every((count) => typeof count === "number" && Number.isFinite(count) && count >= 0) &&
          (policy?.tickIntervalMs ?? 0) >= 1_000 &&
          (policy?.tickIntervalMs ?? 0) <= 3_600_000 &&
          snapshot?.presence.every((entry) => typeof entry === "object" && entry !== null) === true;
        if (!isSound) broken ??= hello;
      }),
    );

    expect(broken).toBeUndefined();
  });
});

test.describe("isAnswerTo", () => {
  const HEALTH = { ok: true, channels: {}, channelOrder: ["a"], channelLabels: { a: "A" } };

  for (const [method, answer, isOne] of [
    ["health", HEALTH, true],
    ["health", null, false],
    ["health", { ...HEALTH, channelOrder: undefined }, false],
    ["health", { ...HEALTH, channelLabels: { a: 1 } }, false],
    ["status", { sessions: { count: 0, defaults: { model: null } } }, true],
    ["status", { sessions: { count: "x", defaults: { model: null } } }, false],
    ["status", { sessions: null }, false],
    ["system-presence", [{}], true],
    ["system-presence", [null], false],
    ["logs.tail", { file: "f", cursor: 0, lines: [] }, true],
    ["logs.tail", { file: "f", cursor: 1e308, lines: [] }, false],
    ["logs.tail", { file: "f", cursor: 0, lines: [1] }, false],
    ["config.get", { path: "p", config: {}, valid: true }, true],
    ["config.get", { path: "p", valid: true }, false],
    ["shutdown", "anything that nobody looks at", true],
  ] as const) {
    test(`S9: ${JSON.stringify(answer)} ${isOne ? "answers" : "does not answer"} ${method}`, () => {
      expect(isAnswerTo(method, answer)).toBe(isOne);
    });
  }
});

test.describe("presenceOf", () => {
  test("passes on entries as they are", () => {
    const entry = {
      host: "desk",
      mode: "ui",
      reason: "connect",
      roles: ["operator"],
      scopes: ["operator.read"],
      lastInputSeconds: 3,
      ts: 1_700_000_000_000,
    };

    expect(presenceOf([entry])).toEqual([entry]);
  });

  test("S9: leaves out of them what is not of its kind", () => {
    const entry = {
      host: 7,
      mode: null,
      roles: "operator",
      tags: [1, "a"],
      lastInputSeconds: "x",
      ts: "now",
      more: {},
    };

    expect(presenceOf([entry, null, 5, [entry]])).toEqual([{ tags: ["a"], lastInputSeconds: 0, ts: 0 }]);
  });

  for (const value of [undefined, null, "x", 7, { length: 3 }]) {
    test(`S9: finds nobody in ${JSON.stringify(value)}`, () => {
      expect(presenceOf(value)).toEqual([]);
    });
  }
});

import { expect, test } from "@playwright/test";
import { changedPaths, planReload } from "../../../../../sidecar/base/config/reload-plan.ts";

/** An object with `value` at a dotted path. */
function withValue(path: string, value: unknown): object {
  return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

const LIVE = [
  "gateway.remote.url",
  "gateway.reload.mode",
  "gateway.auth.token",
  "gateway.auth.mode",
  "gateway.trustedProxies",
  "gateway.controlUi.enabled",
  "gateway.tailscale.mode",
  "gateway.port",
  "gateway.bind",
  "gateway.customBindHost",
  "gateway.mode",
  "gateway.nodes.x",
  "canvasHost.port",
  "mcp.servers",
  "models.providers",
  "agents.list",
  "agents.defaults.heartbeat.every",
  "tools.x",
  "bindings",
  "messages.x",
  "session.mainKey",
  "skills.x",
  "talk.x",
  "ui.assistant.name",
  "logging.level",
  "identity.name",
  "routing.x",
  "audio.x",
  "hooks.gmail.x",
  "cron.enabled",
  "browser.x",
  "channels.whatsapp.x",
  "web.enabled",
  "commands.restart",
  "env.vars.X",
  "update.channel",
  "auth.profiles",
];
const RESTART = ["gateway.tls.enabled", "plugins.x", "discovery.mdns.mode"];
const IGNORED = ["meta.lastTouchedAt", "meta.lastTouchedVersion", "$schema", "wizard.lastRunAt"];
const UNKNOWN = ["gatway.port", "x", "gatewayx.auth", "constructor", "toString.x"];

test.describe("planReload", () => {
  for (const [kind, paths] of [
    ["live", LIVE],
    ["restart", RESTART],
    ["unknown", UNKNOWN],
  ] as const) {
    for (const path of paths) {
      test(`takes ${path} for ${kind}, whether it comes, changes or goes`, () => {
        const expected = { live: [], restart: [], later: [], unknown: [], [kind]: [path] };

        expect(planReload({}, withValue(path, 1))).toEqual(expected);
        expect(planReload(withValue(path, 1), withValue(path, 2))).toEqual(expected);
        expect(planReload(withValue(path, 1), {})).toEqual(expected);
      });
    }
  }

  for (const path of IGNORED) {
    test(`does nothing about ${path}`, () => {
      expect(planReload({}, withValue(path, 1))).toEqual({ live: [], restart: [], later: [], unknown: [] });
    });
  }

  test("sorts every change of one edit", () => {
    const before = { meta: { a: 1 }, gateway: { port: 1, tls: {} }, odd: 1 };
    const after = { meta: { a: 2 }, gateway: { port: 2, tls: { enabled: true } }, odd: 2 };

    expect(planReload(before, after)).toEqual({
      live: ["gateway.port"],
      restart: ["gateway.tls.enabled"],
      later: [],
      unknown: ["odd"],
    });
  });
});

test.describe("changedPaths", () => {
  for (const [what, before, after, paths] of [
    ["equal arrays of objects are equal", { a: [{ b: 1 }] }, { a: [{ b: 1 }] }, []],
    ["the order of keys does not matter", { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }, []],
    [
      "the order of keys within arrays does not matter",
      { a: [{ b: 1, c: [{ d: 1, e: 2 }] }] },
      { a: [{ c: [{ e: 2, d: 1 }], b: 1 }] },
      [],
    ],
    ["an array differs as a whole", { a: [1, 2] }, { a: [1, 3] }, ["a"]],
    ["the order of an array matters", { a: [1, 2] }, { a: [2, 1] }, ["a"]],
    ["a section that comes is named by its values", {}, { a: { b: 1, c: { d: 2 } } }, ["a.b", "a.c.d"]],
    ["an empty section that comes is a change", {}, { a: {} }, ["a"]],
    ["a section that becomes a value is named by what it held", { a: { b: 1 } }, { a: 1 }, ["a.b"]],
    ["null is not nothing", { a: null }, {}, ["a"]],
    ["undefined is nothing", { a: undefined }, {}, []],
  ] as const) {
    test(what, () => {
      expect(changedPaths(before, after)).toEqual(paths);
    });
  }
});

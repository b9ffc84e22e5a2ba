import { expect, test } from "@playwright/test";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { SetupError } from "../../../../shared/errors.ts";
import type { ConfigReading } from "../../../../shared/node/config-source.ts";
import { resolvePaths } from "../../../../shared/node/paths.ts";
import type { Overruled } from "../../../../sidecar/base/config/run-options.ts";
import type { AuthSettings, GatewaySettings } from "../../../../sidecar/base/config/settings.ts";
import { type Reloadable, ReloadControl } from "../../../../sidecar/run/reload-control.ts";
import type { Applied } from "../../../../sidecar/run/steps.ts";
import { memoryLog } from "../../../helpers/gateway/silent-log.ts";
import { readingOf } from "../../../helpers/home/readings.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const TOKEN: AuthSettings = { mode: "token", token: "hush-hush" };
const OPEN: AuthSettings = { mode: "none" };

function settingsFor(config: GatewayConfig, auth: AuthSettings): GatewaySettings {
  const paths = resolvePaths({ env: { HOME: "/home/x" }, platform: "linux" });
  return {
    paths,
    config,
    port: config.gateway?.port ?? 1,
    bind: "loopback",
    customBindHost: undefined,
    tailscale: { mode: "off", resetOnExit: false },
    allowTailscale: false,
    auth,
    dev: false,
    supervised: false,
    verbose: false,
    wsLog: "auto",
    logLevel: "info",
    logFile: paths.logFile,
  };
}

function valid(config: GatewayConfig): ConfigReading {
  return readingOf(config);
}

/** A gateway that writes down what is done to it. The auth of a configuration is its token, or none. */
function setUp(start: GatewayConfig, startAuth: AuthSettings = TOKEN, overruled: Overruled = {}) {
  const { logger, records } = memoryLog();
  const clock = new FakeClock();
  const done: string[] = [];
  let settings = settingsFor(start, startAuth);
  const refuse = { settle: undefined as Error | undefined, apply: undefined as Applied | undefined };
  const settle = (reading: ConfigReading) => {
    if (refuse.settle) throw refuse.settle;
    const config = reading.state === "valid" ? reading.config : {};
    const token = config.gateway?.auth?.token;
    const auth: AuthSettings = token === undefined ? OPEN : { mode: "token", token };
    return settingsFor(config, auth);
  };
  const gateway: Reloadable = {
    get settings() {
      return settings;
    },
    applyLive: async (next) => {
      if (refuse.apply) return refuse.apply;
      settings = next;
      done.push("live");
      return { kind: "applied" };
    },
    restartNow: async (reason) => {
      done.push(`restart: ${reason}`);
    },
    keepGood: () => done.push("keep"),
    keepOld: () => done.push("keep old"),
  };
  const control = new ReloadControl(gateway, { settle, overruled }, logger, clock);
  return {
    clock,
    done,
    refuse,
    control,
    settings: () => settings,
    take: (config: GatewayConfig) => control.take(valid(config), { wasAsked: false }),
    warnings: () => records.filter(({ level }) => level === 40).map(({ msg, paths }) => ({ msg, paths })),
    text: () => JSON.stringify(records),
  };
}

const auth = { token: "hush-hush" };
const based = (gateway: GatewayConfig["gateway"], rest: GatewayConfig = {}): GatewayConfig => ({
  gateway: { mode: "local", auth, ...gateway },
  ...rest,
});
const PLUGIN = (name: string) => ({ plugins: { name } });

test.describe("ReloadControl", () => {
  const modes: [mode: "hybrid" | "hot" | "restart" | "off", change: string, done: string[]][] = [
    ["hybrid", "live", ["live", "keep"]],
    ["hybrid", "restart", ["restart: configuration changed: plugins.name"]],
    ["hot", "live", ["live", "keep"]],
    ["hot", "restart", ["live", "keep"]],
    ["restart", "live", ["restart: configuration changed: gateway.port"]],
    ["restart", "restart", ["restart: configuration changed: plugins.name"]],
    ["restart", "unknown", ["live", "keep"]],
    ["off", "live", []],
    ["off", "restart", []],
  ];
  for (const [mode, change, done] of modes) {
    test(`${mode}, a change of kind ${change}: ${done.join(", ") || "nothing"}`, async () => {
      const gateway = setUp(based({ reload: { mode } }));
      const after = {
        live: based({ reload: { mode }, port: 2 }),
        restart: based({ reload: { mode } }, PLUGIN("b")),
        unknown: based({ reload: { mode } }, { odd: 1 }),
      };

      await gateway.take(after[change as keyof typeof after]);

      expect(gateway.done).toEqual(done);
    });
  }

  test("hot says which changes it leaves for later", async () => {
    const gateway = setUp(based({ reload: { mode: "hot" } }));

    await gateway.take(based({ reload: { mode: "hot" } }, PLUGIN("b")));

    expect(gateway.warnings()).toEqual([
      { msg: "changed, but gateway.reload.mode hot never restarts: in force later", paths: ["plugins.name"] },
    ]);
  });

  for (const mode of ["hybrid", "restart", "hot"] as const) {
    test(`row 31: ${mode} does nothing about a stamp in meta but keep the file as good`, async () => {
      const gateway = setUp(based({ reload: { mode } }));

      await gateway.take(based({ reload: { mode } }, { meta: { lastTouchedAt: "now" } }));

      expect(gateway.done).toEqual(["keep"]);
      expect(gateway.warnings()).toEqual([]);
    });
  }

  test("warns of unknown keys and goes on", async () => {
    const gateway = setUp(based({}));

    await gateway.take(based({}, { gatway: { port: 1 } }));

    expect(gateway.warnings()).toEqual([
      { msg: "unknown keys changed; nothing to do", paths: ["gatway.port"] },
    ]);
    expect(gateway.done).toEqual(["live", "keep"]);
  });

  test("names changes that an option or the environment hides", async () => {
    const gateway = setUp(based({}), TOKEN, { "gateway.port": "--port", "gateway.bind": "--bind" });

    await gateway.take(based({ port: 5, controlUi: { enabled: false } }));

    expect(gateway.warnings()).toEqual([
      {
        msg: "changed, but an option or the environment of this run says otherwise",
        paths: ["gateway.port"],
      },
    ]);
  });

  test("holds the fourth restart within a minute, takes its live part, and restarts again afterwards", async () => {
    const gateway = setUp(based({}));
    for (const name of ["a", "b", "c"]) {
      await gateway.take(based({}, PLUGIN(name)));
      gateway.clock.advance(10_000);
    }
    await gateway.take(based({ auth: { token: "new" } }, PLUGIN("d")));

    expect(gateway.done.map((what) => what.split(":")[0])).toEqual([
      "restart",
      "restart",
      "restart",
      "live",
      "keep",
    ]);
    expect(gateway.settings().auth).toEqual({ mode: "token", token: "new" });
    expect(gateway.warnings()).toEqual([
      {
        msg: "more than 3 restarts within a minute: in force after the next restart",
        paths: ["plugins.name"],
      },
    ]);

    gateway.clock.advance(30_000);
    await gateway.take(based({ auth: { token: "new" } }, PLUGIN("e")));

    expect(gateway.done.at(-1)).toContain("restart: configuration changed");
  });

  for (const [what, byMs, then] of [
    ["back", -259_200_000, "restart"],
    ["forth", 259_200_000, "live"],
  ] as const) {
    test(`F10: counts the restarts of a minute by what passes, not by a clock that is set ${what}`, async () => {
      const gateway = setUp(based({}));
      for (const name of ["a", "b", "c"]) await gateway.take(based({}, PLUGIN(name)));

      gateway.clock.set(gateway.clock.now() + byMs);
      if (then === "restart") gateway.clock.advance(60_000);
      gateway.done.length = 0;
      await gateway.take(based({ auth: { token: "new" } }, PLUGIN("d")));

      expect(gateway.done[0]).toContain(then);
    });
  }

  for (const [what, reading, problem] of [
    ["deleted", { state: "missing", path: "/c.json", hash: "" }, "the file is gone"],
    [
      "invalid",
      {
        state: "invalid",
        path: "/c.json",
        hash: "h",
        raw: "{",
        parsed: {},
        issues: [
          { path: "gateway.port", message: "expected 1-65535" },
          { path: "", message: "line 1" },
        ],
      },
      "gateway.port: expected 1-65535; line 1",
    ],
  ] as const) {
    for (const mode of ["hybrid", "restart", "hot"] as const) {
      test(`row 29: a ${what} file changes nothing under ${mode} and is said once`, async () => {
        const gateway = setUp(based({ reload: { mode } }));

        await gateway.control.take(
          {
            ...reading,
            ...("issues" in reading ? { issues: [...reading.issues] } : {}),
          } as ConfigReading,
          { wasAsked: false },
        );

        expect(gateway.done).toEqual(["keep old"]);
        expect(gateway.warnings()).toEqual([
          { msg: "configuration not usable; the gateway keeps the old one", paths: undefined },
        ]);
        expect(gateway.text()).toContain(problem);
      });
    }
  }

  test("a refused configuration changes nothing and is said", async () => {
    const gateway = setUp(based({}));
    gateway.refuse.settle = new SetupError(
      "BIND_WITHOUT_AUTH",
      "Refusing to bind gateway to lan without auth.",
    );

    await gateway.take(based({ bind: "lan" }));

    expect(gateway.done).toEqual(["keep old"]);
    expect(gateway.text()).toContain("Refusing to bind gateway to lan without auth.");
  });

  test("what cannot be applied stays out, and the next edit is compared with what is in force", async () => {
    const gateway = setUp(based({}));
    gateway.refuse.apply = {
      kind: "undone",
      failed: "the addresses",
      reason: new SetupError("PORT_IN_USE", "taken"),
    };

    await gateway.take(based({ port: 9 }));
    const after = { done: [...gateway.done], port: gateway.settings().port };
    gateway.refuse.apply = undefined;
    await gateway.take(based({ port: 9 }));

    expect(after).toEqual({ done: ["keep old"], port: 1 });
    expect(gateway.done).toEqual(["keep old", "live", "keep"]);
    expect(gateway.settings().port).toBe(9);
  });

  test("keeps the secret when the file loses it, edit after edit", async () => {
    const gateway = setUp(based({}));

    await gateway.take({ gateway: { mode: "local" } });
    await gateway.take({ gateway: { mode: "local", port: 7 } });

    expect(gateway.settings().auth).toEqual(TOKEN);
    expect(gateway.settings().port).toBe(7);
    expect(gateway.warnings()).toHaveLength(2);
  });

  test("closes an open gateway as soon as the file has a secret, and keeps it closed", async () => {
    const gateway = setUp({ gateway: { mode: "local" } }, OPEN);

    await gateway.take(based({}));
    const closed = gateway.settings().auth;
    await gateway.take({ gateway: { mode: "local" } });

    expect(closed).toEqual(TOKEN);
    expect(gateway.settings().auth).toEqual(TOKEN);
  });

  test("logs paths and no values", async () => {
    const gateway = setUp(based({}));

    await gateway.take(based({ auth: { token: "another-secret", password: "third-secret" } }));

    expect(gateway.text()).toContain("gateway.auth.token");
    expect(gateway.text()).not.toMatch(/hush-hush|another-secret|third-secret/);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import {
  configKeys,
  configTree,
  keyAt,
  knownNames,
  notServedIn,
  unknownIn,
} from "../../../../shared/config/keys.ts";
import { notServedFindings } from "../../../../shared/config/not-served.ts";
import { GatewayConfig } from "../../../../shared/config/schema.ts";
import { validateConfig } from "../../../../shared/config/validate.ts";
import { reads } from "../../../helpers/run/reads.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** The program without the declarations themselves. */
const PROGRAM = ["shared", "sidecar", "tray"]
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) =>
      join(ROOT, folder, file),
    ),
  )
  .filter((file) => file.endsWith(".ts") && !/shared.config.(schema|keys?|defaults)\.ts$/.test(file))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

/** An object with `value` at a dotted path. */
function withValue(path: string, value: unknown): object {
  return path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
}

test.describe("the keys of the configuration", () => {
  test("P4: each says in both languages what it is for, unless it only holds others", () => {
    const silent = configKeys().filter(({ doc, keys }) => doc === undefined && keys.size === 0);

    expect(silent.map(({ path }) => path)).toEqual([]);
    expect(configKeys().filter(({ doc }) => doc !== undefined && doc.en === "").length).toBe(0);
  });

  test("P4: each that is served is named by something that reads it", () => {
    const isRead = (path: string) => new RegExp(`\\b${path.split(".").at(-1) ?? ""}\\b`).test(PROGRAM);
    const leaves = configKeys().filter(({ keys, reload }) => keys.size === 0 && reload !== "ignore");
    const unread = leaves.filter(({ notServed, path }) => notServed === undefined && !isRead(path));

    expect(unread.map(({ path }) => path)).toEqual([]);
  });

  test("P4: each key that another one's sentence names is there, and served", () => {
    const tops = [...configTree().keys.keys()].filter((name) => name !== "$schema");
    const named = configKeys().flatMap(({ doc }) =>
      [...(doc?.en ?? "").matchAll(/`([a-z]+(?:\.[\w<>]+)+)`/gi)].map(([, path = ""]) => path),
    );
    const keys = named.filter((path) => tops.includes(path.split(".")[0] ?? ""));
    const wrong = keys.filter((path) => {
      // A name of somebody's own ends what can be followed.
      const found = keyAt(path.replace(/\.<.*$/, "").split("."));
      return found === undefined || found.notServed !== undefined;
    });

    expect(keys.length).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });

  test("P4: each default belongs to a key, fits it, and to one that is served", () => {
    for (const [path, value] of Object.entries(DEFAULTS)) {
      const key = keyAt(path.split("."));
      expect(key?.notServed, path).toBeUndefined();
      expect(key?.schema.safeParse(value).success, path).toBe(true);
    }
  });

  for (const [path, value] of [
    ["logging.consoleLevel", "info"],
    ["logging.consoleStyle", "json"],
    ["logging.redactSensitive", "tools"],
    ["gateway.remote.tlsFingerprint", "AA:BB"],
    ["gateway.remote.transport", "ssh"],
    ["gateway.tls.autoGenerate", true],
    ["gateway.tls.certPath", "/etc/cert.pem"],
    ["gateway.tls.keyPath", "/etc/key.pem"],
    ["gateway.tls.caPath", "/etc/ca.pem"],
    ["gateway.controlUi.dangerouslyDisableDeviceAuth", true],
    ["gateway.nodes.browser", { browser: { mode: "off" } }],
    ["discovery.wideArea", { enabled: true }],
    ["env.shellEnv", { enabled: true }],
    ["agents.defaults.elevatedDefault", "on"],
    ["agents.defaults.compaction.mode", "safeguard"],
    ["channels", { telegram: {} }],
    ["tools.loopDetection", { enabled: true }],
    ["agents.defaults.sandbox.docker.setupCommand", "apt-get update"],
    ["agents.defaults.sandbox.docker.network", "bridge"],
    ["agents.defaults.sandbox.prune", { idleHours: 24 }],
    ["tools.exec.mode", "full"],
    ["tools.web.search.provider", "grok"],
  ] as const) {
    test(`P4: ${path} is valid and said to be read by nobody`, () => {
      const config = withValue(path, value);

      expect(validateConfig(config)).toMatchObject({ valid: true, warnings: [] });
      expect(notServedIn(config)).toEqual([{ path, instead: expect.anything() }]);
      expect(notServedFindings(config)).toEqual({
        issues: [{ path, message: reads(/^this release does not serve it; \S/) }],
      });
    });
  }

  test("P4: words are told that only other releases know what to do with", () => {
    const config = {
      gateway: { controlUi: { allowedOrigins: ["*"] } },
      models: { providers: { hub: { api: "github-copilot" }, home: { api: "ollama" } } },
    };

    expect(validateConfig(config)).toMatchObject({ valid: true, warnings: [] });
    expect(notServedIn(config).map(({ path }) => path)).toEqual([
      "models.providers.hub.api",
      "gateway.controlUi.allowedOrigins",
    ]);
  });

  for (const [what, config] of [
    [
      "what is served",
      { gateway: { port: 1, auth: { token: "t" } }, logging: { level: "info" }, env: { X: "1" } },
    ],
    ["what is off or empty", { gateway: { tls: { enabled: false } }, channels: {}, agents: { list: [] } }],
    ["what nobody knows", { odd: 1 }],
    ["no object at all", 7],
  ] as const) {
    test(`P4: nothing is said of ${what}`, () => {
      expect(notServedIn(config)).toEqual([]);
    });
  }

  test("P4: at most twenty are told, and how many more there are", () => {
    const others = knownNames([]).filter((name) => keyAt([name])?.notServed !== undefined);
    const config = Object.fromEntries(others.map((name) => [name, { a: 1 }]));

    const names = ["repoRoot", "cliBackends", "elevatedDefault", "verboseDefault"];
    const nested = {
      gateway: { tls: { certPath: "/c", keyPath: "/k", caPath: "/a" } },
      agents: { defaults: Object.fromEntries(names.map((name) => [name, { a: 1 }])) },
      hooks: Object.fromEntries(
        ["presets", "transformsDir", "gmail", "internal"].map((name) => [name, { a: 1 }]),
      ),
      logging: { consoleLevel: "info", consoleStyle: "json", redactSensitive: "tools" },
    };
    const found = notServedIn({ ...config, ...nested });

    expect(found.length).toBeGreaterThan(20);
    expect(notServedFindings({ ...config, ...nested })).toMatchObject({
      issues: { length: 20 },
      more: found.length - 20,
    });
  });

  test("U4: names nobody knows are found at every level, and those of other releases are known", () => {
    const config = {
      gatway: { port: 1 },
      gateway: { prot: 1, auth: { tokn: "t" }, nodes: { browser: 1 } },
      logging: { levle: "debug", redactSensitive: "off" },
      agents: { lst: [], list: [], defaults: { workspce: "x", compaction: {}, heartbeat: { evry: "1m" } } },
      discovery: { mdns: { mod: "off" } },
      channels: { whatever: { there: "is" } },
      env: { MY_OWN: "1", vars: { A: "1" } },
    };

    expect(unknownIn(config).map((path) => path.join("."))).toEqual([
      "gatway",
      "gateway.prot",
      "gateway.auth.tokn",
      "logging.levle",
      "agents.lst",
      "agents.defaults.workspce",
      "agents.defaults.heartbeat.evry",
      "discovery.mdns.mod",
    ]);
  });

  test("are those of the schema", () => {
    expect([...configTree().keys.keys()]).toEqual(Object.keys(GatewayConfig.shape));
    expect(keyAt(["gateway", "auth", "token"])?.reload).toBe("live");
    expect(keyAt(["gateway", "nothing"])).toBeUndefined();
    expect(keyAt(["logging", "file"])?.reload).toBe("later");
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readConfig } from "../../../../../shared/node/config-source.ts";
import { resolvePaths } from "../../../../../shared/node/paths.ts";
import { advice, ours, type Remedy } from "../../../../../shared/remedy.ts";
import {
  type GivenOptions,
  mergeSettings,
  withEnvironment,
} from "../../../../../sidecar/base/config/load.ts";
import { RUN_OPTIONS } from "../../../../../sidecar/base/config/run-options.ts";
import { readValues, type Typed } from "../../../../../sidecar/base/options.ts";
import { isReachable } from "../../../../../sidecar/host/net/bind.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { printed } from "../../../../helpers/run/reads.ts";

interface Given {
  /** As they are typed. */
  flags?: Typed;
  env?: Record<string, string>;
  /** Text, an object, or null for no file; default is a complete local configuration. */
  config?: object | string | null;
  dev?: boolean;
}

function load(home: TempHome, { flags = {}, env = {}, config = { gateway: LOCAL }, dev = false }: Given) {
  if (config !== null) home.writeConfig(config);
  const paths = resolvePaths({ env: { HOME: home.path }, platform: "linux" });
  const place = { env, paths, dev, isReachable };
  return mergeSettings(
    withEnvironment(readValues(RUN_OPTIONS, flags, place), env),
    readConfig(paths.configFile, env),
    place,
  );
}

const LOCAL = { mode: "local", auth: { token: "config-token" } };

test.describe("precedence", () => {
  const cases: [name: string, given: Given, expected: Record<string, unknown>][] = [
    ["takes the default port", {}, { port: 18_789 }],
    ["takes the port of the file", { config: { gateway: { ...LOCAL, port: 1 } } }, { port: 1 }],
    [
      "lets the environment beat the file's port",
      { config: { gateway: { ...LOCAL, port: 1 } }, env: { CLAWDBOT_GATEWAY_PORT: "2" } },
      { port: 2 },
    ],
    [
      "lets the option beat the environment's port",
      { flags: { port: "3" }, env: { CLAWDBOT_GATEWAY_PORT: "2" } },
      { port: 3 },
    ],
    ["takes the token of the file", {}, { auth: { mode: "token", token: "config-token" } }],
    [
      "lets the environment beat the file's token",
      { env: { CLAWDBOT_GATEWAY_TOKEN: "env-token" } },
      { auth: { mode: "token", token: "env-token" } },
    ],
    [
      "lets the option beat the environment's token",
      { flags: { token: "t" }, env: { CLAWDBOT_GATEWAY_TOKEN: "env-token" } },
      { auth: { mode: "token", token: "t" } },
    ],
    [
      "infers password mode from a password",
      { config: { gateway: { mode: "local", auth: { password: "p" } } } },
      { auth: { mode: "password", password: "p" } },
    ],
    [
      "keeps the file's password when only the mode is an option",
      {
        flags: { auth: "password" },
        config: { gateway: { mode: "local", auth: { token: "t", password: "p" } } },
      },
      { auth: { mode: "password", password: "p" } },
    ],
    [
      "lets the option beat the file's mode",
      {
        flags: { auth: "token" },
        config: { gateway: { mode: "local", auth: { mode: "password", token: "t", password: "p" } } },
      },
      { auth: { mode: "token", token: "t" } },
    ],
    [
      "ignores empty variables",
      { env: { CLAWDBOT_GATEWAY_PORT: "", CLAWDBOT_GATEWAY_TOKEN: " " } },
      {
        port: 18_789,
        auth: { mode: "token", token: "config-token" },
      },
    ],
    [
      "lets --compact choose the log style",
      { flags: { compact: true, "ws-log": "full" } },
      { wsLog: "compact" },
    ],
    [
      "takes the level of the log from the file",
      { config: { gateway: LOCAL, logging: { level: "debug" } } },
      {
        logLevel: "debug",
      },
    ],
    [
      "is open on loopback with --allow-unconfigured and no secret",
      { flags: { "allow-unconfigured": true }, config: null },
      {
        auth: { mode: "none" },
      },
    ],
    [
      "is open with bind auto and no secret, because that stays on loopback",
      { dev: true, flags: { bind: "auto" }, config: { gateway: { mode: "local" } } },
      { auth: { mode: "none" }, bind: "auto" },
    ],
    [
      "is open on another loopback address",
      { dev: true, config: { gateway: { mode: "local", bind: "custom", customBindHost: "127.0.0.2" } } },
      { auth: { mode: "none" }, customBindHost: "127.0.0.2" },
    ],
    [
      "row 21: takes the file's password with --auth password and nothing else",
      { flags: { auth: "password" }, config: { gateway: { mode: "local", auth: { password: "p" } } } },
      { auth: { mode: "password", password: "p" } },
    ],
    [
      "keeps a configured serve when only --tailscale-reset-on-exit is given",
      {
        flags: { "tailscale-reset-on-exit": true },
        config: { gateway: { ...LOCAL, tailscale: { mode: "serve" } } },
      },
      { tailscale: { mode: "serve", resetOnExit: true }, allowTailscale: true },
    ],
    [
      "keeps a configured reset when the option is absent",
      {
        flags: { tailscale: "serve" },
        config: { gateway: { ...LOCAL, tailscale: { mode: "off", resetOnExit: true } } },
      },
      { tailscale: { mode: "serve", resetOnExit: true } },
    ],
    [
      "needs no token on loopback when Tailscale identities are allowed",
      { config: { gateway: { mode: "local", tailscale: { mode: "serve" } } } },
      { auth: { mode: "tailscale" }, allowTailscale: true },
    ],
    [
      "allows no Tailscale identity in password mode by itself",
      { flags: { tailscale: "serve", password: "a-password-of-tests" } },
      { auth: { mode: "password", password: "a-password-of-tests" }, allowTailscale: false },
    ],
    [
      "is open on loopback in dev without a secret",
      { dev: true, config: { gateway: { mode: "local" } } },
      {
        auth: { mode: "none" },
        dev: true,
      },
    ],
    [
      "is not open in dev when a secret is configured",
      { dev: true },
      {
        auth: { mode: "token", token: "config-token" },
      },
    ],
  ];
  for (const [name, given, expected] of cases) {
    test(name, ({ home }) => {
      expect(load(home, given).settings).toMatchObject(expected);
    });
  }

  test("tells a chosen port from the default", ({ home }) => {
    expect(load(home, {}).portAsked).toBe(false);
    expect(load(home, { env: { CLAWDBOT_GATEWAY_PORT: "18789" } }).portAsked).toBe(true);
    expect(load(home, { config: { gateway: { ...LOCAL, port: 18_789 } } }).portAsked).toBe(true);
  });

  test("places the log where the file says", ({ home }) => {
    const at = (file: string) =>
      load(home, { config: { gateway: LOCAL, logging: { file } } }).settings.logFile;

    expect(at("~/x.log")).toBe(join(home.path, "x.log"));
    expect(at("/var/x.log")).toBe("/var/x.log");
    expect(at("x.log")).toBe(join(home.stateDir, "x.log"));
    expect(load(home, {}).settings.logFile).toBe(join(home.stateDir, "logs", "gateway.log"));
  });

  test("reads the password from the first line of a file", ({ home }) => {
    const file = join(home.path, "pässword");
    writeFileSync(file, "grün\nsecond line\n");

    expect(load(home, { flags: { "password-file": file } }).settings.auth).toEqual({
      mode: "password",
      password: "grün",
    });
  });

  test("warns about unknown sections and goes on", ({ home }) => {
    expect(load(home, { config: { gateway: LOCAL, gatway: {} } }).warnings.map(printed)).toEqual([
      'gatway: unknown key; did you mean "gateway"?',
    ]);
  });
});

test.describe("refusals", () => {
  const AUTH_HINT =
    "Set gateway.auth.token/password (or CLAWDBOT_GATEWAY_TOKEN/CLAWDBOT_GATEWAY_PASSWORD) or pass --token/--password.";
  const NEEDS_TOKEN = "Auth mode token needs a token: gateway.auth.token, CLAWDBOT_GATEWAY_TOKEN or --token.";
  const NEEDS_PASSWORD =
    "Auth mode password needs a password: gateway.auth.password, CLAWDBOT_GATEWAY_PASSWORD, --password or --password-file.";
  const open = { gateway: { mode: "local" } };

  const cases: [given: Given, code: string, message: string][] = [
    [{ flags: { reset: true } }, "USAGE", "Use --reset with --dev."],
    [{ flags: { reset: true, port: "12x" } }, "USAGE", "Use --reset with --dev."],
    ...["12x", "0", "99999", "-1", "1.5", "", " 1", "0x10"].map((port): [Given, string, string] => [
      { flags: { port } },
      "USAGE",
      `--port: expected 1-65535, got "${port}"`,
    ]),
    [
      { env: { CLAWDBOT_GATEWAY_PORT: "abc" } },
      "USAGE",
      'CLAWDBOT_GATEWAY_PORT: expected 1-65535, got "abc"',
    ],
    [
      { flags: { bind: "wan" } },
      "USAGE",
      '--bind: expected one of loopback, lan, tailnet, auto, custom; got "wan"',
    ],
    [{ flags: { auth: "none" } }, "USAGE", '--auth: expected one of token, password; got "none"'],
    [{ flags: { tailscale: "on" } }, "USAGE", '--tailscale: expected one of off, serve, funnel; got "on"'],
    [{ flags: { "ws-log": "x" } }, "USAGE", '--ws-log: expected one of auto, full, compact; got "x"'],
    [{ flags: { token: "" } }, "USAGE", "Empty --token"],
    [{ flags: { password: "" } }, "USAGE", "Empty --password"],
    [
      { flags: { "password-file": "/nowhere/x" } },
      "USAGE",
      "--password-file: cannot read /nowhere/x (ENOENT)",
    ],
    ...(["lan", "tailnet"] as const).flatMap((bind): [Given, string, string][] => {
      const message = `Refusing to bind gateway to ${bind} without auth.\n${AUTH_HINT}`;
      return [
        [{ config: open, flags: { bind } }, "BIND_WITHOUT_AUTH", message],
        [{ config: open, flags: { bind, auth: "password" } }, "BIND_WITHOUT_AUTH", message],
        [{ config: { gateway: { mode: "local", bind } }, dev: true }, "BIND_WITHOUT_AUTH", message],
        [
          { config: null, flags: { bind, "allow-unconfigured": true, tailscale: "serve" } },
          "BIND_WITHOUT_AUTH",
          message,
        ],
      ];
    }),
    ...["192.0.2.7", "0.0.0.0", "::", "2001:db8::7"].map((customBindHost): [Given, string, string] => [
      { config: { gateway: { mode: "local", bind: "custom", customBindHost } }, dev: true },
      "BIND_WITHOUT_AUTH",
      `Refusing to bind gateway to custom without auth.\n${AUTH_HINT}`,
    ]),
    [
      { flags: { bind: "lan" }, config: { gateway: { mode: "local", remote: { password: "p" } } } },
      "BIND_WITHOUT_AUTH",
      `Refusing to bind gateway to lan without auth.\n${AUTH_HINT}\ngateway.remote.password is only used for calls to another gateway; ours is gateway.auth.password.`,
    ],
    [{ flags: { bind: "lan", auth: "password" } }, "AUTH_NOT_CONFIGURED", NEEDS_PASSWORD],
    ...(["auto", "loopback"] as const).map((bind): [Given, string, string] => [
      { config: open, flags: { bind } },
      "AUTH_NOT_CONFIGURED",
      NEEDS_TOKEN,
    ]),
    [{ flags: { bind: "custom" } }, "ADDRESS_UNAVAILABLE", "--bind custom needs gateway.customBindHost."],
    [
      { config: { gateway: { ...LOCAL, bind: "custom", customBindHost: "no-such-if0" } } },
      "ADDRESS_UNAVAILABLE",
      "Cannot bind gateway to no-such-if0: address not available on this machine.",
    ],
    [{ config: open }, "AUTH_NOT_CONFIGURED", NEEDS_TOKEN],
    [
      { config: open, flags: { auth: "token", "allow-unconfigured": true } },
      "AUTH_NOT_CONFIGURED",
      NEEDS_TOKEN,
    ],
    [{ config: open, dev: true, flags: { auth: "password" } }, "AUTH_NOT_CONFIGURED", NEEDS_PASSWORD],
    [{ flags: { auth: "password" } }, "AUTH_NOT_CONFIGURED", NEEDS_PASSWORD],
    [
      { config: { gateway: { mode: "local", remote: { token: "t" } } } },
      "AUTH_NOT_CONFIGURED",
      `${NEEDS_TOKEN}\ngateway.remote.token is only used for calls to another gateway; ours is gateway.auth.token.`,
    ],
    [
      { config: {} },
      "MODE_NOT_LOCAL",
      "Gateway start blocked: set gateway.mode=local (current: unset) or pass --allow-unconfigured.",
    ],
    [
      { config: { gateway: { mode: "remote" } } },
      "MODE_NOT_LOCAL",
      "Gateway start blocked: set gateway.mode=local (current: remote) or pass --allow-unconfigured.",
    ],
    ...(["lan", "tailnet", "auto"] as const).flatMap((bind) =>
      (["serve", "funnel"] as const).map((tailscale): [Given, string, string] => [
        { flags: { bind, tailscale, auth: "password", password: "p" } },
        "ADDRESS_UNAVAILABLE",
        `--tailscale ${tailscale} works on loopback only (bind is ${bind}).`,
      ]),
    ),
    [
      { config: { gateway: { ...LOCAL, tls: { enabled: true } } } },
      "CONFIG_INVALID",
      "gateway.tls.enabled: this release does not speak TLS itself.",
    ],
    [
      { flags: { bind: "lan", tailscale: "funnel" } },
      "AUTH_NOT_CONFIGURED",
      "--tailscale funnel is public: it needs --auth password and a password.",
    ],
    [
      { flags: { tailscale: "funnel" } },
      "AUTH_NOT_CONFIGURED",
      "--tailscale funnel is public: it needs --auth password and a password.",
    ],
  ];
  for (const [given, code, message] of cases) {
    test(`${JSON.stringify(given)} is refused with ${code}`, ({ home }) => {
      expect(() => load(home, given)).toThrow(expect.objectContaining({ code, message }));
    });
  }

  for (const mode of ["token", "password"] as const) {
    test(`a ${mode} that is missing is refused with the command that makes one`, ({ home }) => {
      const fix = ours`config set ${`gateway.auth.${mode}`} --generate`;

      expect(() => load(home, { config: open, flags: { auth: mode } })).toThrow(
        expect.objectContaining({ code: "AUTH_NOT_CONFIGURED", fix }),
      );
    });
  }

  const SHORT: [Given, message: string, fix: Remedy][] = [
    [
      { flags: { bind: "lan" }, config: { gateway: { ...LOCAL, auth: { token: "short" } } } },
      "Refusing to bind gateway to lan with a token of 5 characters (gateway.auth.token): beyond this machine it needs at least 16.",
      ours`config set gateway.auth.token --generate`,
    ],
    [
      { flags: { bind: "tailnet", token: "fifteen-letters" } },
      "Refusing to bind gateway to tailnet with a token of 15 characters (--token): beyond this machine it needs at least 16.",
      advice`give a longer one with ${"--token"}, or leave that away and run ${ours`config set gateway.auth.token --generate`}`,
    ],
    [
      { flags: { bind: "auto" }, env: { CLAWDBOT_GATEWAY_PASSWORD: "pä🔑" } },
      "Refusing to bind gateway to auto with a password of 3 characters (CLAWDBOT_GATEWAY_PASSWORD): beyond this machine it needs at least 16.",
      advice`give a longer one with ${"CLAWDBOT_GATEWAY_PASSWORD"}, or leave that away and run ${ours`config set gateway.auth.password --generate`}`,
    ],
    [
      {
        dev: true,
        config: {
          gateway: { ...LOCAL, bind: "custom", customBindHost: "0.0.0.0", auth: { token: "short" } },
        },
      },
      "Refusing to bind gateway to custom with a token of 5 characters (gateway.auth.token): beyond this machine it needs at least 16.",
      ours`config set gateway.auth.token --generate`,
    ],
    [
      { flags: { tailscale: "funnel", auth: "password", password: "short" } },
      "Refusing Tailscale funnel with a password of 5 characters (--password): beyond this machine it needs at least 16.",
      advice`give a longer one with ${"--password"}, or leave that away and run ${ours`config set gateway.auth.password --generate`}`,
    ],
    [
      { flags: { tailscale: "serve", auth: "password", password: "short", "allow-unconfigured": true } },
      "Refusing Tailscale serve with a password of 5 characters (--password): beyond this machine it needs at least 16.",
      advice`give a longer one with ${"--password"}, or leave that away and run ${ours`config set gateway.auth.password --generate`}`,
    ],
  ];
  for (const [given, message, fix] of SHORT) {
    test(`U5: ${JSON.stringify(given)} is refused, with length, place and remedy`, ({ home }) => {
      const refusal = expect.objectContaining({ code: "SECRET_TOO_SHORT", message, fix });

      expect(() => load(home, given)).toThrow(refusal);
    });
  }

  for (const given of [
    { flags: { token: "your-token" } },
    { flags: { token: "short", bind: "loopback" } },
    {
      config: {
        gateway: { mode: "local", bind: "custom", customBindHost: "127.0.0.2", auth: { token: "t" } },
      },
    },
    { flags: { bind: "lan", token: "sixteen-letters-" } },
    { flags: { bind: "lan", password: "sixteen🔑letters!" } },
    { flags: { tailscale: "serve", token: "short" } },
  ] as Given[]) {
    test(`U5: ${JSON.stringify(given)} is taken`, ({ home }) => {
      expect(load(home, given).settings.auth.mode).toMatch(/^(token|password)$/);
    });
  }

  test("P4: a start names what is configured and not served on one line, and nothing else", ({ home }) => {
    const config = {
      gateway: { ...LOCAL, nodes: { browser: { mode: "off" } } },
      channels: { telegram: { enabled: true } },
      hooks: {},
      skills: { a: 1 },
    };

    expect(load(home, { config }).warnings.map(printed)).toEqual([
      "kept, but this release does not serve it: gateway.nodes.browser, channels",
    ]);
  });

  test("names the file that is missing", ({ home }) => {
    expect(() => load(home, { config: null })).toThrow(
      `No configuration yet (${home.configFile}). Run clawdbot onboard, or set gateway.mode=local, or pass --allow-unconfigured.`,
    );
  });

  test("names line and column of a syntax error", ({ home }) => {
    expect(() => load(home, { config: "{\n  gateway: { mode: 'local' port: 1 }\n}" })).toThrow(
      `Invalid configuration: ${home.configFile}\n  line 2, column 28: invalid character 'p'`,
    );
  });

  test("names every finding of an invalid file, also with --allow-unconfigured", ({ home }) => {
    const config = { gateway: { mode: "lokal", prot: 1, token: "secret" } };

    expect(() => load(home, { config, flags: { "allow-unconfigured": true } })).toThrow(
      [
        `Invalid configuration: ${home.configFile}`,
        "  gateway.mode: expected one of local, remote",
        '  gateway.prot: unknown key; did you mean "port"?',
        "  gateway.token: unknown key; it belongs under gateway.auth.token",
      ].join("\n"),
    );
  });

  test("never repeats a secret", ({ home }) => {
    const config = { gateway: { mode: "local", auth: { token: 12345 }, remote: { token: "hush" } } };

    expect(() => load(home, { config })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hush") }),
    );
  });
});

test.describe("what a run overrules", () => {
  const given = (typed: Typed, env: Record<string, string> = {}): GivenOptions =>
    withEnvironment(readValues(RUN_OPTIONS, typed, { dev: false }), env);

  test("names nothing when nothing was said", () => {
    expect(given({}).overruled).toEqual({});
  });

  test("names the key of every option and variable that hides it", () => {
    const options = given(
      { port: "1", bind: "lan", auth: "password", tailscale: "serve" },
      { CLAWDBOT_GATEWAY_TOKEN: "t", CLAWDBOT_GATEWAY_PASSWORD: "p" },
    );

    expect(Object.keys(options.overruled)).toEqual([
      "gateway.port",
      "gateway.bind",
      "gateway.auth.mode",
      "gateway.auth.token",
      "gateway.auth.password",
      "gateway.tailscale.mode",
    ]);
  });

  test("U4: names the option or the variable, the strongest that was given", () => {
    const { overruled } = given(
      { port: "1", "tailscale-reset-on-exit": true },
      { CLAWDBOT_GATEWAY_PORT: "2", CLAWDBOT_GATEWAY_TOKEN: "t" },
    );

    expect(overruled).toEqual({
      "gateway.port": "--port",
      "gateway.auth.token": "CLAWDBOT_GATEWAY_TOKEN",
      "gateway.tailscale.resetOnExit": "--tailscale-reset-on-exit",
    });
  });
});

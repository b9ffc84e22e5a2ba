import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import { APP_VERSION } from "../../../../../shared/version.ts";
import type { InstalledDefinition } from "../../../../../sidecar/host/service/service-manager.ts";
import {
  auditDefinition,
  auditInstalled,
  entryOf,
  type ServiceInspection,
} from "../../../../../sidecar/setup/service/audit.ts";
import { resolveInstalled } from "../../../../../sidecar/setup/service/installed.ts";
import { test as homeTest } from "../../../../helpers/home/temp-home.ts";
import { printed, reads } from "../../../../helpers/run/reads.ts";

const SURROUNDINGS = resolveProfileContext(
  { profile: undefined, dev: false },
  { HOME: "/home/ute", CLAWDBOT_STATE_DIR: "/srv/my bot" },
  "linux",
);
const COMMAND = ["/usr/bin/node", "/usr/local/bin/clawdbot", "gateway", "run", "--supervised"];
const ENVIRONMENT = {
  HOME: "/home/ute",
  PATH: "/usr/local/bin:/usr/bin:/bin:/home/ute/bin",
  CLAWDBOT_STATE_DIR: "/srv/my bot",
  CLAWDBOT_SERVICE_VERSION: "1.2.3",
};

interface Change {
  command?: readonly string[];
  environment?: Record<string, string | undefined>;
  facts?: Partial<ServiceInspection>;
  more?: Partial<InstalledDefinition>;
}

/** The codes found in an installation that is in order but for the change. */
function found({ command = COMMAND, environment = {}, facts = {} }: Change): string[] {
  return findings({ command, environment, facts }).map(({ code }) => code);
}

function findings({ command = COMMAND, environment = {}, facts = {}, more = {} }: Change) {
  const variables = Object.entries({ ...ENVIRONMENT, ...environment });
  const installed: InstalledDefinition = {
    command,
    environment: Object.fromEntries(
      variables.filter((each): each is [string, string] => each[1] !== undefined),
    ),
    sourcePath: "/home/ute/.config/systemd/user/clawdbot-gateway.service",
    overridePaths: [],
    ...more,
  };
  return auditDefinition(installed, {
    own: {
      stateDir: "/srv/my bot",
      configFile: "/srv/my bot/clawdbot.json",
      version: "1.2.3",
      entry: "/usr/local/bin/clawdbot",
      searchPath: ["/usr/local/bin", "/usr/bin", "/bin", "/home/ute/.local/bin"],
    },
    view: resolveInstalled(installed, SURROUNDINGS),
    isRuntimeMissing: false,
    isRuntimeManaged: command[0]?.includes("/.nvm/") ?? false,
    stableRuntime: undefined,
    entry: "same",
    missingFolders: [],
    configured: {},
    ...facts,
  });
}

test.describe("an installed service", () => {
  test("that is as an installation would make it has no findings", () => {
    expect(found({})).toEqual([]);
  });

  const NVM = "/home/ute/.nvm/versions/node/v24.1.0/bin/node";
  const cases: [code: string, has: Change, hasNot: Change][] = [
    [
      "gateway-command-missing",
      { command: ["/usr/bin/node", "/opt/other.js", "serve"] },
      { command: ["/usr/bin/env", "node", "/usr/local/bin/clawdbot", "--no-color", "gateway"] },
    ],
    ["gateway-runtime-missing", { facts: { isRuntimeMissing: true } }, {}],
    [
      "gateway-runtime-bun",
      { command: ["/opt/bun", ...COMMAND.slice(1)], facts: { stableRuntime: "/usr/bin/node" } },
      { command: ["/opt/bundle/node", ...COMMAND.slice(1)] },
    ],
    [
      "gateway-runtime-node-version-manager",
      { command: [NVM, ...COMMAND.slice(1)], facts: { stableRuntime: "/usr/bin/node" } },
      { command: [NVM, ...COMMAND.slice(1)], facts: { stableRuntime: NVM } },
    ],
    ["gateway-entrypoint-mismatch", { facts: { entry: "another" } }, { facts: { entry: "same" } }],
    [
      "gateway-state-mismatch",
      { environment: { CLAWDBOT_STATE_DIR: "/srv/my" } },
      { environment: { CLAWDBOT_STATE_DIR: " /srv/my bot/ " } },
    ],
    [
      "gateway-port-drift",
      { command: [...COMMAND, "--port", "19000"], facts: { configured: { port: 18789 } } },
      { command: [...COMMAND, "--port=19000"], facts: { configured: { port: 19000 } } },
    ],
    [
      "gateway-token-in-unit",
      { environment: { CLAWDBOT_GATEWAY_TOKEN: "s3cr3t" } },
      { environment: { CLAWDBOT_GATEWAY_TOKEN: "", CLAWDBOT_GATEWAY_PORT: "18789" } },
    ],
    [
      "gateway-path-missing",
      { environment: { PATH: undefined } },
      { environment: { PATH: ENVIRONMENT.PATH } },
    ],
    [
      "gateway-path-missing-dirs",
      { environment: { PATH: "/usr/local/bin:/home/ute/bin" } },
      { environment: { PATH: "/bin:/usr/bin:/usr/local/bin" } },
    ],
    [
      "gateway-path-nonminimal",
      { environment: { PATH: `${ENVIRONMENT.PATH}:/home/ute/.nvm/versions/node/v24.1.0/bin` } },
      { environment: { PATH: `${ENVIRONMENT.PATH}:/home/ute/.nvm/current/bin:/home/ute/.volta/bin` } },
    ],
    [
      "gateway-version-drift",
      { environment: { CLAWDBOT_SERVICE_VERSION: "1.2.2" } },
      { environment: { CLAWDBOT_SERVICE_VERSION: undefined } },
    ],
  ];
  for (const [code, has, hasNot] of cases) {
    test(`has ${code}, and has it not`, () => {
      expect(found(has)).toEqual([code]);
      expect(found(hasNot)).toEqual([]);
    });
  }

  test("has gateway-runtime-node-system-missing only beside a runtime that may go", () => {
    expect(found({ command: [NVM, ...COMMAND.slice(1)] })).toEqual([
      "gateway-runtime-node-version-manager",
      "gateway-runtime-node-system-missing",
    ]);
    expect(found({ command: ["/opt/node/bin/node", ...COMMAND.slice(1)] })).toEqual([]);
  });

  test("has gateway-token-drift when its token is not the configured one", () => {
    const environment = { CLAWDBOT_GATEWAY_TOKEN: "s3cr3t" };

    expect(found({ environment, facts: { configured: { token: "0ther" } } })).toEqual([
      "gateway-token-in-unit",
      "gateway-token-drift",
    ]);
    expect(found({ environment, facts: { configured: { token: "s3cr3t" } } })).toEqual([
      "gateway-token-in-unit",
    ]);
  });

  test("is not promised to lose what an installation leaves to its owner", () => {
    const environmentFile = "/srv/my bot/service.env";
    const view = resolveInstalled(
      { command: COMMAND, environment: { ...ENVIRONMENT, CLAWDBOT_STATE_DIR: "/srv/theirs" } },
      SURROUNDINGS,
    );

    const [mismatch] = findings({ facts: { view } });
    const [nowhere] = findings({ facts: { view: undefined }, more: { environmentFile } });
    const [command] = findings({ command: ["/bin/false"], more: { overridePaths: ["/drop-in.conf"] } });
    const [secret] = findings({
      environment: { CLAWDBOT_GATEWAY_TOKEN: "s3cr3t" },
      more: { overridePaths: ["/drop-in.conf"] },
    });

    expect(printed(mismatch?.remedy)).toContain("take CLAWDBOT_STATE_DIR out of /srv/theirs/service.env");
    expect(printed(nowhere?.remedy)).toContain(`what ${environmentFile} says of it is yours`);
    expect(printed(command?.remedy)).toContain("take back what /drop-in.conf says");
    expect(printed(secret?.remedy)).toContain("takes it out, but not out of /drop-in.conf");
  });

  test("without a gateway in its command is judged no further there", () => {
    expect(found({ command: [], facts: { isRuntimeMissing: true, entry: "missing" } })).toEqual([
      "gateway-command-missing",
    ]);
  });

  test("with a profile that cannot be is not followed", () => {
    expect(found({ environment: { CLAWDBOT_STATE_DIR: undefined, CLAWDBOT_PROFILE: "a b" } })).toEqual([
      "gateway-state-mismatch",
    ]);
  });
});

test.describe("findings", () => {
  test("name the value and the remedy, never a secret", () => {
    const all = findings({
      command: [
        "/opt/node",
        "/opt/old/launch.cjs",
        "gateway",
        "--token",
        "s3cr3t",
        "--password=pa55",
        "--port",
        "1",
      ],
      environment: {
        PATH: "/usr/bin:relative:/gone",
        CLAWDBOT_STATE_DIR: "/srv/my",
        CLAWDBOT_GATEWAY_PASSWORD: "pa55",
        ANTHROPIC_API_KEY: "k3y",
        CLAWDBOT_SERVICE_VERSION: "1.10.0",
      },
      facts: {
        isRuntimeMissing: true,
        entry: "missing",
        missingFolders: ["/gone"],
        configured: { port: 2, token: "c0nf" },
      },
    });

    expect(all).toEqual([
      {
        code: "gateway-runtime-missing",
        message: reads("runtime missing: /opt/node cannot be run"),
        remedy: reads("clawdbot gateway install takes one that is there"),
        level: "recommended",
      },
      expect.objectContaining({
        message: reads("the service starts /opt/old/launch.cjs, which is not there"),
      }),
      expect.objectContaining({
        message: reads("the service keeps its state in /srv/my, this command in /srv/my bot"),
        remedy: reads(/^ask it with CLAWDBOT_STATE_DIR="\/srv\/my", or .* install --force$/),
      }),
      expect.objectContaining({
        message: reads("the service uses port 1 from its command, gateway.port is 2"),
      }),
      expect.objectContaining({
        message: reads(
          "the definition holds --token, --password, CLAWDBOT_GATEWAY_PASSWORD, ANTHROPIC_API_KEY, which others may read",
        ),
      }),
      expect.objectContaining({ code: "gateway-token-drift" }),
      expect.objectContaining({ message: reads("the PATH of the service lacks /usr/local/bin, /bin") }),
      expect.objectContaining({
        message: reads("the PATH of the service holds relative, /gone, which may not last"),
        level: "aggressive",
      }),
      expect.objectContaining({
        message: reads("the service was installed by version 1.10.0, this is 1.2.3"),
        remedy: reads(/^update this program/),
      }),
    ]);
    expect(JSON.stringify(all)).not.toMatch(/s3cr3t|pa55|k3y|c0nf/);
  });
});

test.describe("the program a command starts", () => {
  for (const [command, entry] of [
    [["/usr/bin/node", "--max-old-space-size=300", "/opt/launch.cjs", "gateway"], "/opt/launch.cjs"],
    [["/usr/bin/env", "node", "/opt/launch.cjs", "gateway"], "/opt/launch.cjs"],
    [["/usr/local/bin/clawdbot", "gateway", "run"], "/usr/local/bin/clawdbot"],
    [["C:\\node.exe", "C:\\Program Files\\c\\launch.cjs", "gateway"], "C:\\Program Files\\c\\launch.cjs"],
    [["gateway"], undefined],
    [[], undefined],
  ] as const) {
    test(`is ${entry} in "${command.join(" ")}"`, () => {
      expect(entryOf(command)).toBe(entry);
    });
  }
});

homeTest.describe("a look at the disk", () => {
  const launcher = fileURLToPath(new URL("../../../../../sidecar/launch.cjs", import.meta.url));

  homeTest("takes a link to this program for the same one, and knows what is gone", async ({ home }) => {
    const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), "linux");
    const link = join(home.path, "clawdbot");
    symlinkSync(launcher, link);
    const node = join(home.path, "node");
    writeFileSync(node, "");
    const installed: InstalledDefinition = {
      command: [node, link, "gateway", "run", "--supervised"],
      environment: {
        PATH: `/usr/local/bin:/usr/bin:/bin:${home.path}/gone`,
        CLAWDBOT_SERVICE_VERSION: APP_VERSION,
      },
      sourcePath: join(home.path, "unit"),
      overridePaths: [],
    };

    const before = await auditInstalled(installed, context);
    chmodSync(node, 0o755);
    mkdirSync(join(home.path, "gone"));
    const after = await auditInstalled(installed, context);

    expect(before.map(({ code }) => code)).toEqual(["gateway-runtime-missing", "gateway-path-nonminimal"]);
    expect(after).toEqual([]);
  });

  homeTest(
    "compares with the configuration that the service reads, also when it is invalid",
    async ({ home }) => {
      const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), "linux");
      home.writeConfig("{ gateway: { port: 4001, auth: { token: 'mine' }, typo: 1 } }");
      const environmentFile = join(home.stateDir, "service.env");
      writeFileSync(environmentFile, "CLAWDBOT_GATEWAY_PORT=4002\nCLAWDBOT_GATEWAY_TOKEN=theirs\n");

      const issues = await auditInstalled(
        {
          command: [process.execPath, launcher, "gateway", "run"],
          environment: { PATH: "/usr/local/bin:/usr/bin:/bin" },
          environmentFile,
          sourcePath: join(home.path, "unit"),
          overridePaths: [],
        },
        context,
      );

      expect(issues).toEqual([
        expect.objectContaining({
          code: "gateway-port-drift",
          message: reads(`the service uses port 4002 from ${environmentFile}, gateway.port is 4001`),
          remedy: reads(
            `take CLAWDBOT_GATEWAY_PORT out of ${environmentFile}, then: clawdbot gateway restart; clawdbot config set gateway.port 4002 keeps it`,
          ),
        }),
        expect.objectContaining({
          code: "gateway-token-drift",
          remedy: reads(
            `take CLAWDBOT_GATEWAY_TOKEN out of ${environmentFile}, then: clawdbot gateway restart`,
          ),
        }),
      ]);
    },
  );
});

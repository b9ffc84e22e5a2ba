/** Every repair of the configuration, on a file that has everything which a careless writer loses. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { doctorChecks } from "../../../../../sidecar/setup/doctor/index.ts";
import { runChecksAndRepair } from "../../../../../sidecar/setup/doctor/run-checks.ts";
import { createCheckContext } from "../../../../helpers/home/check-context.ts";
import { asking } from "../../../../helpers/home/readings.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../helpers/run/reads.ts";

const INCLUDED = "// shared\n{ logging: { level: 'debug' }, theirs: { one: 1 } }\n";

/** The file around the members of `gateway`. */
function fileWith(gateway: string): string {
  return `\uFEFF// my gateway: do not touch
{
  $include: "./more.json5", // shared with the other machine
  theirs: { id: 233734246190153728, n: [1e400, +0x10, .5, -Infinity], id: 233734246190153729 }, /* kept */
  channels: { x: { botToken: '${asking("BOT_TOKEN")}' } },
  gateway: {
    ${gateway}
  }, // the end
}
`;
}

const AUTH = `auth: { token: "${asking("MY_TOKEN")}" }, // from the keyring`;
const LAST_GOOD = { gateway: { mode: "local", port: 20_123, auth: { token: asking("MY_TOKEN") } } };

interface Case {
  code: string;
  before: string;
  after: string;
  /** There is a last configuration that worked. */
  hasLastGood?: boolean;
}

const CASES: Case[] = [
  {
    code: "config-key-unknown",
    before: `mode: "local", ${AUTH}\n    bnid: 'loopback',`,
    after: `mode: "local", ${AUTH}\n    bind: 'loopback',`,
  },
  {
    code: "config-key-misplaced",
    before: "mode: 'local', token: 'x\\u0041', // here",
    after: "mode: 'local', auth: { token: 'x\\u0041' }, // here",
  },
  {
    code: "config-value-invalid",
    before: `mode: "local", ${AUTH}\n    reload: { debounceMs: 9999999, mode: "hot" /* fast */ },`,
    after: `mode: "local", ${AUTH}\n    reload: { mode: "hot" /* fast */ },`,
  },
  {
    code: "config-value-invalid",
    before: `mode: "local", ${AUTH}\n    port: "any", // of them`,
    after: `mode: "local", ${AUTH}\n    port: 20123, // of them`,
    hasLastGood: true,
  },
  {
    code: "gateway-mode-unset",
    before: `${AUTH}\n    port: 0x4e9b,`,
    after: `${AUTH}\n    port: 0x4e9b,\n    mode: "local",`,
  },
  {
    code: "auth-token-missing",
    before: `mode: "local", // here\n    auth: {}, // soon`,
    after: `mode: "local", // here\n    auth: {\n      token: "${asking("MY_TOKEN")}",\n    }, // soon`,
    hasLastGood: true,
  },
];

async function repair(home: TempHome, text: string, hasLastGood: boolean) {
  home.writeConfig(text);
  writeFileSync(join(home.stateDir, "more.json5"), INCLUDED, { mode: 0o600 });
  const lastGood = join(home.stateDir, "clawdbot.last-good.json");
  if (hasLastGood) writeFileSync(lastGood, JSON.stringify(LAST_GOOD), { mode: 0o600 });
  const checks = doctorChecks(() => Promise.reject(new Error("nobody is asked here")), { suggestions: true });
  const env = { MY_TOKEN: "my-secret-token", BOT_TOKEN: "their-secret-token", TMPDIR: home.path };
  const ownConfig = { hash: undefined };
  return runChecksAndRepair(
    checks,
    async () => ({ ...createCheckContext(home, { env }), ownConfig }),
    () => true,
  );
}

/** Without what every write adds at the end. */
function withoutStamp(text: string): string {
  return text.replace(/\n {2}meta: \{\n(?: {4}.*\n)+ {2}\},/, "");
}

test.describe("a repair", () => {
  for (const { code, before, after, hasLastGood = false } of CASES) {
    test(`F1: of ${code} changes nothing else: ${after.split("\n").at(-1)}`, async ({ home }) => {
      const outcome = await repair(home, fileWith(before), hasLastGood);

      expect(outcome.failed).toEqual([]);
      expect(outcome.repaired.map((each) => each.code)).toContain(code);
      expect(withoutStamp(readFileSync(home.configFile, "utf8"))).toBe(fileWith(after));
      expect(readFileSync(join(home.stateDir, "more.json5"), "utf8")).toBe(INCLUDED);
      expect(readFileSync(`${home.configFile}.bak`, "utf8")).toBe(fileWith(before));
      expect(JSON.stringify(outcome)).not.toMatch(/my-secret-token|their-secret-token/);
    });
  }

  test("F1: is not made of what nobody understands, with all consent there is", async ({ home }) => {
    const text = fileWith(
      `mode: "local", ${AUTH}\n    $include: ["./gone.json5"], flux: { capacitor: true }, bind: "mesh", tls: { acme: [1] },`,
    );

    const outcome = await repair(home, text, true);

    expect(readFileSync(home.configFile, "utf8")).toBe(text);
    expect(outcome.repaired).toEqual([]);
    expect(outcome.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["config-include-unusable", "config-key-unknown", "config-value-invalid"]),
    );
    expect(readdirSync(home.stateDir).filter((name) => name.includes(".bak"))).toEqual([]);
  });

  test("F1: is none while the variable of the secret is missing", async ({ home }) => {
    const text = fileWith(`mode: "local", ${AUTH.replace("MY_TOKEN", "OTHER_TOKEN")}`);

    const outcome = await repair(home, text, true);

    expect(readFileSync(home.configFile, "utf8")).toBe(text);
    expect(outcome.findings).toContainEqual(
      expect.objectContaining({
        code: "config-variable-missing",
        message: reads(/gateway\.auth\.token: the variable OTHER_TOKEN is not set/),
      }),
    );
  });
});

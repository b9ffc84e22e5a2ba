import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { credentials } from "../../../../../../../sidecar/setup/doctor/checks/state/credentials.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

function write(file: string, content: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
}

test.describe("the check of logins", () => {
  test("finds those that ran out, wherever they are kept, and shows none of them", async ({ home }) => {
    const old = { access: "s3cr3t", expires: NOW - 1 };
    write(join(home.stateDir, "credentials", "oauth.json"), { anthropic: old });
    write(join(home.stateDir, "agents", "main", "agent", "auth-profiles.json"), {
      profiles: { "openai:me": old },
    });

    const findings = await findingsOf(credentials, home, { nowMs: NOW });

    expect(findings.map(({ code, level }) => [code, level])).toEqual([
      ["credentials-expired", "warning"],
      ["credentials-expired", "warning"],
    ]);
    expect(findings[0]?.message).toContain("the login anthropic in ");
    expect(findings[0]?.message).toContain("ran out on 2026-03-01");
    expect(JSON.stringify(findings)).not.toContain("s3cr3t");
  });

  test("looks where CLAWDBOT_OAUTH_DIR leads", async ({ home }) => {
    const folder = join(home.path, "logins");
    write(join(folder, "oauth.json"), { anthropic: { expires: 1 } });

    const env = { CLAWDBOT_OAUTH_DIR: folder };
    expect(await findingsOf(credentials, home, { nowMs: NOW, env })).toHaveLength(1);
  });

  test("names a login that rests after failures", async ({ home }) => {
    write(join(home.stateDir, "credentials", "auth-profiles.json"), {
      profiles: {},
      usageStats: { "openai:me": { cooldownUntil: NOW + 90_000 }, other: { cooldownUntil: NOW - 1 } },
    });

    expect(await findingsOf(credentials, home, { nowMs: NOW })).toMatchObject([
      { code: "credentials-resting", level: "hint", message: expect.stringContaining("another 2 min") },
    ]);
  });

  test("finds nothing in valid ones, in those that renew themselves, in nonsense, and in none", async ({
    home,
  }) => {
    expect(await findingsOf(credentials, home, { nowMs: NOW })).toEqual([]);

    write(join(home.stateDir, "credentials", "oauth.json"), {
      a: { expires: NOW + 1 },
      b: { refresh: "r", expires: 1 },
      c: { access: "x" },
      d: "text",
    });
    expect(await findingsOf(credentials, home, { nowMs: NOW })).toEqual([]);
  });
});

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../../../../sidecar/base/store/database.ts";
import { SqliteCredentialStore } from "../../../../../../../sidecar/base/store/sqlite/credentials.ts";
import { keysElsewhere } from "../../../../../../../sidecar/setup/doctor/checks/state/keys-elsewhere.ts";
import { findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

function write(stateDir: string, provider: string): void {
  const file = join(stateDir, "agents/main/agent/auth-profiles.json");
  mkdirSync(dirname(file), { recursive: true });
  const profiles = { [`${provider}:default`]: { type: "api_key", provider, key: "s3cr3t" } };
  writeFileSync(file, JSON.stringify({ version: 1, profiles }));
}

test.describe("the check of keys elsewhere", () => {
  test("offers to take over those of the original and of OpenClaw", async ({ home }) => {
    const elsewhere = join(home.path, ".openclaw");
    expect(await findingsOf(keysElsewhere, home)).toEqual([]);
    write(home.stateDir, "openai");
    write(elsewhere, "anthropic");
    write(join(home.path, ".moltbot"), "nobody");

    const findings = await findingsOf(keysElsewhere, home);

    expect(findings).toMatchObject([
      { code: "keys-not-imported", level: "hint", subject: home.stateDir },
      {
        subject: elsewhere,
        message: reads(/holds keys of model providers \(anthropic\), and this gateway has none/),
        remedy: reads(/models auth import --from .*\.openclaw/),
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain("s3cr3t");
  });

  test("says nothing once there is a key, wherever it stands", async ({ home }) => {
    write(home.stateDir, "openai");

    const env = { ANTHROPIC_API_KEY: "sk-ant-1" };
    expect(await findingsOf(keysElsewhere, home, { env })).toEqual([]);

    const models = { providers: { openai: { apiKey: "sk-1" } } };
    expect(await findingsOf(keysElsewhere, home, { config: { ...SOUND, models } })).toEqual([]);

    const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
    const credential = { provider: "openai", profile: "default", kind: "api_key", secret: "sk-1" } as const;
    await new SqliteCredentialStore(database).put(credential, 1);
    database.close();
    expect(await findingsOf(keysElsewhere, home, { config: SOUND })).toEqual([]);
  });
});

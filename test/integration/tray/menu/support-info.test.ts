import { mkdirSync, writeFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { resolveProfileContext } from "../../../../shared/node/profile-context.ts";
import { supportInfo } from "../../../../tray/menu/support-info.ts";
import { TEXTS } from "../../../../tray/model/texts/index.ts";
import { DEFAULT_INTENT, initialModel } from "../../../../tray/model/tray-model.ts";
import { deriveView } from "../../../../tray/model/view.ts";
import { test } from "../../../helpers/home/temp-home.ts";

test.describe("supportInfo", () => {
  test("tells versions, state, configuration and the end of the logs, and no secret", async ({ home }) => {
    const here = resolveProfileContext({ profile: undefined, dev: false }, home.env(), process.platform);
    home.writeConfig({
      gateway: { port: 20_001, auth: { token: "the-secret-token" } },
      channels: { telegram: { botToken: "bot-secret" } },
    });
    mkdirSync(here.paths.logDir, { recursive: true });
    const noise = "x".repeat(20_000);
    writeFileSync(
      here.paths.logFile,
      `first line\n${noise}\nlast line with the-secret-token and password=pw-1\n`,
    );
    const view = deriveView(initialModel(DEFAULT_INTENT, "0.1.0", 0), TEXTS.en, 0);

    const text = await supportInfo(view, here, here.paths.logDir, { token: "the-secret-token" });

    expect(text).toContain("Clawdbot Companion 0.1.0");
    expect(text).toContain(`Node ${process.version}`);
    expect(text).toContain("State: stopped");
    expect(text).toMatch(/^Service: \S+ \(not installed: .+\)$/m);
    expect(text).toContain('"port": 20001');
    expect(text).toContain("last line with *** and password=***");
    for (const hidden of ["the-secret-token", "bot-secret", "pw-1", "first line"]) {
      expect(text).not.toContain(hidden);
    }
  });
});

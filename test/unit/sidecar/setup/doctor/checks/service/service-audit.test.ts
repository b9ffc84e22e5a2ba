import { expect } from "@playwright/test";
import { APP_VERSION } from "../../../../../../../shared/version.ts";
import type { AuditIssue } from "../../../../../../../sidecar/host/service/service-manager.ts";
import { serviceAudit } from "../../../../../../../sidecar/setup/doctor/checks/service/service-audit.ts";
import {
  codesOf,
  findingsOf,
  type ServiceWords,
  SOUND,
  serviceSaying,
} from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const look = (home: TempHome, words: ServiceWords) =>
  findingsOf(serviceAudit, home, { config: SOUND, service: serviceSaying(words) });
const issue = (code: string, level: AuditIssue["level"] = "recommended"): AuditIssue => ({
  code,
  message: code,
  level,
});

test.describe("the check of the installed definition", () => {
  test("looks at nothing that is not installed", async ({ home }) => {
    expect(await look(home, { status: { installed: false }, audit: [issue("systemd-killmode")] })).toEqual(
      [],
    );
  });

  test("row 34: offers to reinstall where the runtime is gone", async ({ home }) => {
    const definition = { command: ["/gone/node", process.argv[1] ?? "", "gateway", "run", "--supervised"] };

    const findings = await look(home, { definition });

    expect(findings).toContainEqual(
      expect.objectContaining({
        code: "gateway-runtime-missing",
        level: "error",
        repair: expect.objectContaining({ kind: "change", describe: "reinstall the service" }),
      }),
    );
  });

  test("overwrites what was edited by hand only on --force", async ({ home }) => {
    const findings = await look(home, {
      audit: [issue("systemd-killmode"), issue("systemd-restart-sec", "aggressive")],
    });

    const kinds = findings.flatMap(({ repair }) => repair?.kind ?? []);
    expect(kinds.length).toBeGreaterThan(1);
    expect(new Set(kinds)).toEqual(new Set(["drastic"]));
  });

  test("takes a service of another state directory or of a newer version over only on --force", async ({
    home,
  }) => {
    for (const environment of [
      { HOME: "/elsewhere" },
      { HOME: home.path, CLAWDBOT_SERVICE_VERSION: "99.0.0" },
    ]) {
      const findings = await look(home, { definition: { environment } });

      expect(new Set(findings.flatMap(({ repair }) => repair?.kind ?? []))).toEqual(new Set(["drastic"]));
    }
  });

  test("offers no repair for what a reinstallation does not change", async ({ home }) => {
    const findings = await look(home, {
      audit: [issue("systemd-dropin-override"), issue("launchd-system-duplicate")],
    });

    for (const code of ["systemd-dropin-override", "launchd-system-duplicate"]) {
      expect(findings.find((finding) => finding.code === code)).toMatchObject({ level: "warning" });
      expect(findings.find((finding) => finding.code === code)?.repair).toBeUndefined();
    }
  });

  test("reinstalls nothing that was taken out of the start of the system", async ({ home }) => {
    const findings = await look(home, { status: { enabled: false }, audit: [issue("systemd-killmode")] });

    expect(codesOf(findings)).toContain("systemd-killmode");
    expect(findings.some(({ repair }) => repair !== undefined)).toBe(false);
  });

  for (const [what, environment, describe] of [
    ["a variable that nobody else has", { MY_API_KEY: "s3cr3t" }, "MY_API_KEY"],
    ["another token than the configured one", { CLAWDBOT_GATEWAY_TOKEN: "s3cr3t" }, "the token"],
    ["a password that is not configured", { CLAWDBOT_GATEWAY_PASSWORD: "s3cr3t" }, "the password"],
  ] as const) {
    test(`F1: takes ${what} away only on --force, and names it`, async ({ home }) => {
      const findings = await look(home, { definition: { environment: { HOME: home.path, ...environment } } });

      const repairs = findings.flatMap(({ repair }) => repair ?? []);
      expect(repairs.length).toBeGreaterThan(0);
      expect(new Set(repairs.map(({ kind }) => kind))).toEqual(new Set(["drastic"]));
      expect(repairs[0]?.describe).toBe(`reinstall the service, without ${describe} of its definition`);
    });
  }

  test("shows no secret of the definition", async ({ home }) => {
    const environment = {
      HOME: home.path,
      CLAWDBOT_GATEWAY_TOKEN: "s3cr3t",
      CLAWDBOT_SERVICE_VERSION: APP_VERSION,
    };

    const findings = await look(home, { definition: { environment } });

    expect(codesOf(findings)).toContain("gateway-token-in-unit");
    expect(JSON.stringify(findings)).not.toContain("s3cr3t");
  });
});

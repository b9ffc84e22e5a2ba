import { expect } from "@playwright/test";
import {
  operatorFindings,
  tailscale,
} from "../../../../../../../sidecar/setup/doctor/checks/gateway/tailscale.ts";
import type { RecorderState } from "../../../../../../fixtures/tailscale/state.ts";
import { codesOf, findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";
import { recordTailscale } from "../../../../../../helpers/network/tailscale.ts";

const SERVE = { gateway: { ...SOUND.gateway, tailscale: { mode: "serve" } } };

/** What is found where Tailscale is like this. */
async function withTailscale(home: TempHome, change: Partial<RecorderState>, config: object = SERVE) {
  const recorder = recordTailscale(change);
  try {
    return await findingsOf(tailscale, home, { config, env: { PATH: recorder.folder } });
  } finally {
    recorder.dispose();
  }
}

test.describe("the check of Tailscale", () => {
  test.skip(process.platform === "win32", "the recorder is a shell script");

  test("finds nothing where it can serve, and looks only where it is asked to", async ({ home }) => {
    expect(await withTailscale(home, {})).toEqual([]);
    expect(await withTailscale(home, { backendState: "NeedsLogin" }, SOUND)).toEqual([]);
  });

  for (const [what, change, code, remedy] of [
    ["nobody is logged in", { backendState: "NeedsLogin" }, "tailscale-logged-out", "tailscale up"],
    ["it is stopped", { backendState: "Stopped" }, "tailscale-not-running", "tailscale up"],
    [
      "the machine waits for approval",
      { backendState: "NeedsMachineAuth" },
      "tailscale-not-running",
      "admin console",
    ],
    ["the daemon does not answer", { daemon: "down" }, "tailscale-unavailable", undefined],
    ["it is too old", { version: "1.40.0" }, "tailscale-unavailable", "tailscale update"],
    ["the tailnet has no certificates", { certificates: false }, "tailscale-https-off", "admin/dns"],
  ] as const) {
    test(`tells that ${what}`, async ({ home }) => {
      const findings = await withTailscale(home, change);

      expect(codesOf(findings)).toEqual([code]);
      expect(findings[0]?.level).toBe("warning");
      if (remedy !== undefined) expect(findings[0]?.remedy).toContain(remedy);
    });
  }

  test("tells that it is not installed", async ({ home }) => {
    const findings = await findingsOf(tailscale, home, { config: SERVE, env: { PATH: home.path } });

    expect(codesOf(findings)).toEqual(["tailscale-not-installed"]);
  });

  test("names a rule of somebody else and how to clear it", async ({ home }) => {
    const host = "gate.tail1234.ts.net";
    const serve = {
      TCP: { 443: { HTTPS: true } },
      Web: { [`${host}:443`]: { Handlers: { "/": { Proxy: "http://127.0.0.1:3000" } } } },
    };

    const findings = await withTailscale(home, { serve });

    expect(findings).toMatchObject([
      { code: "tailscale-foreign-rule", remedy: expect.stringContaining("tailscale serve") },
    ]);
  });

  test("knows who may change what is served", () => {
    expect(operatorFindings({ uid: 0, username: "root" }, undefined)).toEqual([]);
    expect(operatorFindings({ uid: 1_000, username: "ada" }, "ada")).toEqual([]);
    expect(operatorFindings({ uid: 1_000, username: "ada" }, undefined)).toMatchObject([
      { code: "tailscale-operator-missing", remedy: "sudo tailscale set --operator=$USER" },
    ]);
  });
});

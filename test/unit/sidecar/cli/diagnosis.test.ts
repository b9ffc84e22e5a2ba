import { expect, test } from "@playwright/test";
import { resolveProfileContext } from "../../../../shared/node/profile-context.ts";
import { printDiagnosis } from "../../../../sidecar/cli/diagnosis.ts";
import { Output } from "../../../../sidecar/cli/output.ts";
import type { Outcome } from "../../../../sidecar/setup/doctor/run-checks.ts";

function printed(outcome: Outcome, nonInteractive = false): string {
  let text = "";
  const write = (piece: string) => {
    text += piece;
  };
  const stream = { isTTY: false, write };
  const output = new Output({
    json: false,
    noColor: true,
    env: { LANG: "C.UTF-8" },
    platform: "linux",
    stdout: stream,
    stderr: stream,
  });
  const _surroundings = resolveProfileContext(
    { profile: undefined, dev: false },
    { HOME: "/home/mira" },
    "linux",
  );
  printDiagnosis(outcome, output, { nonInteractive });
  return text;
}

test.describe("the report of doctor", () => {
  test("tells a repair that ended several findings once", () => {
    const repaired = ["gateway-path-missing", "systemd-killmode"].map((code) => ({
      code,
      done: "reinstalled the service",
    }));

    expect(printed({ findings: [], repaired, failed: [] })).toBe(
      "✓ reinstalled the service\n✓ Everything is fine\n",
    );
  });

  const repair = { kind: "change", describe: "set its mode", apply: async () => "" } as const;
  const repairable = { code: "x", level: "warning", message: "x is open", repair } as const;
  const drastic = { ...repairable, code: "y", repair: { ...repair, kind: "drastic" } } as const;

  test("F18: advises a run that was not interactive of the option that is in the way", () => {
    const outcome: Outcome = { findings: [repairable, drastic], repaired: [], failed: [] };

    expect(printed(outcome, true)).toContain(
      "clawdbot doctor --fix without --non-interactive repairs one of them.\nclawdbot doctor --fix --force without --non-interactive repairs one more.\n",
    );
    expect(printed(outcome)).toContain("clawdbot doctor --fix repairs one of them.\n");
  });

  test("F18: says of the only finding that it is repaired, and not that one of them is", () => {
    const hint = { code: "z", level: "hint", message: "z could be" } as const;
    const only: Outcome = { findings: [repairable, hint], repaired: [], failed: [] };

    expect(printed(only)).toContain("\nclawdbot doctor --fix repairs it.\n");
  });

  test("F18: does not advise what has just failed", () => {
    const failed = [{ code: "x", attempt: "set its mode", error: "no" }];

    expect(printed({ findings: [repairable], repaired: [], failed })).not.toContain("doctor --fix repairs");
  });

  test("does not claim that the gateway works where only nothing forbids it", () => {
    const findings = [
      { code: "service-stopped", level: "warning", message: "the service x does not run" } as const,
    ];

    expect(printed({ findings, repaired: [], failed: [] })).toBe(
      "Warnings (1)\n  The service x does not run\nNo errors, but 1 warning.\n",
    );
  });
});

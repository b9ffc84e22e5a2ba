import { expect, test } from "@playwright/test";
import { auditUnit, seconds } from "../../../../../../sidecar/host/service/systemd/audit-unit.ts";
import { renderUnit } from "../../../../../../sidecar/host/service/systemd/render-unit.ts";
import { parseUnit } from "../../../../../../sidecar/host/service/systemd/unit-file.ts";
import { reads } from "../../../../../helpers/run/reads.ts";

const UNIT = renderUnit(
  {
    description: "Clawdbot Gateway (v1)",
    command: ["/usr/bin/node"],
    workingDirectory: "/home/u",
    environment: {},
    environmentFile: "/home/u/.clawdbot/service.env",
    logDir: "/home/u/.clawdbot/logs",
  },
  "notify",
);

/** Codes and levels of the findings on a unit whose lines are changed by `change`, with a drop-in. */
function audited(change: (unit: string) => string, dropIn = ""): string[] {
  const entries = [change(UNIT), dropIn].flatMap(parseUnit);
  return auditUnit(entries).map(({ code, level }) => `${code} ${level}`);
}

test.describe("auditUnit", () => {
  test("finds nothing in a unit of our own", () => {
    expect(audited((unit) => unit)).toEqual([]);
  });

  for (const [line, findings] of [
    ["After=network-online.target\n", ["systemd-after-network-online recommended"]],
    ["Wants=network-online.target\n", ["systemd-wants-network-online recommended"]],
    ["RestartSec=5\n", ["systemd-restart-sec recommended"]],
    ["StartLimitIntervalSec=300\n", ["systemd-start-limit recommended"]],
    ["KillMode=mixed\n", ["systemd-killmode recommended"]],
  ] as const) {
    test(`misses ${line.trim()}`, () => {
      expect(audited((unit) => unit.replace(line, ""))).toEqual(findings);
    });
  }

  test("leaves it to --force to change what somebody set on purpose", () => {
    expect(audited((unit) => unit, "[Service]\nRestartSec=20\n")).toEqual(["systemd-restart-sec aggressive"]);
  });

  test("accepts the same settings in other words", () => {
    const reworded = (unit: string) =>
      unit
        .replace("RestartSec=5", "RestartSec=5000ms")
        .replace("StartLimitIntervalSec=300", "StartLimitIntervalSec=5 min")
        .replace("After=network-online.target", "After=basic.target network-online.target");

    expect(audited(reworded)).toEqual([]);
  });

  for (const limit of ["StartLimitIntervalSec=0", "StartLimitBurst=0", "StartLimitIntervalSec=30"]) {
    test(`finds that ${limit} never trips`, () => {
      expect(audited((unit) => unit, `[Unit]\n${limit}\n`)).toEqual(["systemd-start-limit recommended"]);
    });
  }

  test("says what a wrong KillMode does", () => {
    const [issue] = auditUnit(parseUnit(UNIT.replace("KillMode=mixed", "KillMode=process")));

    expect(issue).toMatchObject({
      code: "systemd-killmode",
      message: reads(/^KillMode is process: .*outlives it/),
      remedy: reads(/^clawdbot gateway install /),
    });
  });
});

test.describe("seconds", () => {
  for (const [span, expected] of [
    ["5", 5],
    ["100ms", 0.1],
    ["1min 30s", 90],
    ["1.5 h", 5_400],
    ["infinity", Number.POSITIVE_INFINITY],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ] as const) {
    test(`reads ${span ?? "nothing"}`, () => {
      expect(seconds(span)).toBe(expected);
    });
  }
});

import { expect, test } from "@playwright/test";
import type { ConfigReading } from "../../../../../../shared/node/config-source.ts";
import type { Findings } from "../../../../../../sidecar/cli/gateway/status/findings.ts";
import { nextStep } from "../../../../../../sidecar/cli/gateway/status/next-step.ts";
import { printed } from "../../../../../helpers/run/reads.ts";
import {
  findingsOn,
  RUNNING,
  serviceOn,
  surroundingsOn,
} from "../../../../../helpers/service/status-findings.ts";

const reading = (config: object) =>
  ({ state: "valid", path: "/c", config, parsed: config, warnings: [], raw: "" }) as unknown as ConfigReading;
const LOCAL = reading({ gateway: { mode: "local" } });
const STOPPED = serviceOn("linux", { status: { ...RUNNING, runtime: "stopped" } });
const NONE = serviceOn("linux", { installed: false });
const DOWN = { pid: undefined, holder: undefined } as const;

test.describe("the next step", () => {
  for (const [what, change, step] of [
    ["without a configuration", DOWN, "clawdbot onboard"],
    ["with an invalid one", { ...DOWN, reading: { state: "invalid" } }, "clawdbot config validate"],
    ["without a mode", { ...DOWN, reading: reading({}) }, "clawdbot doctor"],
    ["with a stopped service", { ...DOWN, reading: LOCAL, service: STOPPED }, "clawdbot gateway start"],
    [
      "without a service and a desktop",
      { ...DOWN, reading: LOCAL, service: NONE },
      "clawdbot gateway install",
    ],
    [
      "where no service can be kept",
      { ...DOWN, reading: LOCAL, service: { ...NONE, isPossible: false } },
      "clawdbot gateway",
    ],
    [
      "while a tray waits to be told",
      { ...DOWN, reading: LOCAL, service: NONE, hasTray: true },
      "clawdbot gateway start",
    ],
    [
      "after a refused start",
      { ...DOWN, reading: LOCAL, blocked: { code: "X", message: "no", fix: "free some space", atMs: 0 } },
      "free some space",
    ],
    [
      "of a service that keeps ending",
      {
        ...DOWN,
        reading: LOCAL,
        service: serviceOn("linux", { status: { ...RUNNING, runtime: "crash-looping" } }),
      },
      "clawdbot logs --level error",
    ],
    ["of a gateway that does not answer", { probe: { kind: "timeout" } }, "clawdbot doctor"],
    ["of a gateway that is well", { probe: { kind: "healthy" } }, undefined],
    ["of a gateway that was not asked", {}, undefined],
    ["of a gateway elsewhere", { ...DOWN, asksLocal: false }, undefined],
  ] as [string, Partial<Findings>, string | undefined][]) {
    test(`U9: ${what} is ${step ?? "none"}`, () => {
      expect(printed(nextStep(findingsOn("linux", change), surroundingsOn("linux")))).toBe(step);
    });
  }

  test("U9: is the tray where there is a desktop", () => {
    const context = { ...surroundingsOn("linux"), env: { HOME: "/home/ute", DISPLAY: ":1" } };

    const step = nextStep(findingsOn("linux", { ...DOWN, reading: LOCAL, service: NONE }), context);

    expect(printed(step)).toBe("clawdbot start");
  });
});

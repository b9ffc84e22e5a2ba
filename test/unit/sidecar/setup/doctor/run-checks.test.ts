import { expect } from "@playwright/test";
import type { Check, Finding } from "../../../../../sidecar/setup/doctor/check.ts";
import { runChecksAndRepair } from "../../../../../sidecar/setup/doctor/run-checks.ts";
import { createCheckContext } from "../../../../helpers/home/check-context.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../helpers/run/reads.ts";

/** A fault that is found until it is repaired. */
function fault(code: string, more: Partial<Finding> = {}, repair?: () => string): Check {
  let isThere = true;
  const apply = async () => {
    const done = repair?.() ?? `mended ${code}`;
    isThere = false;
    return done;
  };
  return {
    id: code,
    examine: async () => {
      const finding: Finding = { code, level: "error", message: `${code} is broken`, ...more };
      return isThere ? [{ ...finding, repair: { kind: "change", describe: "mend it", apply } }] : [];
    },
  };
}

test.describe("runChecksAndRepair", () => {
  test("changes nothing without consent and puts the worst first", async ({ home }) => {
    const checks = [fault("a", { level: "hint" }), fault("b", { level: "warning" }), fault("c")];

    const outcome = await runChecksAndRepair(
      checks,
      async () => createCheckContext(home),
      () => false,
    );

    expect(outcome.findings.map(({ code }) => code)).toEqual(["c", "b", "a"]);
    expect(outcome).toMatchObject({ repaired: [], failed: [] });
  });

  test("repairs in the order of the checks, looks again, and repairs what comes to light only then", async ({
    home,
  }) => {
    const order: string[] = [];
    const first = fault("first", { level: "hint" }, () => String(order.push("first")));
    const second = fault("second", {}, () => String(order.push("second")));
    const hidden = fault("hidden", {}, () => String(order.push("hidden")));
    const late: Check = {
      id: "late",
      examine: async (context) => (order.includes("second") ? hidden.examine(context) : []),
    };

    const outcome = await runChecksAndRepair(
      [first, late, second],
      async () => createCheckContext(home),
      () => true,
    );

    expect(order).toEqual(["first", "second", "hidden"]);
    expect(outcome.repaired.map(({ code }) => code)).toEqual(["first", "second", "hidden"]);
    expect(outcome.findings).toEqual([]);
  });

  test("reports a repair that fails, tries it once, and goes on with the others", async ({ home }) => {
    let attempts = 0;
    const bad = fault("bad", {}, () => {
      attempts += 1;
      throw new Error("the disk\n is full");
    });

    const outcome = await runChecksAndRepair(
      [bad, fault("good", { subject: "x" })],
      async () => createCheckContext(home),
      () => true,
    );

    expect(attempts).toBe(1);
    expect(outcome).toMatchObject({
      findings: [{ code: "bad" }],
      repaired: [{ code: "good", subject: "x", done: reads("mended good") }],
      failed: [{ code: "bad", attempt: reads("mend it"), error: reads("the disk is full") }],
    });
  });

  test("asks about the same finding once, and about each of a kind", async ({ home }) => {
    const asked: (string | undefined)[] = [];
    const checks = [fault("kind", { subject: "one" }), fault("kind", { subject: "two" })];

    await runChecksAndRepair(
      checks,
      async () => createCheckContext(home),
      ({ subject }) => {
        asked.push(subject);
        return subject === "one";
      },
    );

    expect(asked).toEqual(["one", "two"]);
  });

  test("turns a check that cannot be carried out into a finding and goes on", async ({ home }) => {
    const broken: Check = {
      id: "broken",
      examine: async () => {
        throw new Error("no such thing");
      },
    };

    const { findings } = await runChecksAndRepair(
      [broken, fault("x")],
      async () => createCheckContext(home),
      () => false,
    );

    expect(findings.map(({ code, level, message }) => ({ code, level, message }))).toEqual([
      { code: "x", level: "error", message: reads("x is broken") },
      {
        code: "check-failed",
        level: "warning",
        message: reads("the check broken could not be carried out: no such thing"),
      },
    ]);
  });

  test("ends although a repair changes nothing", async ({ home }) => {
    let round = 0;
    const endless: Check = {
      id: "endless",
      examine: async () => {
        round += 1;
        const repair = { kind: "safe", describe: "try", apply: async () => "tried" } as const;
        return [{ code: "endless", level: "hint", subject: String(round), message: "again", repair }];
      },
    };

    const { repaired } = await runChecksAndRepair(
      [endless],
      async () => createCheckContext(home),
      () => true,
    );

    expect(repaired).toHaveLength(5);
  });
});

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isHalfWrite } from "../../../../../../../shared/node/half-writes.ts";
import { acquireLock } from "../../../../../../../shared/node/lock.ts";
import { startIdOf } from "../../../../../../../shared/node/process-identity.ts";
import { runLeftovers } from "../../../../../../../sidecar/setup/doctor/checks/state/run-leftovers.ts";
import {
  codesOf,
  createCheckContext,
  findingsOf,
  repairAll,
  SOUND,
} from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

/** No process has it: above the largest pid of Linux. */
const DEAD_PID = 4_200_000;

function writeFacts(home: TempHome, pid: number, startId: string): string {
  const { factsFile, runDir } = createCheckContext(home).profile.paths;
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const facts = {
    pid,
    startId,
    instanceId: "i",
    port: 1,
    hosts: [],
    version: "0",
    phase: "ready",
    startedAtMs: 1,
  };
  writeFileSync(factsFile, JSON.stringify(facts));
  return factsFile;
}

test.describe("the check of leftovers", () => {
  test("finds nothing after a clean end, and nothing about a gateway that runs", async ({ home }) => {
    expect(await findingsOf(runLeftovers, home, { config: SOUND })).toEqual([]);

    writeFacts(home, process.pid, startIdOf(process.pid) ?? "");
    expect(await findingsOf(runLeftovers, home)).toEqual([]);
  });

  for (const [what, pid, startId] of [
    ["of a process that is gone", DEAD_PID, "x"],
    ["whose pid another process has by now", process.pid, "another boot:1"],
  ] as const) {
    test(`removes facts ${what}`, async ({ home }) => {
      const file = writeFacts(home, pid, startId);

      const findings = await findingsOf(runLeftovers, home);

      expect(codesOf(findings)).toEqual(["run-facts-stale"]);
      expect(await repairAll(findings)).toEqual([`removed ${file}`]);
      expect(existsSync(file)).toBe(false);
    });
  }

  test("leaves facts alone that a new gateway wrote meanwhile", async ({ home }) => {
    const file = writeFacts(home, DEAD_PID, "x");
    const findings = await findingsOf(runLeftovers, home);
    writeFacts(home, process.pid, startIdOf(process.pid) ?? "");

    expect(await repairAll(findings)).toEqual([`left ${file} alone: it is in use by now`]);
    expect(existsSync(file)).toBe(true);
  });

  test("removes halves of writes whose writer is gone, and no other file", async ({ home }) => {
    home.writeConfig(SOUND);
    const names = [`clawdbot.json.${DEAD_PID}.new`, `clawdbot.json.${process.pid}.new`, "notes.tmp", "a.new"];
    for (const name of names) writeFileSync(join(home.stateDir, name), "");

    const findings = await findingsOf(runLeftovers, home);
    await repairAll(findings);

    expect(findings).toMatchObject([{ code: "half-written-file", level: "hint" }]);
    expect(names.map((name) => existsSync(join(home.stateDir, name)))).toEqual([false, true, true, true]);
  });

  test("F18: removes halves whatever wrote them, and no file of anybody else", async ({ home }) => {
    home.writeConfig(SOUND);
    mkdirSync(join(home.stateDir, "run"));
    mkdirSync(join(home.stateDir, "devices"));
    const left = [
      `clawdbot.json.bak.${DEAD_PID}.new`,
      `clawdbot.json.${DEAD_PID}.new.tmp-1700000000a1b2c3`,
      `clawdbot.last-good.json.${DEAD_PID}.tmp`,
      `.env.${DEAD_PID}.tmp`,
      `run/gateway.json.${DEAD_PID}.tmp`,
      `devices/paired.json.${DEAD_PID}.tmp`,
    ];
    const kept = [
      `notes.${DEAD_PID}.tmp`,
      `backup.${DEAD_PID}.new`,
      "clawdbot.json.orig",
      "clawdbot.json.bak",
      `clawdbot.json5.${DEAD_PID}.new`,
      "clawdbot.json.tmp-1700000000a1b2c3",
      `run/mine.${DEAD_PID}.tmp`,
    ];
    for (const name of [...left, ...kept]) writeFileSync(join(home.stateDir, name), "a secret");

    const done = await repairAll(await findingsOf(runLeftovers, home));

    expect(done).toHaveLength(left.length);
    expect(left.filter((name) => existsSync(join(home.stateDir, name)))).toEqual([]);
    expect(kept.filter((name) => !existsSync(join(home.stateDir, name)))).toEqual([]);
  });

  test("F18: takes a half without the name of a process for left after a minute", async ({ home }) => {
    home.writeConfig(SOUND);
    const name = "clawdbot.json.tmp-1700000000a1b2c3";
    writeFileSync(join(home.stateDir, name), "a secret");

    const early = await findingsOf(runLeftovers, home);

    expect(early).toEqual([]);
    expect(isHalfWrite(name, "clawdbot.json")).toBe(true);
  });

  test("F18: removes the copy of an editor that was ended, and keeps what somebody typed", async ({
    home,
  }) => {
    home.writeConfig(SOUND);
    const same = join(home.stateDir, `clawdbot.edit-${DEAD_PID}.json5`);
    const typed = join(home.stateDir, `clawdbot.edit-${DEAD_PID - 1}.json5`);
    writeFileSync(same, JSON.stringify(SOUND));
    writeFileSync(typed, "{ typed: 1 }");
    writeFileSync(join(home.stateDir, `clawdbot.edit-${process.pid}.json5`), "{}");

    const findings = await findingsOf(runLeftovers, home);
    const done = await repairAll(findings);

    expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
      ["edit-left", typed],
      ["edit-left", same],
    ]);
    expect(done).toEqual([`removed ${same}`]);
    expect(existsSync(typed)).toBe(true);
  });

  test("names a lock that is held by something that tells nothing", async ({ home }) => {
    home.writeConfig(SOUND);
    const lock = await acquireLock(join(home.stateDir, "run", "gateway.lock"));

    const held = await findingsOf(runLeftovers, home);
    lock?.dispose();

    expect(held).toMatchObject([{ code: "lock-held", level: "warning" }]);
    expect(await findingsOf(runLeftovers, home)).toEqual([]);
  });
});

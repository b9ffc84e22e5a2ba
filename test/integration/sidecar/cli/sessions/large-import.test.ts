/** A long history that is imported through kills: every entry once, in a memory that does not grow with it. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "@playwright/test";
import { writeLargeHistory } from "../../../../helpers/histories/large-history.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../../helpers/home/tree-checksum.ts";
import { GATEWAY_PROGRAM } from "../../../../helpers/process/clawdbot.ts";
import { type CliProcess, runCli, startNode } from "../../../../helpers/process/cli.ts";
import { randomFrom, repetitions, SOAK, seedFor } from "../../../../helpers/run/soak.ts";

const MEGABYTE = 1_000_000;
/** What the program takes without any history, and one batch of entries on its way. */
const MOST_RESIDENT_MB = 350;

const BEGUN_BYTES = 500_000;

/** The import as one process, so that a signal meets whoever writes. */
function startImport(home: TempHome, from: string): CliProcess {
  return startNode([GATEWAY_PROGRAM, "sessions", "import", "--from", from, "--json"], {
    env: home.env(),
    timeoutMs: 25 * 60_000,
  });
}

/** Resolves once some of it is written. */
async function hasBegun(home: TempHome): Promise<void> {
  const log = join(home.stateDir, "clawdbot.db-wal");
  while ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) < BEGUN_BYTES) await delay(20);
}

/** The highest resident memory of the process so far, in MB; 0 once it is gone. */
function peakMb(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

test(
  "case 24: a long history that is killed three times on its way in is whole afterwards",
  SOAK,
  async ({ home }) => {
    test.setTimeout(30 * 60_000);
    const seed = seedFor("large import");
    const random = randomFrom(seed);
    const from = join(home.path, "old");
    const megabytes = repetitions({ short: 4, full: 200 });
    const large = writeLargeHistory(from, { bytes: megabytes * MEGABYTE, files: 4, seed });
    const before = treeChecksum(from);

    for (let kill = 1; kill <= repetitions({ short: 1, full: 3 }); kill += 1) {
      const killed = startImport(home, from);
      await hasBegun(home);
      // Together they are less than an import takes: each of them meets one that is under way.
      await delay(random() * megabytes * 80);
      await killed.stop("SIGKILL");
    }
    const last = startImport(home, from);
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, peakMb(last.pid));
    }, 100);
    const { code, stdout, durationMs } = await last.ended;
    clearInterval(watch);
    const report = JSON.parse(stdout);
    const again = JSON.parse((await startImport(home, from).ended).stdout);
    console.log(
      `large import: ${megabytes} MB, ${large.entries} entries, the last run added ${report.added} in ${durationMs} ms, peak ${Math.round(peak)} MB`,
    );

    expect(code).toBe(0);
    expect(report).toMatchObject({ conversations: 4, entries: large.entries, torn: [], damaged: [] });
    expect(again).toMatchObject({ entries: large.entries, added: 0 });
    expect(treeChecksum(from)).toBe(before);
    expect(peak).toBeLessThan(MOST_RESIDENT_MB);
    for (const id of large.sessionIds) {
      const { stdout: lines } = await runCli(["sessions", "export", id], {
        env: home.env(),
        timeoutMs: 300_000,
      });
      const original = readFileSync(join(from, "agents/main/sessions", `${id}.jsonl`), "utf8");
      expect(lines === original, `${id} comes out as it went in`).toBe(true);
    }
  },
);

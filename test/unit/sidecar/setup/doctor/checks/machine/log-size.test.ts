import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { logSize } from "../../../../../../../sidecar/setup/doctor/checks/machine/log-size.ts";
import { findingsOf, repairAll, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const MIB = 1024 * 1024;

/** Sparse: it takes no room. */
function log(home: TempHome, name: string, mebibytes: number): string {
  const folder = join(home.stateDir, "logs");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, "");
  truncateSync(file, mebibytes * MIB);
  return file;
}

test.describe("the check of log sizes", () => {
  for (const name of ["gateway.log", "gateway-restart.log"]) {
    test(`rotates ${name} of more than 100 MiB`, async ({ home }) => {
      const file = log(home, name, 101);
      log(home, `${name}.1`, 1);

      const findings = await findingsOf(logSize, home);
      await repairAll(findings);

      expect(findings).toMatchObject([
        {
          code: "log-large",
          level: "warning",
          subject: file,
          message: `${file} has 101 MiB`,
          repair: { kind: "safe" },
        },
      ]);
      expect(readdirSync(join(home.stateDir, "logs")).sort()).toEqual([`${name}.1`, `${name}.2`]);
      expect(await findingsOf(logSize, home)).toEqual([]);
    });
  }

  for (const name of ["gateway.err.log", "gateway.out.log"]) {
    test(`empties ${name} of more than 100 MiB in place, for whoever keeps it open, and keeps its end`, async ({
      home,
    }) => {
      const file = log(home, name, 101);
      appendFileSync(file, "the end\n");
      const open = openSync(file, "a");

      await repairAll(await findingsOf(logSize, home));
      writeSync(open, "later\n");
      closeSync(open);

      expect(readFileSync(file, "utf8")).toBe("later\n");
      expect(readFileSync(`${file}.1`, "utf8")).toMatch(/the end\n$/);
      expect(await findingsOf(logSize, home)).toEqual([]);
    });
  }

  test("looks at the configured log", async ({ home }) => {
    const file = log(home, "mine.log", 150);

    const findings = await findingsOf(logSize, home, { config: { ...SOUND, logging: { file } } });

    expect(findings).toMatchObject([{ subject: file }]);
  });

  test("finds nothing in smaller ones and in none", async ({ home }) => {
    expect(await findingsOf(logSize, home)).toEqual([]);

    log(home, "gateway.log", 100);
    expect(await findingsOf(logSize, home)).toEqual([]);
  });
});

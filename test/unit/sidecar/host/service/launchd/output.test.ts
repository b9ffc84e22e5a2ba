import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { fallbackLogDir, rotateOutput } from "../../../../../../sidecar/host/service/launchd/output.ts";
import { test } from "../../../../../helpers/home/temp-home.ts";

const MIB = 1024 * 1024;

test.describe("rotateOutput", () => {
  test("keeps the end of a file that launchd goes on writing", ({ home }) => {
    const paths = { home: home.path, profile: undefined, logDir: join(home.stateDir, "logs") };
    const file = join(paths.logDir, "gateway.err.log");
    mkdirSync(paths.logDir, { recursive: true });
    writeFileSync(file, `${"x".repeat(11 * MIB)}the end\n`);
    writeFileSync(`${file}.1`, "older\n");
    const launchd = openSync(file, "a");

    rotateOutput(paths);

    writeSync(launchd, "after\n");
    closeSync(launchd);
    expect(readFileSync(file, "utf8")).toBe("after\n");
    expect(statSync(`${file}.1`).size).toBe(10 * MIB);
    expect(readFileSync(`${file}.1`, "utf8")).toMatch(/x+the end\n$/);
    expect(readFileSync(`${file}.2`, "utf8")).toBe("older\n");
  });

  test("leaves small files alone, and looks where output goes from another volume too", ({ home }) => {
    const paths = { home: home.path, profile: "work", logDir: join(home.stateDir, "logs") };
    const small = join(paths.logDir, "gateway.out.log");
    const large = join(fallbackLogDir(paths), "gateway.out.log");
    for (const [file, size] of [
      [small, 9 * MIB],
      [large, 11 * MIB],
    ] as const) {
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, "x".repeat(size));
    }

    rotateOutput(paths);

    expect(existsSync(`${small}.1`)).toBe(false);
    expect(statSync(small).size).toBe(9 * MIB);
    expect(large).toBe(join(home.path, "Library/Logs/clawdbot-work/gateway.out.log"));
    expect(statSync(large).size).toBe(0);
  });
});

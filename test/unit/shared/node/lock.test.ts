import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { HeldLock } from "../../../../shared/node/held-lock.ts";
import { acquireLock, isLockHeld, type Lock } from "../../../../shared/node/lock.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

const lockFile = (home: TempHome) => join(home.stateDir, "run", "gateway.lock");

async function taken(file: string): Promise<Lock> {
  const lock = await acquireLock(file);
  if (lock === undefined) throw new Error(`${file} is held`);
  return lock;
}

test.describe("acquireLock", () => {
  test("lets one in at a time, and closes file and directory to others", async ({ home }) => {
    const file = lockFile(home);
    const lock = await taken(file);

    expect([await acquireLock(file), await isLockHeld(file)]).toEqual([undefined, true]);
    lock.dispose();
    expect(await isLockHeld(file)).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(home.stateDir, "run")).mode & 0o777).toBe(0o700);
  });

  test("S10: goes through no symbolic link, neither to lock nor to change a mode", async ({ home }) => {
    test.skip(process.platform === "win32", "Windows lets few make links");
    const victim = join(home.path, "victim");
    writeFileSync(victim, "precious", { mode: 0o644 });
    chmodSync(victim, 0o644);
    mkdirSync(join(home.stateDir, "run"), { recursive: true });
    symlinkSync(victim, lockFile(home));

    await expect(acquireLock(lockFile(home))).rejects.toMatchObject({ code: "ELOOP" });
    await expect(isLockHeld(lockFile(home))).rejects.toMatchObject({ code: "ELOOP" });

    expect([readFileSync(victim, "utf8"), statSync(victim).mode & 0o777]).toEqual(["precious", 0o644]);
  });

  test("S10: waits for nothing at a directory in its place", async ({ home }) => {
    mkdirSync(lockFile(home), { recursive: true });

    await expect(acquireLock(lockFile(home))).rejects.toThrow(/is a directory/);
  });

  test("takes the place of a file that is no lock", async ({ home }) => {
    mkdirSync(join(home.stateDir, "run"), { recursive: true });
    writeFileSync(lockFile(home), "x".repeat(5_000));

    const lock = await taken(lockFile(home));

    expect(lock.isInPlace()).toBe(true);
    lock.dispose();
  });
});

test.describe("a lock whose file somebody takes away", () => {
  const held = async (home: TempHome) => {
    const file = lockFile(home);
    return { file, lock: new HeldLock(file, await taken(file)) };
  };

  test("F5: is held as long as its file is at its place", async ({ home }) => {
    const { lock } = await held(home);

    expect(await lock.look()).toEqual({ kind: "held" });
    lock.dispose();
  });

  for (const [what, take] of [
    ["its file is deleted", (file: string) => rmSync(file)],
    ["its directory is deleted", (file: string) => rmSync(join(file, ".."), { recursive: true })],
    ["its directory is moved", (file: string) => renameSync(join(file, ".."), join(file, "..", "..", "old"))],
    [
      "another file is put in its place",
      (file: string) => {
        rmSync(file);
        writeFileSync(file, "");
      },
    ],
  ] as const) {
    test(`F5: is made again when ${what}`, async ({ home }) => {
      const { file, lock } = await held(home);

      take(file);

      expect(await lock.look()).toEqual({ kind: "remade" });
      expect(await acquireLock(file)).toBeUndefined();
      expect(await lock.look()).toEqual({ kind: "held" });
      lock.dispose();
      expect(await isLockHeld(file)).toBe(false);
    });
  }

  test("F5: waits for a state directory that is away, and is there again with it", async ({ home }) => {
    const { lock } = await held(home);
    renameSync(home.stateDir, `${home.stateDir}.away`);

    expect(await lock.look()).toEqual({ kind: "hidden", reason: `${home.stateDir} is gone` });
    expect(existsSync(home.stateDir)).toBe(false);
    renameSync(`${home.stateDir}.away`, home.stateDir);

    expect(await lock.look()).toEqual({ kind: "held" });
    lock.dispose();
  });

  test("F5: says what is in its place, and comes back when that is gone", async ({ home }) => {
    const { file, lock } = await held(home);
    const runDir = join(file, "..");
    rmSync(runDir, { recursive: true });
    writeFileSync(runDir, "a file");

    expect(await lock.look()).toMatchObject({
      kind: "hidden",
      reason: expect.stringContaining("a part of the path is a file"),
    });
    rmSync(runDir);

    expect(await lock.look()).toEqual({ kind: "remade" });
    lock.dispose();
  });

  test("F5: is lost to somebody who keeps it, and not to one who only tries", async ({ home }) => {
    const { file, lock } = await held(home);
    rmSync(file);
    const rival = await taken(file);

    expect((await lock.look()).kind).toBe("hidden");
    expect((await lock.look()).kind).toBe("hidden");
    expect(await lock.look()).toEqual({ kind: "taken" });
    rival.dispose();
    lock.dispose();
  });
});

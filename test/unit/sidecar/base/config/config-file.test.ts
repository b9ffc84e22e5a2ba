import {
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readConfig } from "../../../../../shared/node/config-source.ts";
import { acquireLock } from "../../../../../shared/node/lock.ts";
import { changeConfigFile, valuesIn } from "../../../../../sidecar/base/config/config-file.ts";
import type { TextEdit } from "../../../../../sidecar/base/config/edit-text.ts";
import { keepLastGood } from "../../../../../sidecar/base/config/last-good.ts";
import { readingOf } from "../../../../helpers/home/readings.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../helpers/run/reads.ts";

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const modeOf = (path: string) => statSync(path).mode & 0o777;
const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const setting = (values: Record<string, unknown>): TextEdit[] =>
  Object.entries(values).map(([key, value]) => ({ kind: "set", keys: [key], value }));
/** Sets these values of the file and leaves its others. */
const writeConfigFile = (file: string, values: Record<string, unknown>, nowMs: number) =>
  changeConfigFile({ file, env: {} }, () => setting(values), nowMs);
const placeOf = ({ configFile: file }: TempHome) => ({ file, env: {} });

test.describe("changeConfigFile", () => {
  test("creates file and directory for the owner only, stamped with version and time", async ({ home }) => {
    await writeConfigFile(home.configFile, { gateway: { mode: "local" } }, NOW_MS);

    expect(read(home.configFile)).toEqual({
      gateway: { mode: "local" },
      meta: { lastTouchedVersion: "0.1.0", lastTouchedAt: "2026-01-02T03:04:05.000Z" },
    });
    expect(modeOf(home.configFile)).toBe(0o600);
    expect(modeOf(home.stateDir)).toBe(0o700);
    expect(readdirSync(home.stateDir).sort()).toEqual(["clawdbot.json", "clawdbot.json.lock"]);
    expect(modeOf(`${home.configFile}.lock`)).toBe(0o600);
  });

  test("keeps keys that nobody knows, at every depth", async ({ home }) => {
    home.writeConfig({ gateway: { nodes: { x: { y: 1 } } }, future: [1, { z: null }], meta: { mine: true } });

    await writeConfigFile(home.configFile, { more: true }, NOW_MS);

    expect(read(home.configFile)).toMatchObject({
      gateway: { nodes: { x: { y: 1 } } },
      future: [1, { z: null }],
      meta: { mine: true },
      more: true,
    });
  });

  test("F2: changes one value of a JSON5 file and keeps the file word for word as .bak", async ({ home }) => {
    const raw = "// my gateway\n{ gateway: { mode: 'local', }, }\n";
    home.writeConfig(raw);

    const edit: TextEdit = { kind: "set", keys: ["gateway", "mode"], value: "remote" };
    await changeConfigFile(placeOf(home), () => [edit], NOW_MS);

    expect(readFileSync(`${home.configFile}.bak`, "utf8")).toBe(raw);
    expect(readFileSync(home.configFile, "utf8")).toBe(
      "// my gateway\n{ gateway: { mode: 'remote', }, meta: { lastTouchedVersion: '0.1.0', lastTouchedAt: '2026-01-02T03:04:05.000Z' }, }\n",
    );
  });

  test("rotates five previous files, each for the owner only", async ({ home }) => {
    for (let generation = 0; generation <= 7; generation += 1) {
      await writeConfigFile(home.configFile, { generation }, NOW_MS);
    }

    const names = ["", ".bak", ".bak.1", ".bak.2", ".bak.3", ".bak.4"].map((end) => home.configFile + end);
    expect(names.map((name) => read(name).generation)).toEqual([7, 6, 5, 4, 3, 2]);
    expect(names.map(modeOf)).toEqual(names.map(() => 0o600));
    expect(readdirSync(home.stateDir)).toHaveLength(names.length + 1); // And the lock.
  });

  test("tightens the mode of a file that others could read", async ({ home }) => {
    mkdirSync(home.stateDir);
    writeFileSync(home.configFile, "{}", { mode: 0o644 });

    await writeConfigFile(home.configFile, {}, NOW_MS);

    expect(modeOf(home.configFile)).toBe(0o600);
    expect(modeOf(`${home.configFile}.bak`)).toBe(0o600);
  });

  test("writes to any file name, with spaces and umlauts", async ({ home }) => {
    const path = join(home.path, "mein Zustand ä", "Einstellungen");

    await writeConfigFile(path, { a: 1 }, NOW_MS);

    expect(read(path)).toMatchObject({ a: 1 });
  });

  test("names place and reason when a part of the path is a file", async ({ home }) => {
    writeFileSync(home.stateDir, "");

    await expect(writeConfigFile(home.configFile, {}, NOW_MS)).rejects.toMatchObject({
      code: "STATE_UNWRITABLE",
      message: `Cannot write ${home.configFile}: a part of the path is a file (EEXIST)`,
      fix: expect.stringContaining("CLAWDBOT_STATE_DIR"),
    });
  });

  test("readers see the old or the new file and nothing between while it is written again and again", async ({
    home,
  }) => {
    const value = (generation: number) => ({ generation, filler: "x".repeat(200_000) });
    await writeConfigFile(home.configFile, value(0), NOW_MS);
    let reads = 0;
    let writing = true;
    const reader = (async () => {
      while (writing) {
        expect(read(home.configFile).filler).toHaveLength(200_000);
        reads += 1;
        await new Promise(setImmediate);
      }
    })();

    for (let generation = 1; generation <= 10; generation += 1) {
      await writeConfigFile(home.configFile, value(generation), NOW_MS);
      await new Promise(setImmediate);
    }
    writing = false;
    await reader;

    expect(reads).toBeGreaterThan(5);
    expect(read(home.configFile).generation).toBe(10);
  });
});

test.describe("changeConfigFile beside other writers", () => {
  test("gives up on a lock that stays, and says which", async ({ home }) => {
    home.writeConfig("{}");
    const lock = await acquireLock(`${home.configFile}.lock`);

    await expect(
      changeConfigFile(placeOf(home), () => setting({ a: 1 }), NOW_MS, { waitMs: 50 }),
    ).rejects.toMatchObject({
      code: "STATE_UNWRITABLE",
      message: `Cannot write ${home.configFile}: another program is changing it`,
      fix: reads(/clawdbot\.json\.lock/),
    });
    lock?.dispose();

    expect(await changeConfigFile(placeOf(home), () => setting({ a: 1 }), NOW_MS, { waitMs: 50 })).toBe(true);
  });

  test("gives the change what the file says now, and leaves the file alone when told to", async ({
    home,
  }) => {
    home.writeConfig({ a: 1 });
    const seen: unknown[] = [];

    const written = await changeConfigFile(
      placeOf(home),
      (reading) => {
        seen.push(valuesIn(reading));
        return undefined;
      },
      NOW_MS,
    );

    expect({ written, seen }).toEqual({ written: false, seen: [{ a: 1 }] });
    expect(readFileSync(home.configFile, "utf8")).toBe('{"a":1}');
  });

  test("keeps no backup of what the writer wrote itself, but of what somebody else did since", async ({
    home,
  }) => {
    home.writeConfig("{ mine: 1 }");
    await changeConfigFile(placeOf(home), () => '{ "a": 1 }', NOW_MS);
    const ownHash = readConfig(home.configFile, {}).hash;

    await changeConfigFile(placeOf(home), () => setting({ a: 2 }), NOW_MS, { ownHash });

    expect(read(home.configFile)).toMatchObject({ a: 2 });
    expect(readFileSync(`${home.configFile}.bak`, "utf8")).toBe("{ mine: 1 }");

    home.writeConfig("{ theirs: 1 }");
    await changeConfigFile(placeOf(home), () => setting({ a: 3 }), NOW_MS, { ownHash });

    expect(readFileSync(`${home.configFile}.bak`, "utf8")).toBe("{ theirs: 1 }");
    expect(readFileSync(`${home.configFile}.bak.1`, "utf8")).toBe("{ mine: 1 }");
  });

  test("leaves file and backup to their owner when root changes them", async ({ home }) => {
    test.skip(process.getuid?.() !== 0, "only root can change the files of others");
    home.writeConfig({ a: 1 });
    chownSync(home.configFile, 65_534, 65_534);

    await changeConfigFile(placeOf(home), () => setting({ a: 2 }), NOW_MS);

    for (const file of [home.configFile, `${home.configFile}.bak`]) {
      const { uid, gid } = statSync(file);
      expect({ uid, gid }).toEqual({ uid: 65_534, gid: 65_534 });
    }
  });

  test("writes a text as it is, also over a file that cannot be parsed", async ({ home }) => {
    home.writeConfig("{ broken");

    await changeConfigFile(placeOf(home), () => "{ a: 1 } // mine\n", NOW_MS);

    expect(readFileSync(home.configFile, "utf8")).toBe("{ a: 1 } // mine\n");
    expect(modeOf(home.configFile)).toBe(0o600);
    expect(readFileSync(`${home.configFile}.bak`, "utf8")).toBe("{ broken");
  });

  test("does not replace a file that cannot be parsed by values", async ({ home }) => {
    home.writeConfig("{ broken");

    await expect(changeConfigFile(placeOf(home), () => setting({ a: 1 }), NOW_MS)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
    expect(readFileSync(home.configFile, "utf8")).toBe("{ broken");
  });

  test("follows a link to the file and leaves the link", async ({ home }) => {
    mkdirSync(home.stateDir);
    mkdirSync(join(home.path, "dotfiles"));
    writeFileSync(join(home.path, "dotfiles", "real.json"), "{}");
    symlinkSync(join(home.path, "dotfiles", "real.json"), home.configFile);

    await changeConfigFile(placeOf(home), () => setting({ a: 1 }), NOW_MS);

    expect(lstatSync(home.configFile).isSymbolicLink()).toBe(true);
    expect(read(join(home.path, "dotfiles", "real.json"))).toMatchObject({ a: 1 });
    expect(readdirSync(join(home.path, "dotfiles"))).toEqual(["real.json"]);
  });
});

function validReading(text: string) {
  const reading = readingOf(text);
  if (reading.state !== "valid") throw new Error(`the configuration is ${reading.state}`);
  return reading;
}

test.describe("keepLastGood", () => {
  test("copies the text word for word for the owner only, and only when it changed", ({ home }) => {
    const path = join(home.path, "last-good.json");
    keepLastGood(path, validReading("{ a: 1 } // kept"));
    const { ino } = statSync(path);

    keepLastGood(path, validReading("{ a: 1 } // kept"));
    expect(statSync(path).ino).toBe(ino);
    keepLastGood(path, validReading("{ a: 2 }"));

    expect(readFileSync(path, "utf8")).toBe("{ a: 2 }");
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(home.path)).toEqual(["last-good.json"]);
  });
});

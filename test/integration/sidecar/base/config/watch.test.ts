import { once } from "node:events";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { systemClock } from "../../../../../shared/clock.ts";
import { type ConfigReading, readConfig } from "../../../../../shared/node/config-source.ts";
import { ConfigWatch } from "../../../../../sidecar/base/config/watch.ts";
import { missingReading } from "../../../../helpers/home/readings.ts";
import { test as base, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { startNode } from "../../../../helpers/process/cli.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

/** Everything the watch reported, and the next report. */
interface Watched {
  file: string;
  readings: ConfigReading[];
  next(): Promise<ConfigReading>;
}

const test = base.extend<{ watching: (file?: string) => Watched }>({
  watching: async ({ home }, use) => {
    const watches: ConfigWatch[] = [];
    await use((file = home.configFile) => {
      const readings: ConfigReading[] = [];
      const arrived = new EventTarget();
      let taken = 0;
      const onChange = (reading: ConfigReading) => {
        readings.push(reading);
        arrived.dispatchEvent(new Event("reading"));
      };
      const options = { clock: systemClock, debounceMs: () => 20 };
      watches.push(new ConfigWatch({ file, env: {} }, readConfig(file, {}), onChange, options));
      const next = async () => {
        while (readings.length <= taken) await once(arrived, "reading");
        taken += 1;
        const reading = readings[taken - 1];
        if (reading === undefined) throw new Error("no reading");
        return reading;
      };
      return { file, readings, next };
    });
    for (const watch of watches) watch.dispose();
  },
});

const urlOf = (path: string) => new URL(`../../../../../${path}`, import.meta.url).href;
const WATCH = urlOf("sidecar/base/config/watch.ts");
const SOURCE = urlOf("shared/node/config-source.ts");
const CLOCK = urlOf("test/helpers/time/fake-clock.ts");

const placeOf = (home: TempHome) => ({ file: home.configFile, env: {} });
const port = (reading: ConfigReading) =>
  reading.state === "valid" ? reading.config.gateway?.port : reading.state;
const text = (number: number) => JSON.stringify({ gateway: { port: number } });

function replaceByRename(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

test.describe("ConfigWatch", () => {
  test("sees a file written in place and one put in its place, each once", async ({ home, watching }) => {
    home.writeConfig(text(1));
    const watched = watching();

    writeFileSync(watched.file, text(2));
    expect(port(await watched.next())).toBe(2);
    replaceByRename(watched.file, text(3));
    expect(port(await watched.next())).toBe(3);
    writeFileSync(watched.file, text(4));
    expect(port(await watched.next())).toBe(4);
    expect(watched.readings).toHaveLength(3);
  });

  test("reports a truncated, a deleted and a restored file as what they are", async ({ home, watching }) => {
    home.writeConfig(text(1));
    const watched = watching();

    writeFileSync(watched.file, text(1).slice(0, -3));
    expect((await watched.next()).state).toBe("invalid");
    rmSync(watched.file);
    expect((await watched.next()).state).toBe("missing");
    writeFileSync(watched.file, text(1));
    expect(port(await watched.next())).toBe(1);
  });

  test("says nothing about a file that was never there, and sees it come", async ({ home, watching }) => {
    mkdirSync(home.stateDir);
    const watched = watching();

    home.writeConfig(text(5));

    expect(port(await watched.next())).toBe(5);
    expect(watched.readings).toHaveLength(1);
  });

  test("sees a file come in a directory that was not there", async ({ home, watching }) => {
    const watched = watching();

    home.writeConfig(text(5));
    expect(port(await watched.next())).toBe(5);
    replaceByRename(watched.file, text(6));
    expect(port(await watched.next())).toBe(6);
  });

  test("sees the file in a directory that was removed and made again", async ({ home, watching }) => {
    home.writeConfig(text(1));
    const watched = watching();

    rmSync(home.stateDir, { recursive: true });
    expect((await watched.next()).state).toBe("missing");
    home.writeConfig(text(2));
    expect(port(await watched.next())).toBe(2);
    writeFileSync(watched.file, text(3));
    expect(port(await watched.next())).toBe(3);
  });

  test("follows a link: its target written, replaced, and the link pointed elsewhere", async ({
    home,
    watching,
  }) => {
    const { first, second } = linkedTo(home);
    writeFileSync(first, text(1));
    writeFileSync(second, text(2));
    symlinkSync(first, home.configFile);
    const watched = watching();

    writeFileSync(first, text(3));
    expect(port(await watched.next())).toBe(3);
    replaceByRename(first, text(4));
    expect(port(await watched.next())).toBe(4);
    symlinkSync(second, `${watched.file}.new`);
    renameSync(`${watched.file}.new`, watched.file);
    expect(port(await watched.next())).toBe(2);
    writeFileSync(second, text(5));
    expect(port(await watched.next())).toBe(5);
  });

  test("sees a link between the file and its target pointed elsewhere", async ({ home, watching }) => {
    const { first, second } = linkedTo(home);
    writeFileSync(first, text(1));
    writeFileSync(second, text(2));
    symlinkSync(join(first, ".."), join(home.stateDir, "current"));
    symlinkSync(join("current", "clawdbot.json"), home.configFile);
    const watched = watching();

    symlinkSync(join(second, ".."), join(home.stateDir, "next"));
    renameSync(join(home.stateDir, "next"), join(home.stateDir, "current"));

    expect(port(await watched.next())).toBe(2);
  });

  test("sees what was written between the reading in force and its own start", async ({ home }) => {
    home.writeConfig(text(1));
    const before = readConfig(home.configFile, {});
    home.writeConfig(text(2));
    const clock = new FakeClock();
    const readings: ConfigReading[] = [];
    const watch = new ConfigWatch(placeOf(home), before, (reading) => readings.push(reading), {
      clock,
      debounceMs: () => 300,
    });

    clock.advance(499);
    const early = readings.length;
    clock.advance(1);
    watch.dispose();

    expect(early).toBe(0);
    expect(readings.map(port)).toEqual([2]);
  });

  test("F10: a restless file is read in time, also when the clock is set back meanwhile", ({ home }) => {
    const before = readConfig(home.configFile, {});
    home.writeConfig(text(1));
    const clock = new FakeClock();
    const readings: ConfigReading[] = [];
    const watch = new ConfigWatch(placeOf(home), before, (reading) => readings.push(reading), {
      clock,
      debounceMs: () => 300,
    });

    clock.set(clock.now() - 259_200_000);
    clock.advance(500);
    watch.dispose();

    expect(readings).toHaveLength(1);
  });

  test("waits as long as it is told, also longer than it waits for a restless file", async ({ home }) => {
    home.writeConfig(text(1));
    const clock = new FakeClock();
    const readings: ConfigReading[] = [];
    const watch = new ConfigWatch(placeOf(home), missingReading(), (reading) => readings.push(reading), {
      clock,
      debounceMs: () => 10_000,
    });

    clock.advance(10_199);
    const before = readings.length;
    clock.advance(1);
    watch.dispose();

    expect(before).toBe(0);
    expect(readings).toHaveLength(1);
  });
});

test.describe("ConfigWatch with included files", () => {
  test("S7: sees one come that was missing", async ({ home, watching }) => {
    home.writeConfig({ $include: "sub/more.json" });
    const watched = watching();

    mkdirSync(join(home.stateDir, "sub"));
    writeFileSync(join(home.stateDir, "sub", "more.json"), text(7));

    expect(port(await watched.next())).toBe(7);
  });

  test("S7: sees one change, and the one that it includes itself", async ({ home, watching }) => {
    home.writeConfig({ $include: "more.json" });
    writeFileSync(join(home.stateDir, "more.json"), JSON.stringify({ $include: "last.json" }));
    writeFileSync(join(home.stateDir, "last.json"), text(1));
    const watched = watching();

    replaceByRename(join(home.stateDir, "last.json"), text(2));
    expect(port(await watched.next())).toBe(2);
    writeFileSync(join(home.stateDir, "more.json"), text(3));
    expect(port(await watched.next())).toBe(3);
  });
});

test.describe("ConfigWatch with a file that cannot be read for a moment", () => {
  test("F9: reports nothing of a moment, and what stays that way after a while", async ({ home }) => {
    home.writeConfig(text(1));
    const clock = new FakeClock();
    const readings: ConfigReading[] = [];
    const watch = new ConfigWatch(
      placeOf(home),
      readConfig(home.configFile, {}),
      (reading) => readings.push(reading),
      { clock, debounceMs: () => 0 },
    );
    const unreadable = () => {
      rmSync(home.configFile);
      symlinkSync(home.configFile, home.configFile);
    };

    unreadable();
    clock.advance(1_000);
    rmSync(home.configFile);
    home.writeConfig(text(2));
    clock.advance(5_000);
    const moment = readings.map(port);
    unreadable();
    // Nobody tells of it here: it is the look now and then that sees it.
    for (let second = 1; second <= 20; second += 1) {
      clock.advance(1_000);
      await new Promise(setImmediate);
    }
    watch.dispose();

    expect(moment).toEqual([2]);
    expect(readings.map(port)).toEqual([2, "invalid"]);
  });

  test("F9: tries again as long as the system has no more files to open", async ({ home }) => {
    test.skip(process.platform === "win32", "the limit is set by a shell of Unix");
    home.writeConfig(text(1));
    const script = `
      import { closeSync, openSync, writeFileSync } from "node:fs";
      import { ConfigWatch } from ${JSON.stringify(WATCH)};
      import { readConfig } from ${JSON.stringify(SOURCE)};
      import { FakeClock } from ${JSON.stringify(CLOCK)};
      const file = ${JSON.stringify(home.configFile)};
      const clock = new FakeClock();
      const seen = [];
      const onChange = (reading) => seen.push(reading.config?.gateway.port ?? reading.issues);
      const failures = [];
      const options = { clock, debounceMs: () => 0, onFailure: (reason) => failures.push(reason) };
      const watch = new ConfigWatch({ file, env: {} }, readConfig(file, {}), onChange, options);
      writeFileSync(file, ${JSON.stringify(text(2))});
      const open = [];
      try {
        for (;;) open.push(openSync("/dev/null", "r"));
      } catch {}
      clock.advance(30_000);
      const meanwhile = seen.length;
      for (const fd of open) closeSync(fd);
      clock.advance(5_000);
      watch.dispose();
      console.log(JSON.stringify({ meanwhile, seen, failures }));
    `;
    const limited = ["-c", 'ulimit -n 64; exec "$@"', "sh", process.execPath];

    const { stdout, stderr } = await startNode(
      [...limited, "--input-type=module", "--eval", script],
      { env: home.env() },
      "/bin/sh",
    ).ended;

    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      meanwhile: 0,
      seen: [2],
      failures: ["cannot be read: too many files are open (EMFILE)"],
    });
  });
});

/** Two directories beside the state directory, with one file each still to be written. */
function linkedTo(home: TempHome): { first: string; second: string } {
  for (const folder of [home.stateDir, join(home.path, "a"), join(home.path, "b")]) mkdirSync(folder);
  return { first: join(home.path, "a", "clawdbot.json"), second: join(home.path, "b", "clawdbot.json") };
}

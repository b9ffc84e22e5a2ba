import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { isListening } from "../../../../../shared/node/is-listening.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../../helpers/process/clawdbot.ts";
import { runCli } from "../../../../helpers/process/cli.ts";
import { mountProblem, startMounted, startShell } from "../../../../helpers/process/mounts.ts";

test.skip(mountProblem() !== undefined, mountProblem());

const ENV_FILE = fileURLToPath(
  new URL("../../../../../sidecar/setup/onboarding/env-file.ts", import.meta.url),
);
const TEXT = "// mine\n{ gateway: { mode: 'local', port: 1 } }\n";

/** A file elsewhere that is mounted in the place of one of the state directory, as containers do. */
function mounted(home: TempHome, name = "clawdbot.json"): { source: string; lines: string[] } {
  const source = join(home.path, "host", name);
  const target = join(home.stateDir, name);
  mkdirSync(join(home.path, "host"));
  mkdirSync(home.stateDir, { mode: 0o700 });
  writeFileSync(source, TEXT, { mode: 0o600 });
  writeFileSync(target, "");
  return { source, lines: [`mount --bind '${source}' '${target}'`] };
}

const setPort = (port: number) => ["config", "set", "gateway.port", String(port)];
const backupsOf = (home: TempHome) => {
  const names = readdirSync(home.stateDir).filter((name) => name.includes(".bak"));
  return names.map((name) => readFileSync(join(home.stateDir, name), "utf8"));
};

test.describe("a configuration that is mounted by itself", () => {
  test("F11: is written in place, with the previous text kept", async ({ home }) => {
    const { source, lines } = mounted(home);
    const { ino } = statSync(source);

    const { code, stderr } = await startMounted(lines, setPort(2), { env: home.env() }).ended;

    expect({ code, stderr }).toEqual({ code: 0, stderr: "No gateway runs; it holds from the next start.\n" });
    expect(readFileSync(source, "utf8")).toMatch(
      /^\/\/ mine\n\{ gateway: \{ mode: 'local', port: 2 \}, meta: /,
    );
    expect(statSync(source).ino).toBe(ino);
    expect(backupsOf(home)).toEqual([TEXT]);
    expect(readdirSync(home.stateDir).sort()).toEqual([
      "clawdbot.json",
      "clawdbot.json.bak",
      "clawdbot.json.lock",
    ]);
  });

  test("F11: becomes shorter without a rest of the longer text", async ({ home }) => {
    const { source, lines } = mounted(home);
    writeFileSync(source, `{ gateway: { port: 1 }, talk: "${"x".repeat(5_000)}" }`);

    await startMounted(lines, ["config", "unset", "talk"], { env: home.env() }).ended;

    expect(readFileSync(source, "utf8")).toMatch(/^\{ gateway: \{ port: 1 \}, meta: \{.*\} \}$/);
  });

  test("F11: names the mount when it is read-only, and leaves every backup alone", async ({ home }) => {
    const { source, lines } = mounted(home);
    for (const name of ["", ".1", ".2"]) writeFileSync(`${home.configFile}.bak${name}`, `backup ${name}`);
    const readOnly = [...lines, `mount -o remount,bind,ro '${home.configFile}'`];

    const before = backupsOf(home);
    const failures = [];
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      failures.push(await startMounted(readOnly, setPort(attempt), { env: home.env() }).ended);
    }

    expect(failures.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(failures[0]?.stderr).toContain(
      `Cannot write ${home.configFile}: it is mounted by itself, and what is mounted cannot be changed (`,
    );
    expect(failures[0]?.stderr).toContain(`mount the directory ${home.stateDir} instead of the file`);
    expect(backupsOf(home)).toEqual(before);
    expect(readFileSync(source, "utf8")).toBe(TEXT);
  });

  test("F11: keeps its content when its own disk is full", async ({ home }) => {
    mounted(home);
    const disk = join(home.path, "disk");
    mkdirSync(disk);
    const text = JSON.stringify({ gateway: { port: 1 }, talk: "x".repeat(8_000) });
    writeFileSync(join(home.path, "text"), text);
    const lines = [
      `mount -t tmpfs -o size=32k tmpfs '${disk}'`,
      `cp '${home.path}/text' '${disk}/clawdbot.json'`,
      `head -c 100000 /dev/zero > '${disk}/ballast' || true`,
      `mount --bind '${disk}/clawdbot.json' '${home.configFile}'`,
      '"$@" || true',
      `cp '${disk}/clawdbot.json' '${home.path}/after'`,
    ];
    const value = "y".repeat(30_000);

    const { stderr } = await startShell(lines, [process.execPath, LAUNCHER, "config", "set", "talk", value], {
      env: home.env(),
    }).ended;

    expect(stderr).toContain("the disk is full (ENOSPC)");
    expect(readFileSync(join(home.path, "after"), "utf8")).toBe(text);
  });

  test("F11: a file of variables that is mounted by itself is written in place too", async ({ home }) => {
    const { source, lines } = mounted(home, ".env");
    writeFileSync(source, "A=1\r\n");
    const script = `
      import { setVariables } from ${JSON.stringify(ENV_FILE)};
      setVariables(${JSON.stringify(join(home.stateDir, ".env"))}, { B: "2" });
    `;
    const node = [process.execPath, "--input-type=module", "--eval", script];

    const { code, stderr } = await startShell([...lines, 'exec "$@"'], node, { env: home.env() }).ended;

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readFileSync(source, "utf8")).toBe("A=1\r\nB=2\r\n");
  });
});

test.describe("a gateway whose configuration is mounted by itself", () => {
  test("F8: takes over an edit of which the system tells nothing", async ({ home }) => {
    const [port, next] = [await freePort(), await freePort()];
    const { source, lines } = mounted(home);
    const at = (number: number) =>
      JSON.stringify({ gateway: { mode: "local", port: number, auth: { token: "a-token-for-tests" } } });
    writeFileSync(source, at(port));
    const gateway = startMounted(lines, ["gateway"], { env: home.env(), timeoutMs: 40_000 });
    await gateway.waitFor(/log file: /);

    // By its other path: nobody watches that directory.
    writeFileSync(source, at(next));

    await expect.poll(() => isListening("127.0.0.1", next), { timeout: 20_000 }).toBe(true);
    await gateway.stop();
  });
});

test.describe("a disk that takes no more files", () => {
  test("F18: is called that, and not full, by a writer and by doctor", async ({ home }) => {
    mkdirSync(home.stateDir, { mode: 0o700 });
    const lines = [
      `mount -t tmpfs -o size=1m,nr_inodes=8,mode=0700 tmpfs '${home.stateDir}'`,
      `printf '{ "gateway": { "mode": "local", "auth": { "token": "a-token-for-tests" } } }' > '${home.configFile}'`,
      `chmod 600 '${home.configFile}'`,
      `for name in 1 2 3 4 5 6 7 8; do touch '${home.stateDir}/'$name || break; done 2>/dev/null`,
      'exec "$@"',
    ];
    const run = (...args: string[]) =>
      startShell(lines, [process.execPath, LAUNCHER, ...args], { env: home.env() }).ended;

    const set = await run(...setPort(2));
    const doctor = await run("doctor", "--json");

    expect(set.code).toBe(1);
    expect(set.stderr).toContain("the file system takes no more files: all its inodes are used up (ENOSPC)");
    expect(set.stderr).toContain("delete files that are not needed");
    expect(JSON.parse(doctor.stdout).findings).toContainEqual(
      expect.objectContaining({ code: "inodes-low", level: "error" }),
    );
  });
});

test.describe("config set", () => {
  test("F18: removes what a writer left that was killed, whatever its version called it", async ({
    home,
  }) => {
    home.writeConfig(TEXT);
    const left = [
      "clawdbot.json.4200000.new",
      "clawdbot.json.bak.4200000.new",
      "clawdbot.json.4200000.new.tmp-1700000000a1b2c3",
      "clawdbot.json.tmp-1700000000a1b2c3",
    ];
    const kept = ["clawdbot.json.mine.new", "notes.4200000.tmp", "clawdbot.json.orig"];
    for (const name of [...left, ...kept]) writeFileSync(join(home.stateDir, name), "a secret");

    await runCli(setPort(2), { env: home.env() });

    const names = readdirSync(home.stateDir);
    expect(names.filter((name) => left.includes(name))).toEqual([]);
    expect(names.filter((name) => kept.includes(name)).sort()).toEqual(kept.sort());
  });
});

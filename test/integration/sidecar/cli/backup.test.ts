/** Backups as a person makes them: of a gateway that is at work, onto disks that are full, from files that lie. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "@playwright/test";
import { acquireLock } from "../../../../shared/node/lock.ts";
import { TAR_END, tarHeader, tarPadding } from "../../../../sidecar/setup/backup/tar.ts";
import { startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { connectDevice } from "../../../helpers/gateway/running.ts";
import { test as base, createTempHome, type TempHome } from "../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../helpers/home/tree-checksum.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { startCli, startNode } from "../../../helpers/process/cli.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";

/** `other` is a home on which nothing was ever set up. */
const test = base.extend<{ other: TempHome }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  other: async ({}, use) => {
    const other = createTempHome("other");
    await use(other);
    other.dispose();
  },
});

const FORWARDED = { headers: { "x-forwarded-for": "203.0.113.9" } };

const backup = (home: TempHome, ...args: string[]) => runInProcess(["backup", ...args], { env: home.env() });

/** A profile with something of each kind, and what is no state beside it. Resolves with the path of a backup of it. */
async function backedUp(home: TempHome): Promise<string> {
  const files = {
    ".env": "NAME=value\n",
    "credentials/oauth.json": "{}",
    "devices/paired.json": "{}",
    "agents/main/sessions/one.jsonl": `${"a line of a chat\n".repeat(1_000)}`,
    [`agents/main/sessions/${"ü".repeat(80)}.jsonl`]: "a long name\n",
    "parts/gateway.json": "{}",
    "logs/gateway.log": "a log\n",
    "run/gateway.json": "{}",
    "clawdbot.json.lock": "",
    "clawdbot.json.4194304.tmp": "half",
    "devices.trash-20260131-090500": "thrown away",
    "restart-sentinel.json": "{}",
  };
  home.writeConfig("{ $include: './parts/gateway.json', gateway: { mode: 'local' } }");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(home.stateDir, name, ".."), { recursive: true });
    writeFileSync(join(home.stateDir, name), text);
  }
  const file = join(home.path, "mine.tar.gz");
  const { code, stderr } = await backup(home, "create", file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return file;
}

/** Resolves as soon as the directory has such an entry, which it has not yet. */
function entryIn(directory: string, name: RegExp): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(directory, () => {
      if (!readdirSync(directory).some((each) => name.test(each))) return;
      watcher.close();
      resolve();
    });
  });
}

test.describe("backup create", () => {
  test("U15: what is made under load restores on an empty home, and that gateway knows its devices", async ({
    home,
    other,
  }) => {
    const gateway = await startGatewayProcess(home);
    const first = await connectDevice(gateway.port);
    let atWork = true;
    const load = [
      (async () => {
        while (atWork) {
          const { client } = await connectDevice(gateway.port, { scopes: ["operator.read"] });
          await client.close();
        }
      })(),
      (async () => {
        // From elsewhere: each of them waits to be approved, and is written down.
        while (atWork) await connectDevice(gateway.port, {}, FORWARDED);
      })(),
      (async () => {
        for (let round = 0; atWork; round += 1) {
          const level = round % 2 === 0 ? "debug" : "info";
          await runInProcess(["config", "set", "logging.level", level], { env: home.env() });
          await setImmediate();
        }
      })(),
    ];
    const made: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const file = join(home.path, `${round}.tar.gz`);
      const { code, stderr } = await runBuilt(["backup", "create", file], { env: home.env() });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      made.push(file);
    }
    atWork = false;
    await Promise.all(load);
    await gateway.process.stop();

    const [last = ""] = made.slice(-1);
    for (const file of made) expect(await backup(home, "verify", file)).toMatchObject({ code: 0 });
    const restored = await backup(other, "restore", last);
    const port = await freePort();
    const again = startCli(["gateway", "--port", String(port)], { env: other.env() });
    await again.waitFor(/log file: /);
    const auth = { token: first.token };
    const known = await connectDevice(port, { auth }, { device: first.device, ...FORWARDED });
    await known.client.close();
    await again.stop();

    expect(restored).toMatchObject({ code: 0, stderr: "" });
    expect(known.answer).toMatchObject({ ok: true });
    expect(JSON.parse(readFileSync(join(other.stateDir, "devices", "paired.json"), "utf8"))).toHaveProperty(
      first.device.id,
    );
  });

  test("U15: holds all state and nothing else, closed to others, in a form that tar lists", async ({
    home,
  }) => {
    const file = await backedUp(home);

    const { stdout } = await backup(home, "verify", file, "--json");
    const listed = await startNode(["tzf", file], { env: home.env() }, "tar").ended;

    const names = [
      ".env",
      "clawdbot.json",
      "agents/main/sessions/one.jsonl",
      `agents/main/sessions/${"ü".repeat(80)}.jsonl`,
      "credentials/oauth.json",
      "devices/paired.json",
      "parts/gateway.json",
    ].sort();
    const { files } = JSON.parse(stdout);
    expect(files.map(({ path }: { path: string }) => path).sort()).toEqual(names);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(
      listed.stdout
        .split("\n")
        .filter((line) => line.startsWith("state/"))
        .sort(),
    ).toEqual(
      names.map((name) => `state/${name}`).map((name) => (name.includes("ü") ? expect.any(String) : name)),
    );
  });

  test("U15: follows a link inside of the state directory, names one that leads out, and takes a configuration from anywhere", async ({
    home,
    other,
  }) => {
    mkdirSync(join(home.stateDir, "credentials"), { recursive: true });
    writeFileSync(join(home.path, "kept-elsewhere.json"), "{ gateway: { mode: 'local' } }");
    writeFileSync(join(home.stateDir, "credentials", "real.json"), "mine");
    writeFileSync(join(home.path, "outside.json"), "not ours");
    symlinkSync(join(home.path, "kept-elsewhere.json"), home.configFile);
    symlinkSync("real.json", join(home.stateDir, "credentials", "inside.json"));
    symlinkSync(join(home.path, "outside.json"), join(home.stateDir, "credentials", "outside.json"));
    symlinkSync("/", join(home.stateDir, "root"));
    const file = join(home.path, "mine.tar.gz");

    const { code, stderr } = await backup(home, "create", file);
    await backup(other, "restore", file);

    expect(code).toBe(0);
    expect(stderr).toContain("Not in it: credentials/outside.json (it is a symbolic link");
    expect(stderr).toContain("Not in it: root (it is a symbolic link");
    expect(readFileSync(other.configFile, "utf8")).toBe("{ gateway: { mode: 'local' } }");
    expect(readdirSync(join(other.stateDir, "credentials")).sort()).toEqual(["inside.json", "real.json"]);
    expect(readFileSync(join(other.stateDir, "credentials", "inside.json"), "utf8")).toBe("mine");
  });

  test("U15: names the work directory of every agent, which is not in it", async ({ home }) => {
    home.writeConfig({
      gateway: { mode: "local" },
      agents: { list: [{ id: "main" }, { id: "work" }, { id: "new" }] },
    });
    for (const name of ["clawd", "clawd-work"]) mkdirSync(join(home.path, name));

    const { stderr } = await backup(home, "create", join(home.path, "mine.tar.gz"));

    expect(stderr).toContain("Not in it: ~/clawd (the work directory)");
    expect(stderr).toContain("Not in it: ~/clawd-work (the work directory)");
    expect(stderr).not.toContain("clawd-new");
  });

  test("U15: overwrites nothing, and says where it cannot write", async ({ home, other }) => {
    const file = await backedUp(home);
    const before = readFileSync(file);
    const says = async (of: TempHome, ...args: string[]) => {
      const { code, stderr } = await backup(of, ...args);
      return `${code}: ${stderr.split("\n")[0]}`;
    };

    expect(await says(home, "create", file)).toBe(
      `1: ${file} exists already and is not overwritten. No backup was made.`,
    );
    expect(await says(home, "create", join(home.path, "no", "where.tar.gz"))).toBe(
      `1: There is no directory ${join(home.path, "no")}. No backup was made.`,
    );
    expect(await says(home, "create", join(home.stateDir, "in.tar.gz"))).toBe(
      `1: ${join(home.stateDir, "in.tar.gz")} lies inside of what is backed up. No backup was made.`,
    );
    expect(await says(home, "create", "-")).toBe(
      `2: backup create takes a file, not "-"; ./- is a file of that name`,
    );
    expect(await says(other, "create", file)).toBe(`1: There is nothing to back up in ${other.stateDir}.`);
    expect(await says(home, "create", home.path)).toBe("0: ");
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(
      readdirSync(home.path).filter((name) => /^clawdbot-backup-\d{8}-\d{6}\.tar\.gz$/.test(name)),
    ).toHaveLength(1);
  });

  test("U15: leaves nothing on a full disk", async ({ home }) => {
    test.skip(process.getuid?.() !== 0 || findProgram("unshare") === undefined, "needs root and unshare");
    await backedUp(home);
    writeFileSync(
      join(home.stateDir, "noise"),
      createHash("sha512").update("x").digest().toString("hex").repeat(99_999),
    );
    const script =
      'mkdir "$1/disk"; mount -t tmpfs -o size=16k tmpfs "$1/disk"; "$2" "$3" backup create "$1/disk/b"; code=$?; ls "$1/disk"; exit $code';
    const words = ["--mount", "sh", "-c", script, "sh", home.path, process.execPath, LAUNCHER];

    const { code, stdout, stderr } = await startNode(words, { env: home.env() }, "unshare").ended;

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("the disk is full (ENOSPC). No backup was made.");
  });

  test("U15: leaves nothing when it is interrupted", async ({ home }) => {
    await backedUp(home);
    writeFileSync(join(home.stateDir, "large"), "");
    // Sparse: long to read, short to make.
    await startNode(["-s", "4G", join(home.stateDir, "large")], { env: home.env() }, "truncate").ended;
    const begun = entryIn(home.path, /\.tmp$/);
    const making = startCli(["backup", "create", join(home.path, "b.tar.gz")], { env: home.env() });
    await begun;

    const { signal } = await making.stop("SIGINT");

    expect(signal).toBe("SIGINT");
    expect(readdirSync(home.path).filter((name) => name.startsWith("b.tar.gz"))).toEqual([]);
  });
});

test.describe("backup restore", () => {
  test("U15: restores all of it, closed to others, into an empty home, and says what comes next", async ({
    home,
    other,
  }) => {
    const file = await backedUp(home);

    const { code, stdout } = await backup(other, "restore", file);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^✓ restored: ~\/\.clawdbot \(7 files, 16\.7 KiB; .*, version .*, default profile\)\nNext: /,
    );
    const modes = readdirSync(other.stateDir, { recursive: true, withFileTypes: true }).map((entry) => {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      return entry.isDirectory() ? mode === 0o700 : mode === 0o600;
    });
    expect(modes).not.toContain(false);
    expect(statSync(other.stateDir).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(other.stateDir, "agents/main/sessions/one.jsonl"), "utf8")).toHaveLength(17_000);
    expect(readdirSync(other.path)).toEqual([".clawdbot"]);
  });

  test("U15: replaces a state that is there with --force alone, and that one goes to the trash", async ({
    home,
    other,
  }) => {
    test.skip(process.platform !== "linux", "the trash of this test is that of Linux desktops");
    const file = await backedUp(home);
    other.writeConfig("{ old: true }");

    const refused = await backup(other, "restore", file);
    const kept = readFileSync(other.configFile, "utf8");
    const forced = await backup(other, "restore", file, "--force");

    expect(refused).toMatchObject({
      code: 1,
      stderr: `Nothing was restored: ${other.stateDir} is not empty.\nFix: --force moves what is there to the trash first\n`,
    });
    expect(kept).toBe("{ old: true }");
    expect(forced.code).toBe(0);
    const place = join(other.path, ".local", "share", "Trash", "files", ".clawdbot");
    expect(readFileSync(join(place, "clawdbot.json"), "utf8")).toBe("{ old: true }");
    expect(existsSync(join(other.stateDir, "devices", "paired.json"))).toBe(true);
  });

  test("U15: takes no directory away that holds what is not ours", async ({ home, other }) => {
    const file = await backedUp(home);
    const place = join(other.path, "shared");
    mkdirSync(place);
    writeFileSync(join(place, "diary.txt"), "mine");
    const forced = (stateDir: string) =>
      runInProcess(["backup", "restore", file, "--force"], {
        env: other.env({ CLAWDBOT_STATE_DIR: stateDir }),
      });

    expect(await forced(place)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("diary.txt is none of our files"),
    });
    expect(await forced(other.path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("it is the home directory or holds it"),
    });
    expect(readdirSync(other.path)).toEqual(["shared"]);
  });

  test("U15: restores into another profile and says so", async ({ home, other }) => {
    const file = await backedUp(home);

    const { code, stdout, stderr } = await backup(other, "restore", file, "--profile", "work");

    expect(code).toBe(0);
    expect(stdout).toContain("Next: clawdbot --profile work gateway install");
    expect(stderr).toBe(
      "Note: this is a backup of the default profile, restored into the profile work; port and secret are those of the backup.\n",
    );
    expect(readdirSync(other.path)).toEqual([".clawdbot-work"]);
  });

  test("U15: touches nothing while a gateway or a tray of the profile runs", async ({ home, other }) => {
    const file = await backedUp(home);
    const gateway = await startGatewayProcess(other);
    const whileGateway = await backup(other, "restore", file, "--force");
    await gateway.process.stop();
    const lock = await acquireLock(join(other.stateDir, "run", "tray.lock"));
    const before = treeChecksum(other.configFile);
    const whileTray = await backup(other, "restore", file, "--force");
    lock?.dispose();

    expect(whileGateway).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Nothing was restored: a gateway runs on /),
    });
    expect(whileTray).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Nothing was restored: the tray runs/),
    });
    expect(treeChecksum(other.configFile)).toEqual(before);
  });

  test("U15: leaves the old state when it is killed halfway, and the next restore clears that away", async ({
    home,
    other,
  }) => {
    await backedUp(home);
    writeFileSync(join(home.stateDir, "large"), "");
    await startNode(["-s", "512M", join(home.stateDir, "large")], { env: home.env() }, "truncate").ended;
    const file = join(home.path, "large.tar.gz");
    await backup(home, "create", file);
    const small = join(home.path, "mine.tar.gz");
    const begun = entryIn(other.path, /./);
    const restoring = startCli(["backup", "restore", file], { env: other.env() });
    await begun;

    await restoring.stop("SIGKILL");
    const left = readdirSync(other.path);
    const { code } = await backup(other, "restore", small);

    expect(left).toEqual([expect.stringMatching(/^\.clawdbot\.restore\.\d+\.tmp$/)]);
    expect(code).toBe(0);
    expect(readdirSync(other.path)).toEqual([".clawdbot"]);
  });

  test("U15: leaves nothing where it cannot write", async ({ home, other }) => {
    test.skip(process.getuid?.() !== 0 || findProgram("unshare") === undefined, "needs root and unshare");
    const file = await backedUp(home);
    const script =
      'mount -t tmpfs -o size=16k tmpfs "$1"; "$2" "$3" backup restore "$4"; code=$?; ls -A "$1"; exit $code';
    const words = ["--mount", "sh", "-c", script, "sh", other.path, process.execPath, LAUNCHER, file];

    const { code, stdout, stderr } = await startNode(words, { env: other.env() }, "unshare").ended;

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("the disk is full (ENOSPC). Nothing was restored.");
  });
});

test("U15: a state directory that is mounted by itself is not replaced, and nothing is left beside it", async ({
  home,
  other,
}) => {
  test.skip(process.getuid?.() !== 0 || findProgram("unshare") === undefined, "needs root and unshare");
  const file = await backedUp(home);
  const script =
    'mkdir "$1"; mount -t tmpfs tmpfs "$1"; "$2" "$3" backup restore "$4"; code=$?; ls -A "$1" "$1/.."; exit $code';
  const words = ["--mount", "sh", "-c", script, "sh", other.stateDir, process.execPath, LAUNCHER, file];

  const { code, stdout, stderr } = await startNode(words, { env: other.env() }, "unshare").ended;

  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: expect.stringMatching(/^\S+:\n\n\S+:\n\.clawdbot\n$/),
  });
  expect(stderr).toContain("is a mount point, which nothing can replace.");
});

interface Entry {
  name: string;
  content?: string;
  /** Of the tar format; default a regular file. */
  type?: string;
}

const LABEL = { format: 1, version: "0.1.0", profile: null, createdAtMs: 1 };
const LABEL_ENTRY: Entry = { name: "clawdbot-backup.json", content: JSON.stringify(LABEL) };
const fileOf = (path: string, content: string) => ({
  path,
  sizeBytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
});
const manifestOf = (...files: unknown[]): Entry => ({
  name: "clawdbot-manifest.json",
  content: JSON.stringify({ ...LABEL, files }),
});

function archiveOf(entries: readonly Entry[], end = TAR_END): Buffer {
  const blocks = entries.flatMap(({ name, content = "", type }) => {
    const header = tarHeader(name, content.length, 0);
    if (type !== undefined) {
      header.write(type, 156);
      header.write("        ", 148);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    }
    return [header, Buffer.from(content), tarPadding(content.length)];
  });
  return gzipSync(Buffer.concat([...blocks, end]));
}

/** A backup with one file more, which its manifest vouches for. */
const withFile = (name: string, type?: string): Entry[] => {
  const path = name.slice("state/".length);
  const entry = type === undefined ? { name, content: "x" } : { name, content: "x", type };
  return [LABEL_ENTRY, entry, manifestOf(fileOf(path, "x"))];
};

const HOSTILE: Record<string, { entries: Entry[]; says: RegExp }> = {
  "an absolute path": { entries: withFile("/etc/passwd"), says: /"\/etc\/passwd" is an absolute path/ },
  "an absolute path below state": { entries: withFile("state//etc/passwd"), says: /is an absolute path/ },
  "a path that leads out": { entries: withFile("state/../../evil"), says: /leads out of its place/ },
  "a path beside the state": { entries: withFile("elsewhere/file"), says: /does not belong into/ },
  "a symbolic link": { entries: withFile("state/link", "2"), says: /a symbolic link is in it/ },
  "a hard link": { entries: withFile("state/link", "1"), says: /a hard link is in it/ },
  "a device": { entries: withFile("state/null", "3"), says: /a device is in it/ },
  "a named pipe": { entries: withFile("state/pipe", "6"), says: /a named pipe is in it/ },
  "a name twice": {
    entries: [
      LABEL_ENTRY,
      { name: "state/a", content: "x" },
      { name: "state/a", content: "x" },
      manifestOf(fileOf("a", "x"), fileOf("a", "x")),
    ],
    says: /"state\/a" is in it twice/,
  },
  "a file that is a directory as well": {
    entries: [
      LABEL_ENTRY,
      { name: "state/a", content: "x" },
      { name: "state/a/b", content: "x" },
      manifestOf(fileOf("a", "x"), fileOf("a/b", "x")),
    ],
    says: /Nothing was restored|ENOTDIR|EEXIST/,
  },
  "another content than promised": {
    entries: [LABEL_ENTRY, { name: "state/a", content: "y" }, manifestOf(fileOf("a", "x"))],
    says: /"a" is not the file that was backed up/,
  },
  "a file that nobody promised": {
    entries: [LABEL_ENTRY, { name: "state/a", content: "x" }, manifestOf()],
    says: /"a" is not what its manifest names there/,
  },
  "a file missing": { entries: [LABEL_ENTRY, manifestOf(fileOf("a", "x"))], says: /"a" is missing/ },
  "no manifest": {
    entries: [LABEL_ENTRY, { name: "state/a", content: "x" }],
    says: /its manifest is missing/,
  },
  "no label": { entries: withFile("state/a").slice(1), says: /it does not begin as a backup does/ },
  "something after the manifest": {
    entries: [...withFile("state/a"), { name: "state/b", content: "x" }],
    says: /something follows its manifest/,
  },
  "a newer format": {
    entries: [
      { name: "clawdbot-backup.json", content: JSON.stringify({ format: 2, version: "9.0.0", later: [] }) },
    ],
    says: /was written by version 9\.0\.0, in format 2; this version knows 1/,
  },
};

test.describe("a backup that lies", () => {
  for (const [what, { entries, says }] of Object.entries(HOSTILE)) {
    test(`U15: is refused with ${what}, and nothing is written`, async ({ home }) => {
      const file = join(home.path, "evil.tar.gz");
      writeFileSync(file, archiveOf(entries));

      const { code, stderr } = await backup(home, "restore", file);

      expect(code).toBe(1);
      expect(stderr).toMatch(says);
      expect(stderr).not.toMatch(/^ +at /m);
      expect(readdirSync(home.path)).toEqual(["evil.tar.gz"]);
    });
  }

  test("U15: is refused when it ends early, wherever that is, and when a byte of it changed", async ({
    home,
    other,
  }) => {
    const whole = readFileSync(await backedUp(home));
    const file = join(other.path, "damaged.tar.gz");
    const damaged = [0, 1, 20, 400, whole.length - 9, whole.length - 1].map((length) =>
      whole.subarray(0, length),
    );
    const plain = gunzipSync(whole);
    for (const place of [10, 600, 3_000, plain.length - 2_000]) {
      const changed = Buffer.from(plain);
      changed.writeUInt8((changed.readUInt8(place) + 1) % 256, place);
      damaged.push(gzipSync(changed));
    }
    damaged.push(
      Buffer.concat([whole, Buffer.from("more")]),
      gzipSync(plain.subarray(0, 2_048)),
      Buffer.from("no gzip"),
    );

    const refused: (number | null)[] = [];
    for (const bytes of damaged) {
      writeFileSync(file, bytes);
      refused.push((await backup(other, "restore", file)).code);
    }

    expect(refused).toEqual(damaged.map(() => 1));
    expect(readdirSync(other.path)).toEqual(["damaged.tar.gz"]);
  });

  test("U15: is no file at all: each says what stands there", async ({ home }) => {
    const pipe = join(home.path, "pipe");
    await startNode([pipe], { env: home.env() }, "mkfifo").ended;
    const says = async (file: string) => (await backup(home, "verify", file)).stderr.split("\n")[0];

    expect(await says(home.path)).toBe(`Cannot read ${home.path}: it is a directory (EISDIR)`);
    expect(await says(pipe)).toBe(`Cannot read ${pipe}: it is not a regular file`);
    expect(await says(join(home.path, "none"))).toBe(
      `Cannot read ${join(home.path, "none")}: there is no such file`,
    );
  });
});

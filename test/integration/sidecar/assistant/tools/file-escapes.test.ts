/** Ways out of what a turn may touch. The verdict is a canary: a file that is read or changed, or a pipe that somebody opened. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { expect } from "@playwright/test";
import { scopeOf } from "../../../../../sidecar/assistant/tools/files/file-scope.ts";
import { OpenedFolder, readJudged } from "../../../../../sidecar/assistant/tools/files/opened.ts";
import { ScopedFiles } from "../../../../../sidecar/assistant/tools/files/scoped-files.ts";
import type { Authority } from "../../../../../sidecar/base/store/session-store.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

const CANARY = "CANARY-7f3a";

interface Place {
  home: string;
  workspace: string;
  stateDir: string;
  files: (authority: Authority, isGroup?: boolean) => ScopedFiles;
}

function arrange({ path: home, stateDir }: TempHome): Place {
  const workspace = join(home, "clawd");
  for (const folder of [
    "clawd/shared",
    "clawd/memory",
    "clawd/dir",
    "outside",
    ".ssh",
    ".gnupg",
    ".clawdbot",
  ])
    mkdirSync(join(home, folder), { recursive: true });
  for (const file of [
    "outside/note",
    "clawd/USER.md",
    "clawd/memory/2026-01-01.md",
    "clawd/AGENTS.md",
    "clawd/.env",
    ".ssh/id_ed25519",
    ".gnupg/key",
    ".clawdbot/clawdbot.json",
    ".clawdbot/clawdbot.db",
  ])
    writeFileSync(join(home, file), CANARY);
  const files = (authority: Authority, isGroup = false) =>
    new ScopedFiles(
      scopeOf(
        {
          authority,
          agentId: "main",
          sessionKey: isGroup ? "agent:main:test:group:g" : "agent:main:main",
          route: undefined,
        },
        {
          config: () => ({}),
          env: {},
          stateDir,
          paths: { home, workspaceDir: workspace },
        },
      ),
    );
  return { home, workspace, stateDir, files };
}

/** Reads, overwrites and edits; what was read of it, or "". */
function tryAll(files: ScopedFiles, path: string): string {
  let read = "";
  const attempts = [
    () => {
      read = files.read(path);
    },
    () => files.write(path, "pwned", { isUnseenFine: true }),
    () => files.edit(path, "CANARY", "pwned"),
    () => files.changeAll([{ path, text: undefined }]),
  ];
  for (const attempt of attempts) {
    try {
      attempt();
    } catch {
      // The canary tells, and no error does.
    }
  }
  return read;
}

interface Attempt {
  title: string;
  who: Authority;
  isGroup?: boolean;
  /** From the work directory, where it is not a whole path. */
  path: string | ((place: Place) => string);
  /** Below the home directory. */
  canary: string;
  prepare?: (place: Place) => void;
  /** What somebody without care would open; the path itself where it says nothing. */
  careless?: string | ((place: Place) => string);
  /** It may be read, and not be changed. */
  onlyWriting?: boolean;
}

const KEY = ".ssh/id_ed25519";
const DB = ".clawdbot/clawdbot.db";
const link = (to: (place: Place) => string, name: string) => (place: Place) =>
  symlinkSync(to(place), join(place.workspace, name));
const whole = (name: string) => (place: Place) => join(place.home, name);

const ATTEMPTS: readonly Attempt[] = [
  { title: "a way up to keys", who: "owner", path: `../${KEY}`, canary: KEY },
  { title: "a longer way up", who: "owner", path: `dir/../../.ssh/./id_ed25519`, canary: KEY },
  { title: "a whole path to keys", who: "owner", path: whole(KEY), canary: KEY },
  {
    title: "a whole path with doubled slashes",
    who: "owner",
    path: (p) => `/${p.home}//.ssh///id_ed25519`,
    canary: KEY,
  },
  { title: "the home directory's sign", who: "owner", path: `~/${KEY}`, careless: whole(KEY), canary: KEY },
  { title: "the state", who: "owner", path: `~/${DB}`, careless: whole(DB), canary: DB },
  {
    title: "the configuration",
    who: "owner",
    path: whole(".clawdbot/clawdbot.json"),
    canary: ".clawdbot/clawdbot.json",
  },
  { title: "another keyring", who: "owner", path: whole(".gnupg/key"), canary: ".gnupg/key" },
  { title: "a link to a key", who: "owner", path: "key", prepare: link(whole(KEY), "key"), canary: KEY },
  {
    title: "a link to a directory of keys",
    who: "owner",
    path: "keys/id_ed25519",
    prepare: link(whole(".ssh"), "keys"),
    canary: KEY,
  },
  {
    title: "links in a row",
    who: "owner",
    path: "one/.ssh/id_ed25519",
    prepare: (place) => {
      link(() => "two", "one")(place);
      link((p) => p.home, "two")(place);
    },
    canary: KEY,
  },
  {
    title: "keys that lie elsewhere, by their own path",
    who: "owner",
    path: "../dotfiles/ssh/id_ed25519",
    prepare: ({ home }) => {
      mkdirSync(join(home, "dotfiles"));
      renameSync(join(home, ".ssh"), join(home, "dotfiles/ssh"));
      symlinkSync("dotfiles/ssh", join(home, ".ssh"));
    },
    canary: "dotfiles/ssh/id_ed25519",
  },
  {
    title: "a second name of a key",
    who: "owner",
    path: "innocent.md",
    prepare: ({ home, workspace }) => linkSync(join(home, KEY), join(workspace, "innocent.md")),
    canary: KEY,
  },
  {
    title: "a second name of the store",
    who: "owner",
    path: "dir/innocent.md",
    prepare: ({ home, workspace }) => linkSync(join(home, DB), join(workspace, "dir/innocent.md")),
    canary: DB,
  },
  {
    title: "the root of a process",
    who: "owner",
    path: (p) => `/proc/self/root${p.home}/${KEY}`,
    canary: KEY,
  },
  {
    title: "the work directory of a process",
    who: "owner",
    path: (p) => `/proc/self/cwd/${"../".repeat(20)}${p.home.slice(1)}/${KEY}`,
    canary: KEY,
  },
  {
    title: "another profile's state",
    who: "owner",
    path: "../.clawdbot-work/clawdbot.json",
    prepare: ({ home }) => {
      mkdirSync(join(home, ".clawdbot-work"));
      writeFileSync(join(home, ".clawdbot-work/clawdbot.json"), CANARY);
    },
    canary: ".clawdbot-work/clawdbot.json",
  },
  {
    title: "capitals, where the system tells them apart",
    who: "owner",
    path: "../.SSH/id_ed25519",
    prepare: ({ home }) => symlinkSync(".ssh", join(home, ".SSH")),
    canary: KEY,
  },
  {
    title: "a way up, from one let in by name",
    who: "trusted",
    path: "../outside/note",
    canary: "outside/note",
  },
  {
    title: "a whole path, from one let in by name",
    who: "trusted",
    path: whole("outside/note"),
    canary: "outside/note",
  },
  {
    title: "the home directory's sign, from one let in by name",
    who: "trusted",
    path: "~/outside/note",
    careless: whole("outside/note"),
    canary: "outside/note",
  },
  {
    title: "a link out, from one let in by name",
    who: "trusted",
    path: "out/note",
    prepare: link(whole("outside"), "out"),
    canary: "outside/note",
  },
  { title: "what is told of the owner", who: "trusted", path: "USER.md", canary: "clawd/USER.md" },
  {
    title: "daily notes",
    who: "trusted",
    path: "memory/2026-01-01.md",
    canary: "clawd/memory/2026-01-01.md",
  },
  {
    title: "daily notes by a link",
    who: "trusted",
    path: "notes/2026-01-01.md",
    prepare: link(() => "memory", "notes"),
    canary: "clawd/memory/2026-01-01.md",
  },
  { title: "a hidden file", who: "trusted", path: ".env", canary: "clawd/.env" },
  {
    title: "what the agent goes by",
    who: "trusted",
    path: "AGENTS.md",
    canary: "clawd/AGENTS.md",
    onlyWriting: true,
  },
  {
    title: "a second name of a file elsewhere",
    who: "trusted",
    path: "innocent.md",
    prepare: ({ home, workspace }) => linkSync(join(home, "outside/note"), join(workspace, "innocent.md")),
    canary: "outside/note",
  },
  { title: "the work directory, from a guest", who: "guest", path: "AGENTS.md", canary: "clawd/AGENTS.md" },
  { title: "a way out of what is shared", who: "guest", path: "shared/../USER.md", canary: "clawd/USER.md" },
  {
    title: "a link out of what is shared",
    who: "guest",
    path: "shared/up",
    prepare: link(() => "../USER.md", "shared/up"),
    canary: "clawd/USER.md",
  },
  {
    title: "a second name in what is shared",
    who: "guest",
    path: "shared/innocent.md",
    prepare: ({ workspace }) => linkSync(join(workspace, "USER.md"), join(workspace, "shared/innocent.md")),
    canary: "clawd/USER.md",
  },
  {
    title: "a name that only looks like what is shared",
    who: "guest",
    path: "ѕhared/note",
    prepare: ({ workspace }) => {
      mkdirSync(join(workspace, "ѕhared"));
      writeFileSync(join(workspace, "ѕhared/note"), CANARY);
    },
    canary: "clawd/ѕhared/note",
  },
  {
    title: "dots that another writing has",
    who: "guest",
    path: "shared/．．/USER.md",
    careless: "shared/../USER.md",
    canary: "clawd/USER.md",
  },
  {
    title: "a byte that ends texts",
    who: "guest",
    path: "AGENTS.md\0shared/x",
    careless: "AGENTS.md",
    canary: "clawd/AGENTS.md",
  },
  {
    title: "a name of Windows",
    who: "guest",
    path: "shared\\..\\USER.md",
    careless: "shared/../USER.md",
    canary: "clawd/USER.md",
  },
  {
    title: "dots at the end",
    who: "guest",
    path: "USER.md...",
    careless: "USER.md",
    canary: "clawd/USER.md",
  },
  {
    title: "a stream of a file",
    who: "guest",
    path: "USER.md::$DATA",
    careless: "USER.md",
    canary: "clawd/USER.md",
  },
  {
    title: "escaped signs",
    who: "guest",
    path: "shared/%2e%2e/USER.md",
    careless: "shared/../USER.md",
    canary: "clawd/USER.md",
  },
  {
    title: "the owner's own, from a group",
    who: "owner",
    isGroup: true,
    path: "USER.md",
    canary: "clawd/USER.md",
  },
  {
    title: "keys, from a group",
    who: "owner",
    isGroup: true,
    path: `~/${KEY}`,
    careless: whole(KEY),
    canary: KEY,
  },
  {
    title: "the work directory, from a group",
    who: "trusted",
    isGroup: true,
    path: "AGENTS.md",
    canary: "clawd/AGENTS.md",
  },
];

const told = (path: Attempt["path"], place: Place) => (typeof path === "string" ? path : path(place));

test.describe("files that a turn may not touch", () => {
  for (const { title, who, isGroup, path, canary, prepare, careless, onlyWriting } of ATTEMPTS) {
    test(`stay as they are and unseen: ${title} (${who})`, ({ home }) => {
      const place = arrange(home);
      prepare?.(place);
      const file = join(home.path, canary);

      const read = tryAll(place.files(who, isGroup), told(path, place));

      expect(readFileSync(file, "utf8")).toBe(CANARY);
      if (onlyWriting !== true) expect(read).not.toContain(CANARY);
      // Without the guard the same path leads there.
      const open = told(careless ?? path, place);
      expect(readFileSync(isAbsolute(open) ? open : `${place.workspace}/${open}`, "utf8")).toBe(CANARY);
    });
  }

  test("are more than thirty", () => {
    expect(ATTEMPTS.length).toBeGreaterThan(30);
  });

  test("are not reached by what a process has open", ({ home }) => {
    const place = arrange(home);
    const fd = openSync(join(home.path, KEY), "r+");
    try {
      for (const path of [`/dev/fd/${fd}`, `/proc/self/fd/${fd}`, `/proc/${process.pid}/fd/${fd}`]) {
        expect(readFileSync(path, "utf8")).toBe(CANARY);
        expect(tryAll(place.files("owner"), path)).not.toContain(CANARY);
      }
      expect(readFileSync(join(home.path, KEY), "utf8")).toBe(CANARY);
    } finally {
      closeSync(fd);
    }
  });

  test("are no environment of a process", ({ home }) => {
    const { files } = arrange(home);
    const path = `/proc/${process.pid}/environ`;

    expect(readFileSync(path, "utf8")).toContain("PATH=");
    expect(tryAll(files("owner"), path)).not.toContain("PATH=");
  });

  test("are no pipes and no devices: nobody at the other end hears anything, and nobody waits", async ({
    home,
  }) => {
    const { files, workspace } = arrange(home);
    const pipe = join(workspace, "pipe");
    execFileSync("mkfifo", [pipe]);
    symlinkSync("/dev/zero", join(workspace, "zero"));
    const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "ignore"] });
    let heard = "";
    reader.stdout.on("data", (bytes: Buffer) => {
      heard += bytes.toString();
    });
    try {
      expect(tryAll(files("owner"), "pipe")).toBe("");
      expect(tryAll(files("owner"), "zero")).toBe("");
      expect(lstatSync(pipe).isFIFO()).toBe(true);
      // Without the guard it is heard.
      writeFileSync(pipe, "unguarded");
      await once(reader, "close");
      expect(heard).toBe("unguarded");
    } finally {
      if (reader.exitCode === null) reader.kill();
    }
  });
});

test.describe("what changes between the look and the opening", () => {
  test("a file whose directory became a link is told by what was opened", ({ home }) => {
    const { workspace } = arrange(home);
    writeFileSync(join(workspace, "dir/id_ed25519"), "harmless");
    const path = realpathSync(join(workspace, "dir/id_ed25519"));
    renameSync(join(workspace, "dir"), join(workspace, "before"));
    symlinkSync(join(home.path, ".ssh"), join(workspace, "dir"));

    const judged: string[] = [];
    const read = readJudged(path, (real) => judged.push(real), 1_000);

    expect(judged).toEqual([realpathSync(join(home.path, KEY))]);
    // Where the judge does not mind it is read: the judge alone keeps it.
    expect(read?.toString()).toBe(CANARY);
  });

  test("a file that became a link is not followed", ({ home }) => {
    const { workspace } = arrange(home);
    symlinkSync(join(home.path, KEY), join(workspace, "dir/note"));
    let isJudged = false;

    const read = () =>
      readJudged(
        join(workspace, "dir/note"),
        () => {
          isJudged = true;
        },
        1_000,
      );

    expect(read).toThrow();
    expect(isJudged).toBe(false);
  });

  test("a directory that became a link is written where it was", ({ home }) => {
    const { workspace } = arrange(home);
    const folder = OpenedFolder.at(realpathSync(join(workspace, "dir")), () => {});
    renameSync(join(workspace, "dir"), join(workspace, "before"));
    symlinkSync(join(home.path, ".ssh"), join(workspace, "dir"));

    folder.write("authorized_keys", "mine", () => {});
    folder.close();

    expect(readdirSync(join(home.path, ".ssh"))).toEqual(["id_ed25519"]);
    expect(readdirSync(join(workspace, "before"))).toEqual(["authorized_keys"]);
  });

  test("a half-written file that somebody put a link for is not written through", ({ home }) => {
    const place = arrange(home);
    const target = join(home.path, ".ssh/authorized_keys");
    symlinkSync(target, join(place.workspace, `dir/new.md.${process.pid}.tmp`));

    place.files("owner").write("dir/new.md", "pwned");

    expect(existsSync(target)).toBe(false);
    expect(readFileSync(join(place.workspace, "dir/new.md"), "utf8")).toBe("pwned");
  });

  test("a directory that is exchanged for a link again and again leads nowhere else, and would without the guard", async ({
    home,
  }) => {
    test.setTimeout(120_000);
    const place = arrange(home);
    const dir = join(place.workspace, "dir");
    writeFileSync(join(dir, "id_ed25519"), "harmless");
    symlinkSync(join(home.path, ".ssh"), join(place.workspace, "link"));
    const swapper = await startSwapper(place.workspace);
    try {
      const careless = () => {
        const path = join(dir, "id_ed25519");
        if (dirname(realpathSync(path)) !== realpathSync(place.workspace).concat("/dir")) return "";
        return readFileSync(path, "utf8");
      };
      let isSeen = false;
      for (let tries = 0; tries < 500_000 && !isSeen; tries += 1) isSeen = quiet(careless) === CANARY;
      expect(isSeen).toBe(true);

      let read = 0;
      for (let tries = 0; tries < 300; tries += 1) {
        const text = quiet(() => place.files("owner").read("dir/id_ed25519"));
        if (text === CANARY) throw new Error("a secret was read");
        if (text === "harmless") read += 1;
        quiet(() => place.files("owner").edit("dir/id_ed25519", "CANARY", "pwned"));
      }
      expect(read).toBeGreaterThan(0);
    } finally {
      swapper.kill("SIGKILL");
      await once(swapper, "close");
    }
    expect(readFileSync(join(home.path, KEY), "utf8")).toBe(CANARY);
  });
});

function quiet(act: () => unknown): string {
  try {
    return String(act());
  } catch {
    return ""; // It is in the middle of an exchange, or refused.
  }
}

/** A process that gives `dir` and `link` of the directory each other's names without an end. */
async function startSwapper(directory: string): Promise<ChildProcess> {
  const program = `
    const { renameSync } = require("node:fs");
    process.chdir(${JSON.stringify(directory)});
    console.log("begun");
    for (;;) {
      renameSync("dir", "spare"); renameSync("link", "dir");
      renameSync("dir", "link"); renameSync("spare", "dir");
    }`;
  const swapper = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  await once(swapper.stdout as NodeJS.ReadableStream, "data");
  return swapper;
}

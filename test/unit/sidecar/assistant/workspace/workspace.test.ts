import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import {
  type BootstrapMemory,
  type BootstrapRecord,
  countBootstrapTurn,
} from "../../../../../sidecar/assistant/workspace/bootstrap.ts";
import { cutFile, sharesOf } from "../../../../../sidecar/assistant/workspace/caps.ts";
import { createWorkspace, unwritableWorkspace } from "../../../../../sidecar/assistant/workspace/create.ts";
import { type Reader, WorkspaceFiles } from "../../../../../sidecar/assistant/workspace/files.ts";
import { parseIdentity } from "../../../../../sidecar/assistant/workspace/identity.ts";
import { workspaceOf, workspacesOf } from "../../../../../sidecar/assistant/workspace/place.ts";
import { BOOTSTRAP, TEMPLATES } from "../../../../../sidecar/assistant/workspace/templates.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

const NOW = Date.UTC(2026, 2, 2, 23, 30);
const CAPS = { fileChars: 20_000, totalChars: 60_000 };
const OWNER: Reader = { isOwnerAlone: true, turn: "chat" };
const GUEST: Reader = { isOwnerAlone: false, turn: "chat" };
const ALL = [...Object.keys(TEMPLATES)].sort();

const read = (directory: string, reader = OWNER, caps = CAPS, zone = "UTC") =>
  new WorkspaceFiles(directory).read(reader, caps, { nowMs: NOW, zone });
const namesOf = (files: { name: string }[]) => files.map(({ name }) => name);

test.describe("where an agent works", () => {
  const paths = { home: "/home/ada", workspaceDir: "/home/ada/clawd-work" };

  test("is the profile's directory, the configured one, or one of its own", () => {
    const list = [{ id: "Home", default: true }, { id: "lab", workspace: "~/lab" }, { id: "shop" }];
    const config = { agents: { defaults: { workspace: "notes" }, list } };

    expect(workspaceOf({}, "main", paths)).toBe("/home/ada/clawd-work");
    expect(workspaceOf({}, "shop", paths)).toBe("/home/ada/clawd-work-shop");
    expect(workspacesOf(config, paths)).toEqual([
      "/home/ada/notes",
      "/home/ada/lab",
      "/home/ada/clawd-work-shop",
    ]);
    expect(workspaceOf({ agents: { defaults: { workspace: "~" } } }, "main", paths)).toBe("/home/ada");
  });
});

test.describe("a workspace", () => {
  const without = { skipBootstrap: false, initRepository: async () => {} };

  test("is made with its first files", async ({ home }) => {
    const directory = join(home.path, "clawd");

    expect(await createWorkspace(directory, without)).toBe("workspace");

    expect(
      readdirSync(directory)
        .filter((name) => name !== ".git")
        .sort(),
    ).toEqual([...ALL, "BOOTSTRAP.md"].sort());
    expect(readFileSync(join(directory, "BOOTSTRAP.md"), "utf8")).toBe(BOOTSTRAP);
    expect(await createWorkspace(directory, without)).toBe("nothing");
  });

  test("is a repository only when it was empty", async ({ home }) => {
    const asked: string[] = [];
    const options = { skipBootstrap: false, initRepository: async (path: string) => asked.push(path) };
    const notes = join(home.path, "notes");
    mkdirSync(notes);
    writeFileSync(join(notes, "shopping.txt"), "milk");

    expect(await createWorkspace(join(home.path, "new"), options)).toBe("workspace");
    expect(await createWorkspace(notes, options)).toBe("files");

    expect(asked).toEqual([join(home.path, "new")]);
    expect(readdirSync(notes).sort()).toEqual([...ALL, "shopping.txt"].sort());
  });

  test("keeps what is there, and brings back nothing that was taken away", async ({ home }) => {
    const directory = join(home.path, "clawd");
    await createWorkspace(directory, without);
    writeFileSync(join(directory, "SOUL.md"), "mine");
    rmSync(join(directory, "TOOLS.md"));

    await createWorkspace(directory, without);

    expect(readFileSync(join(directory, "SOUL.md"), "utf8")).toBe("mine");
    expect(existsSync(join(directory, "TOOLS.md"))).toBe(false);
  });

  test("stays empty with agents.defaults.skipBootstrap", async ({ home }) => {
    expect(await createWorkspace(join(home.path, "clawd"), { skipBootstrap: true })).toBe("nothing");
    expect(readdirSync(join(home.path, "clawd"))).toEqual([]);
  });

  test("that cannot be made is refused with place, reason and remedy", async ({ home }) => {
    writeFileSync(join(home.path, "taken"), "");
    const directory = join(home.path, "taken", "clawd");

    await expect(createWorkspace(directory, without)).rejects.toMatchObject({
      code: "WORKSPACE_UNUSABLE",
      message: expect.stringMatching(
        /^Cannot use the work directory .*taken\/clawd: a part of the path is a file/,
      ),
      fix: expect.anything(),
    });
    expect(unwritableWorkspace(join(home.path, "taken"))?.message).toContain("is a file (ENOTDIR)");
    expect(unwritableWorkspace(join(home.path, "nowhere"))).toBeUndefined();
    expect(unwritableWorkspace(home.path)).toBeUndefined();
  });
});

test.describe("files of a workspace", () => {
  test("are shown in their order; missing ones by a line, empty ones not at all", ({ home }) => {
    const write = (name: string, text: string) => writeFileSync(join(home.path, name), text);
    write("AGENTS.md", "\ufeffwork\n");
    write("SOUL.md", " \n");
    write("MEMORY.md", "memory");
    write("HEARTBEAT.md", "- look");
    write("BOOTSTRAP.md", "first");

    expect(read(home.path).map(({ text }) => text)).toEqual([
      "work",
      "[there is no TOOLS.md in the workspace]",
      "[there is no IDENTITY.md in the workspace]",
      "[there is no USER.md in the workspace]",
      "first",
      "memory",
    ]);
  });

  test("case 54: that are the owner's are not read for anybody else", ({ home }) => {
    mkdirSync(join(home.path, "memory"));
    for (const name of [
      "USER.md",
      "MEMORY.md",
      "BOOTSTRAP.md",
      "memory/2026-03-02.md",
      "AGENTS.md",
      "HEARTBEAT.md",
    ])
      writeFileSync(join(home.path, name), "x");

    expect(namesOf(read(home.path, GUEST))).toEqual(["AGENTS.md", "SOUL.md", "TOOLS.md", "IDENTITY.md"]);
    expect(namesOf(read(home.path, { isOwnerAlone: true, turn: "subagent" }))).toEqual([
      "AGENTS.md",
      "TOOLS.md",
    ]);
    expect(namesOf(read(home.path, { isOwnerAlone: false, turn: "heartbeat" }))).toContain("HEARTBEAT.md");
  });

  test("of a day are those of today and yesterday in the person's zone, their ends where they are long", ({
    home,
  }) => {
    mkdirSync(join(home.path, "memory"));
    for (const day of ["01", "02", "03"])
      writeFileSync(join(home.path, `memory/2026-03-${day}.md`), `day ${day}`);
    writeFileSync(join(home.path, "memory/2026-03-02.md"), `begin${"x".repeat(5_000)}end`);
    const daily = (zone: string) => read(home.path, OWNER, CAPS, zone).filter(({ isDaily }) => isDaily);

    expect(namesOf(daily("UTC"))).toEqual(["memory/2026-03-01.md", "memory/2026-03-02.md"]);
    expect(namesOf(daily("Europe/Berlin"))).toEqual(["memory/2026-03-02.md", "memory/2026-03-03.md"]);
    expect(daily("UTC").at(-1)).toMatchObject({
      state: "cut",
      chars: 5_008,
      text: `[…]\n${"x".repeat(3_997)}end`,
    });
  });

  test("case 38: are cut at their cap, most of it from the beginning, with a line that names them", ({
    home,
  }) => {
    writeFileSync(join(home.path, "AGENTS.md"), `begin${"x".repeat(29_990)}final`);

    expect(read(home.path)[0]).toMatchObject({ name: "AGENTS.md", state: "cut", chars: 30_000 });
    expect(cutFile("AGENTS.md", "x".repeat(30_000), 20_000)).toMatch(
      /^x{14000}\n\[… 12000 of 30000 characters of AGENTS\.md are left out here; read the file for all of it …\]\nx{4000}$/,
    );
  });

  test("case 38: give way from the last one when all are too much, and keep 1,000 characters each", () => {
    expect(
      sharesOf([30_000, 20_000, 20_000, 500, 20_000], { fileChars: 20_000, totalChars: 60_000 }),
    ).toEqual([20_000, 20_000, 18_500, 500, 1_000]);
    expect(sharesOf([20_000, 20_000], { fileChars: 20_000, totalChars: 1_000 })).toEqual([1_000, 1_000]);
    expect(sharesOf([], CAPS)).toEqual([]);
  });

  test("outside of the workspace are not followed to", ({ home }) => {
    const directory = join(home.path, "clawd");
    mkdirSync(join(directory, "inside"), { recursive: true });
    writeFileSync(join(home.path, "secret"), "a secret");
    writeFileSync(join(directory, "inside", "soul"), "a soul");
    symlinkSync(join(home.path, "secret"), join(directory, "AGENTS.md"));
    symlinkSync("inside/soul", join(directory, "SOUL.md"));
    symlinkSync("nowhere", join(directory, "TOOLS.md"));

    expect(read(directory, GUEST).map(({ text }) => text)).toEqual([
      "[AGENTS.md cannot be read: it leads out of the workspace]",
      "a soul",
      "[there is no TOOLS.md in the workspace]",
      "[there is no IDENTITY.md in the workspace]",
    ]);
  });

  test("are read again when they have changed, and only then", ({ home }) => {
    const file = join(home.path, "AGENTS.md");
    const files = new WorkspaceFiles(home.path);
    const text = () => files.read(GUEST, CAPS, { nowMs: NOW, zone: "UTC" })[0]?.text;
    writeFileSync(file, "one");
    utimesSync(file, 1, 1);
    expect(text()).toBe("one");

    writeFileSync(file, "two");
    utimesSync(file, 1, 1);
    expect(text()).toBe("one");
    utimesSync(file, 2, 2);
    expect(text()).toBe("two");
    rmSync(file);
    expect(text()).toBe("[there is no AGENTS.md in the workspace]");
  });

  test("that are directories are named with the reason", ({ home }) => {
    mkdirSync(join(home.path, "AGENTS.md"));

    expect(read(home.path)[0]?.text).toBe("[AGENTS.md cannot be read: it is a directory (EISDIR)]");
  });

  test("of a workspace that is not there are missing", ({ home }) => {
    expect(read(join(home.path, "nowhere")).every(({ state }) => state === "missing")).toBe(true);
    expect(new WorkspaceFiles(home.path).text("IDENTITY.md")).toBeUndefined();
  });
});

test.describe("IDENTITY.md", () => {
  test("says who the agent is", () => {
    expect(
      parseIdentity(
        "# Identity\n- **Name:** Ada *Lovelace*\n- Creature: owl\n* **Vibe**: calm\n- **Emoji:** 🦉\n- Avatar: `a.png`\n",
      ),
    ).toEqual({ name: "Ada *Lovelace", kind: "owl", style: "calm", emoji: "🦉", avatar: "a.png" });
  });

  test("says nothing as long as it is a template", () => {
    expect(parseIdentity(TEMPLATES["IDENTITY.md"] ?? "-")).toEqual({});
    expect(parseIdentity("- **Name:** *(pick something)*\n- **Emoji:** _[your emoji]_\n- Name: …")).toEqual(
      {},
    );
  });
});

test.describe("BOOTSTRAP.md", () => {
  function remembered(): BootstrapMemory {
    const records = new Map<string, BootstrapRecord>();
    return {
      read: async (directory) => records.get(directory),
      write: async (directory, record) => void records.set(directory, record),
    };
  }

  test("goes after ten turns of the owner", async ({ home }) => {
    const memory = remembered();
    writeFileSync(join(home.path, "BOOTSTRAP.md"), BOOTSTRAP);
    const gone: boolean[] = [];

    for (let turn = 1; turn <= 12; turn += 1) gone.push(await countBootstrapTurn(home.path, memory, NOW));

    expect(gone.indexOf(true)).toBe(10);
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("goes after seven days, and is kept beside when somebody has written into it", async ({ home }) => {
    const memory = remembered();
    writeFileSync(join(home.path, "BOOTSTRAP.md"), "mine");
    await countBootstrapTurn(home.path, memory, NOW);

    expect(await countBootstrapTurn(home.path, memory, NOW + 7 * 86_400_000 - 1)).toBe(false);
    expect(await countBootstrapTurn(home.path, memory, NOW + 7 * 86_400_000)).toBe(true);
    expect(readdirSync(home.path)).toEqual(["BOOTSTRAP.md.former"]);
  });
});

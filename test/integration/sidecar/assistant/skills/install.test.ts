/** What a skill's installer does: real programs on a PATH of the test's own, and downloads from a server of it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { test as base, expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { installFor } from "../../../../../sidecar/assistant/skills/install/install.ts";
import type { FoundSkill, InstallOption } from "../../../../../sidecar/assistant/skills/skill.ts";
import { foundSkill } from "../../../../helpers/assistant/skills.ts";
import { createTempHome, type TempHome } from "../../../../helpers/home/temp-home.ts";

class Machine {
  readonly home: TempHome = createTempHome();
  readonly bin = join(this.home.path, "bin");
  config: GatewayConfig = {};
  #server: Server | undefined;
  #files = new Map<string, Buffer | { location: string }>();
  #port = 0;

  constructor() {
    mkdirSync(this.bin);
  }

  /** A program of the name, in words of the shell. */
  program(name: string, script: string): void {
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  async serve(path: string, content: Buffer | { location: string }): Promise<string> {
    this.#files.set(path, content);
    if (this.#server === undefined) {
      const server = createServer(({ url = "" }, response) => {
        const found = this.#files.get(url);
        if (found === undefined) response.writeHead(404).end();
        else if ("location" in found) response.writeHead(302, { location: found.location }).end();
        else response.end(found);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      this.#port = typeof address === "object" && address !== null ? address.port : 0;
      this.#server = server;
    }
    return `https://files.example${path}`;
  }

  async install(option: Partial<InstallOption>, timeoutMs = 60_000) {
    const whole = { id: "way", kind: "node", label: "", bins: [], os: [], ...option } as InstallOption;
    const skill: FoundSkill = foundSkill("tool", { install: [whole] });
    const env = this.home.env({
      PATH: `${this.bin}:/usr/bin:/bin`,
      SECRET_KEY: "hidden",
      HTTPS_PROXY: "http://p",
    });
    const { stateDir, path: home } = this.home;
    const place = {
      config: () => this.config,
      paths: { home, workspaceDir: join(home, "clawd") },
      stateDir,
      env,
      platform: process.platform,
    };
    // The network's edge: the name leads to the server of the test.
    const get: typeof fetch = (url, options) =>
      fetch(String(url).replace("https://files.example", `http://127.0.0.1:${this.#port}`), options);
    return await installFor(skill, "way", { place, fetch: get }, timeoutMs);
  }

  get tools(): string {
    return join(this.home.stateDir, "tools");
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
    this.home.dispose();
  }
}

const test = base.extend<{ machine: Machine }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  machine: async ({}, use) => {
    const machine = new Machine();
    await use(machine);
    await machine.stop();
  },
});

const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** An archive of what lies in the folder. */
function packed(folder: string): Buffer {
  return execFileSync("tar", ["-czf", "-", "-C", folder, "."]);
}

test.describe("an installer", () => {
  for (const [option, words, config] of [
    [{ kind: "node", package: "@a/b" }, "npm install --global --ignore-scripts @a/b", {}],
    [{ kind: "node", package: "b" }, "pnpm add --global --ignore-scripts b", { nodeManager: "pnpm" }],
    [{ kind: "brew", formula: "tap/x" }, "brew install tap/x", {}],
    [{ kind: "go", module: "example.org/x" }, "go install example.org/x@latest", {}],
    [{ kind: "uv", package: "x==1" }, "uv tool install x==1", {}],
  ] as const)
    test(`runs ${words}, and nothing of a shell`, async ({ machine }) => {
      const [program = ""] = words.split(" ");
      machine.config = { skills: { install: config } };
      machine.program(program, `echo "${program} $*"; env >&2`);

      const result = await machine.install(option);
      expect(result).toMatchObject({ ok: true, code: 0, stdout: `${words}\n` });
      expect(result.stderr).toContain("HTTPS_PROXY=http://p");
      expect(result.stderr).not.toMatch(/SECRET_KEY|hidden/);
    });

  test("that fails, that is not there, that goes on for ever: each is told", async ({ machine }) => {
    expect(await machine.install({ kind: "go", module: "a" })).toMatchObject({
      ok: false,
      code: null,
      message: "go is not installed",
    });
    machine.program("npm", "echo no >&2; exit 3");
    expect(await machine.install({ package: "a" })).toMatchObject({ ok: false, code: 3, stderr: "no\n" });
    machine.program("npm", "while true; do sleep 1; done");
    const late = await machine.install({ package: "a" }, 1_000);
    expect(late).toMatchObject({ ok: false, code: null, message: expect.stringContaining("took too long") });
    machine.program("npm", "yes");
    expect((await machine.install({ package: "a" })).message).toContain("printed too much");
  });

  test("says which of the programs it promised are not there", async ({ machine }) => {
    machine.program("npm", "exit 0");
    const result = await machine.install({ package: "a", bins: ["no-such-program", "sh"] });
    expect([result.ok, result.message]).toEqual([true, "Installed, but the PATH has no no-such-program"]);
  });

  test("for another system is not carried out", async ({ machine }) => {
    machine.program("npm", "exit 0");
    expect((await machine.install({ package: "a", os: ["aix"] })).ok).toBe(false);
  });
});

test.describe("a download", () => {
  test("is a program of the skill's own, in the place of the one before", async ({ machine }) => {
    for (const text of ["#!/bin/sh\necho one\n", "#!/bin/sh\necho two\n"]) {
      const bytes = Buffer.from(text);
      const url = await machine.serve("/tool-x64", bytes);
      const download = { url, sha256: hashOf(bytes), stripComponents: 0 };
      expect(await machine.install({ kind: "download", bins: ["tool"], download })).toMatchObject({
        ok: true,
      });
      expect(`#!/bin/sh\necho ${String(execFileSync(join(machine.tools, "tool", "tool")))}`).toBe(text);
    }
    expect(readdirSync(machine.tools)).toEqual(["tool"]);
  });

  test("is unpacked without the folders around it, also behind a redirection", async ({ machine }) => {
    const folder = join(machine.home.path, "packed");
    mkdirSync(join(folder, "tool-1.0", "bin"), { recursive: true });
    writeFileSync(join(folder, "tool-1.0", "bin", "tool"), "x");
    const bytes = packed(folder);
    await machine.serve("/real.tgz", bytes);
    const url = await machine.serve("/tool.tgz", { location: "https://files.example/real.tgz" });
    const download = { url, sha256: hashOf(bytes), archive: "tar", stripComponents: 1 } as const;

    expect(await machine.install({ kind: "download", download })).toMatchObject({ ok: true });
    expect(readFileSync(join(machine.tools, "tool", "bin", "tool"), "utf8")).toBe("x");
  });

  test("that is another file, leads away from HTTPS, out of its folder, or is not there, leaves what was", async ({
    machine,
  }) => {
    const kept = Buffer.from("kept");
    const good = { url: await machine.serve("/a", kept), sha256: hashOf(kept), stripComponents: 0 };
    await machine.install({ kind: "download", download: good });
    const folder = join(machine.home.path, "evil");
    mkdirSync(folder);
    symlinkSync("/etc", join(folder, "etc"));
    const evil = packed(folder);
    const sha256 = hashOf(evil);
    const downloads = [
      { ...good, sha256 },
      { ...good, url: await machine.serve("/away", { location: "http://files.example/a" }) },
      { ...good, url: await machine.serve("/round", { location: "https://files.example/round" }) },
      { ...good, url: await machine.serve("/evil", evil), sha256, archive: "tar" as const },
      { ...good, archive: "tar" as const },
      { ...good, url: "https://files.example/none" },
    ];
    const messages = [];
    for (const download of downloads)
      messages.push((await machine.install({ kind: "download", download })).message);

    expect(messages).toEqual([
      expect.stringMatching(/another file: its sha256 is/),
      expect.stringMatching(/away leads elsewhere/),
      expect.stringMatching(/round leads elsewhere/),
      expect.stringMatching(/etc in it is a link that leads out of it/),
      expect.stringMatching(/could not unpack/),
      expect.stringMatching(/answers 404/),
    ]);
    expect(readdirSync(machine.tools)).toEqual(["tool"]);
    expect(readFileSync(join(machine.tools, "tool", "a"), "utf8")).toBe("kept");
    expect(existsSync("/etc/hostname")).toBe(true);
  });
});

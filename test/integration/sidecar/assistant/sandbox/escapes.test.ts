/**
 * Ways out of the sandbox. The verdict is a canary that the command reaches or does not; each of them is reached by the same command
 * without a sandbox, or the test would prove nothing.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isAlive } from "../../../../../shared/node/process-identity.ts";
import { type SandboxHands, startSandbox, whyNoSandbox } from "../../../../helpers/assistant/sandbox.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

const CANARY = "CANARY-5c1e";

/** What stands around a conversation. */
interface Around {
  home: string;
  stateDir: string;
  workspace: string;
  tools: SandboxHands;
  /** Names nothing else has. */
  mark: string;
  run: (command: string) => Promise<string>;
  /** A listener; how many came. */
  listen: (
    at: { path: string } | { port: number; host: string },
  ) => Promise<{ port: number; came: () => number }>;
  start: () => ChildProcess;
}

interface Escape {
  title: string;
  /** Whether the canary was reached. */
  isReached: (around: Around) => Promise<boolean>;
  /** Only root reaches it outside. */
  needsRoot?: boolean;
}

const shows = (command: (around: Around) => string) => async (around: Around) =>
  (await around.run(command(around))).includes(CANARY);

/** Connects to a socket by its address, which may be one of no file. */
const connecting = (address: string) =>
  `perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, pack("S a*", AF_UNIX, "${address}")) or exit 1; sleep 1'`;

/** By the number of the call, as no program for it is on every machine. */
const tracing = (pid: number) => {
  const [call, attach] = [process.arch === "arm64" ? 117 : 101, 16];
  return `perl -e 'print syscall(${call}, ${attach}, ${pid}, 0, 0) == 0 ? "${CANARY}" : "no"; syscall(${call}, 17, ${pid}, 0, 0)'`;
};

const ESCAPES: readonly Escape[] = [
  { title: "a file in the home directory is read", isReached: shows(() => "cat ~/note") },
  { title: "a key in the home directory is read", isReached: shows(() => "cat ~/.ssh/id_ed25519") },
  {
    title: "the gateway's own state is read",
    isReached: shows(({ stateDir }) => `cat ${stateDir}/clawdbot.json`),
  },
  {
    title: "a file of another user's home directory is read",
    isReached: shows(({ home }) => `cat ${home}/../other/note`),
  },
  {
    title: "the agent's own files are read where the sandbox has none of them",
    isReached: shows(() => "cat AGENTS.md"),
  },
  {
    title: "a file is written beside the work directory",
    isReached: async ({ run, home }) => {
      await run("echo x > ~/written");
      return existsSync(join(home, "written"));
    },
  },
  {
    title: "a temporary file of this machine is written",
    isReached: async ({ run, mark }) => {
      const file = `/var/tmp/${mark}`;
      await run(`echo x > ${file}`);
      const isThere = existsSync(file);
      rmSync(file, { force: true });
      return isThere;
    },
  },
  {
    title: "the system is written to",
    needsRoot: true,
    isReached: async ({ run, mark }) => {
      const file = `/usr/local/${mark}`;
      await run(`touch ${file}`);
      const isThere = existsSync(file);
      rmSync(file, { force: true });
      return isThere;
    },
  },
  {
    title: "the passwords of the system are read",
    needsRoot: true,
    isReached: async ({ run }) => (await run("cat /etc/shadow")).includes("root:"),
  },
  {
    title: "a listener on loopback is reached",
    isReached: async ({ run, listen }) => {
      const { port, came } = await listen({ port: 0, host: "127.0.0.1" });
      await run(`exec 3<>/dev/tcp/127.0.0.1/${port}; sleep 0.2`);
      return came() > 0;
    },
  },
  {
    title: "an abstract socket is reached",
    isReached: async ({ run, listen, mark }) => {
      const { came } = await listen({ path: `\0${mark}` });
      await run(connecting(`\\0${mark}`));
      return came() > 0;
    },
  },
  {
    title: "a socket in a directory is reached, as those of Docker and of the message bus are",
    isReached: async ({ run, listen, home }) => {
      mkdirSync(join(home, "run"), { recursive: true });
      const path = join(home, "run/bus");
      const { came } = await listen({ path });
      await run(connecting(path));
      return came() > 0;
    },
  },
  {
    title: "the variables of the gateway's process are read",
    isReached: async ({ run }) =>
      (await run(`tr '\\0' '\\n' < /proc/${process.pid}/environ`)).includes("PATH="),
  },
  {
    title: "the variables of a process that is the first one are read",
    isReached: shows(() => "cat /proc/1/environ /proc/self/environ | tr '\\0' '\\n' | grep SSH_AUTH_SOCK"),
  },
  {
    title: "a file is reached through the root of a process of this machine",
    isReached: shows(({ home }) => `cat /proc/${process.pid}/root${home}/note`),
  },
  {
    title: "a process of this machine is ended",
    isReached: async ({ run, start }) => {
      const child = start();
      await run(`kill -9 ${child.pid}`);
      const isAsked = await run(`kill -0 ${child.pid}`);
      return !isAsked.includes(":") || !isAlive(child.pid ?? 0) || child.signalCode !== null;
    },
  },
  {
    title: "a process of this machine is traced",
    isReached: async ({ run, start }) => (await run(tracing(start().pid ?? 0))).includes(CANARY),
  },
  {
    title: "a link that the command makes leads out",
    isReached: shows(({ home }) => `ln -sfn ${home}/note made; cat made`),
  },
  {
    title: "a hard link that the command makes leads out",
    isReached: shows(() => "rm -f hard; ln ~/note hard && cat hard"),
  },
  {
    title: "a hard link brings a file of the system into the work directory",
    isReached: async ({ run, workspace, home }) => {
      writeFileSync(join(home, "target"), "x");
      await run(`ln ${home}/target ${workspace}/hard-target`);
      return existsSync(join(workspace, "hard-target"));
    },
  },
  {
    title: "something is mounted",
    isReached: shows(() => `unshare -Urm sh -c 'mount -t tmpfs none /tmp && echo ${CANARY}'`),
  },
  {
    title: "a program gains rights by its owner",
    isReached: async ({ run }) => /NoNewPrivs:\s*0/.test(await run("cat /proc/self/status")),
  },
  {
    title: "memory that programs share is read",
    isReached: async ({ run, mark }) => {
      const file = `/dev/shm/${mark}`;
      writeFileSync(file, CANARY);
      const said = await run(`cat ${file}`);
      rmSync(file, { force: true });
      return said.includes(CANARY);
    },
  },
  {
    title: "a process that left its group and its variables stays behind",
    isReached: async ({ run }) => {
      const seconds = String(86_400 + Math.floor(Math.random() * 1_000_000));
      await run(`setsid env -i sleep ${seconds} >/dev/null 2>&1 & sleep 0.3`);
      const left = processesCalled(["sleep", seconds]);
      for (const pid of left) process.kill(pid, "SIGKILL");
      return left.length > 0;
    },
  },
];

function processesCalled(words: readonly string[]): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, "latin1") === `${words.join("\0")}\0`
        ? [Number(name)]
        : [];
    } catch {
      return [];
    }
  });
}

async function reached({ isReached }: Escape, home: TempHome, sandbox?: { mode: "all" }): Promise<boolean> {
  const ends: (() => unknown)[] = [];
  const workspace = join(home.path, "clawd");
  for (const folder of ["clawd", ".ssh", "../other"]) mkdirSync(join(home.path, folder), { recursive: true });
  const tools = await startSandbox({ home: home.path, env: { SSH_AUTH_SOCK: CANARY }, sandbox });
  for (const file of [
    "note",
    ".ssh/id_ed25519",
    ".clawdbot/clawdbot.json",
    "../other/note",
    "clawd/AGENTS.md",
  ])
    writeFileSync(join(home.path, file), CANARY);
  const around: Around = {
    home: realpathSync(home.path),
    stateDir: home.stateDir,
    workspace,
    tools,
    mark: `clawdbot-canary-${crypto.randomUUID()}`,
    run: (command) => tools.exec(command),
    listen: async (at) => {
      let count = 0;
      const server: Server = createServer((socket) => {
        count += 1;
        socket.destroy();
      });
      await new Promise<void>((resolve) => server.listen(at, resolve));
      ends.push(() => server.close());
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      return { port, came: () => count };
    },
    start: () => {
      const child = spawn("sleep", ["600"], { stdio: "ignore" });
      ends.push(() => child.kill("SIGKILL"));
      return child;
    },
  };
  try {
    return await isReached(around);
  } finally {
    for (const end of ends) end();
    await tools.stop();
  }
}

test.describe("a command in a sandbox", () => {
  test.beforeAll(async () => {
    const why = await whyNoSandbox();
    test.skip(why !== undefined, why);
  });

  for (const way of ESCAPES) {
    test(`does not get out: ${way.title}`, async ({ home }) => {
      test.skip(way.needsRoot === true && process.getuid?.() !== 0, "only root reaches it outside");

      expect(await reached(way, home, { mode: "all" }), "in the sandbox").toBe(false);
      expect(await reached(way, home), "without it").toBe(true);
    });
  }

  test("sees of a work directory that is a home directory neither keys nor the gateway's state", async ({
    home,
  }) => {
    for (const name of [".ssh", ".gnupg", ".clawdbot"]) mkdirSync(join(home.path, name), { recursive: true });
    for (const name of [".ssh/id_ed25519", ".gnupg/key", ".netrc", "note"])
      writeFileSync(join(home.path, name), CANARY);
    const said: string[] = [];
    for (const sandbox of [{ mode: "all", workspaceAccess: "rw" } as const, undefined]) {
      const tools = await startSandbox({ home: home.path, sandbox, workspace: home.path });
      said.push(await tools.exec("cat .ssh/* .gnupg/* .netrc; ls .clawdbot; rm -rf .ssh; cat note"));
      await tools.stop();
    }
    const [inside = "", outside = ""] = said;

    expect(inside.split(CANARY)).toHaveLength(2);
    expect(inside).not.toContain("clawdbot.db");
    expect(outside.split(CANARY)).toHaveLength(5);
    expect(outside).toContain("clawdbot.db");
  });

  for (const [what, command] of [
    ["a hook", "echo touch canary > .git/hooks/pre-commit"],
    ["a program that git asks for changes", "git config core.fsmonitor 'touch canary'"],
    [
      "a repository that takes its place",
      "mv .git gone && git init && echo touch canary > .git/hooks/pre-commit",
    ],
    [
      "a repository that was deleted first",
      "rm -rf .git; git init; echo touch canary > .git/hooks/pre-commit",
    ],
  ] as const) {
    test(`leaves the owner's git nothing to run: ${what}`, async ({ home }) => {
      const runsCanary: boolean[] = [];
      for (const sandbox of [{ mode: "all", workspaceAccess: "rw" } as const, undefined]) {
        const tools = await startSandbox({ home: home.path, sandbox });
        const { workspace } = tools;
        const git = (...words: string[]) =>
          execFileSync(
            "git",
            ["-C", workspace, "-c", "user.name=a", "-c", "user.email=a@example.org", ...words],
            {
              stdio: "ignore",
            },
          );
        rmSync(join(workspace, ".git"), { recursive: true, force: true });
        git("init");
        await tools.exec(`${command}; chmod +x .git/hooks/pre-commit; echo done > note`);
        expect(readFileSync(join(workspace, "note"), "utf8")).toBe("done\n");
        git("add", "note");
        git("commit", "--allow-empty", "--message", "By the owner");
        runsCanary.push(existsSync(join(workspace, "canary")));
        await tools.stop();
        rmSync(join(workspace, "canary"), { force: true });
      }

      expect(runsCanary).toEqual([false, true]);
    });
  }

  test("makes no link by which tools of files get out", async ({ home }) => {
    writeFileSync(join(home.path, "note"), CANARY);
    const tools = await startSandbox({ home: home.path, sandbox: { mode: "all" } });
    await tools.exec("ln -s ~/note link; ln -s ~ folder; ln -s /etc etc");
    const said = [
      await tools.file("read", { path: "link" }),
      await tools.file("read", { path: "folder/note" }),
      await tools.file("read", { path: "etc/hostname" }),
      await tools.file("read", { path: join(home.path, "note") }),
      await tools.file("read", { path: "../../clawdbot.json" }),
      await tools.file("write", { path: "folder/made", content: "x" }),
    ];
    await tools.stop();

    expect(said.filter((each) => !each.startsWith("Error: "))).toEqual([]);
    expect(existsSync(join(home.path, "made"))).toBe(false);
  });

  test("and neither a link nor a second name that stood in the work directory before", async ({ home }) => {
    const workspace = join(home.path, "clawd");
    mkdirSync(workspace);
    writeFileSync(join(home.path, "note"), CANARY);
    symlinkSync(join(home.path, "note"), join(workspace, "link"));
    const tools = await startSandbox({ home: home.path, sandbox: { mode: "all", workspaceAccess: "rw" } });
    const linked = await tools.exec("cat link");
    linkSync(join(home.path, "note"), join(workspace, "second"));
    const second = await tools.file("read", { path: "second" });
    await tools.stop();

    expect(linked).toContain("No such file");
    expect(second).toContain("another name");
  });
});

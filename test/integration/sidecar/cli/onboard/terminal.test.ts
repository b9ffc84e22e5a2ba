import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../../helpers/home/tree-checksum.ts";
import { startPortServer } from "../../../../helpers/network/port-server.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../../helpers/process/clawdbot.ts";
import { runCli } from "../../../../helpers/process/cli.ts";
import { openTerminal, type Terminal } from "../../../../helpers/process/terminal.ts";
import { missingReason } from "../../../../helpers/run/desktop-needs.ts";

const missing = missingReason("terminal");
test.skip(missing !== undefined, missing ?? "");

/** What sets a colour. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[([39][0-7])`);

interface Screen {
  args?: string[];
  env?: Record<string, string>;
  columns?: number;
}

/** `clawdbot onboard` in a terminal, where no service can be kept. */
async function onboard(
  home: TempHome,
  { args = [], env = {}, columns = 100 }: Screen,
  use: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  // Nothing is asked of a provider far away.
  const words = [process.execPath, LAUNCHER, "onboard", "--skip-key-check", ...args];
  const terminal = openTerminal(words, { env: home.env(env), columns });
  try {
    await use(terminal);
  } finally {
    terminal.close();
  }
}

/** One question and how it is answered: keys by name, or a text and Enter. */
type Turn = readonly [question: RegExp, ...keys: string[]];

async function answer(terminal: Terminal, turns: readonly Turn[]): Promise<void> {
  for (const [question, ...keys] of turns) {
    await terminal.waitFor(open(question));
    for (const key of keys) {
      if (/^([a-z]|Enter|Down|Up|Escape|C-c|C-d)$/.test(key)) terminal.press(key);
      else terminal.type(key);
    }
  }
}

/** The question as long as it waits for an answer: its mark is the full one. */
function open(question: RegExp): RegExp {
  return new RegExp(`^[◆▲]  [^◇]*${question.source}`, "m");
}

/** Every question of Manual with an answer of its own. */
function manualTurns(home: TempHome, port: number): Turn[] {
  return [
    [/Go on\?/, "y"],
    [/How do you want to set it up\?/, "Down", "Enter"],
    [/Where is the gateway\?/, "Enter"],
    [/Work directory of the agent/, join(home.path, "my clawd"), "Enter"],
    [/Key of a model provider\?/, "Down", "Enter"],
    [/Key of Anthropic/, "sk-ant-secret", "Enter"],
    [/Port of the gateway/, String(port), "Enter"],
    [/Who can reach it\?/, "Up", "Enter"],
    [/Address or interface to listen on/, "127.0.0.1", "Enter"],
    [/How do clients prove themselves\?/, "Down", "Enter"],
    [/Password/, "correct horse battery", "Enter"],
    [/Expose it with Tailscale\?/, "Down", "Enter"],
    [/Take the exposure back when the gateway stops\?/, "y"],
    [/How shall the gateway run\?/, "Down", "Enter"],
  ];
}

test.describe("onboard in a terminal", () => {
  test("asks for everything in Manual, shows no secret, and writes the answers at the end", async ({
    home,
  }) => {
    const port = await freePort();
    await onboard(home, {}, async (terminal) => {
      await answer(terminal, manualTurns(home, port));
      const text = await terminal.waitFor(/^Next: /m);

      expect(await terminal.ended()).toBe(0);
      expect(text).toContain("Next: clawdbot gateway");
      expect(text).toContain(
        `The gateway listens on loopback instead of custom: Tailscale serve works there only.`,
      );
      expect(text).not.toContain("correct horse battery");
      expect(text).not.toContain("sk-ant-secret");
    });
    expect(JSON.parse(readFileSync(home.configFile, "utf8"))).toMatchObject({
      gateway: {
        mode: "local",
        port,
        bind: "loopback",
        auth: { mode: "password", password: "correct horse battery" },
        tailscale: { mode: "serve", resetOnExit: true },
      },
      agents: { defaults: { workspace: join(home.path, "my clawd") } },
    });
    expect(readFileSync(join(home.stateDir, ".env"), "utf8")).toBe("ANTHROPIC_API_KEY=sk-ant-secret\n");
    expect(statSync(join(home.path, "my clawd")).isDirectory()).toBe(true);
  });

  for (const [what, key] of [
    ["Ctrl-C", "C-c"],
    ["Ctrl-D", "C-d"],
  ] as const) {
    test(`leaves everything as it was when ${what} comes at any of the questions`, async ({ home }) => {
      const turns = manualTurns(home, 19_777);
      const before = treeChecksum(home.path);
      for (let step = 0; step < turns.length; step += 1) {
        const last = turns[step]?.[0] ?? /./;
        await onboard(home, {}, async (terminal) => {
          await answer(terminal, [...turns.slice(0, step), [last, key]]);
          const text = await terminal.waitFor(/Broken off: nothing was changed\./);

          expect(await terminal.ended(), `at ${last}`).toBe(130);
          expect(text).not.toContain("correct horse battery");
        });
        expect(treeChecksum(home.path), `at ${last}`).toBe(before);
      }
    });
  }

  test("leaves an existing installation as it was when Ctrl-C comes at the questions about it", async ({
    home,
  }) => {
    home.writeConfig({ gateway: { mode: "local", auth: { token: TEST_TOKEN } } });
    const before = treeChecksum(home.path);
    const reset: Turn[] = [
      [/Go on\?/, "y"],
      [/How do you want/, "Enter"],
      [/There is a configuration already/, "Up", "Enter"],
      [/What goes to the trash\?/, "Enter"],
      [/Key of a model provider\?/, "Enter"],
      [/How shall the gateway run\?/, "Enter"],
    ];
    for (const step of [2, 3, 4, 5]) {
      await onboard(home, {}, async (terminal) => {
        await answer(terminal, [...reset.slice(0, step), [reset[step]?.[0] ?? /./, "C-c"]]);

        expect(await terminal.ended()).toBe(130);
      });
      expect(treeChecksum(home.path)).toBe(before);
    }
  });

  test("changes nothing for somebody who does not accept the risk", async ({ home }) => {
    await onboard(home, {}, async (terminal) => {
      await answer(terminal, [[/Go on\?/, "n"]]);

      await terminal.waitFor(/Nothing was changed\./);
      expect(await terminal.ended()).toBe(1);
    });
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("says what is wrong with an answer and asks again", async ({ home }) => {
    await onboard(
      home,
      { args: ["--flow", "manual", "--mode", "local", "--auth-choice", "skip"] },
      async (terminal) => {
        await answer(terminal, [
          [/Go on\?/, "y"],
          [/Work directory/, "/dev/null", "Enter"],
        ]);
        await terminal.waitFor(/\/dev\/null is a file/);
        for (const path of ["/proc/foo", "/proc/self/fd"]) {
          test.skip(process.platform !== "linux", "there is no /proc");
          terminal.press("C-u");
          terminal.type(path);
          await terminal.waitFor(new RegExp(`│  ${path}`));
          terminal.press("Enter");
          await terminal.waitFor(new RegExp(`${path} cannot be created or written`));
        }
        terminal.press("C-u", "Enter");
        await answer(terminal, [[/Port of the gateway/, "99999", "Enter"]]);
        await terminal.waitFor(/expected 1-65535, got "99999"/);
        terminal.press("C-c");

        expect(await terminal.ended()).toBe(130);
      },
    );
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("names who holds the port and proposes another one", async ({ home }) => {
    const holder = await startPortServer();
    try {
      home.writeConfig({ gateway: { mode: "local", port: holder.port } });
      const args = ["--accept-risk", "--existing", "modify", "--mode", "local", "--workspace", "~/w"];
      await onboard(home, { args }, async (terminal) => {
        await answer(terminal, [
          [/How do you want/, "Enter"],
          [/Key of a model provider\?/, "Enter"],
        ]);
        const text = await terminal.waitFor(/Port of the gateway\n.*\d/);
        const proposed = /Port of the gateway\n\D*(\d+)/.exec(text)?.[1];

        expect(text).toContain(`Port ${holder.port} is held by pid ${holder.process.pid} (`);
        expect(Number(proposed)).toBeGreaterThanOrEqual(holder.port + 120);
        terminal.press("C-c");
        expect(await terminal.ended()).toBe(130);
      });
    } finally {
      await holder.process.stop("SIGKILL");
    }
  });

  test("runs the gateway in this terminal at the end where no service can be kept", async ({ home }) => {
    const port = await freePort();
    await onboard(home, { args: ["--gateway-port", String(port)] }, async (terminal) => {
      await answer(terminal, [
        [/Go on\?/, "y"],
        [/How do you want/, "Enter"],
        [/Key of a model provider\?/, "Enter"],
        [/How shall the gateway run\?/, "Enter"],
      ]);
      const text = await terminal.waitFor(/✓ log file: /);
      const health = await runCli(["gateway", "health"], { env: home.env() });
      const link = await runCli(["dashboard"], { env: home.env() });
      terminal.press("C-c");

      expect(await terminal.ended()).toBe(0);
      expect(health.code).toBe(0);
      expect(text).toContain(
        `Dashboard: http://127.0.0.1:${port}/\n  Open it while the gateway runs: clawdbot dashboard\n`,
      );
      expect(link.stdout).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/#code=[\\w-]{32}\n$`));
      expect(terminal.keystrokes() - 1).toBeLessThanOrEqual(6);
    });
  });

  for (const [what, screen] of [
    ["NO_COLOR", { env: { NO_COLOR: "1" } }],
    ["--no-color", { args: ["--no-color"] }],
  ] as const) {
    test(`prints no colour with ${what}`, async ({ home }) => {
      await onboard(
        home,
        { ...screen, args: [...("args" in screen ? screen.args : [])] },
        async (terminal) => {
          await answer(terminal, [[/Go on\?/, "y"]]);
          await terminal.waitFor(/How do you want/);

          expect(terminal.colouredText()).not.toMatch(COLOUR);
          terminal.press("C-c");
          await terminal.ended();
        },
      );
    });
  }

  test("prints colours otherwise", async ({ home }) => {
    await onboard(home, {}, async (terminal) => {
      await terminal.waitFor(/Go on\?/);

      expect(terminal.colouredText()).toMatch(COLOUR);
      terminal.press("C-c");
      await terminal.ended();
    });
  });

  test("keeps words whole and every question readable in 40 columns", async ({ home }) => {
    await onboard(home, { columns: 40 }, async (terminal) => {
      await answer(terminal, manualTurns(home, 19_778).slice(0, 2));
      const text = await terminal.waitFor(/Where is the gateway\?/);

      expect(text).toContain("│  and treat its token like a password.");
      expect(Math.max(...text.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(40);
      // A question that is drawn over itself wrongly leaves a second copy behind.
      for (const question of ["How do you want to set it up?", "Where is the gateway?"])
        expect(text.split(question)).toHaveLength(2);
      terminal.press("C-c");
      expect(await terminal.ended()).toBe(130);
    });
  });
});

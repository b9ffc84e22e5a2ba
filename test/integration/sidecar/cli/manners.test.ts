/** U11: how the command line behaves in the terminals, pipes and locales that people have. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { openTerminal, type Terminal } from "../../../helpers/process/terminal.ts";
import { missingReason } from "../../../helpers/run/desktop-needs.ts";

interface Screen {
  env?: Record<string, string>;
  columns?: number;
}

/** The program in a terminal of its own. */
async function inTerminal(
  home: TempHome,
  args: string[],
  { env = {}, columns = 80 }: Screen,
  use: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const terminal = openTerminal([process.execPath, LAUNCHER, ...args], { env: home.env(env), columns });
  try {
    await use(terminal);
  } finally {
    terminal.close();
  }
}

/** What sets a colour or a weight. */
const STYLE = new RegExp(`${String.fromCharCode(27)}\\[\\d`);
const BEYOND_ASCII = /[^\n -~]/;

function writeLog(home: TempHome, lines: readonly unknown[]): void {
  mkdirSync(join(home.stateDir, "logs"), { recursive: true });
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  writeFileSync(join(home.stateDir, "logs", "gateway.log"), `${text}\n`);
}

test.describe("U11: a terminal", () => {
  test.beforeEach(() => {
    const reason = missingReason("terminal");
    test.skip(reason !== undefined, reason);
  });

  test("of 60 columns gets help that it need not wrap", async ({ home }) => {
    await inTerminal(home, ["gateway", "--help"], { columns: 60 }, async (terminal) => {
      await terminal.ended();

      expect(terminal.text()).toContain("  --bind <mode>\n      where to listen: loopback, lan,");
    });
  });

  for (const [name, env] of [
    ["TERM=dumb", { TERM: "dumb" }],
    ["NO_COLOR", { NO_COLOR: "1" }],
  ] as const) {
    test(`with ${name} gets no colours`, async ({ home }) => {
      home.writeConfig({ gateway: { mode: "local" } });
      await inTerminal(home, ["doctor", "--non-interactive"], { env }, async (terminal) => {
        await terminal.ended();

        expect(terminal.text()).toContain("✗");
        expect(terminal.colouredText()).not.toMatch(STYLE);
      });
    });
  }

  test("in the locale C gets ASCII from reports and from questions", async ({ home }) => {
    const env = { LC_ALL: "C" };
    await inTerminal(home, ["onboard"], { env }, async (terminal) => {
      await terminal.waitFor(/Go on\?/);
      terminal.press("C-c");
      expect(await terminal.ended()).toBe(130);

      expect(terminal.text()).toContain("Broken off: nothing was changed.");
      expect(terminal.text()).not.toMatch(BEYOND_ASCII);
    });
    await inTerminal(home, ["gateway", "status", "--no-probe"], { env }, async (terminal) => {
      await terminal.ended();

      expect(terminal.text()).toContain("+----");
      expect(terminal.text()).not.toMatch(BEYOND_ASCII);
    });
  });

  test("is offered the scopes of a reset", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local" } });
    await inTerminal(home, ["reset"], {}, async (terminal) => {
      await terminal.waitFor(
        /1 {2}config .+\n.*2 {2}config\+creds\+sessions .+\n.*3 {2}full .+\n(?:.|\n)+leaves\): *$/,
      );
      terminal.type("9");
      terminal.press("Enter");
      await terminal.waitFor(/leaves\): 9\n.+leaves\): *$/);
      terminal.type("1");
      terminal.press("Enter");
      await terminal.waitFor(/Reset config: move this to the trash\? \[y\/N\]/);
      terminal.press("y", "Enter");

      expect(await terminal.ended()).toBe(0);
      expect(existsSync(home.configFile)).toBe(false);
    });
  });

  for (const [question, args, pattern] of [
    ["the scope of a reset", ["reset"], /leaves\): *$/],
    ["the consent to a reset", ["reset", "--scope", "config"], /\[y\/N\] *$/],
    ["the consent to an uninstallation", ["uninstall", "--state"], /\[y\/N\] *$/],
  ] as const) {
    test(`is told after Ctrl-C at ${question} that nothing was changed`, async ({ home }) => {
      home.writeConfig({ gateway: { mode: "local" } });
      await inTerminal(home, [...args], {}, async (terminal) => {
        await terminal.waitFor(pattern);
        terminal.press("C-c");

        expect(await terminal.ended()).toBe(130);
        expect(terminal.text()).toMatch(/^Nothing was changed\./m);
        expect(existsSync(home.configFile)).toBe(true);
      });
    });
  }
});

test.describe("U11: a pipe", () => {
  test("gets help as wide as COLUMNS says, and 100 columns otherwise", async ({ home }) => {
    const widestOf = async (env: Record<string, string>) => {
      const { stdout } = await runInProcess(["onboard", "--help"], { env: home.env(env) });
      return Math.max(...stdout.split("\n").map((line) => line.length));
    };

    expect(await widestOf({ COLUMNS: "60" })).toBeLessThanOrEqual(60);
    expect(await widestOf({})).toBeGreaterThan(90);
    expect(await widestOf({ COLUMNS: "wide" })).toBeLessThanOrEqual(100);
  });

  test("that is closed ends logs --follow although nothing more is written", async ({ home }) => {
    test.skip(process.platform !== "linux", "elsewhere only the next line tells");
    writeLog(home, [{ level: 30, time: 0, msg: "one" }]);
    const line = `"${process.execPath}" "${LAUNCHER}" logs --follow --timeout 300 | head -1; echo ended`;
    const shell = spawn("bash", ["-c", line], {
      env: home.env({ CLAWDBOT_GATEWAY_PORT: "1" }),
      timeout: 60_000,
    });
    let printed = "";
    shell.stdout.on("data", (chunk) => {
      printed += chunk;
    });

    const [code] = await new Promise<[number | null]>((resolve) =>
      shell.once("close", (end) => resolve([end])),
    );

    expect({ code, printed }).toEqual({ code: 0, printed: expect.stringMatching(/info {2}one\nended\n$/) });
  });

  test("is closed for logs without --follow as well", async ({ home }) => {
    writeLog(
      home,
      Array.from({ length: 5_000 }, (_, index) => ({
        level: 30,
        time: 0,
        msg: `line ${index} ${"x".repeat(60)}`,
      })),
    );
    const line = `set -o pipefail; "${process.execPath}" "${LAUNCHER}" logs --limit 5000 --timeout 300 | head -1`;
    const shell = spawn("bash", ["-c", line], {
      env: home.env({ CLAWDBOT_GATEWAY_PORT: "1" }),
      timeout: 60_000,
    });

    const code = await new Promise((resolve) => shell.once("close", resolve));

    expect(code).toBe(0);
  });
});

test.describe("U11: logs", () => {
  const NOON = new Date(2026, 10, 29, 12).getTime();
  const LINES = [
    { level: 20, time: NOON - 3_600_000, msg: "quiet" },
    { level: 30, time: NOON, msg: "listening on ws://127.0.0.1:1" },
    { level: 40, time: NOON + 60_000, msg: "slow client" },
    "not ours",
    { level: 50, time: NOON + 120_000, msg: "broken" },
  ];
  const logs = async (home: TempHome, ...args: string[]) => {
    const { stdout } = await runInProcess(["logs", ...args], {
      env: home.env({ CLAWDBOT_GATEWAY_PORT: "1", TZ: process.env.TZ ?? "" }),
    });
    return stdout.trimEnd().split("\n");
  };

  test("begin each line with its date and time", async ({ home }) => {
    writeLog(home, LINES);

    expect(await logs(home)).toEqual([
      "2026-11-29 11:00:00 debug quiet",
      "2026-11-29 12:00:00 info  listening on ws://127.0.0.1:1",
      "2026-11-29 12:01:00 warn  slow client",
      "not ours",
      "2026-11-29 12:02:00 error broken",
    ]);
  });

  for (const [args, expected] of [
    [
      ["--level", "warn"],
      ["slow client", "broken"],
    ],
    [
      ["--since", "2026-11-29T12:01"],
      ["slow client", "broken"],
    ],
    [
      ["--since", "2026-11-29T12:00", "--level", "info", "--limit", "2"],
      ["slow client", "broken"],
    ],
    [
      ["--grep", "^2026.*client|not"],
      ["slow client", "not ours"],
    ],
    [["--level", "fatal"], []],
  ] as const) {
    test(`are chosen by ${args.join(" ")}`, async ({ home }) => {
      writeLog(home, LINES);

      const printed = (await logs(home, ...args)).filter((line) => line !== "");

      expect(printed.map((line) => line.replace(/^[-\d]+ [:\d]+ \w+ +/, ""))).toEqual(expected);
    });
  }

  test("count an age from now", async ({ home }) => {
    const now = Date.now();
    writeLog(home, [
      { level: 30, time: now - 7_200_000, msg: "old" },
      { level: 30, time: now - 60_000, msg: "new" },
    ]);

    expect(await logs(home, "--since", "1h")).toEqual([expect.stringMatching(/ new$/)]);
  });

  for (const [option, value] of [
    ["--level", "silent"],
    ["--since", "soon"],
    ["--grep", "("],
  ] as const) {
    test(`refuse ${option} ${value} with the remedy, as JSON too`, async ({ home }) => {
      const { code, stdout } = await runInProcess(["logs", option, value, "--json"], { env: home.env() });

      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        ok: false,
        error: { code: "USAGE", message: expect.stringMatching(new RegExp(`^${option}: expected .+ got "`)) },
      });
    });
  }
});

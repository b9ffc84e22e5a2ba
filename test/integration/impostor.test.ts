/** S1: another user's program in the place of the gateway is told nothing and believed nothing; the gateway itself works as before. */
import { chownSync } from "node:fs";
import { expect } from "@playwright/test";
import { createTempHome, type TempHome, test } from "../helpers/home/temp-home.ts";
import { IMPOSTOR_MODES, type ImpostorMode, startImpostor } from "../helpers/network/impostor.ts";
import { freePort } from "../helpers/network/ports.ts";
import { LAUNCHER } from "../helpers/process/clawdbot.ts";
import { startProgram } from "../helpers/process/program.ts";
import { runBuilt } from "../helpers/process/run-built.ts";
import { TestTray } from "../helpers/tray/tray.ts";

/** The account `nobody` of every Linux. */
const NOBODY = 65_534;
const TOKEN = "the-token-that-nobody-else-may-know";
const PASSWORD = "the-password-that-nobody-else-may-know";
const REMOTE = "the-token-of-another-gateway";

test.skip(
  process.platform !== "linux" || process.getuid?.() !== 0,
  "only root can start a program of another user",
);
test.describe.configure({ timeout: 120_000 });

async function withImpostor<T>(
  home: TempHome,
  { mode, uid, gateway = {} }: { mode: ImpostorMode; uid?: number; gateway?: object },
  work: (impostor: Awaited<ReturnType<typeof startImpostor>>, port: number) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const auth = { mode: "token", token: TOKEN, password: PASSWORD };
  home.writeConfig({ gateway: { mode: "local", port, auth, ...gateway } });
  const secrets = [TOKEN, PASSWORD, REMOTE];
  const settings = { mode, port, stateDir: home.stateDir, secrets, ...(uid === undefined ? {} : { uid }) };
  const impostor = await startImpostor(settings);
  try {
    return await work(impostor, port);
  } finally {
    await impostor.stop();
  }
}

test.describe("S1: commands, while another user's program holds the port", () => {
  const HELD = /port \d+ is held by nobody's \S+ \(pid \d+\); your gateway is not running/;
  const COMMANDS: { words: string[]; code: number; says: RegExp }[] = [
    { words: ["gateway", "health"], code: 1, says: HELD },
    { words: ["gateway", "call", "status"], code: 1, says: HELD },
    { words: ["gateway", "status"], code: 0, says: /held by .*nobody/ },
    { words: ["gateway", "status", "--deep", "--json"], code: 0, says: /nobody/ },
    { words: ["gateway", "status", "--require-rpc"], code: 1, says: /nobody/ },
    { words: ["gateway", "probe"], code: 1, says: /held by nobody/ },
    { words: ["gateway", "probe", "--json"], code: 1, says: /held by nobody/ },
    { words: ["logs"], code: 1, says: /No log yet/ },
    { words: ["doctor"], code: 1, says: /nobody/ },
    { words: ["doctor", "--fix", "--non-interactive", "--deep"], code: 1, says: /nobody/ },
    { words: ["config", "set", "gateway.reload.debounceMs", "10"], code: 0, says: /is set in/ },
    { words: ["gateway", "restart"], code: 1, says: /not installed|No service can be kept/ },
    {
      words: ["onboard", "--non-interactive", "--accept-risk", "--no-install-daemon"],
      code: 0,
      says: /held by|other program/,
    },
    { words: ["reset", "--scope", "config", "--dry-run"], code: 0, says: /clawdbot\.json/ },
    { words: ["uninstall", "--all", "--dry-run"], code: 0, says: /would/ },
  ];

  for (const { words, code, says } of COMMANDS) {
    test(`S1: ${words.join(" ")} tells it nothing and names its owner`, async ({ home }) => {
      await withImpostor(
        home,
        { mode: "hello that claims our state directory", uid: NOBODY },
        async (impostor) => {
          const result = await runBuilt(words, { env: home.env({ CLAWDBOT_GATEWAY_TOKEN: TOKEN }) });
          const heard = await impostor.heard();

          expect(heard).toMatchObject({ isTold: false, messages: 0 });
          expect(result.stdout + result.stderr).toMatch(says);
          expect(result.stdout).not.toMatch(/running in foreground|is healthy|Runtime: running/);
          expect(result.code).toBe(code);
        },
      );
    });
  }

  test("S1: a gateway elsewhere that is reached over this machine's loopback is protected as well", async ({
    home,
  }) => {
    const port = await freePort();
    const remote = { url: `ws://localhost:${port}`, token: REMOTE };
    const gateway = { mode: "remote", remote, port };
    await withImpostor(
      home,
      { mode: "silent after the challenge", uid: NOBODY, gateway },
      async (_, held) => {
        home.writeConfig({ gateway: { ...gateway, remote: { ...remote, url: `ws://localhost:${held}` } } });
        const { stderr, code } = await runBuilt(["gateway", "health"], { env: home.env() });

        expect(stderr).toMatch(/held by nobody's/);
        expect(code).toBe(1);
      },
    );
  });

  test("S1: a secret that a person types goes where she says", async ({ home }) => {
    await withImpostor(home, { mode: "hello empty", uid: NOBODY }, async (impostor, port) => {
      await runBuilt(["gateway", "health", "--token", TOKEN], { env: home.env() });
      const withToken = await impostor.heard();
      await runBuilt(["gateway", "health", "--url", `ws://127.0.0.1:${port}`], { env: home.env() });
      const withUrl = await impostor.heard();

      expect(withToken).toMatchObject({ isTold: true, messages: 1 });
      expect(withUrl).toMatchObject({ messages: 2 });
    });
  });

  test("S1: a program of this very user is nobody to hide from, but what it says is not believed", async ({
    home,
  }) => {
    for (const mode of IMPOSTOR_MODES) {
      await withImpostor(home, { mode }, async () => {
        const env = home.env();
        const [health, status, probe, logs] = await Promise.all([
          runBuilt(["gateway", "health", "--timeout", "600"], { env }),
          runBuilt(["gateway", "status", "--timeout", "600"], { env }),
          runBuilt(["gateway", "probe", "--json", "--timeout", "600"], { env }),
          runBuilt(["logs", "--timeout", "600"], { env }),
        ]);
        const said = [health, status, probe, logs].map(({ stdout, stderr }) => stdout + stderr).join("\n");

        expect(said, mode).not.toMatch(/Internal error|NaN|undefined|\[object|TypeError|at .*\.js:\d/);
        expect(status.code, mode).toBe(0);
        expect(() => JSON.parse(probe.stdout), mode).not.toThrow();
        expect(
          [health, status, probe, logs].every(({ signal }) => signal === null),
          mode,
        ).toBe(true);
      });
    }
  });
});

test.describe("S1: the tray, while another user's program holds the port", () => {
  for (const mode of IMPOSTOR_MODES) {
    test(`S1: is blocked and tells it nothing (${mode})`, async ({ home }) => {
      await withImpostor(home, { mode, uid: NOBODY }, async (impostor) => {
        const tray = new TestTray(home);
        try {
          await tray.reach("blocked");
          tray.click("start");
          await tray.reach("blocked");
          const heard = await impostor.heard();

          expect(heard).toMatchObject({ isTold: false, messages: 0 });
          expect(tray.view.detail).toContain("nobody");
          expect(tray.startCount()).toBe(0);
        } finally {
          await tray.dispose();
        }
      });
    });
  }
});

test.describe("S1: a gateway that runs as another account, as the service of a server does", () => {
  /** nobody may read the project wherever it lies, and be root in nothing else. */
  const AS_NOBODY = [
    "setpriv",
    ...["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups"],
    ...["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"],
  ];

  test("S1: answers root, who reads its state directory, and names sudo where that lies elsewhere", async ({
    home,
  }) => {
    const port = await freePort();
    const gateway = { mode: "local", port, auth: { mode: "token", token: TOKEN } };
    home.writeConfig({ gateway });
    for (const path of [home.path, home.stateDir, home.configFile]) chownSync(path, NOBODY, NOBODY);
    const started = startProgram([...AS_NOBODY, process.execPath, LAUNCHER, "gateway"], home.env(), 100_000);
    await started.waitFor(/log file: /);
    const roots = createTempHome();
    roots.writeConfig({ gateway });
    try {
      const itsOwn = await runBuilt(["gateway", "health"], { env: home.env() });
      const status = await runBuilt(["gateway", "status"], { env: home.env() });
      const fromElsewhere = await runBuilt(["gateway", "health"], { env: roots.env() });

      expect(itsOwn.stderr).toBe("");
      expect(itsOwn.code).toBe(0);
      expect(status.stdout).toContain("running in foreground");
      expect(fromElsewhere.stderr).toMatch(
        /is held by nobody's \S+ \(pid \d+\); your gateway is not running/,
      );
      expect(fromElsewhere.stderr).toContain("sudo -u nobody clawdbot");
      expect(fromElsewhere.code).toBe(1);
    } finally {
      await started.stop();
      roots.dispose();
    }
  });
});

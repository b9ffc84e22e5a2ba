/** U12: the command line in German, where the locale or the configuration says so, and English everywhere else. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect } from "@playwright/test";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { startCli } from "../../../helpers/process/cli.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { openTerminal } from "../../../helpers/process/terminal.ts";
import { missingReason } from "../../../helpers/run/desktop-needs.ts";

const LOCALE = { LANG: "de_DE.UTF-8" };

function configure(home: TempHome, text: string): void {
  mkdirSync(dirname(home.configFile), { recursive: true });
  writeFileSync(home.configFile, text);
}

const run = (home: TempHome, words: string, env: Record<string, string> = LOCALE) =>
  runInProcess(words.split(" "), { env: home.env(env) });

test.describe("U12: a German locale", () => {
  test("U12: has help, and the mistakes of a command line, in German", async ({ home }) => {
    const help = await run(home, "gateway stop --help");
    const typo = await run(home, "gateway statsu");

    expect(help.stdout).toContain("Aufruf: clawdbot gateway stop [Optionen]");
    expect(help.stdout).toMatch(/--timeout <ms>\s+wie lange es dauern darf/);
    expect({ code: typo.code, stderr: typo.stderr }).toEqual({
      code: 2,
      stderr: 'Unbekannter Befehl "statsu" zu gateway; meinten Sie "status"?\n',
    });
  });

  test("U12: has the status and the health of a gateway that does not run in German", async ({ home }) => {
    const port = String(await freePort());
    const env = { ...LOCALE, CLAWDBOT_GATEWAY_PORT: port };

    const status = await run(home, "status", env);
    const health = await run(home, "health", env);

    expect(status.stdout).toContain("Status des Gateways\n");
    expect(status.stdout).toContain("Laufzeit: gestoppt");
    expect(status.stdout).toContain("Letzter Fehler des Gateways: keiner");
    expect(status.stdout).toContain("✗ fehlgeschlagen");
    expect(health.code).toBe(1);
    expect(health.stderr).toMatch(
      /^Kein Gateway antwortet: .+ Es ist noch nichts eingerichtet: clawdbot onboard\n$/,
    );
  });

  test("U12: has a gateway that runs, its status and its health in German", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local", auth: { mode: "token", token: TEST_TOKEN } } });
    const words = ["gateway", "--port", String(await freePort())];
    const gateway = startCli(words, { env: home.env(LOCALE) });
    await gateway.waitFor(/Protokolldatei: /);
    const status = await run(home, "status");
    const health = await run(home, "health");
    const restore = await run(home, "backup restore x.tar.gz");
    const { stdout } = await gateway.stop();

    expect(stdout).toMatch(/^✓ lauscht auf ws:\/\/127\.0\.0\.1:\d+ \(PID \d+\)$/m);
    expect(status.stdout).toMatch(/Laufzeit: läuft im Vordergrund \(PID \d+\)/);
    expect(status.stdout).toContain("Status: ✓ verbunden");
    expect(health.stdout).toContain("✓ Das Gateway ist gesund\n");
    expect(restore.stderr).toMatch(/^Es wurde nichts wiederhergestellt: Ein Gateway läuft auf /);
  });

  test("U12: has the frame of the doctor's report in German", async ({ home }) => {
    const { stdout } = await run(home, "doctor");

    expect(stdout).toMatch(/^Fehler \(1\)$/m);
    expect(stdout).toMatch(/^clawdbot doctor --fix repariert das\.$/m);
  });

  test("U12: leaves no sentence half in English where one stands in another", async ({ home }) => {
    const { LANG } = LOCALE;
    const refusals: string[] = [];
    for (const text of ["", "[]", "{ gateway: {", "{ gateway: } }"]) {
      configure(home, text);
      refusals.push((await run(home, "gateway", { LANG })).stderr.split("\n")[1]?.trim() ?? "");
    }
    const params = await run(home, "gateway call status --params {x");
    const backup = await run(home, "backup create /nowhere/x.tar.gz");

    expect(refusals).toEqual([
      "die Datei ist leer",
      "muss ein Objekt sein",
      "Zeile 1, Spalte 13: der Text endet zu früh; eine Klammer oder ein Anführungszeichen ist nicht geschlossen",
      "Zeile 1, Spalte 12: ungültiges Zeichen '}'",
    ]);
    expect(params.stderr).toContain("kein JSON: Zeile 1, Spalte 3: der Text endet zu früh");
    expect(backup.stderr).toContain("clawdbot backup create <Pfad>\n");
  });

  test("U12: changes no document of --json", async ({ home }) => {
    const port = String(await freePort());
    const inLocale = async (words: string, locale: string) =>
      JSON.parse((await run(home, words, { LANG: locale, CLAWDBOT_GATEWAY_PORT: port })).stdout);

    for (const words of [
      "status --json --no-probe",
      "doctor --json",
      "health --json",
      "gateway nope --json",
    ]) {
      expect(await inLocale(words, "de_DE.UTF-8"), words).toEqual(await inLocale(words, "C.UTF-8"));
    }
  });
});

test.describe("U12: the key language of the configuration", () => {
  test("U12: decides before the locale, in both directions", async ({ home }) => {
    configure(home, `{ language: "de" }`);
    expect((await run(home, "config validate", { LANG: "C.UTF-8" })).stdout).toBe(
      `✓ ${home.configFile} ist gültig\n`,
    );
    expect((await run(home, "config nope", { LANG: "C.UTF-8" })).stderr).toMatch(/^Unbekannter Befehl /);
    expect((await run(home, "logs --help", { LANG: "C.UTF-8" })).stdout).toContain("Optionen:");

    configure(home, `{ language: "en" }`);
    expect((await run(home, "config validate")).stdout).toBe(`✓ ${home.configFile} is valid\n`);
    expect((await run(home, "config nope")).stderr).toMatch(/^Unknown config command /);
  });

  test("U12: is read of the profile that is asked for", async ({ home }) => {
    configure(home, `{ language: "de" }`);

    expect((await run(home, "--profile work nope", { LANG: "C.UTF-8" })).stderr).toMatch(/^Unknown command /);
  });

  test("U12: of a file that cannot be parsed says nothing, and the locale decides", async ({ home }) => {
    configure(home, `{ language: `);

    expect((await run(home, "config nope")).stderr).toMatch(/^Unbekannter Befehl /);
    expect((await run(home, "config nope", { LANG: "C.UTF-8" })).stderr).toMatch(/^Unknown config command /);
  });
});

test.describe("U12: values", () => {
  test("U12: are printed as they are, also where they read like a word of ours", async ({ home }) => {
    configure(
      home,
      `{ language: "de", logging: { level: "error" }, agents: { defaults: { workspace: "/none" } } }`,
    );

    expect((await run(home, "config get language")).stdout).toBe("de\n");
    expect((await run(home, "config get agents.defaults.workspace")).stdout).toBe("/none\n");
  });
});

test.describe("U12: questions", () => {
  test.beforeEach(() => {
    const reason = missingReason("terminal");
    test.skip(reason !== undefined, reason);
  });

  for (const [typed, gone] of [
    ["j", true],
    ["ja", true],
    ["y", true],
    ["n", false],
  ] as const) {
    test(`U12: are asked in German, and "${typed}" is ${gone ? "yes" : "no"}`, async ({ home }) => {
      configure(home, "{}");
      const words = [process.execPath, LAUNCHER, "reset", "--scope", "config"];
      const terminal = openTerminal(words, { env: home.env(LOCALE), columns: 100 });
      try {
        await terminal.waitFor(/in den Papierkorb verschieben\? \[j\/N\]/);
        terminal.type(typed);
        terminal.press("Enter");
        await terminal.waitFor(gone ? /✓ .*clawdbot\.json/ : /Es wurde nichts gelöscht/);
        await terminal.ended();
      } finally {
        terminal.close();
      }
    });
  }

  test("U12: of onboarding begin and end in German", async ({ home }) => {
    const words = [process.execPath, LAUNCHER, "onboard"];
    const terminal = openTerminal(words, { env: home.env(LOCALE), columns: 100 });
    try {
      await terminal.waitFor(/Das Gateway einrichten/);
      terminal.press("C-c");
      await terminal.waitFor(/Abgebrochen: Es wurde nichts geändert\./);
    } finally {
      terminal.close();
    }
  });
});

test("U12: the locale C speaks English as ever", async ({ home }) => {
  const { stdout } = await run(home, "status --no-probe", { LANG: "C.UTF-8" });

  expect(stdout).toContain("Gateway service status\n");
  expect(stdout).toContain("Last gateway error: none");
});

/** Entry of the tray's program: reads the command line, takes the place of the one tray, runs it. */
import { join } from "node:path";
import { CodedError, errorText, RequestError, SetupError } from "../shared/errors.ts";
import { EXIT } from "../shared/exit-codes.ts";
import type { Disposable } from "../shared/lifecycle.ts";
import { APP_VERSION } from "../shared/version.ts";
import type { HostProblem } from "./backends/loss-texts.ts";
import { parseCommandLine, TRAY_HELP } from "./command-line.ts";
import { resolveTrayPlaces, type TrayPlaces } from "./gateway-places.ts";
import { type Texts, textsFor } from "./model/texts/index.ts";
import { readStatus, statusFile } from "./status-file.ts";

async function main(argv: readonly string[]): Promise<number> {
  const { env, platform } = process;
  try {
    const command = parseCommandLine(argv);
    if (command.action === "help") return print(TRAY_HELP);
    if (command.action === "version") return print(APP_VERSION);
    const places = resolveTrayPlaces(command, env, platform);
    if (command.action === "status") return printStatus(places);
    return await run(places, command.orForeground, argv);
  } catch (error) {
    const fix = error instanceof SetupError && error.fix !== undefined ? ` (${error.fix})` : "";
    say(error instanceof CodedError ? `${errorText(error)}${fix}` : String(error));
    return error instanceof RequestError ? EXIT.usage : EXIT.failure;
  }
}

function print(text: string): number {
  console.log(text);
  return EXIT.ok;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function printStatus({ own }: TrayPlaces): number {
  const status = readStatus(statusFile(own.paths));
  console.log(JSON.stringify(status, null, 2));
  return status.running ? EXIT.ok : EXIT.failure;
}

async function run(places: TrayPlaces, orForeground: boolean, argv: readonly string[]): Promise<number> {
  const texts = textsFor(locale(process.env));
  const lock = await takePlace(places);
  if (lock === undefined) {
    const status = readStatus(statusFile(places.own.paths));
    say(texts.console.alreadyRunning(status.running ? status.pid : null));
    return EXIT.ok;
  }
  if (orForeground && (await needsForeground(places, texts))) {
    lock.dispose();
    const { runInForeground } = await import("./foreground.ts");
    return runInForeground(places.gateway[places.own.dev ? "dev" : "normal"]);
  }
  // Both at once: when the second is needed, an upgrade has taken it away.
  const [{ runTray }, { becomeProgram }] = await Promise.all([import("./app.ts"), import("./relaunch.ts")]);
  const isRelaunch = await runTray(places, texts, say);
  lock.dispose();
  return isRelaunch ? becomeProgram(["tray", ...argv.filter((word) => word !== "tray")]) : EXIT.ok;
}

/** The lock of the one tray per user and profile; undefined when another holds it. */
async function takePlace({ own }: TrayPlaces): Promise<Disposable | undefined> {
  const { acquireLock } = await import("../shared/node/lock.ts");
  const file = join(own.paths.runDir, "tray.lock");
  try {
    return await acquireLock(file);
  } catch (error) {
    throw new SetupError("STATE_UNWRITABLE", `${file} cannot be written: ${errorText(error)}`, {
      cause: error,
      fix: "make the state directory writable for this user, or set CLAWDBOT_STATE_DIR to another one",
    });
  }
}

/** True, after saying why, when there is no desktop to show an icon on, now or later. */
async function needsForeground({ own }: TrayPlaces, texts: Texts): Promise<boolean> {
  const { findTrayHost } = await import("./backends/tray-host.ts");
  const { platform, env } = own;
  const language = texts.language === "de" ? "de" : "en";
  const host = await findTrayHost({ platform, arch: process.arch, env, language });
  if (host.ok || isOnDesktop(host.problem, env)) return false;
  say(`${host.reason} ${host.remedy} ${texts.console.inForeground}`);
  return true;
}

/** A desktop that is just starting has its bus or its panel a moment later: the gateway is supervised until then as well. */
function isOnDesktop(problem: HostProblem, env: NodeJS.ProcessEnv): boolean {
  if (problem === "no-display") return false;
  return problem !== "no-session-bus" || Boolean(env.XDG_CURRENT_DESKTOP || env.DESKTOP_SESSION);
}

/** Programs started by the desktop have no LANG on macOS and Windows. */
function locale(env: NodeJS.ProcessEnv): string {
  const { LC_ALL, LC_MESSAGES, LANG } = env;
  return LC_ALL || LC_MESSAGES || LANG || Intl.DateTimeFormat().resolvedOptions().locale;
}

// The terminal may go away at any time; the tray outlives it.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
process.exit(await main(process.argv.slice(2)));

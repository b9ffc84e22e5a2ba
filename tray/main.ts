/** Entry of the tray's program: reads how it is started, takes the place of the one tray, runs it. */
import { join } from "node:path";
import { CodedError, errorText, RequestError, SetupError } from "../shared/errors.ts";
import { EXIT } from "../shared/exit-codes.ts";
import { chooseLanguage, type Language } from "../shared/languages.ts";
import { refuseForeignState } from "../shared/node/foreign-state.ts";
import type { HeldLock } from "../shared/node/held-lock.ts";
import { systemLocale } from "../shared/node/system-locale.ts";
import { spell } from "../shared/remedy.ts";
import type { HostProblem } from "./backends/tray-loss.ts";
import { resolveTrayPlaces, type TrayPlaces } from "./gateway-profiles.ts";
import { lossText } from "./model/loss-text.ts";
import { TEXTS, type Texts } from "./model/texts/index.ts";
import { readStartWords } from "./start-words.ts";
import { readStatus, statusFile } from "./status-file.ts";

async function main(argv: readonly string[]): Promise<number> {
  const { env, platform } = process;
  try {
    const start = readStartWords(argv);
    const places = resolveTrayPlaces(start, env, platform);
    if (start.status) return printStatus(places);
    refuseForeignState(places.own, "tray");
    return await run(places, start.orForeground, argv);
  } catch (error) {
    const fix =
      error instanceof SetupError && error.fix !== undefined
        ? ` (${spell(error.fix, { name: "clawdbot", profile: undefined })})`
        : "";
    say(error instanceof CodedError ? `${errorText(error)}${fix}` : String(error));
    return error instanceof RequestError ? EXIT.usage : EXIT.failure;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function printStatus({ own }: TrayPlaces): number {
  const status = readStatus(statusFile(own.paths), own.paths.profile);
  console.log(JSON.stringify(status, null, 2));
  return status.running ? EXIT.ok : EXIT.failure;
}

async function run(places: TrayPlaces, orForeground: boolean, argv: readonly string[]): Promise<number> {
  const texts = TEXTS[await languageOf(places)];
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
  const [{ runTray }, { runInPlace }] = await Promise.all([
    import("./app.ts"),
    import("../shared/node/run-in-place.ts"),
  ]);
  const isRelaunch = await runTray(places, texts, say, lock);
  lock.dispose();
  if (!isRelaunch) return EXIT.ok;
  const { launcher } = places.gateway[places.own.dev ? "dev" : "normal"];
  return runInPlace([launcher(), "tray", ...argv.filter((word) => word !== "tray")]);
}

/** The lock of the one tray per user and profile; undefined when another holds it. */
async function takePlace({ own }: TrayPlaces): Promise<HeldLock | undefined> {
  const [{ HeldLock }, { acquireLock }, { hiddenHolder }, { sameProcess }] = await Promise.all([
    import("../shared/node/held-lock.ts"),
    import("../shared/node/lock.ts"),
    import("../shared/node/lock-holder.ts"),
    import("../shared/node/process-identity.ts"),
  ]);
  const file = join(own.paths.runDir, "tray.lock");
  try {
    const lock = await acquireLock(file);
    if (lock === undefined) return undefined;
    const status = readStatus(statusFile(own.paths));
    // The lock says that nobody is there, so what does not say for certain that somebody is does not count.
    const isThere = status.running && sameProcess(status.pid, status.startId) === true;
    if (!isThere && hiddenHolder(file) === undefined) return new HeldLock(file, lock);
    lock.dispose();
    return undefined;
  } catch (error) {
    const { unwritable } = await import("../shared/node/unwritable.ts");
    throw unwritable(file, error);
  }
}

/** True, after saying why, when there is no desktop to show an icon on, now or later. */
async function needsForeground({ own }: TrayPlaces, texts: Texts): Promise<boolean> {
  const { findTrayHost } = await import("./backends/tray-host.ts");
  const { platform, env } = own;
  const host = await findTrayHost({ platform, arch: process.arch, env });
  if (host.ok || isOnDesktop(host.problem, env)) return false;
  const { reason, remedy } = lossText(host.loss, texts, own.paths.profile ?? null);
  say(`${reason} ${texts.console.inForeground} ${remedy}`);
  return true;
}

/** A desktop that is just starting has its bus or its panel a moment later: the gateway is supervised until then as well. */
function isOnDesktop(problem: HostProblem, env: NodeJS.ProcessEnv): boolean {
  if (problem === "no-display") return false;
  return problem !== "no-session-bus" || Boolean(env.XDG_CURRENT_DESKTOP || env.DESKTOP_SESSION);
}

/** By the configuration, else by the locale. A configuration that cannot be read names none. */
async function languageOf({ own }: TrayPlaces): Promise<Language> {
  const { readConfigObject } = await import("../shared/node/gateway/loose-config.ts");
  const config = await readConfigObject(own.paths.configFile, own.env);
  return chooseLanguage({ configured: config?.language, env: own.env, preferred: [systemLocale()] });
}

// The terminal may go away at any time; the tray outlives it.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
process.exit(await main(process.argv.slice(2)));

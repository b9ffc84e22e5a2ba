/** Runs one command line to its end: reads it, loads the one command it names, and prints what becomes of it. */

import { parseArgs } from "node:util";
import { errorText } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import type { Environment } from "../../shared/node/paths.ts";
import { launcherOf } from "../../shared/node/profile-context.ts";
import { advice, type Remedy } from "../../shared/remedy.ts";
import { APP_VERSION } from "../../shared/version.ts";
import { type LanguageSource, translationFor } from "../texts/language.ts";
import { COMMANDS } from "./commands.ts";
import { commandHelp, programHelp } from "./help.ts";
import { type ProfileContext, resolveContext } from "./invocation.ts";
import { parseLine } from "./options.ts";
import { type Console, type ConsoleStreams, Output, tolerateBrokenConsole } from "./output.ts";

/** What a command line takes from the process that runs it. */
export interface Io extends ConsoleStreams {
  env: Environment;
  platform: NodeJS.Platform;
  /** The directory in which it was typed. */
  cwd: string;
  /** Ends the process within moments, whatever it still holds open. */
  exitSoon: () => void;
}

/** Their work is to serve, not to print: lines that nobody takes do not make them fail. */
const SERVERS = ["start", "gateway", "gateway run", "node run"];

/** `argv` without node and script. Resolves with the exit code; never fails. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const { env, platform, stdin, stdout, stderr } = io;
  const console = tolerateBrokenConsole(io);
  const output = new Output({
    json: argv.includes("--json"),
    noColor: argv.includes("--no-color"),
    env,
    platform,
    stdout,
    stderr,
    dialogue: stdin.isTTY && stdout.isTTY ? { input: stdin, output: stdout } : undefined,
  });
  let context: ProfileContext | undefined;
  try {
    const line = await parseLine(argv, COMMANDS);
    const { command, topic, values } = line;
    if (values.help || (!command && !values.version)) {
      await speak(output, languageSource(argv, io));
      const { width } = output;
      const spell = (sentence: Remedy) => output.spell(sentence);
      const help = command
        ? commandHelp(command, COMMANDS, width, spell)
        : programHelp(COMMANDS, topic, width, spell);
      stdout.write(`${help}\n`);
      return await printed(console, output);
    }
    if (values.version || !command) {
      output.repeat(APP_VERSION);
      output.document({ version: APP_VERSION });
      return await printed(console, output);
    }
    context = resolveContext(values, env, platform, io.cwd);
    output.speakFor({ ...launcherOf(context), translation: await translationFor(context) });
    const loaded = await command.load();
    const code = await loaded.run({
      command: command.name,
      typed: values,
      arguments: line.arguments,
      context,
      output,
      readerGone: console.readerGone,
      exitSoon: io.exitSoon,
    });
    if (SERVERS.includes(command.name)) return code;
    const told = await printed(console, output);
    // Whatever is still open, such as a connection that the other side does not let go of, is for nobody any more.
    if (console.readerGone.aborted) io.exitSoon();
    return code === EXIT.ok ? told : code;
  } catch (error) {
    if (context === undefined) await speak(output, languageSource(argv, io));
    return output.fail(error);
  }
}

/** Before the line is known to be right, nobody has asked for a profile: only the language is chosen. */
async function speak(output: Output, source: LanguageSource): Promise<void> {
  output.speakFor({ name: "clawdbot", profile: undefined, translation: await translationFor(source) });
}

/** What is known of the language of whoever typed this, also where the line makes no sense. */
function languageSource(argv: readonly string[], { env, platform, cwd }: Io): LanguageSource {
  const options = { profile: { type: "string" }, dev: { type: "boolean" } } as const;
  const { profile, dev } = parseArgs({ args: [...argv], options, strict: false }).values;
  try {
    return resolveContext(
      { ...(typeof profile === "string" ? { profile } : {}), ...(dev === true ? { dev } : {}) },
      env,
      platform,
      cwd,
    );
  } catch {
    // No profile and no home: that is told by the one who needs them.
    return { env, platform };
  }
}

/** The exit code of a command that did what it was asked to, if its answer arrived. */
async function printed(console: Console, output: Output): Promise<number> {
  // Failed writes are reported after the call that wrote.
  await new Promise(setImmediate);
  if (console.lost === undefined) return EXIT.ok;
  output.note(advice`The output could not be written: ${errorText(console.lost)}`);
  return EXIT.failure;
}

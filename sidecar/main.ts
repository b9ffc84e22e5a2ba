/** Entry of the gateway's program: reads the command line and loads the one command it names. */
import { errorText } from "../shared/errors.ts";
import { EXIT } from "../shared/exit-codes.ts";
import { APP_VERSION } from "../shared/version.ts";
import { commandHelp, programHelp } from "./cli/help.ts";
import { resolveSurroundings } from "./cli/invocation.ts";
import { parseLine } from "./cli/options.ts";
import { type Console, Output, tolerateBrokenConsole } from "./cli/output.ts";
import { COMMANDS } from "./cli/table.ts";

/** Their work is to serve, not to print: lines that nobody takes do not make them fail. */
const SERVERS = ["start", "gateway", "gateway run"];

async function main(argv: readonly string[]): Promise<number> {
  const { env, platform, stdout, stderr } = process;
  const console = tolerateBrokenConsole();
  const output = new Output({
    json: argv.includes("--json"),
    noColor: argv.includes("--no-color"),
    env,
    platform,
    stdout,
    stderr,
  });
  try {
    const line = await parseLine(argv, COMMANDS);
    const { command, topic, values } = line;
    if (values.help || (!command && !values.version)) {
      stdout.write(`${command ? commandHelp(command, COMMANDS) : programHelp(COMMANDS, topic)}\n`);
      return await printed(console, output);
    }
    if (values.version || !command) {
      output.say(APP_VERSION);
      output.document({ version: APP_VERSION });
      return await printed(console, output);
    }
    const surroundings = resolveSurroundings(values, env, platform);
    const { run } = await command.load();
    const code = await run({
      command: command.name,
      values,
      arguments: line.arguments,
      surroundings,
      output,
      readerGone: console.readerGone,
    });
    return code !== EXIT.ok || SERVERS.includes(command.name) ? code : await printed(console, output);
  } catch (error) {
    return output.fail(error);
  }
}

/** The exit code of a command that did what it was asked to, if its answer arrived. */
async function printed(console: Console, output: Output): Promise<number> {
  // Failed writes are reported after the call that wrote.
  await new Promise(setImmediate);
  if (console.lost === undefined) return EXIT.ok;
  output.note(`The output could not be written: ${errorText(console.lost)}`);
  return EXIT.failure;
}

process.exitCode = await main(process.argv.slice(2));

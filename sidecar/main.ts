/** Entry of the gateway's program: reads the command line and loads the one command it names. */
import { APP_VERSION } from "../shared/version.ts";
import { commandHelp, programHelp } from "./cli/help.ts";
import { resolveSurroundings } from "./cli/invocation.ts";
import { parseLine } from "./cli/options.ts";
import { Output, tolerateBrokenPipe } from "./cli/output.ts";
import { COMMANDS } from "./cli/table.ts";

async function main(argv: readonly string[]): Promise<number> {
  const { env, platform, stdout, stderr } = process;
  const readerGone = tolerateBrokenPipe();
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
      return 0;
    }
    if (values.version || !command) {
      output.say(APP_VERSION);
      output.document({ version: APP_VERSION });
      return 0;
    }
    const surroundings = resolveSurroundings(values, env, platform);
    const { run } = await command.load();
    return await run({
      command: command.name,
      values,
      arguments: line.arguments,
      surroundings,
      output,
      readerGone,
    });
  } catch (error) {
    return output.fail(error);
  }
}

process.exitCode = await main(process.argv.slice(2));

/** Entry of the gateway's program: runs the command line of this process. */
import { run } from "./cli/run.ts";

/** What was printed has gone out by then. */
const EXIT_GRACE_MS = 100;

const { env, platform, stdin, stdout, stderr } = process;

process.exitCode = await run(process.argv.slice(2), {
  env,
  platform,
  stdin,
  stdout,
  stderr,
  cwd: ".",
  exitSoon: () => void setTimeout(() => process.exit(), EXIT_GRACE_MS).unref(),
});

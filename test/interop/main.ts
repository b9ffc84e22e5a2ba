/**
 * Programs of others against ours: the command line, the page and the node host of the original, each in its own home, on this machine alone. Prints a
 * line each and fails when one of ours fails. Needs a registry the first time, and Chromium: `npm run interop`;
 * `-- commands`, `-- page` and `-- node` do one of them.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createTempHome } from "../helpers/home/temp-home.ts";
import { freePort } from "../helpers/network/ports.ts";
import { startCli } from "../helpers/process/cli.ts";
import { COMMANDS, type PeerCommand } from "./commands.ts";
import { lookAtPage, servePage } from "./control-ui.ts";
import { lookAtNodeHost } from "./node-host.ts";
import { original, type Peer } from "./peers.ts";

const TOKEN = "interop-token-0123456789";
const COMMAND_MS = 120_000;

const only = process.argv[2];
const peer = original();
const page = await servePage(peer.page);
const home = createTempHome();
const port = await freePort();
home.writeConfig({
  gateway: {
    mode: "local",
    auth: { mode: "token", token: TOKEN },
    controlUi: { allowedOrigins: [page.url] },
  },
});
const gateway = startCli(["gateway", "--port", String(port)], { env: home.env(), timeoutMs: 3_600_000 });
let isFine = true;
try {
  await gateway.waitFor(/log file: /);
  if (only === undefined || only === "commands") isFine = runCommands(peer) && isFine;
  if (only === undefined || only === "page") isFine = (await look()) && isFine;
  if (only === undefined || only === "node") isFine = (await serveNode(peer)) && isFine;
} finally {
  await gateway.stop();
  page.server.close();
  home.dispose();
}
process.exitCode = isFine ? 0 : 1;

function runCommands({ program, version }: Peer): boolean {
  const folder = mkdtempSync(join(tmpdir(), "clawdbot-peer-"));
  const env = {
    // Its program is run by whichever Node is found first.
    PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    HOME: folder,
    CLAWDBOT_GATEWAY_TOKEN: TOKEN,
    CLAWDBOT_GATEWAY_PORT: String(port),
  };
  try {
    const outcomes = COMMANDS.map((command) => {
      const problem = run(program, command, env);
      print(command.words, problem, undefined);
      return problem;
    });
    const answered = outcomes.filter((problem) => problem === undefined).length;
    console.log(`clawdbot ${version}: ${answered} of ${COMMANDS.length} commands answered`);
    return answered === COMMANDS.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wrong with the answer, if anything is. */
function run(program: string, { words, expects }: PeerCommand, env: NodeJS.ProcessEnv): string | undefined {
  const { status, stdout, stderr } = spawnSync(program, words.split(" "), {
    env,
    encoding: "utf8",
    timeout: COMMAND_MS,
    killSignal: "SIGKILL",
  });
  const output = `${stdout}${stderr}`;
  if (status === 0 && expects.test(output)) return undefined;
  const last = output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .at(-1);
  return `ended with ${status ?? "a time limit"}: ${(last ?? "no output").slice(0, 160)}`;
}

async function serveNode({ program }: Peer): Promise<boolean> {
  const looks = await lookAtNodeHost(program, { port, token: TOKEN });
  for (const { what, problem } of looks) print(what, problem, undefined);
  return looks.every(({ problem }) => problem === undefined);
}

async function look(): Promise<boolean> {
  const looks = await lookAtPage(page.url, { port, token: TOKEN }, process.env.CLAWDBOT_INTEROP_PICTURE);
  for (const { what, problem, later } of looks) print(what, problem, later);
  const fine = looks.filter(({ problem }) => problem === undefined).length;
  console.log(`the original's page: ${fine} of ${looks.length} without an error`);
  return looks.every(({ problem, later }) => problem === undefined || later !== undefined);
}

function print(what: string, problem: string | undefined, later: string | undefined): void {
  if (problem === undefined) console.log(`ok    ${what}`);
  else if (later === undefined) console.log(`FAIL  ${what}: ${problem}`);
  else console.log(`-     ${what} (${later})`);
}

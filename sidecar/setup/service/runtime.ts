/** The Node that the service runs on: one of the system where it is new enough, because it stays when a shell's own goes. */

import { join, sep, win32 } from "node:path";
import { quoted, RequestError } from "../../../shared/errors.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { MIN_NODE_VERSION } from "../../../shared/version.ts";
import { run } from "../../host/process/run.ts";
import { realPathOf, withoutVersion } from "./stable-path.ts";

export interface Runtime {
  path: string;
  warnings: Remedy[];
}

const VERSION_TIMEOUT_MS = 5_000;

/** Folders by which version managers are known; what lies there goes with the next switch or clean-up. */
const VERSION_MANAGERS =
  /[/\\](\.?nvm|\.?fnm|fnm_multishells|\.volta|\.asdf|\.n|\.nodenv|\.nodebrew|nvs|\.nvs|mise)[/\\]/;

/** Whether Node at this path comes from a version manager. */
export function isVersionManaged(path: string): boolean {
  return VERSION_MANAGERS.test(path);
}

/** Fails with `USAGE` for a runtime that cannot run the gateway. */
export function checkRuntime(name: string | undefined): void {
  if (name === undefined || name === "node") return;
  if (name !== "bun") {
    throw new RequestError("USAGE", advice`--runtime: expected one of node, bun; got ${quoted(name)}`);
  }
  throw new RequestError("USAGE", "--runtime bun: the gateway runs on Node only; leave --runtime out");
}

/** What there is to choose from. */
export interface RuntimeChoice {
  /** This process's Node. */
  running: string;
  /** Node inside of it came with the program and stays as long as it does. */
  packageFolder: string;
  /** Where the system keeps its Node; default the usual places. */
  systemNodes?: readonly string[];
}

/** The system's Node where that is new enough, else the running one, with a warning when it may vanish. */
export async function chooseRuntime(
  context: ProfileContext,
  { running, packageFolder, systemNodes = systemPlaces(context) }: RuntimeChoice,
): Promise<Runtime> {
  const system = await systemNode(systemNodes, context);
  if (system !== undefined) return { path: system, warnings: [] };
  const path = running.includes("fnm_multishells")
    ? (realPathOf(running) ?? running)
    : (withoutVersion(running) ?? running);
  if (isPartOf(packageFolder, path) || !isVersionManaged(path)) return { path, warnings: [] };
  const what = advice`the service runs on ${path}, which a version manager may remove`;
  return {
    path,
    warnings: [advice`${what}; install Node ${MIN_NODE_VERSION} or newer for the whole system`],
  };
}

/** The first Node of the system that is new enough and not a link into a version manager. */
async function systemNode(
  candidates: readonly string[],
  context: ProfileContext,
): Promise<string | undefined> {
  const places = candidates.filter((place) => !isVersionManaged(realPathOf(place) ?? place));
  const fits = await Promise.all(places.map((place) => isNewEnough(place, context)));
  return places.find((_, index) => fits[index]);
}

function systemPlaces({ platform, env }: ProfileContext): string[] {
  if (platform === "win32") {
    return [win32.join(env.ProgramFiles || "C:\\Program Files", "nodejs", "node.exe")];
  }
  const folders = ["/usr/local/bin", "/usr/bin"];
  return (platform === "darwin" ? ["/opt/homebrew/bin", ...folders] : folders).map((folder) =>
    join(folder, "node"),
  );
}

async function isNewEnough(node: string, { env }: ProfileContext): Promise<boolean> {
  const { stdout } = await run(node, ["--version"], {
    timeoutMs: VERSION_TIMEOUT_MS,
    env: { PATH: env.PATH },
  });
  const [major = 0, minor = 0] = stdout.trim().replace(/^v/, "").split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = MIN_NODE_VERSION.split(".").map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

/** The npm package `node`, inside of ours or beside it. */
function isPartOf(packageFolder: string, path: string): boolean {
  const folders = [join(packageFolder, "node_modules", "node"), join(packageFolder, "..", "node")];
  return folders.some((folder) => path.startsWith(`${folder}${sep}`));
}

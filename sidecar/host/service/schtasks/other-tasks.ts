/** Tasks of other makers, or of another time, that would run a gateway beside ours. */
import { win32 } from "node:path";
import {
  isOwnService,
  type OtherProduct,
  productOfService,
  productText,
} from "../../../../shared/lineage.ts";
import type { ProfileContext } from "../../../../shared/node/profile-context.ts";
import { MAX_STATE_BYTES, readSmallFile } from "../../../../shared/node/small-file.ts";
import type { ExtraService } from "../service-manager.ts";
import { readForeignScript, readLaunchScript } from "./launch-script.ts";
import type { ListedTask } from "./scheduler.ts";
import type { TaskAction } from "./task-xml.ts";

/** What a task ends up running, as far as it can be told. */
interface Work {
  words: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/** Those of the tasks that run a gateway, without `ownName` and without our services of other profiles. */
export function findOtherTasks(
  tasks: readonly ListedTask[],
  ownName: string,
  { paths }: Pick<ProfileContext, "paths">,
): ExtraService[] {
  return tasks.flatMap(({ path, task }) => {
    if (isSameTask(path, ownName)) return [];
    const work = task.actions.map((action) => workOf(action, paths.home)).find(runsGateway);
    if (work === undefined || isOfOtherProfile(work, paths)) return [];
    const [action] = task.actions;
    const product = productOfWork(work);
    const detail = `${action?.command ?? ""} ${action?.arguments ?? ""}`.trim();
    const isSystem = SYSTEM_ACCOUNTS.has(task.user ?? "");
    return [
      {
        label: path,
        detail,
        scope: isSystem ? "system" : "user",
        ...(product === undefined ? {} : { product: productText(product) }),
        cleanup: [
          `schtasks /End /TN "${path}"`,
          product === undefined
            ? `schtasks /Delete /F /TN "${path}"`
            : `schtasks /Change /TN "${path}" /DISABLE`,
        ],
      },
    ];
  });
}

/** LocalSystem, LocalService and NetworkService. */
const SYSTEM_ACCOUNTS = new Set(["S-1-5-18", "S-1-5-19", "S-1-5-20", "SYSTEM", "NT AUTHORITY\\SYSTEM"]);

function isSameTask(path: string, name: string): boolean {
  const full = name.startsWith("\\") ? name : `\\${name}`;
  return path.toLowerCase() === full.toLowerCase() || path.toLowerCase() === `${full.toLowerCase()} restart`;
}

/** Follows a task through the scripts it starts: their own name says nothing about what they do. */
function workOf({ command, arguments: args, workingDirectory }: TaskAction, home: string): Work {
  const words = [command, ...wordsOf(args)].map((word) => word.replace(/^"|"$/g, ""));
  const script = words.find((word) => /\.(cmd|bat|vbs)$/i.test(word));
  if (script === undefined) return { words, environment: {} };
  const named = script.replace(/\.vbs$/i, ".cmd");
  const file = win32.isAbsolute(named) ? named : win32.join(workingDirectory, named);
  const found = readScript(file, home);
  return found === undefined
    ? { words, environment: {} }
    : { words: [...words, ...found.command], environment: found.environment };
}

function wordsOf(text: string): string[] {
  return text.match(/"[^"]*"|\S+/g) ?? [];
}

function readScript(file: string, home: string) {
  const content = readSmallFile(file, MAX_STATE_BYTES);
  // Of another account, or gone.
  if (content.state !== "bytes") return undefined;
  return readLaunchScript(content.bytes, home) ?? readForeignScript(content.bytes);
}

/** By its marker, by a command line such as `node …\clawdbot\dist\entry.js gateway`, or by a script of ours nobody else may read. */
function runsGateway({ words, environment }: Work): boolean {
  if (productOfWork({ words, environment }) !== undefined) return true;
  if (environment.CLAWDBOT_SERVICE_MARKER !== undefined) return environment.CLAWDBOT_SERVICE_KIND !== "node";
  return (
    words.some((word) => /claw(dbot|dis)/i.test(word)) &&
    words.some((word) => word === "gateway" || /^gateway\.(cmd|vbs)$/i.test(win32.basename(word)))
  );
}

function productOfWork({ words, environment }: Work): OtherProduct | undefined {
  return productOfService({ command: words, environment });
}

/** A service of ours for another state directory is none too many. */
function isOfOtherProfile(
  { words, environment }: Work,
  { home, stateDir }: ProfileContext["paths"],
): boolean {
  if (!isOwnService({ command: words, environment })) return false;
  const { CLAWDBOT_PROFILE: profile, CLAWDBOT_STATE_DIR: stated, HOME: theirHome = home } = environment;
  const suffix = profile === undefined || profile === "default" ? "" : `-${profile}`;
  return (stated ?? win32.join(theirHome, `.clawdbot${suffix}`)) !== stateDir;
}

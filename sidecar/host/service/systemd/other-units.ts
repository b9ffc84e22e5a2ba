/** Units of other makers, or of another time, that would run a gateway beside ours. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { isOwnService, productOfService, productText } from "../../../../shared/lineage.ts";
import type { ProfileContext } from "../../../../shared/node/profile-context.ts";
import { smallText } from "../../../../shared/node/small-file.ts";
import { shellWord } from "../../../../shared/shell-word.ts";
import type { ExtraService } from "../service-manager.ts";
import { parseUnit, type UnitCommand, unitCommand } from "./unit-file.ts";
import { MAX_UNIT_BYTES } from "./unit-storage.ts";

/** Directories that systemd reads, each with who owns its units. */
export interface UnitDirectory {
  path: string;
  scope: ExtraService["scope"];
}

/** Where systemd looks for the units of the machine and of this user; see systemd.unit(5). */
export function unitDirectories(userDirectory: string, { env, paths }: ProfileContext): UnitDirectory[] {
  const roots = ["/etc", "/usr/local/lib", "/usr/lib", "/lib"];
  const shared = env.XDG_DATA_HOME || join(paths.home, ".local", "share");
  return [
    { path: userDirectory, scope: "user" },
    { path: join(shared, "systemd", "user"), scope: "user" },
    ...roots.map((root) => ({ path: join(root, "systemd", "user"), scope: "user" as const })),
    ...roots.map((root) => ({ path: join(root, "systemd", "system"), scope: "system" as const })),
  ];
}

/** The units in these directories that run a gateway, without `ownName` of this user and without the services of other profiles. */
export function findOtherUnits(
  directories: readonly UnitDirectory[],
  ownName: string,
  { home, stateDir }: ProfileContext["paths"],
): ExtraService[] {
  const found = new Map<string, ExtraService>();
  for (const { path, scope } of directories) {
    for (const name of unitNames(path)) {
      const file = join(path, name);
      const isOwn = scope === "user" && name === ownName;
      // /lib and /usr/lib are one directory on most machines, and the first place wins anyway.
      if (isOwn || found.has(`${scope} ${name}`)) continue;
      const command = readCommand(file, home);
      if (command === undefined || !runsGateway(command)) continue;
      if (isOfOtherProfile(command, home, stateDir)) continue;
      found.set(`${scope} ${name}`, {
        label: name,
        detail: file,
        scope,
        ...productIn(command),
        cleanup: cleanup(name, file, scope, productOfService(command) !== undefined),
      });
    }
  }
  return [...found.values()];
}

function unitNames(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(".service"));
  } catch {
    return []; // Not every directory exists.
  }
}

function readCommand(file: string, home: string): UnitCommand | undefined {
  // A link to nowhere, a masked unit, or one that is not ours to read.
  const text = smallText(file, MAX_UNIT_BYTES);
  return text === undefined ? undefined : unitCommand(parseUnit(text), home);
}

/** By its marker, or by a command line such as `node …/clawdbot/dist/entry.js gateway`. */
function runsGateway({ command, environment }: UnitCommand): boolean {
  if (productOfService({ command, environment }) !== undefined) return true;
  if (environment.CLAWDBOT_SERVICE_MARKER !== undefined) return environment.CLAWDBOT_SERVICE_KIND !== "node";
  return (
    command.some((word) => /clawdbot/i.test(word)) &&
    command.some((word) => ["gateway", "daemon"].includes(basename(word)))
  );
}

/** A service of ours for another state directory is none too many. */
function isOfOtherProfile({ command, environment }: UnitCommand, home: string, stateDir: string): boolean {
  if (!isOwnService({ command, environment })) return false;
  const { CLAWDBOT_PROFILE: profile, CLAWDBOT_STATE_DIR: stated, HOME: theirHome = home } = environment;
  const suffix = profile === undefined || profile === "default" ? "" : `-${profile}`;
  return (stated ?? join(theirHome, `.clawdbot${suffix}`)) !== stateDir;
}

function productIn(command: UnitCommand): Pick<ExtraService, "product"> {
  const product = productOfService(command);
  return product === undefined ? {} : { product: productText(product) };
}

function cleanup(name: string, file: string, scope: ExtraService["scope"], isKept: boolean): string[] {
  const unit = shellWord(name);
  if (isKept) return [`${scope === "system" ? "sudo systemctl" : "systemctl --user"} disable --now ${unit}`];
  if (scope === "system") return [`sudo systemctl disable --now ${unit}`, `sudo rm ${shellWord(file)}`];
  return [`systemctl --user disable --now ${unit}`, `rm ${shellWord(file)}`];
}

/** Other agents and daemons of launchd that would run a gateway: of earlier versions, made by hand, or for the whole machine. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { isOwnService, productOfService, productText } from "../../../../shared/lineage.ts";
import { type ProfileContext, resolveProfileContext } from "../../../../shared/node/profile-context.ts";
import { isServiceProcess } from "../../../../shared/node/service-identity.ts";
import { shellWord } from "../../../../shared/shell-word.ts";
import type { ExtraService } from "../service-manager.ts";
import type { Agent } from "./agent.ts";
import { readAgentFile } from "./property-list-file.ts";

/** Where property lists lie that launchd loads for everybody. */
export interface SystemFolders {
  agents: string;
  daemons: string;
}

export const SYSTEM_FOLDERS: SystemFolders = {
  agents: "/Library/LaunchAgents",
  daemons: "/Library/LaunchDaemons",
};

/** Labels of the default profile's gateway before it had its name of today. */
export const LEGACY_LABELS = [
  "com.steipete.clawdbot.gateway",
  "com.steipete.clawdis.gateway",
  "com.clawdis.gateway",
] as const;

/** All that would run a gateway, without `own` and without our services of other profiles. */
export async function findOtherAgents(
  own: string,
  context: ProfileContext,
  system: SystemFolders,
): Promise<ExtraService[]> {
  const places = [
    { folder: join(context.paths.home, "Library", "LaunchAgents"), scope: "user" },
    { folder: system.agents, scope: "system" },
    { folder: system.daemons, scope: "system" },
  ] as const;
  const found: ExtraService[] = [];
  for (const { folder, scope } of places) {
    for (const file of await propertyLists(folder)) {
      const agent = await readAgentFile(file, context.env);
      if (agent === undefined || !runsGateway(agent)) continue;
      const label = agent.label ?? basename(file, ".plist");
      if (scope === "user" && (label === own || isOursForAnother(agent, context))) continue;
      const isDaemon = folder === system.daemons;
      const domain = isDaemon ? "system" : `gui/${process.getuid?.() ?? "$(id -u)"}`;
      const sudo = isDaemon ? "sudo " : "";
      const product = productOfService(agent);
      const remove = `${scope === "system" ? "sudo " : ""}rm ${shellWord(file)}`;
      found.push({
        label,
        detail: file,
        scope,
        ...(product === undefined ? {} : { product: productText(product) }),
        cleanup: [
          `${sudo}launchctl bootout ${domain}/${label}`,
          product === undefined ? remove : `${sudo}launchctl disable ${domain}/${label}`,
        ],
      });
    }
  }
  return found;
}

/** The file of a daemon for the whole machine that has this label. */
export async function systemDaemonFile(
  label: string,
  { env }: ProfileContext,
  { daemons }: SystemFolders,
): Promise<string | undefined> {
  for (const file of await propertyLists(daemons)) {
    if (basename(file) === `${label}.plist`) return file;
    if ((await readAgentFile(file, env))?.label === label) return file;
  }
  return undefined;
}

/** The word `gateway` in the command of a program that bears our name, past or present. */
function runsGateway({ command, label, environment }: Agent): boolean {
  if (productOfService({ command, environment }) !== undefined) return true;
  const named = /claw(dbot|dis)/i;
  const isOurs = named.test(label ?? "") || command.some((word) => named.test(word));
  return isOurs && command.some((word) => /^(gateway|gateway-daemon)$|[/-]gateway(\.[cm]?js)?$/.test(word));
}

/** Made by `clawdbot gateway install` for a profile with another state directory. */
function isOursForAnother(
  { command, environment }: Agent,
  { env, platform, paths }: ProfileContext,
): boolean {
  if (!isServiceProcess(environment) || !isOwnService({ command, environment })) return false;
  try {
    const theirs = resolveProfileContext(
      { profile: undefined, dev: false },
      { HOME: env.HOME, ...environment },
      platform,
    );
    return theirs.paths.stateDir !== paths.stateDir;
  } catch {
    return false; // A profile that nobody can have: worth showing.
  }
}

async function propertyLists(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith(".plist"))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return []; // Not there, or not for us to read: nothing that could be shown.
  }
}

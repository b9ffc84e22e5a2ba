/** Who keeps the gateway that runs: the service, the tray, a terminal, another service, or nobody any more. */
import { readFileSync } from "node:fs";
import { ancestorsOf } from "../../../../shared/node/ancestors.ts";
import type { RuntimeInfo, StartRefusal } from "../../../../shared/node/run-state.ts";
import { keeperOf } from "../../../../shared/node/tray/keeper.ts";
import type { ServiceStatus } from "../../../host/service/service-manager.ts";
import type { ProfileContext } from "../../invocation.ts";
import type { ServiceInquiry } from "./service.ts";

/** `orphan`: the service started it and has lost it, so that it holds the port and nobody restarts or stops it. */
export type Owner =
  | { kind: "service" }
  /** `pid` is the tray's. */
  | { kind: "tray"; pid: number }
  | { kind: "foreground" }
  | { kind: "orphan" }
  | { kind: "other"; name: string; scope: "user" | "system" | undefined };

/** The gateway that runs, and why the last supervised start was refused. */
export interface OwnedGateway {
  pid: number;
  facts: RuntimeInfo | undefined;
  blocked: StartRefusal | undefined;
}

/** Decides by the process that the manager knows, by what the gateway says of itself and, on Linux, by its control group. */
export async function holderOf(
  { pid, facts, blocked }: OwnedGateway,
  { findings, lookForOthers }: ServiceInquiry,
  { platform, paths }: Pick<ProfileContext, "platform" | "paths">,
): Promise<Owner> {
  const { identity, installed, status } = findings;
  const claimsUs = facts?.service === identity.name;
  if (installed) {
    const mainPid = status?.pid;
    if (mainPid === pid) return { kind: "service" };
    if (mainPid !== undefined && (await ancestorsOf(pid, platform)).has(mainPid)) return { kind: "service" };
    // A manager between two states, or one that tells nothing, leaves only the gateway's word.
    if (claimsUs && mainPid === undefined && !isAtRest(status)) return { kind: "service" };
  }
  if (facts?.service !== undefined || blocked?.code === "ALREADY_RUNNING") await lookForOthers();
  const unit = platform === "linux" ? unitOf(pid) : undefined;
  const name = facts?.service ?? unit?.name;
  const other = findings.others.find(
    ({ label, scope }) => label === name && !(scope === "system" && unit?.ofUser === true),
  );
  if (other !== undefined) return { kind: "other", name: other.label, scope: other.scope };
  if (claimsUs && installed) return { kind: "orphan" };
  const tray = facts?.service === undefined ? keeperOf(pid, paths) : undefined;
  if (tray !== undefined) return { kind: "tray", pid: tray.pid };
  if (facts?.service === undefined) return { kind: "foreground" };
  return { kind: "other", name: facts.service, scope: undefined };
}

function isAtRest(status: ServiceStatus | undefined): boolean {
  return (
    status?.runtime === "stopped" || status?.runtime === "blocked" || status?.runtime === "crash-looping"
  );
}

/** The unit of systemd in whose control group the process is, see cgroups(7); `ofUser` when a user's manager keeps it. */
export function readUnit(controlGroups: string): { name: string; ofUser: boolean } | undefined {
  const path = controlGroups.split("\n").find((line) => /^0::|:name=systemd:/.test(line)) ?? "";
  const name = /\/([^/]+\.service)$/.exec(path)?.[1];
  if (name === undefined) return undefined;
  return { name, ofUser: /\/user@\d+\.service\/./.test(path) };
}

function unitOf(pid: number): ReturnType<typeof readUnit> {
  try {
    return readUnit(readFileSync(`/proc/${pid}/cgroup`, "utf8"));
  } catch {
    return undefined; // It ended meanwhile, or the system hides it.
  }
}

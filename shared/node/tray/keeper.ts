/** The file by which a running tray tells commands which gateway it keeps, and where it takes their requests. Lies with the gateway. */
import { join } from "node:path";
import type { Paths } from "../paths.ts";
import { isSameProcess } from "../process-identity.ts";
import { readJson } from "../run-state.ts";

/** Contents of `run/tray-keeper.json`, in the state directory of the gateway that is kept. */
export interface TrayKeeper {
  readonly pid: number;
  /** Tells this tray from a later process with the same pid. */
  readonly startId: string;
  /** A socket in a private directory, or a named pipe of Windows; null where the system gave the tray neither. */
  readonly address: string | null;
  /** Random; a request that carries it comes from who may read this file. */
  readonly key: string;
  /** How it keeps the gateway: as its child, through a service, or attached to it; null while none of these. */
  readonly owner: "child" | "service" | "attached" | null;
  readonly gatewayPid: number | null;
}

export function keeperFile({ runDir }: Pick<Paths, "runDir">): string {
  return join(runDir, "tray-keeper.json");
}

/** The tray that keeps the gateway of this state directory; undefined when none does. What a dead tray left does not count. */
export function liveKeeper(paths: Pick<Paths, "runDir">): TrayKeeper | undefined {
  const { pid, startId, address, key, owner, gatewayPid } = readJson(keeperFile(paths)) ?? {};
  if (typeof pid !== "number" || typeof startId !== "string" || typeof key !== "string") return undefined;
  if (!isSameProcess(pid, startId)) return undefined;
  return {
    pid,
    startId,
    key,
    address: typeof address === "string" ? address : null,
    owner: OWNERS.find((known) => known === owner) ?? null,
    gatewayPid: typeof gatewayPid === "number" ? gatewayPid : null,
  };
}

/** The live tray whose own the gateway with this pid is, or that watches it; undefined when a service or a terminal keeps it. */
export function keeperOf(pid: number, paths: Pick<Paths, "runDir">): TrayKeeper | undefined {
  const keeper = liveKeeper(paths);
  return keeper?.gatewayPid === pid && keeper.owner !== "service" ? keeper : undefined;
}

const OWNERS = ["child", "service", "attached"] as const;

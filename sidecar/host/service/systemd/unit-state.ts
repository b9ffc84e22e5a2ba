/** What `systemctl show` tells of a unit, and what that means for a service. */
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import type { ServiceRuntime, ServiceStatus } from "../service-manager.ts";
import { REFUSED_STATUS } from "./render-unit.ts";

/** The properties to ask for. */
export const STATE_PROPERTIES = [
  "LoadState",
  "LoadError",
  "ActiveState",
  "SubState",
  "MainPID",
  "ExecMainStatus",
  "ExecMainCode",
  "NRestarts",
  "Restart",
  "Result",
  "NeedDaemonReload",
  "FragmentPath",
  "DropInPaths",
] as const;

/** `UnitFileState` is what `systemctl is-enabled` says. */
export type UnitProperties = Readonly<
  Partial<Record<(typeof STATE_PROPERTIES)[number] | "UnitFileState", string>>
>;

/** Reads `Name=value` lines. */
export function readProperties(text: string): UnitProperties {
  const pairs = text.split("\n").map((line) => {
    const equals = line.indexOf("=");
    return [line.slice(0, equals), line.slice(equals + 1)] as const;
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ""));
}

/** The status of the unit; `installed` says whether its file exists, which systemd may not know yet or any more. */
export function unitStatus(unit: UnitProperties, installed: boolean): ServiceStatus {
  const runtime = runtimeOf(unit);
  const pid = Number(unit.MainPID);
  const lastExit = lastExitOf(unit);
  const detail = detailOf(unit, installed);
  return {
    installed,
    loaded: unit.LoadState === "loaded",
    enabled: /^(enabled|linked)(-runtime)?$|^static$/.test(unit.UnitFileState ?? ""),
    runtime,
    ...(pid > 0 ? { pid } : {}),
    restarts: Number(unit.NRestarts) || 0,
    ...(lastExit === undefined ? {} : { lastExit }),
    state: unit.ActiveState ?? "unknown",
    ...(unit.SubState === undefined ? {} : { subState: unit.SubState }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function runtimeOf(unit: UnitProperties): ServiceRuntime {
  switch (unit.ActiveState) {
    case "active":
    case "reloading":
      return "running";
    case "activating":
      return unit.SubState?.startsWith("auto-restart") ? "crash-looping" : "starting";
    case "deactivating":
      return "stopping";
    case "inactive":
      return "stopped";
    case "failed":
      return isBlocked(unit) ? "blocked" : "stopped";
    default:
      return "unknown";
  }
}

/**
 * With `Restart=always` a unit fails for good after a refusal and after too many starts. The one other way is a stop that took
 * too long and was done by force. systemd often tells of the last exit where the start limit is the reason.
 */
function isBlocked({ Restart, Result }: UnitProperties): boolean {
  return Restart !== "always" || Result !== "timeout";
}

function isRefused({ ExecMainCode, ExecMainStatus }: UnitProperties): boolean {
  return ExecMainCode === "1" && ExecMainStatus === String(REFUSED_STATUS);
}

function gaveUp(unit: UnitProperties): boolean {
  return (
    unit.Result === "start-limit-hit" ||
    (unit.Restart === "always" && !isRefused(unit) && Number(unit.NRestarts) > 0)
  );
}

const EXIT_KINDS = { 1: "exited", 2: "killed", 3: "dumped" } as const;

function lastExitOf({ ExecMainCode, ExecMainStatus }: UnitProperties): ServiceStatus["lastExit"] {
  const kind = Number(ExecMainCode);
  if (kind !== 1 && kind !== 2 && kind !== 3) return undefined;
  return { how: EXIT_KINDS[kind], status: Number(ExecMainStatus) };
}

function detailOf(unit: UnitProperties, installed: boolean): Remedy | undefined {
  if (unit.LoadState === "masked") return "it is masked, so nothing can start it";
  if (unit.LoadState === "bad-setting" || unit.LoadState === "error") {
    // The property holds the name of the error and, in quotes, its text.
    const reason = /"(.*)"/.exec(unit.LoadError ?? "")?.[1] ?? unit.LoadError;
    return advice`systemd cannot use its unit file${reason ? `: ${reason.replace(/\.$/, "")}` : ""}`;
  }
  if (!installed && unit.ActiveState !== "inactive") return "it still runs although its unit file is gone";
  if (unit.NeedDaemonReload === "yes") return "its unit file changed since systemd read it";
  if (unit.ActiveState !== "failed" || !isBlocked(unit)) return undefined;
  return gaveUp(unit)
    ? "systemd gave up after too many starts in a short time"
    : "it ended in a way after which systemd does not start it again";
}

/** What the end of a gateway process means: code, signal and circumstances → one of five things. */
import { EXIT } from "../../shared/exit-codes.ts";
import type { StartRefusal } from "./events.ts";
import type { BlockedReason } from "./tray-model.ts";

export interface Exit {
  code: number | null;
  signal: string | null;
  /** We had asked this process to end. */
  asked: boolean;
  /** It had announced a restart (`shutdown` with `restartExpectedMs`). */
  planned: boolean;
  /** `run/start-blocked.json`, if this very run wrote it. */
  startBlocked: StartRefusal | null;
}

export type ExitReason =
  | { kind: "stopped" }
  /** It ends to be started again, and said so. */
  | { kind: "planned" }
  /** A healthy gateway with the same state is there already: attach to it. */
  | { kind: "already-running" }
  /** Not to be retried until the cause changes. */
  | { kind: "refused"; reason: BlockedReason }
  | { kind: "crash" };

/** The first that fits, in the order of `ExitReason`. */
export function classifyExit(exit: Exit): ExitReason {
  if (exit.asked) return { kind: "stopped" };
  const isTidy = exit.code === EXIT.ok || exit.code === EXIT.transient;
  if (exit.planned && isTidy) return { kind: "planned" };
  const failed = exit.code !== null && exit.code !== EXIT.ok && exit.code !== EXIT.transient;
  if (failed && exit.startBlocked?.code === "ALREADY_RUNNING") return { kind: "already-running" };
  if (failed && exit.startBlocked !== null) return { kind: "refused", reason: blockedBy(exit.startBlocked) };
  if (exit.code === EXIT.refused) {
    return { kind: "refused", reason: { kind: "refused", message: `exit code ${EXIT.refused}`, fix: null } };
  }
  return { kind: "crash" };
}

/** The reason that the gateway left when it refused to start. */
export function blockedBy(refusal: StartRefusal): BlockedReason {
  switch (refusal.code) {
    case "PORT_IN_USE":
      return { kind: "port-in-use", port: null, pid: refusal.pid ?? null, command: null, user: null };
    case "CONFIG_MISSING":
      return { kind: "not-set-up" };
    case "CONFIG_INVALID":
      return configInvalid(refusal.message);
    case "RUNTIME_MISSING":
      return { kind: "runtime-missing", message: refusal.message };
    default:
      return { kind: "refused", message: refusal.message, fix: refusal.fix ?? null };
  }
}

/** The gateway names the file on the first line and one finding on each that follows. */
function configInvalid(message: string): BlockedReason {
  const [head = "", ...findings] = message.split("\n").map((line) => line.trim());
  const path = /^Invalid configuration: (.+)$/.exec(head)?.[1];
  return path === undefined || findings.length === 0
    ? { kind: "config-invalid", path: null, issues: [head, ...findings] }
    : { kind: "config-invalid", path, issues: findings };
}

/** Notices that what blocks the gateway looks different: the configuration, whoever holds the port, a gateway of ours. */

import { existsSync, statSync } from "node:fs";
import { connect } from "node:net";
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { liveGateway } from "../../shared/node/gateway/live.ts";
import { launcherFile } from "../../shared/node/launcher-file.ts";
import { isAlive } from "../../shared/node/process-identity.ts";
import type { ProfileContext } from "../../shared/node/profile-context.ts";
import { CAUSE_POLL_MS } from "../model/limits.ts";
import type { BlockedReason } from "../model/tray-model.ts";

const CONNECT_TIMEOUT_MS = 1_000;
const HOST = "127.0.0.1";
const TAKEN = "taken";

/** Calls `onChange` once, when the cause looks different from now; looks every few seconds until disposed. */
export function watchCause(
  reason: BlockedReason,
  { paths }: ProfileContext,
  clock: Clock,
  onChange: () => void,
): Disposable {
  const stamp = (holder: string) =>
    `${configStamp(paths.configFile)} ${liveGateway(paths)?.instanceId} ${holder}`;
  // What blocks us is there by the reason's own word, even if it goes before the first look.
  let before = stamp(reason.kind === "port-in-use" ? TAKEN : "");
  const look = async () => {
    const now = stamp(await holderStamp(reason));
    const isNew = now !== before;
    before = now;
    if (!isNew || isOver) return;
    watch.dispose();
    onChange();
  };
  let isOver = false;
  const timer = clock.every(CAUSE_POLL_MS, () => void look());
  const watch = {
    dispose: () => {
      isOver = true;
      timer.dispose();
    },
  };
  return watch;
}

function configStamp(file: string): string {
  const facts = statSync(file, { throwIfNoEntry: false });
  return facts === undefined ? "none" : `${facts.ino}:${facts.size}:${facts.mtimeMs}`;
}

/** Whether the port's holder is still there; the same text for every other reason. */
async function holderStamp(reason: BlockedReason): Promise<string> {
  if (reason.kind === "runtime-missing") return isProgramThere() ? "there" : "";
  if (reason.kind !== "port-in-use") return "";
  if (reason.pid !== null && !isAlive(reason.pid)) return "gone";
  return reason.port !== null && !(await isTaken(reason.port)) ? "free" : TAKEN;
}

/** In the middle of an installation neither may be there. */
function isProgramThere(): boolean {
  try {
    return existsSync(process.execPath) && existsSync(launcherFile());
  } catch {
    return false; // No launcher.
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port, timeout: CONNECT_TIMEOUT_MS });
    const answer = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => answer(true));
    socket.once("timeout", () => answer(true));
    socket.once("error", () => answer(false));
  });
}

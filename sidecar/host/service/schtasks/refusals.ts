/** Where and for whom no task is installed. Each fails with `SERVICE_REFUSED` and says what to do instead. */

import { win32 } from "node:path";
import { quoted, SetupError } from "../../../../shared/errors.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import type { ServiceIdentity } from "../../../../shared/node/service-identity.ts";
import { advice, ours, type Remedy, whole } from "../../../../shared/remedy.ts";
import { type Account, knownVariables } from "./windows.ts";

/** `done` is what does not happen: installed, uninstalled. */
export function refuseNix(done: string, env: Environment): void {
  if (env.CLAWDBOT_NIX_MODE !== "1") return;
  throw new SetupError(
    "SERVICE_REFUSED",
    advice`CLAWDBOT_NIX_MODE=1 says that Nix manages the service: it is not ${whole(done)} from here.`,
    {
      fix: "change the service where your Nix configuration declares it",
    },
  );
}

/** Accounts of the system have no login that could start the task. */
export function refuseSystemAccount(account: Account | undefined): void {
  if (account === undefined || !SYSTEM_ACCOUNTS.includes(account.sid)) return;
  throw new SetupError(
    "SERVICE_REFUSED",
    advice`The task belongs to a person, and this runs as ${account.name}, which never logs in.`,
    { fix: advice`as the user who is to have the gateway: ${ours`gateway install`}`, details: { account } },
  );
}

/** LocalSystem, LocalService and NetworkService. */
const SYSTEM_ACCOUNTS = ["S-1-5-18", "S-1-5-19", "S-1-5-20"];

/** Names that the Task Scheduler, the script host or cmd.exe would take for something else. */
export function refuseNames({ name, file }: ServiceIdentity, env: Environment): void {
  if (!/^\\?[^\\/:*?"<>|\p{Cc}]+(\\[^\\/:*?"<>|\p{Cc}]+)*$/u.test(name) || name.length > 200) {
    throw new SetupError("SERVICE_REFUSED", advice`${quoted(name)} is not the name of a task.`, {
      fix: 'set CLAWDBOT_WINDOWS_TASK_NAME to a name without / : * ? " < > |',
    });
  }
  const reason = fileReason(file, env);
  if (reason === undefined) return;
  throw new SetupError("SERVICE_REFUSED", advice`${quoted(file)} ${reason}.`, {
    fix: "set CLAWDBOT_TASK_SCRIPT to another place, such as C:\\Users\\you\\clawdbot\\gateway.cmd",
  });
}

function fileReason(file: string, env: Environment): Remedy | undefined {
  if (file.startsWith("\\\\")) return advice`is on the network, where cmd.exe does not start programs`;
  if (/["%\p{Cc}]/u.test(win32.basename(file)) || !/\.(cmd|bat)$/i.test(file)) {
    return advice`is not the name of a batch file`;
  }
  const names = [...file.matchAll(/%(?=([^%]+)%)/g)].map(([, name = ""]) => name);
  return names.some((name) => knownVariables(env, [name])[name] !== undefined)
    ? advice`holds the name of a variable between percent signs, which the Task Scheduler would replace`
    : undefined;
}

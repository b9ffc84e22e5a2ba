/** Whether the services of this user run while it is not logged in, which logind calls lingering; see loginctl(1). */
import { account } from "../../../../shared/node/machine.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { run } from "../../process/run.ts";

/** `unknown` where no logind answers, as in a container: nothing then ends services at logout either. */
export type Linger = "on" | "off" | "unknown";

const LIMIT_MS = 5_000;

export async function lingerState(env: Environment): Promise<Linger> {
  const args = ["show-user", userName(), "--property=Linger"];
  const { stdout } = await run("loginctl", args, { env, timeoutMs: LIMIT_MS });
  const answer = /^Linger=(yes|no)$/m.exec(stdout)?.[1];
  return answer === undefined ? "unknown" : answer === "yes" ? "on" : "off";
}

/** Turns lingering on if it is off and this user may. Resolves with the state afterwards; asks for no password. */
export async function enableLinger(env: Environment): Promise<Linger> {
  const before = await lingerState(env);
  if (before !== "off") return before;
  const command = ["loginctl", "--no-ask-password", "enable-linger", userName()];
  for (const [program = "", ...args] of [command, ["sudo", "-n", ...command]]) {
    await run(program, args, { env, timeoutMs: LIMIT_MS });
    if ((await lingerState(env)) === "on") return "on";
  }
  return "off";
}

/** The command that a user with more rights runs. */
export function lingerRemedy(): string {
  return `sudo loginctl enable-linger ${userName()}`;
}

function userName(): string {
  const { uid, username } = account();
  return username ?? String(uid);
}

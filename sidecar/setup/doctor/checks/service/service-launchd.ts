/** What keeps launchd from starting the agent as configured: a marker file, or secrets in the environment of the login session. */

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "../../../../../shared/errors.ts";
import { unwritable } from "../../../../../shared/node/unwritable.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { shellWord } from "../../../../../shared/shell-word.ts";
import { run } from "../../../../host/process/run.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";

const CALL_TIMEOUT_MS = 3_000;

export const serviceLaunchd: Check = {
  id: "service-launchd",
  examine: async (context) => {
    if (context.service?.identity.kind !== "launchd") return [];
    const overrides = await Promise.all(
      (["token", "password"] as const).map((secret) => sessionOverride(secret, context)),
    );
    return [...marker(context), ...overrides.flat()];
  },
};

function marker({ profile: { paths } }: CheckContext): Finding[] {
  const file = join(paths.stateDir, "disable-launchagent");
  if (!existsSync(file)) return [];
  return [
    {
      code: "launchd-disabled-by-marker",
      level: "hint",
      message: advice`${file} keeps the LaunchAgent from being written`,
      remedy: advice`if that is not wanted any more: rm ${shellWord(file)}`,
      repair: {
        kind: "drastic",
        describe: "remove that file",
        apply: async () => {
          try {
            rmSync(file, { force: true });
          } catch (error) {
            throw unwritable(file, error);
          }
          return advice`removed ${file}`;
        },
      },
    },
  ];
}

/** Every job of the session inherits its variables, and they win over the configuration. */
async function sessionOverride(secret: "token" | "password", context: CheckContext): Promise<Finding[]> {
  const { reading, profile } = context;
  const name = `CLAWDBOT_GATEWAY_${secret.toUpperCase()}`;
  const { stdout } = await run("launchctl", ["getenv", name], {
    env: profile.env,
    timeoutMs: CALL_TIMEOUT_MS,
  });
  const value = stdout.replace(/\n$/, "");
  const configured = reading.state === "valid" ? reading.config.gateway?.auth?.[secret] : undefined;
  if (value === "" || value === configured) return [];
  return [
    {
      code: "launchd-session-secret",
      level: "warning",
      subject: name,
      message: advice`the login session sets ${name}, which hides gateway.auth.${secret} from the service`,
      remedy: advice`launchctl unsetenv ${name}, then: ${ours`gateway restart`}`,
      repair: {
        kind: "change",
        describe: "take it out of the login session",
        apply: async () => {
          const { end } = await run("launchctl", ["unsetenv", name], {
            env: profile.env,
            timeoutMs: CALL_TIMEOUT_MS,
          });
          if (end.kind === "exited" && end.code === 0) return advice`took ${name} out of the login session`;
          throw new SetupError(
            "SERVICE_FAILED",
            advice`launchctl did not take ${name} out of the login session`,
          );
        },
      },
    },
  ];
}

/** Whether the gateway would refuse to start for a reason that no other check names. */

import { errorSentence, SetupError } from "../../../../../shared/errors.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { mergeSettings, withEnvironment } from "../../../../base/config/load.ts";
import { RUN_DEFAULTS } from "../../../../base/config/run-options.ts";
import { isReachable } from "../../../../host/net/bind.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";

export const startRefusal: Check = {
  id: "start-refusal",
  examine: async (context) => {
    const { reading, profile } = context;
    if (reading.state !== "valid" || reading.config.gateway?.mode !== "local") return [];
    const { env, paths, dev } = profile;
    try {
      mergeSettings(withEnvironment(RUN_DEFAULTS, env), reading, { env, paths, dev, isReachable });
      return [];
    } catch (error) {
      return isNamedElsewhere(error, context) ? [] : [refused(error)];
    }
  },
};

/** Missing secrets are named by the checks of auth and exposure, except for Tailscale Funnel, which wants more than any secret. */
function isNamedElsewhere(error: unknown, { reading }: CheckContext): boolean {
  if (!(error instanceof SetupError)) return false;
  const funnel = reading.state === "valid" && reading.config.gateway?.tailscale?.mode === "funnel";
  if (error.code === "SECRET_TOO_SHORT") return !error.message.includes("Tailscale");
  return error.code === "BIND_WITHOUT_AUTH" || (error.code === "AUTH_NOT_CONFIGURED" && !funnel);
}

function refused(error: unknown): Finding {
  const remedy = error instanceof SetupError ? error.fix : undefined;
  return {
    code: "start-refused",
    level: "error",
    message: advice`the gateway would not start: ${errorSentence(error)}`,
    ...(remedy === undefined ? {} : { remedy }),
  };
}

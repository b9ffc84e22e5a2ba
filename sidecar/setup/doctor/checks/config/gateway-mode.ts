/** Whether a gateway may run here at all: `gateway.mode` says so, and a remote one needs its address. */

import { isIncludeIssue } from "../../../../../shared/node/config/includes.ts";
import { missingVariable } from "../../../../../shared/node/config/variables.ts";
import type { ConfigReading } from "../../../../../shared/node/config-source.ts";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { configRemedy, valueRepair } from "../../config-repair.ts";

export const gatewayMode: Check = {
  id: "gateway-mode",
  examine: async (context) => {
    const { reading } = context;
    if (reading.state === "missing" || !isWhole(reading)) return [];
    const gateway = isRecord(reading.resolved.gateway) ? reading.resolved.gateway : {};
    const remoteUrl = isRecord(gateway.remote) ? gateway.remote.url : undefined;
    if (gateway.mode === undefined) return [unset(context, remoteUrl !== undefined)];
    if (gateway.mode === "remote" && remoteUrl === undefined) return [withoutUrl(context)];
    return [];
  },
};

function unset(context: CheckContext, hasRemote: boolean): Finding {
  const local = ours`config set gateway.mode local`;
  return {
    code: "gateway-mode-unset",
    level: "error",
    message: "gateway.mode is not set, so the gateway does not start",
    remedy: configRemedy(
      context,
      hasRemote ? advice`${local}, or remote for the one of gateway.remote.url` : local,
    ),
    // With a remote address nobody can tell which of the two is meant.
    ...(hasRemote
      ? {}
      : valueRepair(context, {
          kind: "change",
          describe: "set gateway.mode to local",
          done: "set gateway.mode to local",
          edits: (_parsed, { gateway }) => {
            const isUnset = !isRecord(gateway) || gateway.mode === undefined;
            return isUnset ? [{ kind: "set", keys: ["gateway", "mode"], value: "local" }] : [];
          },
        })),
  };
}

function withoutUrl(context: CheckContext): Finding {
  return {
    code: "remote-url-missing",
    level: "warning",
    message: "gateway.mode is remote, but gateway.remote.url is not set",
    remedy: configRemedy(
      context,
      advice`${ours`config set gateway.remote.url <wss://host>`}, or set gateway.mode to local`,
    ),
  };
}

/** Whether everything is there that the file says: what is missing may be the mode. */
function isWhole(reading: Exclude<ConfigReading, { state: "missing" }>): boolean {
  if (Object.keys(reading.parsed).length === 0) return reading.state === "valid";
  const issues = reading.state === "invalid" ? reading.issues : [];
  return !issues.some((issue) => isIncludeIssue(issue) || missingVariable(issue) !== undefined);
}

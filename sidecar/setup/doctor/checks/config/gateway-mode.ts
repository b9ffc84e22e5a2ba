/** Whether a gateway may run here at all: `gateway.mode` says so, and a remote one needs its address. */

import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { withValueAt } from "../../../../base/config/dotted-path.ts";
import type { Check, Finding, Patient } from "../../check.ts";
import { configRemedy, valueRepair } from "../../config-repair.ts";

export const gatewayMode: Check = {
  id: "gateway-mode",
  examine: async (patient) => {
    const { reading } = patient;
    if (reading.state === "missing" || (reading.state === "invalid" && isEmpty(reading.parsed))) return [];
    const gateway = isRecord(reading.parsed.gateway) ? reading.parsed.gateway : {};
    const remoteUrl = isRecord(gateway.remote) ? gateway.remote.url : undefined;
    if (gateway.mode === undefined) return [unset(patient, remoteUrl !== undefined)];
    if (gateway.mode === "remote" && remoteUrl === undefined) return [withoutUrl(patient)];
    return [];
  },
};

function unset(patient: Patient, hasRemote: boolean): Finding {
  const local = "clawdbot config set gateway.mode local";
  return {
    code: "gateway-mode-unset",
    level: "error",
    message: "gateway.mode is not set, so the gateway does not start",
    remedy: configRemedy(
      patient,
      hasRemote ? `${local}, or remote for the one of gateway.remote.url` : local,
    ),
    // With a remote address nobody can tell which of the two is meant.
    ...(hasRemote
      ? {}
      : valueRepair(patient, {
          kind: "change",
          describe: "set gateway.mode to local",
          done: "set gateway.mode to local",
          change: (values) => {
            const gateway = isRecord(values.gateway) ? values.gateway : {};
            return gateway.mode === undefined ? withValueAt(values, ["gateway", "mode"], "local") : undefined;
          },
        })),
  };
}

function withoutUrl(patient: Patient): Finding {
  return {
    code: "remote-url-missing",
    level: "warning",
    message: "gateway.mode is remote, but gateway.remote.url is not set",
    remedy: configRemedy(
      patient,
      "clawdbot config set gateway.remote.url <wss://host>, or set gateway.mode to local",
    ),
  };
}

function isEmpty(values: Record<string, unknown>): boolean {
  return Object.keys(values).length === 0;
}

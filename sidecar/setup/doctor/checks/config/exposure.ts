/** Who can reach the gateway from elsewhere, and how well it is protected. */
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { isReachable } from "../../../../host/net/bind.ts";
import type { Check, Finding, Patient } from "../../check.ts";
import { configRemedy } from "../../config-repair.ts";

export const exposure: Check = {
  id: "exposure",
  examine: async (patient) => {
    const { reading } = patient;
    if (reading.state !== "valid" || reading.config.gateway?.mode === "remote") return [];
    return [...boundWide(patient, reading.config), ...weakened(patient, reading.config)];
  },
};

function boundWide(patient: Patient, { gateway = {} }: GatewayConfig): Finding[] {
  const { bind = "loopback", customBindHost, auth = {} } = gateway;
  const { env } = patient.surroundings;
  const hasSecret = Boolean(
    env.CLAWDBOT_GATEWAY_TOKEN?.trim() || env.CLAWDBOT_GATEWAY_PASSWORD || auth.token || auth.password,
  );
  if (!reachable({ mode: bind, customHost: customBindHost, hasSecret })) return [];
  const message = `gateway.bind is ${bind}: other machines can reach the gateway`;
  const narrow = configRemedy(patient, "clawdbot config set gateway.bind loopback");
  if (!hasSecret) {
    const cause = `${message}, and no secret protects it, so it refuses to start`;
    return [{ code: "bind-without-auth", level: "error", message: cause, remedy: narrow }];
  }
  const keeper = `${message}; only its secret keeps them out`;
  const remedy = `if that is not wanted: ${narrow}`;
  return [{ code: "bind-exposed", level: "warning", message: keeper, remedy }];
}

/** An address that does not exist here is another finding. */
function reachable(request: Parameters<typeof isReachable>[0]): boolean {
  try {
    return isReachable(request);
  } catch {
    return false; // The refusal of the start names it.
  }
}

function weakened(patient: Patient, { gateway }: GatewayConfig): Finding[] {
  return (["allowInsecureAuth", "dangerouslyDisableDeviceAuth"] as const)
    .filter((key) => gateway?.controlUi?.[key] === true)
    .map((key) => ({
      code: "control-ui-weakened",
      level: "warning",
      subject: `gateway.controlUi.${key}`,
      message: `gateway.controlUi.${key} is true: the dashboard asks for less proof than it could`,
      remedy: configRemedy(patient, `clawdbot config unset gateway.controlUi.${key}`),
    }));
}

/** Whether the gateway has the secret that its auth mode needs. */

import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { valueAt, withValueAt } from "../../../../base/config/dotted-path.ts";
import { newToken } from "../../../onboarding/first-run.ts";
import type { Check, Finding, Patient } from "../../check.ts";
import { configRemedy, valueRepair } from "../../config-repair.ts";
import { TOKEN_MISSING } from "../../consent.ts";

const TOKEN_PLACE = ["gateway", "auth", "token"];

export const gatewayAuth: Check = {
  id: "gateway-auth",
  examine: async (patient) => {
    const { reading, surroundings } = patient;
    if (reading.state !== "valid" || reading.config.gateway?.mode === "remote") return [];
    const needed = missingSecret(reading.config, surroundings.env, surroundings.dev);
    if (needed === undefined) return [];
    return [needed === "token" ? withoutToken(patient) : withoutPassword(patient)];
  },
};

/** Which secret the gateway lacks; undefined when it has it, or needs none. */
function missingSecret(
  { gateway = {} }: GatewayConfig,
  env: Patient["surroundings"]["env"],
  dev: boolean,
): "token" | "password" | undefined {
  const { auth = {}, tailscale, bind = "loopback" } = gateway;
  const token = env.CLAWDBOT_GATEWAY_TOKEN?.trim() || auth.token;
  const password = env.CLAWDBOT_GATEWAY_PASSWORD || auth.password;
  const mode = auth.mode ?? (password === undefined ? "token" : "password");
  if ((mode === "token" ? token : password) !== undefined) return undefined;
  if (mode === "password") return "password";
  if (dev && auth.mode === undefined && bind === "loopback") return undefined;
  const byTailnet = auth.allowTailscale ?? tailscale?.mode === "serve";
  return byTailnet && bind === "loopback" ? undefined : "token";
}

function withoutToken(patient: Patient): Finding {
  return {
    code: TOKEN_MISSING,
    level: "error",
    message: "no token is configured, so the gateway does not start",
    remedy: configRemedy(patient, "clawdbot doctor --generate-gateway-token"),
    ...valueRepair(patient, {
      kind: "change",
      describe: "generate one and set it as gateway.auth.token",
      done: "generated gateway.auth.token; clawdbot config get gateway.auth.token shows it",
      change: (values) =>
        valueAt(values, TOKEN_PLACE) === undefined ? withValueAt(values, TOKEN_PLACE, newToken()) : undefined,
    }),
  };
}

function withoutPassword(patient: Patient): Finding {
  return {
    code: "auth-password-missing",
    level: "error",
    message: "gateway.auth.mode is password, but there is no password, so the gateway does not start",
    remedy: configRemedy(patient, "clawdbot config set gateway.auth.password <password>"),
  };
}

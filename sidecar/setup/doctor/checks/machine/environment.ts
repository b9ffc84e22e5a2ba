/** Whether variables of this shell say something else than the configuration, or nothing that makes sense. */
import { parsePort } from "../../../../../shared/address.ts";
import type { Check, Finding, Patient } from "../../check.ts";

export const environment: Check = {
  id: "environment",
  examine: async (patient) => [...badPort(patient), ...hiddenValues(patient)],
};

function badPort({ surroundings: { env } }: Patient): Finding[] {
  const text = env.CLAWDBOT_GATEWAY_PORT?.trim();
  if (!text || parsePort(text) !== undefined) return [];
  return [
    {
      code: "environment-port-invalid",
      level: "error",
      message: `CLAWDBOT_GATEWAY_PORT is ${JSON.stringify(text.slice(0, 40))}, which is no port from 1 to 65535`,
      remedy: "unset CLAWDBOT_GATEWAY_PORT, or set it to a number",
    },
  ];
}

/** Variables win over the file, but a service does not see those of a shell: then two gateways are meant. */
function hiddenValues({ reading, surroundings: { env, paths } }: Patient): Finding[] {
  if (reading.state !== "valid") return [];
  const { port, auth } = reading.config.gateway ?? {};
  const hides = [
    {
      name: "CLAWDBOT_GATEWAY_PORT",
      key: "gateway.port",
      configured: port === undefined ? undefined : String(port),
    },
    { name: "CLAWDBOT_GATEWAY_TOKEN", key: "gateway.auth.token", configured: auth?.token },
    { name: "CLAWDBOT_GATEWAY_PASSWORD", key: "gateway.auth.password", configured: auth?.password },
  ];
  return hides
    .filter(({ name, configured }) => {
      const value = env[name]?.trim();
      return value && configured !== undefined && value !== configured;
    })
    .map(({ name, key }) => ({
      code: "environment-hides-config",
      level: "hint",
      subject: name,
      message: `${name} of the environment hides ${key} of the configuration`,
      remedy: `unset ${name}, also in ${paths.envFile} if it is there`,
    }));
}

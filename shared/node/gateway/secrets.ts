/** Which secrets a gateway takes, by what environment and configuration of its profile say. */
import type { Environment } from "../paths.ts";
import { section } from "./loose-config.ts";

/** Only what is there: an empty value is none. */
export interface GatewaySecrets {
  readonly token?: string;
  readonly password?: string;
}

/** What a handshake takes. */
export interface HandshakeAuth {
  readonly token: string;
  readonly password?: string;
}

/** Those of the environment win over those of the configuration's `gateway` section, as in the gateway itself. */
export function localSecrets(env: Environment, gateway: Record<string, unknown>): GatewaySecrets {
  return firstSecrets([environmentSecrets(env), section(gateway, "auth")]);
}

export function environmentSecrets(env: Environment): Record<string, unknown> {
  return { token: env.CLAWDBOT_GATEWAY_TOKEN?.trim(), password: env.CLAWDBOT_GATEWAY_PASSWORD };
}

/** Of each kind the first that some layer names. */
export function firstSecrets(layers: readonly Record<string, unknown>[]): GatewaySecrets {
  const first = (name: "token" | "password") =>
    layers.map((layer) => layer[name]).find((value) => typeof value === "string" && value !== "");
  const [token, password] = [first("token"), first("password")];
  return {
    ...(typeof token === "string" ? { token } : {}),
    ...(typeof password === "string" ? { password } : {}),
  };
}

/** A gateway takes a caller without a device only with a token that is not empty, whatever the auth mode. */
export function handshakeAuth({ token, password }: GatewaySecrets): HandshakeAuth {
  return { token: token ?? NO_TOKEN, ...(password === undefined ? {} : { password }) };
}

const NO_TOKEN = "none";

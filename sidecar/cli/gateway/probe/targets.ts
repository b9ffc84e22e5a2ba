/** Which gateways `gateway probe` asks, and how much of the time each of them gets. */

import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import { RequestError, systemCode } from "../../../../shared/errors.ts";
import { parseSshTarget, type SshTarget } from "../../../../shared/node/ssh-tunnel.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { advice } from "../../../../shared/remedy.ts";
import type { ConnectionValues } from "../../definitions/common.ts";
import { gatewayProbe } from "../../definitions/gateway.ts";
import type { Invocation, ProfileContext } from "../../invocation.ts";
import {
  environmentOnly,
  explicitTarget,
  localTarget,
  remoteSecrets,
  remoteTarget,
  type Target,
} from "../../target.ts";

export type TargetKind = "explicit" | "configRemote" | "localLoopback" | "sshTunnel";

/** A gateway with an address. `active`: commands without `--url` would ask this one, or it was asked for by name. */
export interface DirectTarget {
  kind: Exclude<TargetKind, "sshTunnel">;
  target: Target;
  active: boolean;
}

/** A gateway behind ssh. */
export interface TunnelPlan {
  ssh: SshTarget;
  identity: string | undefined;
  remotePort: number;
  auth: Target["auth"];
}

/** Everything to ask. */
export interface ProbePlan {
  direct: DirectTarget[];
  tunnel: TunnelPlan | undefined;
}

/** Shares of the overall time, of 3000 ms in all. */
const BUDGETS = {
  localLoopback: 800,
  sshTunnel: 2_000,
  explicit: 1_500,
  configRemote: 1_500,
  discovery: 1_200,
  tunnelStart: 1_500,
} as const;
const USUAL_TIMEOUT_MS = gatewayProbe.options.timeout.default;

/** The part of `timeoutMs` in milliseconds, at least 1. */
export function budgetOf(part: keyof typeof BUDGETS, timeoutMs: number): number {
  return Math.max(1, Math.round((BUDGETS[part] * timeoutMs) / USUAL_TIMEOUT_MS));
}

/** What of the options says whom to ask. */
export type ProbeValues = Partial<Invocation<typeof gatewayProbe>["values"]>;

/** The targets that options and the `gateway` section of the configuration ask for. Fails with `USAGE`. */
export async function planProbe(
  values: ProbeValues,
  context: ProfileContext,
  gateway: Record<string, unknown>,
): Promise<ProbePlan> {
  const { url, ssh } = values;
  // A secret on the command line is for the gateway named there, not for every other one as well.
  const isNamed = url !== undefined || ssh !== undefined;
  const others: ConnectionValues = isNamed ? { ...values, token: undefined, password: undefined } : values;

  const direct: DirectTarget[] = [];
  const add = (kind: DirectTarget["kind"], target: Target | undefined, active: boolean) => {
    const isKnown = direct.some((known) => known.target.url === target?.url);
    if (target !== undefined && !isKnown) direct.push({ kind, target, active });
  };
  if (url !== undefined) add("explicit", explicitTarget(url, values, context, gateway), true);
  const isRemoteMode = gateway.mode === "remote";
  add("configRemote", remoteTarget(others, context, gateway), isRemoteMode);
  const local = await localTarget(others, context, gateway);
  add("localLoopback", local, !isRemoteMode);

  const remote = isRecord(gateway.remote) ? gateway.remote : {};
  const identity = identityFile(values, remote);
  const configured = typeof remote.sshTarget === "string" ? remote.sshTarget : undefined;
  const named = ssh ?? configured;
  const place = ssh === undefined ? "gateway.remote.sshTarget" : "--ssh";
  const tunnel =
    named === undefined
      ? undefined
      : {
          ssh: parseSshTarget(named, place),
          identity,
          remotePort: remotePort(remote) ?? local.port,
          auth:
            named === configured ? remoteSecrets(values, context, gateway) : environmentOnly(values, context),
        };
  return { direct, tunnel };
}

/** The port of the configured remote gateway, when its address names one. */
function remotePort(remote: Record<string, unknown>): number | undefined {
  const port = typeof remote.url === "string" ? URL.parse(remote.url)?.port : undefined;
  return port ? Number(port) : undefined;
}

function identityFile(values: ProbeValues, remote: Record<string, unknown>): string | undefined {
  const given = values["ssh-identity"];
  const configured = typeof remote.sshIdentity === "string" ? remote.sshIdentity : undefined;
  const path = given ?? configured;
  if (path === undefined) return undefined;
  const file = resolve(path);
  try {
    accessSync(file, constants.R_OK);
    return file;
  } catch (error) {
    const place = given === undefined ? "gateway.remote.sshIdentity" : "--ssh-identity";
    throw new RequestError(
      "USAGE",
      advice`${place}: cannot read ${file} (${systemCode(error) ?? advice`unknown`})`,
      {
        cause: error,
      },
    );
  }
}

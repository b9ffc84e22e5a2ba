/** `clawdbot gateway discover`: gateways that announce themselves on the local network. */

import { DEFAULT_PORT } from "../../../shared/config/defaults.ts";
import { SetupError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { isMulticastDisabled } from "../../host/net/advertise.ts";
import { type Beacon, reachableHost } from "../../host/net/beacon.ts";
import { discoverGateways } from "../../host/net/discover.ts";
import type { gatewayDiscover } from "../definitions/gateway.ts";
import type { Invocation } from "../invocation.ts";

export async function run({ values, context, output }: Invocation<typeof gatewayDiscover>): Promise<number> {
  const timeoutMs = values.timeout;
  if (isMulticastDisabled(context.env)) {
    throw new SetupError("ADDRESS_UNAVAILABLE", "Discovery is switched off by CLAWDBOT_DISABLE_BONJOUR.", {
      fix: "unset CLAWDBOT_DISABLE_BONJOUR",
    });
  }
  const { domains, beacons } = await output.during(
    "Listening for announcements",
    discoverGateways({ timeoutMs }),
  );
  output.document({ timeoutMs, domains, count: beacons.length, beacons });
  output.say(foundLine(beacons.length, domains));
  for (const beacon of beacons) for (const line of beaconLines(beacon)) output.say(line);
  return EXIT.ok;
}

/** `Found 2 gateways in local.` */
export function foundLine(count: number, domains: readonly string[]): Remedy {
  const where = domains.join(", ");
  return count === 1 ? advice`Found 1 gateway in ${where}` : advice`Found ${count} gateways in ${where}`;
}

function beaconLines(beacon: Beacon): Remedy[] {
  const { instanceName, displayName, domain, tailnetDns, lanHost, host, addresses, wsUrl } = beacon;
  const isTold = displayName === undefined || instanceName.includes(displayName);
  const name = isTold ? instanceName : `${displayName} (${instanceName})`;
  const rows: [label: string, value: string | undefined][] = [
    ["tailnet", tailnetDns],
    ["lan", lanHost],
    ["host", [host, ...addresses].filter((each) => each !== undefined).join(", ") || undefined],
    ["ws", wsUrl ?? undefined],
    ["ssh", sshHint(beacon)],
  ];
  const known = rows.flatMap(([label, value]) => (value === undefined ? [] : [advice`  ${label}: ${value}`]));
  return [advice`- ${name} in ${domain}`, ...known];
}

/** The command that brings the gateway to this machine's loopback. */
function sshHint(beacon: Beacon): string | undefined {
  const host = reachableHost(beacon);
  if (beacon.sshPort === undefined || host === undefined) return undefined;
  const port = beacon.port ?? beacon.gatewayPort ?? DEFAULT_PORT;
  const sshPort = beacon.sshPort === 22 ? "" : ` -p ${beacon.sshPort}`;
  return `ssh -N -L ${port}:127.0.0.1:${port}${sshPort} <user>@${host}`;
}

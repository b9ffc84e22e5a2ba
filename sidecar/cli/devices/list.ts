/** `clawdbot devices`: who waits for approval, and who is paired. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine, shortened } from "../../../shared/foreign-text.ts";
import { advice, ours, type Remedy } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import type { devices } from "../definitions/devices.ts";
import type { Invocation } from "../invocation.ts";
import { askDevices, type DeviceList, shortId } from "./ask.ts";

type Pending = DeviceList["pending"][number];
type Paired = DeviceList["paired"][number];

export async function run(invocation: Invocation<typeof devices>): Promise<number> {
  const { output } = invocation;
  const list = await askDevices(invocation, async (_gateway, listed) => listed);
  output.document(list);
  const { pending, paired } = list;
  const [requestIds, deviceIds] = [
    pending.map(({ requestId }) => requestId),
    paired.map(({ deviceId }) => deviceId),
  ];
  if (pending.length > 0) output.say("Waiting for approval:");
  for (const request of pending) output.say(waiting(request, shortId(request.requestId, requestIds)));
  const [first] = requestIds;
  if (first !== undefined)
    output.say(advice`Let one in with ${ours`devices approve ${shortId(first, requestIds)}`}`);
  output.say(paired.length > 0 ? "Paired:" : "No device is paired.");
  for (const device of paired) output.say(known(device, shortId(device.deviceId, deviceIds)));
  return EXIT.ok;
}

function waiting(request: Pending, id: string): Remedy {
  const { role = "operator", scopes = [], remoteIp, ts } = request;
  const asks = [role, ...scopes.map((scope) => scope.replace("operator.", ""))].join(", ");
  return remoteIp === undefined
    ? advice`  ${id}  ${nameOf(request)}  ${neutralLine(asks)}  through a proxy, ${timeOf(ts)}`
    : advice`  ${id}  ${nameOf(request)}  ${neutralLine(asks)}  from ${neutralLine(remoteIp)}, ${timeOf(ts)}`;
}

function known(device: Paired, id: string): Remedy {
  const tokens = device.tokens ?? [];
  const valid = tokens.filter(({ revokedAtMs }) => revokedAtMs === undefined).map(({ role }) => role);
  const usedAtMs = Math.max(0, ...tokens.map(({ lastUsedAtMs = 0 }) => lastUsedAtMs));
  const name = nameOf(device);
  if (valid.length === 0) return advice`  ${id}  ${name}  without a token`;
  const roles = neutralLine(valid.join(", "));
  return usedAtMs === 0
    ? advice`  ${id}  ${name}  ${roles}  since ${timeOf(device.approvedAtMs)}`
    : advice`  ${id}  ${name}  ${roles}  last here ${timeOf(usedAtMs)}`;
}

function nameOf({
  displayName,
  clientId,
  platform,
}: Pick<Paired, "displayName" | "clientId" | "platform">): string {
  const name = displayName ?? clientId ?? "?";
  return shortened(neutralLine(platform === undefined ? name : `${name} (${platform})`), 60);
}

function timeOf(atMs: number): string {
  return localTime(atMs).slice(0, 16);
}

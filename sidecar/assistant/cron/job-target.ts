/** Where the answers of a job go: found when the job is made, and the same ever after. */
import { RequestError } from "../../../shared/errors.ts";
import { CRON_REFUSALS } from "../../../shared/protocol/cron-refusals.ts";
import type { CronSpec } from "../../base/store/cron-store.ts";
import type { Route } from "../../base/store/route.ts";
import type { TurnSurface } from "../turns/turn-surface.ts";
import type { MadeIn } from "./jobs.ts";

/** The job with its target by name, and the way there; none where the conversation of the gateway itself is meant. */
export async function targeted(
  spec: CronSpec,
  { route, isConversation }: MadeIn,
  surface: TurnSurface | undefined,
): Promise<{ spec: CronSpec; route: Route | undefined }> {
  const { payload } = spec;
  const last = async () => chatOf(route ?? (isConversation ? undefined : await surface?.ownerRoute?.()));
  if (payload.kind === "systemEvent") return { spec, route: await last() };
  const { channel = "last", to, bestEffortDeliver = false } = payload;
  if (!(payload.deliver ?? to !== undefined)) return { spec, route: undefined };
  const found = channel === "last" ? await last() : await named(channel, to, surface);
  if (found === undefined && !isConversation && !bestEffortDeliver)
    throw new RequestError("CRON_INVALID", CRON_REFUSALS.nowhere());
  const told = found === undefined ? { channel: "webchat" } : { channel: found.channel, to: nameOf(found) };
  return { spec: { ...spec, payload: { ...payload, deliver: true, ...told } }, route: found };
}

async function named(
  channel: string,
  to: string | undefined,
  surface: TurnSurface | undefined,
): Promise<Route | undefined> {
  if (channel === "webchat") return undefined;
  if (to === undefined) throw new RequestError("CRON_INVALID", CRON_REFUSALS.noChat(channel));
  return await surface?.routeTo?.(channel, to);
}

/** Without the message in it that was written then. */
function chatOf(route: Route | undefined): Route | undefined {
  if (route === undefined) return undefined;
  const { messageId: _then, ...chat } = route;
  return chat;
}

/** As somebody names the chat. */
function nameOf({ chat }: Route): string {
  return chat.kind === "dm" ? chat.id : `${chat.kind}:${chat.id}`;
}

/** Where a look around is told of. */
import type { Route } from "../../base/store/route.ts";
import type { SessionFields } from "../../base/store/session-store.ts";
import type { TurnSurface } from "../turns/turn-surface.ts";
import type { HeartbeatSettings } from "./settings.ts";

/** Undefined where no chat is meant or none is known. Fails with `CHANNEL_UNKNOWN` and `ACCOUNT_UNKNOWN`. */
export async function routeOfTarget(
  { target, to, accountId }: HeartbeatSettings,
  fields: SessionFields,
  surface: TurnSurface | undefined,
): Promise<Route | undefined> {
  switch (target) {
    case "none":
      return undefined;
    case "owner":
      return await surface?.ownerRoute?.();
    case "last": {
      const { lastChannel, lastTo, lastAccountId, chatType } = fields;
      if (typeof lastChannel !== "string" || lastChannel === "webchat" || typeof lastTo !== "string")
        return undefined;
      const chat = chatType === "group" || chatType === "channel" ? `${chatType}:${lastTo}` : lastTo;
      const account = typeof lastAccountId === "string" ? lastAccountId : undefined;
      return await surface?.routeTo?.(lastChannel, chat, account);
    }
    default:
      return to === undefined ? undefined : await surface?.routeTo?.(target, to, accountId);
  }
}

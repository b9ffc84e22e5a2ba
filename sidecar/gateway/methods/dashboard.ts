/** `dashboard.code`: a link that lets a browser in once. */
import type { Clock } from "../../../shared/clock.ts";
import { LINK_TTL_MS } from "../../../shared/protocol/frame.ts";
import { dashboardMethods } from "../../../shared/protocol/methods/dashboard.ts";
import type { LinkCodes } from "../auth/link-codes.ts";
import { implement, type Method } from "../rpc/implement.ts";

export function dashboardHandlers(codes: LinkCodes, clock: Clock): Method[] {
  return implement(dashboardMethods, {
    "dashboard.code": ({ ttlMs = LINK_TTL_MS.clicked }) => ({
      code: codes.issue(ttlMs),
      expiresAtMs: Math.round(clock.now() + ttlMs),
    }),
  });
}

/** What helps where a gateway refuses: the sentences of those refusals are the protocol's own, and none of them says it. */
import type { WireCode } from "./errors.ts";
import { advice, type Remedy } from "./remedy.ts";

const REMEDIES: Partial<Record<WireCode, Remedy>> = {
  SEND_BLOCKED: advice`write /send on in that conversation, or let session.sendPolicy of the configuration allow it`,
  MISSING_SCOPE: advice`use a secret that may do this, such as the gateway's own token`,
};

/** By the code that the gateway gave; undefined where its sentence says enough. */
export function whatHelps(code: string | undefined): Remedy | undefined {
  return code !== undefined && Object.hasOwn(REMEDIES, code) ? REMEDIES[code as WireCode] : undefined;
}

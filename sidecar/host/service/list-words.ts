/** What each system calls a service that is in its list, one that is not, and one that is not installed. */
import type { ServiceIdentity } from "../../../shared/node/service-identity.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";

export const LIST_WORDS: Record<ServiceIdentity["kind"], Record<"yes" | "no" | "absent", Remedy>> = {
  systemd: { yes: advice`enabled`, no: advice`disabled`, absent: advice`not installed` },
  launchd: { yes: advice`loaded`, no: advice`not loaded`, absent: advice`not installed` },
  schtasks: { yes: advice`registered`, no: advice`missing`, absent: advice`missing` },
};

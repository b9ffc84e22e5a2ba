/** Whether the services of this user go on after the last logout; see loginctl(1). */

import { SetupError } from "../../../../../shared/errors.ts";
import { enableLinger, lingerRemedy, lingerState } from "../../../../host/service/systemd/linger.ts";
import type { Check } from "../../check.ts";
import { installedService } from "../../service-view.ts";

export const serviceLinger: Check = {
  id: "service-linger",
  examine: async (context) => {
    const installed = await installedService(context);
    const { env } = context.profile;
    if (installed?.manager.identity.kind !== "systemd" || (await lingerState(env)) !== "off") return [];
    return [
      {
        code: "systemd-linger-off",
        level: "warning",
        message: "lingering is off: the service ends when this user logs out",
        remedy: lingerRemedy(),
        repair: {
          kind: "change",
          describe: "turn lingering on",
          apply: async () => {
            if ((await enableLinger(env)) === "on") return "turned lingering on";
            throw new SetupError("SERVICE_FAILED", "this user may not turn lingering on", {
              fix: lingerRemedy(),
            });
          },
        },
      },
    ];
  },
};

/** Picks the service manager of the platform; its code is loaded only where it is used. */

import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { serviceIdentity } from "../../../shared/node/service-identity.ts";
import type { ServiceManager } from "./service-manager.ts";

/** The manager for the service of this profile. Nothing is asked of the system yet. */
export async function createServiceManager(context: ProfileContext): Promise<ServiceManager> {
  const identity = serviceIdentity(context);
  switch (identity.kind) {
    case "launchd": {
      const { LaunchdManager } = await import("./launchd/launchd.ts");
      return new LaunchdManager(identity, context);
    }
    case "schtasks": {
      const { SchtasksManager } = await import("./schtasks/schtasks.ts");
      return new SchtasksManager(identity, context);
    }
    case "systemd": {
      const { SystemdManager } = await import("./systemd/systemd.ts");
      return new SystemdManager(identity, context);
    }
  }
}

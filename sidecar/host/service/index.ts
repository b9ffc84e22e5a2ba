/** Picks the service manager of the platform; its code is loaded only where it is used. */
import { serviceIdentity } from "../../../shared/node/service-identity.ts";
import type { Surroundings } from "../../../shared/node/surroundings.ts";
import type { ServiceManager } from "./service-manager.ts";

/** The manager for the service of this profile. Nothing is asked of the system yet. */
export async function createServiceManager(surroundings: Surroundings): Promise<ServiceManager> {
  const identity = serviceIdentity(surroundings);
  switch (identity.kind) {
    case "launchd": {
      const { LaunchdManager } = await import("./launchd/launchd.ts");
      return new LaunchdManager(identity, surroundings);
    }
    case "schtasks": {
      const { SchtasksManager } = await import("./schtasks/schtasks.ts");
      return new SchtasksManager(identity, surroundings);
    }
    case "systemd": {
      const { SystemdManager } = await import("./systemd/systemd.ts");
      return new SystemdManager(identity, surroundings);
    }
  }
}

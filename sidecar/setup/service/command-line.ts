/** How a service is stopped, in the commands of both hands. */

import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { type ServiceKind, serviceIdentity } from "../../../shared/node/service-identity.ts";
import { advice, ours, type Remedy } from "../../../shared/remedy.ts";

/** What names depend on. */
type Place = Pick<ProfileContext, "env" | "platform" | "paths">;

/** How to stop a service: our verb, and the system's own command for it in parentheses. */
export function stopCommands(service: string, place: Place): Remedy {
  return advice`${ours`gateway stop`} (${nativeStop(service, place)})`;
}

/** The system's own command that stops a service. */
export function nativeStop(service: string, place: Place): string {
  const commands: Record<ServiceKind, string> = {
    systemd: `systemctl --user stop ${service}`,
    launchd: `launchctl bootout gui/$UID/${service}`,
    schtasks: `schtasks /End /TN "${service}"`,
  };
  return commands[serviceIdentity(place).kind];
}

/** The commands that messages tell people to type. */
import type { Paths } from "../../../shared/node/paths.ts";
import { type ServiceKind, serviceIdentity } from "../../../shared/node/service-identity.ts";
import type { Surroundings } from "../../../shared/node/surroundings.ts";

/** What names depend on. */
type Place = Pick<Surroundings, "env" | "platform" | "paths">;

/** `clawdbot gateway stop`, with the profile that it is about. */
export function ourCommand({ profile }: Paths, words: string): string {
  return `clawdbot ${profile === undefined ? "" : `--profile ${profile} `}${words}`;
}

/** How to stop a service: our verb, and the system's own command for it in parentheses. */
export function stopCommands(service: string, place: Place): string {
  return `${ourCommand(place.paths, "gateway stop")} (${nativeStop(service, place)})`;
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

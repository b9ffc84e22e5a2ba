/** The commands that messages tell people to type. */
import type { Paths } from "../../../shared/node/paths.ts";
import { type ServiceKind, serviceIdentity } from "../../../shared/node/service-identity.ts";
import type { Surroundings } from "../../../shared/node/surroundings.ts";

/** `clawdbot gateway stop`, with the profile that it is about. */
export function ourCommand({ profile }: Paths, words: string): string {
  return `clawdbot ${profile === undefined ? "" : `--profile ${profile} `}${words}`;
}

/** How to stop a service: our verb, and the system's own command for it in parentheses. */
export function stopCommands(service: string, surroundings: Surroundings): string {
  const native: Record<ServiceKind, string> = {
    systemd: `systemctl --user stop ${service}`,
    launchd: `launchctl bootout gui/$UID/${service}`,
    schtasks: `schtasks /End /TN "${service}"`,
  };
  const { kind } = serviceIdentity(surroundings);
  return `${ourCommand(surroundings.paths, "gateway stop")} (${native[kind]})`;
}

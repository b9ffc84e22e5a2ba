/** The commands that messages tell people to type. */
import { SetupError } from "../../../shared/errors.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import { type ServiceKind, serviceIdentity } from "../../../shared/node/service-identity.ts";
import type { Surroundings } from "../../../shared/node/surroundings.ts";

/** What names depend on. */
type Place = Pick<Surroundings, "env" | "platform" | "paths">;

/** `clawdbot gateway stop`, with the profile that it is about. */
export function ourCommand({ profile }: Paths, words: string): string {
  return `clawdbot ${profile === undefined ? "" : `--profile ${profile} `}${words}`;
}

/** The text with the profile in each of our commands that names none. */
export function withProfile(text: string, paths: Paths): string {
  return paths.profile === undefined ? text : text.replaceAll(OUR_COMMAND, ourCommand(paths, ""));
}

/** The error with the profile in the commands it tells to type. */
export function errorWithProfile(error: unknown, paths: Paths): unknown {
  if (!(error instanceof SetupError) || paths.profile === undefined) return error;
  const { code, message, fix, details = {} } = error;
  return new SetupError(code, withProfile(message, paths), {
    cause: error,
    details,
    ...(fix === undefined ? {} : { fix: withProfile(fix, paths) }),
  });
}

/** Not one that has its profile already. */
const OUR_COMMAND = /\bclawdbot (?=(?:config|doctor|gateway|logs|onboard|start|uninstall)\b)/g;

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

/** Where the entry lies that starts the tray at login. Nothing here touches the disk. */
import { join } from "node:path";
import { xdgConfigHome } from "./paths.ts";
import type { ProfileContext } from "./profile-context.ts";

/** An XDG autostart entry, a launch agent, or a script in the Startup folder; each profile has its own. */
export function loginEntryFile({ platform, env, paths }: ProfileContext): string {
  const { home, profile } = paths;
  const suffix = (separator: string) => (profile === undefined ? "" : `${separator}${profile}`);
  if (platform === "darwin") {
    return join(home, "Library/LaunchAgents", `com.clawdbot.tray${suffix(".")}.plist`);
  }
  if (platform === "win32") {
    const roaming = env.APPDATA ?? join(home, "AppData", "Roaming");
    return join(roaming, "Microsoft/Windows/Start Menu/Programs/Startup", `clawdbot${suffix("-")}.vbs`);
  }
  return join(xdgConfigHome(env, home), "autostart", `clawdbot${suffix("-")}.desktop`);
}

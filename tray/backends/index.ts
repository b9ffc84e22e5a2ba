/** Picks the backend that suits the machine. */
import { HeadlessBackend } from "./headless.ts";
import { Systray2Backend } from "./systray2.ts";
import type { TrayBackend } from "./tray-backend.ts";
import { type DesktopEnv, findTrayHost } from "./tray-host.ts";

/**
 * The backend with an icon wherever there is or may later be a place for one, else the one that says why not.
 * `helperFolder` is a folder of our own for the helper program.
 */
export async function pickTrayBackend(context: DesktopEnv, helperFolder: string): Promise<TrayBackend> {
  const host = await findTrayHost(context);
  return host.ok || host.canAppearLater
    ? new Systray2Backend(context, helperFolder)
    : new HeadlessBackend(host.loss);
}

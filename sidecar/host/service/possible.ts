/** Whether this system can keep a service of a user at all, without asking it. */
import { existsSync } from "node:fs";

/** False on a Linux whose init system is another one than systemd, such as in most containers. */
export function isServicePossible(platform: NodeJS.Platform): boolean {
  return platform !== "linux" || existsSync("/run/systemd/system");
}

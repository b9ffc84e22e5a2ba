/** Tells whether this session has a desktop on which windows and a tray can show themselves. */
import type { ProfileContext } from "../../shared/node/profile-context.ts";

/** Windows and macOS always have one; elsewhere a display is named in the environment. */
export function hasDesktop({ env, platform }: Pick<ProfileContext, "env" | "platform">): boolean {
  return platform === "win32" || platform === "darwin" || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Whether whoever types sits at it: over ssh a window would open on another machine, or nowhere. */
export function isAtDesktop(context: Pick<ProfileContext, "env" | "platform">): boolean {
  const { SSH_CONNECTION, SSH_TTY } = context.env;
  return !SSH_CONNECTION && !SSH_TTY && hasDesktop(context);
}

/** How the service of a profile is called and where its definition lies, per platform. Nothing here touches the disk. */
import { join, win32 } from "node:path";
import { xdgConfigHome } from "./paths.ts";
import type { ProfileContext } from "./profile-context.ts";

export type ServiceKind = "systemd" | "launchd" | "schtasks";

/** The service of one profile. */
export interface ServiceIdentity {
  kind: ServiceKind;
  /** What users know it as. */
  label: "systemd" | "LaunchAgent" | "Scheduled Task";
  /** The unit with its suffix, the launchd label, or the name of the task. */
  name: string;
  /** The unit file, the property list, or the script that the task starts; it exists exactly while the service is installed. */
  file: string;
}

/** Names in the environment win, so that a service can be renamed; see `CLAWDBOT_SYSTEMD_UNIT` and its siblings. */
export function serviceIdentity({
  env,
  platform,
  paths,
}: Pick<ProfileContext, "env" | "platform" | "paths">): ServiceIdentity {
  const { home, profile, stateDir } = paths;
  if (platform === "darwin") {
    const name = env.CLAWDBOT_LAUNCHD_LABEL?.trim() || `com.clawdbot.${profile ?? "gateway"}`;
    const file = join(home, "Library", "LaunchAgents", `${name}.plist`);
    return { kind: "launchd", label: "LaunchAgent", name, file };
  }
  if (platform === "win32") {
    const suffix = profile === undefined ? "" : ` (${profile})`;
    const name = env.CLAWDBOT_WINDOWS_TASK_NAME?.trim() || `Clawdbot Gateway${suffix}`;
    const file = env.CLAWDBOT_TASK_SCRIPT?.trim() || win32.join(stateDir, "gateway.cmd");
    return { kind: "schtasks", label: "Scheduled Task", name, file };
  }
  const suffix = profile === undefined ? "" : `-${profile}`;
  const wanted = env.CLAWDBOT_SYSTEMD_UNIT?.trim() || `clawdbot-gateway${suffix}`;
  const name = wanted.endsWith(".service") ? wanted : `${wanted}.service`;
  const file = join(xdgConfigHome(env, home), "systemd", "user", name);
  return { kind: "systemd", label: "systemd", name, file };
}

/** Whether this process was started by an installed service; see `serviceEnvironment` of the sidecar. */
export function isServiceProcess(env: ProfileContext["env"]): boolean {
  return env.CLAWDBOT_SERVICE_MARKER === "clawdbot" && env.CLAWDBOT_SERVICE_KIND === "gateway";
}

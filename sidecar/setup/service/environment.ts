/** The environment of the service: what the gateway needs to find its files and tools, and nothing of the shell it was installed from. */
import { statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { allocatorVariables } from "../../../shared/node/gateway/allocator.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { type ServiceKind, serviceIdentity } from "../../../shared/node/service-identity.ts";
import { APP_VERSION } from "../../../shared/version.ts";

const MAC_PATH = "/opt/homebrew/bin:/opt/homebrew/sbin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
const LINUX_PATH = ["/usr/local/bin", "/usr/bin", "/bin"];

/** By which variable the gateway learns the name of its service. */
const IDENTITY_VARIABLE: Record<ServiceKind, string> = {
  systemd: "CLAWDBOT_SYSTEMD_UNIT",
  launchd: "CLAWDBOT_LAUNCHD_LABEL",
  schtasks: "CLAWDBOT_WINDOWS_TASK_NAME",
};

/** All variables of the service. No secret is among them. */
export function serviceEnvironment(context: ProfileContext): Record<string, string> {
  const { paths } = context;
  const { kind, name } = serviceIdentity(context);
  const path = servicePath(context);
  return {
    HOME: paths.home,
    ...(path === undefined ? {} : { PATH: path }),
    ...(paths.profile === undefined ? {} : { CLAWDBOT_PROFILE: paths.profile }),
    CLAWDBOT_STATE_DIR: paths.stateDir,
    ...(isUsualConfig(context) ? {} : { CLAWDBOT_CONFIG_PATH: paths.configFile }),
    CLAWDBOT_SERVICE_MARKER: "clawdbot",
    CLAWDBOT_SERVICE_KIND: "gateway",
    CLAWDBOT_SERVICE_VERSION: APP_VERSION,
    [IDENTITY_VARIABLE[kind]]: name,
    ...allocatorVariables(context.platform),
  };
}

/** A task has the PATH of its user already. */
function servicePath({ env, platform, paths }: ProfileContext): string | undefined {
  if (platform === "win32") return undefined;
  if (platform === "darwin") return MAC_PATH;
  return [...new Set([...LINUX_PATH, ...userFolders(paths.home, env).filter(isUsable)])].join(":");
}

function userFolders(home: string, env: Environment): string[] {
  return [
    join(home, ".local", "bin"),
    join(home, ".npm-global", "bin"),
    join(home, "bin"),
    env.PNPM_HOME || join(home, ".local", "share", "pnpm"),
    join(env.BUN_INSTALL || join(home, ".bun"), "bin"),
    join(env.VOLTA_HOME || join(home, ".volta"), "bin"),
    join(env.ASDF_DATA_DIR || join(home, ".asdf"), "shims"),
    join(env.NVM_DIR || join(home, ".nvm"), "current", "bin"),
  ];
}

/** There, and nothing that would read as two folders or as something else. */
function isUsable(folder: string): boolean {
  if (!isAbsolute(folder) || /[:\p{Cc}]/u.test(folder)) return false;
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isUsualConfig({ paths }: ProfileContext): boolean {
  return paths.configFile === join(paths.stateDir, "clawdbot.json");
}

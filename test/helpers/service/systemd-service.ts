/** `test` with a `service` of its own: the systemd manager for a small real program, under a real systemd of this worker. */
import { readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { type ProfileContext, resolveProfileContext } from "../../../shared/node/profile-context.ts";
import { serviceIdentity } from "../../../shared/node/service-identity.ts";
import type { ServiceDefinition } from "../../../sidecar/host/service/service-manager.ts";
import { SystemdManager } from "../../../sidecar/host/service/systemd/systemd.ts";
import type { ServiceUnderTest } from "../../contracts/service-manager.ts";
import { RESIDENT, readSightings } from "../process/resident.ts";
import { test as base, type UserSystemd } from "./user-systemd.ts";

export { expect } from "@playwright/test";

export interface SystemdServiceUnderTest extends ServiceUnderTest {
  /** A new one at every access: between two commands others may have changed something. */
  readonly manager: SystemdManager;
  context: ProfileContext;
  systemd: UserSystemd;
  /** Its unit file's name. */
  unit: string;
}

let count = 0;

export const test = base.extend<{ service: SystemdServiceUnderTest }>({
  service: async ({ systemd }, use) => {
    count += 1;
    const service = serviceFor(systemd, `test${process.pid}-${count}`);
    await use(service);
    await service.manager.uninstall();
    rmSync(join(systemd.home, ".config"), { recursive: true, force: true });
    systemd.systemctl("daemon-reload");
  },
});

/** The service of a profile for the small program, with a state directory below the manager's home. */
export function serviceFor(
  systemd: UserSystemd,
  profile: string,
  env: Record<string, string> = {},
): SystemdServiceUnderTest {
  // Given together with the profile, names in the environment count.
  const given = systemd.env({ CLAWDBOT_PROFILE: profile, ...env });
  const context = resolveProfileContext({ profile, dev: false }, given, "linux");
  const { stateDir, home, logDir } = context.paths;
  const identity = serviceIdentity(context);
  const notes = join(stateDir, "notes");
  return {
    get manager() {
      return new SystemdManager(identity, context);
    },
    context,
    systemd,
    unit: identity.name,
    definition: ({ args = [], environment = {} } = {}): ServiceDefinition => ({
      description: `Clawdbot Gateway (profile: ${profile}, v1)`,
      command: [...RESIDENT, notes, ...args],
      workingDirectory: home,
      environment: { PATH: "/usr/bin:/bin", CLAWDBOT_SERVICE_MARKER: "clawdbot", ...environment },
      environmentFile: join(stateDir, "service.env"),
      logDir,
    }),
    sightings: () => readSightings(notes),
    isAlive,
    kill: (pid) => process.kill(pid, "SIGKILL"),
    footprint: () => [...unitFiles(join(home, ".config")), ...listed(systemd, identity.name)].sort(),
  };
}

function unitFiles(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) =>
      relative(directory, join(entry.parentPath, entry.name)),
    );
  } catch {
    return []; // Nothing was ever written there.
  }
}

function listed(systemd: UserSystemd, unit: string): string[] {
  const output = systemd.systemctl("list-units", "--all", "--plain", "--no-legend", unit);
  return output.split("\n").filter((line) => line !== "");
}

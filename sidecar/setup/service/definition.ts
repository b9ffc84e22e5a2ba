/** The service as this installation would register it now. */

import { join } from "node:path";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import type { Remedy } from "../../../shared/remedy.ts";
import { APP_VERSION } from "../../../shared/version.ts";
import type { ServiceDefinition } from "../../host/service/service-manager.ts";
import { serviceEntry } from "./entry.ts";
import { serviceEnvironment } from "./environment.ts";
import { chooseRuntime } from "./runtime.ts";

export interface WantedService {
  definition: ServiceDefinition;
  /** What may not last, one line each. */
  warnings: Remedy[];
}

/** The program that is running. */
export interface RunningProgram {
  node: string;
  /** What Node was started with. */
  script: string | undefined;
  /** What an installed service starts, which stays when it is a link to the same program. */
  installedEntry?: string | undefined;
}

/**
 * The definition for this profile; `port` only when the service is to keep one of its own. Fails with `RUNTIME_MISSING` when the
 * installation is incomplete.
 */
export async function wantedService(
  context: ProfileContext,
  port?: number,
  program: RunningProgram = { node: process.execPath, script: process.argv[1] },
): Promise<WantedService> {
  const { paths } = context;
  const entry = serviceEntry(context, program.installedEntry, program.script);
  const runtime = await chooseRuntime(context, {
    running: program.node,
    packageFolder: entry.packageFolder,
  });
  const portWords = port === undefined ? [] : ["--port", String(port)];
  const definition: ServiceDefinition = {
    description: describe(paths.profile),
    command: [runtime.path, entry.path, "gateway", "run", "--supervised", ...portWords],
    workingDirectory: paths.home,
    environment: serviceEnvironment(context),
    environmentFile: join(paths.stateDir, "service.env"),
    logDir: paths.logDir,
  };
  return { definition, warnings: [...runtime.warnings, ...entry.warnings] };
}

function describe(profile: string | undefined): string {
  return `Clawdbot Gateway (${profile === undefined ? "" : `profile: ${profile}, `}v${APP_VERSION})`;
}

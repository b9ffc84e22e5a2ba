/** `test` with a `service` of its own: the manager of scheduled tasks, with programs that behave like those of a German Windows. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { test as base } from "@playwright/test";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { type ProfileContext, resolveProfileContext } from "../../../shared/node/profile-context.ts";
import { serviceIdentity } from "../../../shared/node/service-identity.ts";
import { SchtasksManager } from "../../../sidecar/host/service/schtasks/schtasks.ts";
import type { ServiceDefinition } from "../../../sidecar/host/service/service-manager.ts";
import type { ServiceUnderTest } from "../../contracts/service-manager.ts";
import { ODD_ENVIRONMENT } from "../../contracts/service-manager.ts";
import { WINDOWS_PROGRAMS } from "../../fixtures/schtasks/windows.ts";
import { createTempHome, type TempHome } from "../home/temp-home.ts";
import { RESIDENT, readSightings } from "../process/resident.ts";
import { endStandIns, standIn } from "../process/stand-ins.ts";

export { expect } from "@playwright/test";

export interface SchtasksServiceUnderTest extends ServiceUnderTest {
  manager: SchtasksManager;
  context: ProfileContext;
  home: TempHome;
  /** Changes how the system behaves, by a file of this name in its directory; see the fixture. */
  system(file: string, content?: string): void;
  /** The command lines so far, without those that only ask. */
  commands(): string[];
  /** The XML of a task as it is registered. */
  registered(name: string): string;
}

export const test = base.extend<{ service: SchtasksServiceUnderTest }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  service: async ({}, use) => {
    const home = createTempHome("Jürgen & Co 100% ^x");
    const service = serviceFor(home);
    await use(service);
    await service.manager.uninstall();
    await endStandIns(rootOf(home));
    home.dispose();
  },
});

/** The service of a home, with the variables of Windows; `env` changes them. */
export function serviceFor(home: TempHome, env: Record<string, string> = {}): SchtasksServiceUnderTest {
  const root = rootOf(home);
  standIn(join(root, "bin"), root, WINDOWS_PROGRAMS);
  const variables = {
    ...home.env(),
    PATH: [join(root, "bin"), process.env.PATH].join(delimiter),
    USERPROFILE: home.path,
    APPDATA: join(home.path, "AppData", "Roaming"),
    TEMP: root,
    CLAWDBOT_TEST_WINDOWS: root,
    CLAWDBOT_TASK_SCRIPT: join(home.stateDir, "gateway.cmd"),
    ...env,
  };
  const context = resolveProfileContext({ profile: undefined, dev: false }, variables, "win32");
  const { paths } = context;
  const manager = new SchtasksManager(serviceIdentity(context), context);
  const notes = join(home.stateDir, "notes");
  return {
    manager,
    context,
    home,
    definition: ({ args = [], environment = {} } = {}): ServiceDefinition => ({
      description: "Clawdbot Gateway (v1)",
      command: [...RESIDENT, notes, ...args],
      workingDirectory: home.path,
      environment: {
        CLAWDBOT_TEST_FACTS: paths.factsFile,
        CLAWDBOT_WINDOWS_TASK_NAME: manager.identity.name,
        CLAWDBOT_SERVICE_MARKER: "clawdbot",
        ...environment,
      },
      environmentFile: join(home.stateDir, "service.env"),
      logDir: paths.logDir,
    }),
    sightings: () =>
      readSightings(notes).map((seen) => ({ ...seen, env: { ...emptyVariables(), ...seen.env } })),
    isAlive,
    kill: (pid) => process.kill(pid, "SIGKILL"),
    footprint: () => [...filesBelow(home.path), ...filesBelow(join(root, "tasks"))],
    system: (file, content = "") => writeFileSync(join(root, file), content),
    commands: () => callsIn(root).filter((call) => !/^(powershell|whoami|reg|net)|\/Query/.test(call)),
    registered: (name) =>
      readFileSync(join(root, "tasks", `${encodeURIComponent(name)}.xml`), "utf16le").slice(1),
  };
}

/** Where the system keeps what it knows. */
function rootOf(home: TempHome): string {
  return join(dirname(home.path), "windows");
}

/** On Windows a variable that is empty is one that is not there. */
function emptyVariables(): Record<string, string> {
  return Object.fromEntries(Object.entries(ODD_ENVIRONMENT).filter(([, value]) => value === ""));
}

/** Without what the gateway itself leaves: its notes, logs and facts. */
function filesBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
      .filter((file) => !/(^|\/)\.clawdbot\/(notes|logs|run)\//.test(file))
      .sort();
  } catch {
    return []; // Nothing was ever written there.
  }
}

function callsIn(root: string): string[] {
  try {
    const lines = readFileSync(join(root, "calls.jsonl"), "utf8").trimEnd().split("\n");
    return lines.map((line) => (JSON.parse(line) as string[]).join(" "));
  } catch {
    return []; // Nothing was run yet.
  }
}

/**
 * What is wrong with the definition of an installed service, whatever manager keeps it. Each finding names the value and the
 * remedy; none holds a secret.
 */

import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { isLaterRelease, type OtherProduct, productOfService, productText } from "../../../shared/lineage.ts";
import { readingInForce } from "../../../shared/node/gateway/reading-in-force.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice, joined, ours, type Remedy } from "../../../shared/remedy.ts";
import { APP_VERSION, MIN_NODE_VERSION } from "../../../shared/version.ts";
import type { AuditIssue, InstalledDefinition } from "../../host/service/service-manager.ts";
import { type Entry, serviceEntry } from "./entry.ts";
import { serviceEnvironment } from "./environment.ts";
import { type EffectiveServiceEnv, optionIn, resolveInstalled, safeCommand } from "./installed.ts";
import { chooseRuntime, isVersionManaged } from "./runtime.ts";

/** What the disk and the configuration say beside the definition. */
export interface ServiceInspection {
  /** What an installation by this program would write. */
  own: Pick<Paths, "stateDir" | "configFile"> & {
    version: string;
    entry: string | undefined;
    /** Folders of PATH; empty where the system gives the service a PATH of its own. */
    searchPath: readonly string[];
  };
  /** What the definition leads the gateway to; undefined when it leads nowhere. */
  view: EffectiveServiceEnv | undefined;
  isRuntimeMissing: boolean;
  /** The runtime, or what it is a link to, belongs to a version manager. */
  isRuntimeManaged: boolean;
  /** A Node that stays, which an installation would take; looked for only where the installed one may not stay. */
  stableRuntime: string | undefined;
  /** The program that the service starts, beside the one that runs now. */
  entry: "same" | "another" | "missing";
  /** Folders in the PATH of the service that do not exist. */
  missingFolders: readonly string[];
  /** As the configuration of the service has them. */
  configured: { port?: number; token?: string };
}

/** Looks at the disk and judges: `auditDefinition` with facts from here and now. */
export async function auditInstalled(
  installed: InstalledDefinition,
  context: ProfileContext,
): Promise<AuditIssue[]> {
  return auditDefinition(installed, await gatherFacts(installed, context));
}

/** These and those of the manager, which judges a service as one of ours: of another product's it has nothing to say. */
export function withManagers(general: readonly AuditIssue[], own: readonly AuditIssue[]): AuditIssue[] {
  return general.some(({ code }) => code === OTHER_PRODUCT) ? [...general] : [...general, ...own];
}

/** All findings about the definition, in the order in which they hurt. */
export function auditDefinition(installed: InstalledDefinition, facts: ServiceInspection): AuditIssue[] {
  const product = productOfService(installed);
  if (product !== undefined) return [otherProduct(product)];
  return [
    ...auditCommand(installed, facts),
    ...auditPlaces(installed, facts),
    ...auditPort(installed, facts),
    ...auditSecrets(installed, facts),
    ...auditSearchPath(installed, facts),
    ...auditVersion(installed, facts),
  ];
}

/** The script that a command starts: the last path before the verb, or the program itself when that is the whole command. */
export function entryOf(command: readonly string[]): string | undefined {
  const verb = command.indexOf("gateway");
  const before = command.slice(1, verb).findLast((word) => isAbsolutePath(word));
  return verb > 0 ? (before ?? command[0]) : undefined;
}

async function gatherFacts(
  installed: InstalledDefinition,
  context: ProfileContext,
): Promise<ServiceInspection> {
  const { paths, platform } = context;
  const view = resolveInstalled(installed, context);
  const [runtime = ""] = installed.command;
  const own = ownEntry(context);
  const entry = entryOf(installed.command);
  const wantedPath = serviceEnvironment(context).PATH ?? "";
  const isRuntimeManaged = isVersionManaged(runtime) || isVersionManaged(realPathOf(runtime));
  return {
    own: {
      stateDir: paths.stateDir,
      configFile: paths.configFile,
      version: APP_VERSION,
      entry: own?.path,
      searchPath: wantedPath === "" ? [] : wantedPath.split(":"),
    },
    view,
    isRuntimeMissing: isAbsolute(runtime) && !isExecutable(runtime, platform),
    isRuntimeManaged,
    stableRuntime: isRuntimeManaged || isBun(runtime) ? await stableRuntime(context, own) : undefined,
    entry: compareEntries(entry, own?.path),
    missingFolders: (pathOf(installed) ?? "")
      .split(":")
      .filter((folder) => folder !== "" && !isFolder(folder)),
    configured: view === undefined ? {} : configuredGateway(view),
  };
}

function auditCommand(
  { command, overridePaths }: InstalledDefinition,
  facts: ServiceInspection,
): AuditIssue[] {
  const entry = entryOf(command);
  if (entry === undefined) {
    const shown = safeCommand(command).join(" ");
    return [
      issue(
        "gateway-command-missing",
        advice`the service runs ${shown === "" ? advice`nothing` : `"${shown}"`}, which is no gateway`,
        overridePaths.length === 0
          ? advice`${ours`gateway install --force`} writes it anew`
          : advice`take back what ${overridePaths.join(", ")} says, then: ${ours`gateway install --force`}`,
        "aggressive",
      ),
    ];
  }
  return [...auditRuntime(command[0] ?? "", facts), ...auditEntry(entry, facts)];
}

function auditRuntime(runtime: string, facts: ServiceInspection): AuditIssue[] {
  const { isRuntimeMissing, isRuntimeManaged, stableRuntime } = facts;
  const remedy =
    stableRuntime === undefined ? SYSTEM_NODE : advice`${ours`gateway install`} takes ${stableRuntime}`;
  const found: AuditIssue[] = [];
  if (isRuntimeMissing) {
    const what = advice`${ours`gateway install`} takes one that is there`;
    found.push(issue("gateway-runtime-missing", advice`runtime missing: ${runtime} cannot be run`, what));
  }
  if (isBun(runtime)) {
    found.push(
      issue("gateway-runtime-bun", advice`the service runs on ${runtime}, the gateway on Node only`, remedy),
    );
  } else if (isRuntimeManaged && runtime !== stableRuntime) {
    const what = advice`the service runs on ${runtime}, which a version manager may remove`;
    found.push(issue("gateway-runtime-node-version-manager", what, remedy));
  } else return found;
  if (stableRuntime !== undefined) return found;
  const what = advice`there is no Node ${MIN_NODE_VERSION} or newer for the whole system`;
  return [...found, issue("gateway-runtime-node-system-missing", what, SYSTEM_NODE)];
}

function auditEntry(entry: string, facts: ServiceInspection): AuditIssue[] {
  if (facts.entry === "same") return [];
  const what =
    facts.entry === "missing"
      ? advice`the service starts ${entry}, which is not there`
      : advice`the service starts ${entry}, this program is ${facts.own.entry ?? advice`not installed`}`;
  return [
    issue("gateway-entrypoint-mismatch", what, advice`${ours`gateway install`} makes it start this one`),
  ];
}

function auditPlaces(installed: InstalledDefinition, { view, own }: ServiceInspection): AuditIssue[] {
  const code = "gateway-state-mismatch";
  const { environmentFile } = installed;
  if (view === undefined) {
    const what = "the variables of the service lead to no state directory";
    const yours =
      environmentFile === undefined ? "" : advice`; what ${environmentFile} says of it is yours to take out`;
    return [issue(code, what, advice`${ours`gateway install --force`} writes them anew${yours}`)];
  }
  const { stateDir, configFile } = view.paths;
  if (stateDir !== own.stateDir) {
    const what = advice`the service keeps its state in ${stateDir}, this command in ${own.stateDir}`;
    const file = fileOf("CLAWDBOT_STATE_DIR", installed, view);
    const move =
      file === undefined
        ? advice`move it here with ${ours`gateway install --force`}`
        : advice`take CLAWDBOT_STATE_DIR out of ${file}`;
    return [issue(code, what, advice`ask it with CLAWDBOT_STATE_DIR="${stateDir}", or ${move}`)];
  }
  if (configFile === own.configFile) return [];
  const what = advice`the service reads ${configFile}, this command ${own.configFile}`;
  const remedy = advice`ask it with CLAWDBOT_CONFIG_PATH="${configFile}", or make it read yours with ${ours`gateway install`}`;
  return [issue(code, what, remedy)];
}

function auditPort(installed: InstalledDefinition, { view, configured }: ServiceInspection): AuditIssue[] {
  if (view?.port === undefined || configured.port === undefined) return [];
  const { port, source } = view.port;
  if (port === configured.port) return [];
  const file = source === "service args" ? undefined : fileOf("CLAWDBOT_GATEWAY_PORT", installed, view);
  const where = file ?? (source === "service args" ? advice`its command` : advice`its environment`);
  const leave =
    file === undefined
      ? advice`${ours`gateway install --force`} leaves it to gateway.port`
      : advice`take CLAWDBOT_GATEWAY_PORT out of ${file}, then: ${ours`gateway restart`}`;
  return [
    issue(
      "gateway-port-drift",
      advice`the service uses port ${port} from ${where}, gateway.port is ${configured.port}`,
      advice`${leave}; ${ours`config set gateway.port ${port}`} keeps it`,
    ),
  ];
}

/** The file of the user that a variable comes from; undefined when the definition says it. No installation changes such a file. */
function fileOf(
  name: string,
  { environment, environmentFile }: InstalledDefinition,
  { given, env, paths }: EffectiveServiceEnv,
): string | undefined {
  if (given[name] !== environment[name]) return environmentFile ?? join(paths.stateDir, "service.env");
  return env[name] === given[name] ? undefined : paths.envFile;
}

function auditSecrets(installed: InstalledDefinition, facts: ServiceInspection): AuditIssue[] {
  const { command, environment, overridePaths } = installed;
  const { view, configured } = facts;
  const names = [
    ...["--token", "--password"].filter((name) => optionIn(command, name) !== undefined),
    ...Object.keys(environment).filter((name) => SECRET_VARIABLE.test(name) && environment[name] !== ""),
  ];
  const found: AuditIssue[] = [];
  if (names.length > 0) {
    const places =
      view === undefined ? "" : advice`, secrets of your own go to ${view.paths.stateDir}/service.env`;
    // An installation leaves what changes the definition to whoever put it there.
    const others = overridePaths.length === 0 ? "" : advice`, but not out of ${overridePaths.join(", ")}`;
    found.push(
      issue(
        "gateway-token-in-unit",
        advice`the definition holds ${names.join(", ")}, which others may read`,
        advice`${ours`gateway install`} takes it out${others}; the token goes to gateway.auth.token${places}`,
      ),
    );
  }
  const token = optionIn(command, "--token") ?? view?.given.CLAWDBOT_GATEWAY_TOKEN;
  if (!token || configured.token === undefined || token === configured.token) return found;
  const isInUnit = names.includes("--token") || names.includes("CLAWDBOT_GATEWAY_TOKEN");
  const remedy = isInUnit
    ? advice`${ours`gateway install`} leaves it to the configuration`
    : advice`take CLAWDBOT_GATEWAY_TOKEN out of ${view?.paths.stateDir ?? ""}/service.env, then: ${ours`gateway restart`}`;
  const what = advice`the service is given another token than gateway.auth.token of ${view?.paths.configFile ?? ""}`;
  return [...found, issue("gateway-token-drift", what, remedy)];
}

function auditSearchPath(
  installed: InstalledDefinition,
  { own, missingFolders }: ServiceInspection,
): AuditIssue[] {
  if (own.searchPath.length === 0) return [];
  const path = pathOf(installed);
  if (path === undefined || path === "") {
    return [issue("gateway-path-missing", "the service has no PATH", REWRITE)];
  }
  const folders = path.split(":");
  const lacking = own.searchPath.filter((folder) => SYSTEM_FOLDER.test(folder) && !folders.includes(folder));
  const doubtful = folders.filter(
    (folder) =>
      !own.searchPath.includes(folder) &&
      (!isAbsolutePath(folder) ||
        missingFolders.includes(folder) ||
        (isVersionManaged(`${folder}/`) && !STABLE_LINK.test(folder))),
  );
  return [
    ...(lacking.length === 0
      ? []
      : [
          issue(
            "gateway-path-missing-dirs",
            advice`the PATH of the service lacks ${lacking.join(", ")}`,
            REWRITE,
          ),
        ]),
    ...(doubtful.length === 0
      ? []
      : [
          issue(
            "gateway-path-nonminimal",
            advice`the PATH of the service holds ${joined(
              doubtful.map((folder) => folder || advice`an empty entry`),
              ", ",
            )}, which may not last`,
            REWRITE,
            "aggressive",
          ),
        ]),
  ];
}

function otherProduct(product: OtherProduct): AuditIssue {
  return issue(
    OTHER_PRODUCT,
    advice`the service is one of ${productText(product)}, not of this program`,
    advice`${ours`gateway install --force`} takes it over and keeps a copy of it; with --profile <name> this program runs beside it`,
    "aggressive",
  );
}

function auditVersion({ environment }: InstalledDefinition, { own }: ServiceInspection): AuditIssue[] {
  const version = environment.CLAWDBOT_SERVICE_VERSION;
  if (version === undefined || version === own.version) return [];
  const remedy = isLaterRelease(version, own.version)
    ? advice`update this program, or take the service over with ${ours`gateway install --force`}`
    : ours`gateway install`;
  return [
    issue(
      "gateway-version-drift",
      advice`the service was installed by version ${version}, this is ${own.version}`,
      remedy,
    ),
  ];
}

const OTHER_PRODUCT = "gateway-other-product";
const REWRITE = advice`${ours`gateway install`} writes it anew`;
const SYSTEM_NODE = advice`install Node ${MIN_NODE_VERSION} or newer for the whole system, then: ${ours`gateway install`}`;
const SECRET_VARIABLE = /(TOKEN|PASSWORD|SECRET|API_?KEY)$/i;
/** Folders that belong to the system; those of a user come and go with what is installed there. */
const SYSTEM_FOLDER = /^\/(usr\/|s?bin$|opt\/homebrew\/)/;
/** Version managers keep these in place. */
const STABLE_LINK = /\/(current\/bin|\.volta\/bin|\.asdf\/shims|shims)\/?$/;

function issue(
  code: string,
  message: Remedy,
  remedy: Remedy,
  level: AuditIssue["level"] = "recommended",
): AuditIssue {
  return { code, message, remedy, level };
}

function isBun(runtime: string): boolean {
  return /^bunx?(\.exe)?$/i.test(runtime.split(/[/\\]/).at(-1) ?? "");
}

/** Of either kind of system: definitions are also judged elsewhere. */
function isAbsolutePath(text: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(text);
}

function pathOf({ environment }: InstalledDefinition): string | undefined {
  return environment.PATH;
}

function ownEntry(context: ProfileContext): Entry | undefined {
  try {
    return serviceEntry(context, process.argv[1]);
  } catch {
    return undefined; // Half an installation: whoever installs the service is told.
  }
}

/** What an installation would take, if it stays. */
async function stableRuntime(context: ProfileContext, own: Entry | undefined): Promise<string | undefined> {
  if (own === undefined) return undefined;
  const { path, warnings } = await chooseRuntime(context, {
    running: process.execPath,
    packageFolder: own.packageFolder,
  });
  return warnings.length === 0 ? path : undefined;
}

function compareEntries(entry: string | undefined, own: string | undefined): ServiceInspection["entry"] {
  if (entry === undefined || entry === own) return "same";
  if (!existsSync(entry)) return isAbsolute(entry) ? "missing" : "same";
  return own !== undefined && realpathSync(entry) === realpathSync(own) ? "same" : "another";
}

function isExecutable(file: string, platform: NodeJS.Platform): boolean {
  try {
    accessSync(file, platform === "win32" ? constants.F_OK : constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // Gone, or not for us to run: both keep the service from starting.
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // Missing, which is a finding of its own.
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function configuredGateway({ paths, env }: EffectiveServiceEnv): ServiceInspection["configured"] {
  const reading = readingInForce({ env, paths });
  const gateway = reading.state === "missing" ? undefined : reading.resolved.gateway;
  const { port, auth } = isRecord(gateway) ? gateway : {};
  const token = isRecord(auth) ? auth.token : undefined;
  return {
    ...(typeof port === "number" ? { port } : {}),
    ...(typeof token === "string" && token !== "" ? { token } : {}),
  };
}

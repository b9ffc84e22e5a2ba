/** What `gateway status` finds out about the service: nothing is asked of the system where none is installed. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errorSentence, SetupError } from "../../../../shared/errors.ts";
import { type ConfigReading, readConfig } from "../../../../shared/node/config-source.ts";
import { type ServiceIdentity, serviceIdentity } from "../../../../shared/node/service-identity.ts";
import { advice, type Remedy, whole, withoutStop } from "../../../../shared/remedy.ts";
import { isServicePossible } from "../../../host/service/possible.ts";
import type {
  AuditIssue,
  ExtraService,
  InstalledDefinition,
  ServiceDefinition,
  ServiceManager,
  ServiceStatus,
} from "../../../host/service/service-manager.ts";
import type { EffectiveServiceEnv } from "../../../setup/service/installed.ts";
import type { ProfileContext } from "../../invocation.ts";

/** The service of this profile, as far as the system told in time. */
export interface ServiceFindings {
  identity: ServiceIdentity;
  /** This system could keep one. */
  isPossible: boolean;
  /** Its definition lies where it belongs. */
  installed: boolean;
  /** Undefined when nothing is installed, or when the manager does not tell. */
  status: ServiceStatus | undefined;
  definition: InstalledDefinition | undefined;
  /** What the definition leads its gateway to. */
  view: EffectiveServiceEnv | undefined;
  /** The configuration of the service, when that is another file than ours. */
  reading: ConfigReading | undefined;
  issues: AuditIssue[];
  /** Other services that would run a gateway; looked for when asked, and when something is in the way of this one. */
  others: ExtraService[];
  /** Why the manager told nothing, with the remedy. */
  hint: Remedy | undefined;
}

/** Asks a manager, and tells why one did not answer. */
export interface ServiceInquiry {
  findings: ServiceFindings;
  /** Looks for other services now, if that was not done yet. */
  lookForOthers(): Promise<void>;
}

/** The time that the manager has for each answer. */
const SERVICE_LIMIT_MS = 3_000;

/** Looks at the service; with `deep` also for others. Never throws for what it finds. */
export async function lookAtService(
  context: ProfileContext,
  deep: boolean,
  limitMs = SERVICE_LIMIT_MS,
): Promise<ServiceInquiry> {
  const identity = serviceIdentity(context);
  const installed = existsSync(identity.file);
  const findings: ServiceFindings = {
    identity,
    isPossible: isServicePossible(context.platform),
    installed,
    status: undefined,
    definition: undefined,
    view: undefined,
    reading: undefined,
    issues: [],
    others: [],
    hint: undefined,
  };
  const ask = async <T>(question: Promise<T>): Promise<T | undefined> => {
    try {
      const inTime = await within(limitMs, question);
      if (inTime !== undefined) return inTime.answer;
      findings.hint ??= advice`the service manager (${identity.label}) did not answer within ${limitMs / 1_000} s`;
    } catch (error) {
      findings.hint ??= hintOf(error);
    }
    return undefined;
  };
  let manager: Promise<ServiceManager> | undefined;
  let others: Promise<void> | undefined;
  const theManager = () => {
    manager ??= managerOf(context);
    return manager;
  };
  const lookForOthers = () => {
    others ??= ask(theManager().then((each) => each.findOthers())).then((found) => {
      findings.others = found ?? [];
    });
    return others;
  };
  const look = async () => {
    const known = await ask(theManager());
    if (known !== undefined) await lookAtInstalled(known, { context, findings, ask });
  };
  await Promise.all([installed ? look() : undefined, deep ? lookForOthers() : undefined]);
  return { findings, lookForOthers };
}

interface Look {
  context: ProfileContext;
  findings: ServiceFindings;
  ask: <T>(question: Promise<T>) => Promise<T | undefined>;
}

async function managerOf(context: ProfileContext): Promise<ServiceManager> {
  const { createServiceManager } = await import("../../../host/service/index.ts");
  return createServiceManager(context);
}

async function lookAtInstalled(manager: ServiceManager, { context, findings, ask }: Look): Promise<void> {
  const [{ readInstalledFile }, { resolveInstalled }, { auditInstalled, withManagers }] = await Promise.all([
    import("../../../setup/service/installed-file.ts"),
    import("../../../setup/service/installed.ts"),
    import("../../../setup/service/audit.ts"),
  ]);
  const inFile = await readInstalledFile(context);
  const [status, known, own = []] = await Promise.all([
    ask(manager.status()),
    ask(manager.readDefinition()),
    inFile && ask(manager.audit(asDefinition(inFile, context))),
  ]);
  findings.status = status;
  findings.definition = known ?? inFile;
  findings.issues = own;
  if (findings.definition === undefined) return;
  findings.view = resolveInstalled(findings.definition, context);
  const theirs = findings.view?.paths.configFile;
  if (theirs !== undefined && theirs !== context.paths.configFile)
    findings.reading = readConfig(theirs, findings.view?.env ?? {});
  const general = (await ask(auditInstalled(findings.definition, context))) ?? [];
  findings.issues = withManagers(general, own);
}

/** The installed one in the words of an installation, so that the manager judges it and not what another one would be. */
function asDefinition(
  { command, environment, environmentFile, workingDirectory }: InstalledDefinition,
  { paths }: ProfileContext,
): ServiceDefinition {
  return {
    description: "",
    command,
    environment,
    workingDirectory: workingDirectory ?? paths.home,
    environmentFile: environmentFile ?? join(paths.stateDir, "service.env"),
    logDir: paths.logDir,
  };
}

/** Undefined when the answer did not come in time. */
async function within<T>(ms: number, question: Promise<T>): Promise<{ answer: T } | undefined> {
  const answered = new AbortController();
  const late = delay(ms, undefined, { signal: answered.signal }).catch(() => undefined);
  try {
    return await Promise.race([question.then((answer) => ({ answer })), late]);
  } finally {
    answered.abort();
  }
}

/** One line, whatever was thrown. */
function hintOf(error: unknown): Remedy {
  const what = withoutStop(errorSentence(error));
  return error instanceof SetupError && error.fix !== undefined ? advice`${what}: ${whole(error.fix)}` : what;
}

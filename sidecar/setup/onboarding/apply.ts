/** Carries a finished plan out: makes room, writes, sets the service up, and waits until the gateway answers. */

import { existsSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ProbeResult } from "../../../shared/client/probe.ts";
import { CodedError, SetupError } from "../../../shared/errors.ts";
import { type ConfigReading, judgeConfig, readConfig } from "../../../shared/node/config-source.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import { halfWriteOf } from "../../../shared/node/half-writes.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import type { RuntimeInfo } from "../../../shared/node/run-state.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice, whole, withoutStop } from "../../../shared/remedy.ts";
import { changeConfigFile } from "../../base/config/config-file.ts";
import type { Trashed } from "../../host/trash.ts";
import { assertDeletable, findUnsavedWork, unsavedWorkError } from "../deletion-guard.ts";
import { deletionOf, performReset, planReset, refuseWhileRunning } from "../reset.ts";
import type { ResetScope } from "../reset-scopes.ts";
import type { GatewayService } from "../service/gateway-service.ts";
import { refuseDowngrade } from "../service/guards.ts";
import type { ServiceReport } from "../service/report.ts";
import type { ServiceState } from "./answers.ts";
import type { Plan } from "./plan.ts";
import { assertStartable, type Written, writePlan } from "./write.ts";

/** What onboarding asks of the service. */
export type ServiceOperations = Pick<GatewayService, "install" | "start" | "stop" | "restart" | "manager">;

/** With what a plan is carried out. */
export interface OnboardingTools {
  /** Undefined where the system has none. */
  service: ServiceOperations | undefined;
  /** Takes a gateway over that runs without the service, instead of refusing. */
  takesOver: boolean;
  /** Told before each part that may take a while. */
  progress: (line: string) => void;
  /** Told when everything is on the disk, before the service is touched. */
  wrote: (changes: Changes) => void;
  nowMs: number;
}

/** What is different on the disk. */
export interface Changes {
  moved: readonly Trashed[];
  written: Written;
}

export interface Outcome extends Changes {
  /** Undefined when nothing was done about the service. */
  service: ServiceReport | undefined;
}

/** How long a gateway is waited for, and how it is asked, in ms. */
export interface Patience {
  timeoutMs: number;
  pollMs: number;
  probeMs: number;
}

/** For a gateway that runs already, or does not. */
export const ONE_LOOK: Patience = { timeoutMs: 0, pollMs: 400, probeMs: 1_500 };

const PATIENCE: Patience = { timeoutMs: 15_000, pollMs: 400, probeMs: 1_500 };

/** More than a new configuration and what the trash notes of the old files. */
const ROOM_BYTES = 262_144;

/** What can be done about a service here. Asks the system and changes nothing. */
export async function serviceState({ manager }: Pick<GatewayService, "manager">): Promise<ServiceState> {
  try {
    const { installed } = await manager.status();
    if (!installed) await manager.assertInstallable();
    return { state: installed ? "installed" : "missing", label: manager.identity.label };
  } catch (error) {
    if (!(error instanceof CodedError) || !error.code.startsWith("SERVICE_")) throw error;
    const remedy =
      error instanceof SetupError && error.fix !== undefined ? advice`; ${whole(error.fix)}` : "";
    return { state: "unavailable", reason: advice`${withoutStop(error.sentence)}${remedy}` };
  }
}

/**
 * Does what the plan says. Everything that can be refused is refused before anything is touched; fails with the refusals of a
 * reset, of `writePlan` and of the service.
 */
export async function applyPlan(
  plan: Plan,
  context: ProfileContext,
  tools: OnboardingTools,
): Promise<Outcome> {
  const { env, paths } = context;
  const reading =
    plan.restores === undefined
      ? readConfig(paths.configFile, env)
      : judgeConfig(paths.configFile, plan.restores, env);
  await assertStartable(plan, reading, context);
  const stranger = strangerTo(tools.service, context);
  await assertServiceable(plan, stranger, context, tools);
  if (plan.reset !== undefined) assertRoom(context.paths);
  const { moved, wasStopped } = await makeRoom(plan.reset, reading, context, tools);
  if (plan.restores !== undefined) await restore(plan.restores, context, tools.nowMs);
  const written = await writePlan(plan, context, tools.nowMs);
  tools.wrote({ moved, written });
  const service = plan.mode === "local" ? await runService(plan, { wasStopped, stranger }, tools) : undefined;
  return { moved, written, service };
}

/** Asks until the gateway is healthy, it is clear that it will not take us, or the time is over. Resolves with the last answer. */
export async function awaitGateway(
  probe: (timeoutMs: number) => Promise<ProbeResult>,
  { timeoutMs, pollMs, probeMs }: Patience = PATIENCE,
): Promise<ProbeResult> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await probe(probeMs);
    const isFinal = result.kind === "healthy" || result.kind === "pairing" || result.kind === "protocol";
    if (isFinal || performance.now() + pollMs > deadline) return result;
    await delay(pollMs);
  }
}

/** Unless somebody wrote one meanwhile, for which the plan was not made. */
async function restore(text: string, { env, paths }: ProfileContext, nowMs: number): Promise<void> {
  const place = { file: paths.configFile, env };
  await changeConfigFile(place, (now) => (now.state === "valid" ? undefined : text), nowMs);
}

/** A gateway of this profile that runs without the service. */
function strangerTo(
  service: ServiceOperations | undefined,
  context: ProfileContext,
): RuntimeInfo | undefined {
  const facts = liveGateway(context.paths);
  return facts === undefined || facts.service === service?.manager.identity.name ? undefined : facts;
}

/** What the service itself would refuse once the configuration is written. */
async function assertServiceable(
  plan: Plan,
  stranger: RuntimeInfo | undefined,
  context: ProfileContext,
  { service, takesOver }: OnboardingTools,
): Promise<void> {
  if (service === undefined || plan.service === undefined) return;
  if (["install", "reinstall"].includes(plan.service)) await service.manager.assertInstallable();
  if (!["install", "restart"].includes(plan.service)) return;
  refuseDowngrade(await service.manager.readDefinition(), context);
  if (stranger === undefined || takesOver) return;
  const { pid, port } = stranger;
  throw new SetupError(
    "ALREADY_RUNNING",
    advice`Nothing was changed: a gateway runs without the service (PID ${pid}, port ${port}), and only one can.`,
    { fix: "stop it first, or let the service take its place: --daemon reinstall", details: { pid, port } },
  );
}

/** What goes to the trash must not be missed because nothing can take its place: fails with `STATE_UNWRITABLE` on a full disk. */
function assertRoom({ stateDir, lastGoodConfigFile }: ProfileContext["paths"]): void {
  if (!existsSync(stateDir)) return;
  const trial = halfWriteOf(lastGoodConfigFile);
  try {
    writeFileSync(trial, Buffer.alloc(ROOM_BYTES), { mode: 0o600, flush: true });
  } catch (error) {
    throw unwritable(stateDir, error);
  } finally {
    rmSync(trial, { force: true });
  }
}

interface Room {
  moved: Trashed[];
  /** The service ran, and was stopped for this. */
  wasStopped: boolean;
}

async function makeRoom(
  scope: ResetScope | undefined,
  reading: ConfigReading,
  context: ProfileContext,
  { service, progress, nowMs }: OnboardingTools,
): Promise<Room> {
  if (scope === undefined) return { moved: [], wasStopped: false };
  const plan = planReset(scope, context, reading.state === "missing" ? {} : reading.resolved);
  assertDeletable(deletionOf(plan, context));
  const unsaved = await findUnsavedWork(
    plan.targets.map(({ path }) => path),
    context.env,
  );
  if (unsaved.length > 0) throw unsavedWorkError(unsaved);
  const wasStopped = await stopService(service, progress);
  await refuseWhileRunning(context);
  return { moved: await performReset(plan, context, nowMs), wasStopped };
}

async function stopService(
  service: ServiceOperations | undefined,
  progress: OnboardingTools["progress"],
): Promise<boolean> {
  const status = await service?.manager.status();
  if (service === undefined || status === undefined || !status.installed || status.runtime === "stopped") {
    return false;
  }
  progress("Stopping the service …");
  return (await service.stop()).result === "stopped";
}

async function runService(
  plan: Plan,
  { wasStopped, stranger }: { wasStopped: boolean; stranger: RuntimeInfo | undefined },
  { service, progress }: OnboardingTools,
): Promise<ServiceReport | undefined> {
  if (service === undefined) return undefined;
  // The configuration decides about a port that was asked for here.
  const choosesPort = plan.assignments.some(([keys]) => keys.join(".") === "gateway.port");
  const port = choosesPort ? { port: "config" as const } : {};
  const takesOver = stranger !== undefined;
  switch (plan.service) {
    case "install":
    case "reinstall":
      progress("Installing the service …");
      return service.install({ ...port, force: takesOver || plan.service === "reinstall" });
    case "restart":
      if (takesOver) return service.install({ ...port, force: true });
      progress("Restarting the service …");
      return service.restart({ reason: "onboard" });
    case "start":
      return undefined;
    case "skip":
    case undefined:
      // Nobody asked for it to stay down. On Windows a reset can take the script of the service along.
      if (!wasStopped) return undefined;
      return (await service.manager.status()).installed ? service.start() : service.install();
  }
}

/** What is said of a gateway that is there when it should not be. */
import { SetupError } from "../../../shared/errors.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import type { RuntimeInfo } from "../../../shared/node/run-state.ts";
import type { ServiceIdentity } from "../../../shared/node/service-identity.ts";
import { howToEnd } from "../../../shared/node/standstill.ts";
import { keeperOf } from "../../../shared/node/tray/keeper.ts";
import { advice, type OurCommand, ours, type Remedy, type Sentence, whole } from "../../../shared/remedy.ts";
import { nativeStop } from "./command-line.ts";
import type { ServiceAction } from "./report.ts";

/** A gateway that the service did not start runs on the state directory. */
export function alreadyRunning(
  facts: RuntimeInfo,
  action: ServiceAction,
  context: ProfileContext,
): SetupError {
  const { pid, port, service } = facts;
  const where = advice`(PID ${pid}, port ${port})`;
  const second = advice`gateway ${action} would start a second one on ${context.paths.stateDir}`;
  const details = { pid, port, ...(service === undefined ? {} : { service }) };
  if (service !== undefined) {
    const message = advice`Gateway already running locally ${where}, as another service, ${service}: ${second}.`;
    const fix = advice`stop that one and keep it from starting again: ${nativeStop(service, context)}`;
    return new SetupError("ALREADY_RUNNING", message, { fix, details });
  }
  const message = advice`Gateway already running locally ${where}, and not as the service: ${second}.`;
  const force = action === "install" ? advice`; with --force, install stops it` : "";
  const fix = advice`${howToStop(facts, context)}, then try again${force}`;
  return new SetupError("ALREADY_RUNNING", message, { fix, details });
}

/** The manager says that it is gone, and it is not. */
export function stillThere({ pid, port }: RuntimeInfo, { name, kind }: ServiceIdentity): SetupError {
  const message = advice`The service (${name}) let go of its process ${pid}, which still serves port ${port}.`;
  const kill = kind === "schtasks" ? `taskkill /PID ${pid} /F` : howToEnd(pid, process.platform);
  return new SetupError("SERVICE_FAILED", message, { fix: advice`end it: ${kill}`, details: { pid, port } });
}

/** Without a manager there is no service; a gateway that runs all the same is what was meant. */
export function withoutManager(
  error: unknown,
  facts: RuntimeInfo | undefined,
  { action, context }: { action: ServiceAction; context: ProfileContext },
): unknown {
  const isUnavailable = error instanceof SetupError && error.code === "SERVICE_UNAVAILABLE";
  if (!isUnavailable || facts === undefined) return error;
  const { pid, port } = facts;
  const message = advice`${whole(error.sentence)} A gateway runs in the foreground (PID ${pid}, port ${port}).`;
  const stop = howToStop(facts, context);
  const fix = action === "restart" ? advice`${stop}, then start it again: ${ours`gateway`}` : stop;
  return new SetupError(error.code, message, { cause: error, fix, details: { ...error.details, pid, port } });
}

/** How to end a gateway that no service runs. What the tray keeps it would start again after a signal. */
export function howToStop({ pid }: RuntimeInfo, { platform, paths }: ProfileContext): Remedy {
  const tray = keeperOf(pid, paths);
  if (tray !== undefined)
    return advice`stop it with ${ours`gateway stop`} (the tray, PID ${tray.pid}, keeps it)`;
  return advice`stop it in its terminal or in the tray, or with ${howToEnd(pid, platform)}`;
}

/** How to restart a gateway that runs: with our command where somebody keeps it, else by whoever started it. */
export function howToRestart(facts: RuntimeInfo, context: ProfileContext): OurCommand | Sentence {
  const isKept = facts.service !== undefined || keeperOf(facts.pid, context.paths) !== undefined;
  return isKept
    ? ours`gateway restart`
    : advice`${howToStop(facts, context)}, then start it again: ${ours`gateway`}`;
}

/** A gateway that may not start: says who is in the way, and tells a supervisor whether trying again makes sense. */

import { CodedError, errorText, RequestError, SetupError, systemCode } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { gatewayAt } from "../../../shared/node/gateway/healthz.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import { answers, recognized } from "../../../shared/node/gateway/recognize.ts";
import { lockHolder } from "../../../shared/node/lock-holder.ts";
import { describeListener, type Listener, listenersOn } from "../../../shared/node/port-owner.ts";
import {
  type RuntimeInfo,
  readFacts,
  type StartRefusal,
  writeJsonFile,
} from "../../../shared/node/run-state.ts";
import { isServiceProcess } from "../../../shared/node/service-identity.ts";
import { howToEnd, standstillOf } from "../../../shared/node/standstill.ts";
import { advice, joined, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { offerLastGood } from "../../base/config/last-good.ts";
import { localTime } from "../../base/local-time.ts";
import { stopCommands } from "../../setup/service/command-line.ts";
import type { ProfileContext } from "../invocation.ts";
import type { Output } from "../output.ts";

/** Ms for the holder of a port to say that it is a gateway, which only changes what it is called. */
const KIND_TIMEOUT_MS = 200;

export interface RefusalContext {
  supervised: boolean;
  context: ProfileContext;
  output: Output;
}

/**
 * Prints the reason and returns the exit code; supervised, the reason is also left in `run/start-blocked.json`. A service of
 * launchd or Windows then ends well, because those start it again after every failure and cannot be told otherwise by a code.
 */
export async function reportRefusal(
  error: unknown,
  { supervised, context, output }: RefusalContext,
): Promise<number> {
  const refusal = await explain(error, context);
  const exitCode = output.fail(refusal.error);
  if (!supervised || !(refusal.error instanceof CodedError)) return exitCode;
  // What must not be written there must not be told there either.
  const isLeft = refusal.error.code !== "STATE_FOREIGN" && leaveReason(refusal, context, output);
  const isUsage = refusal.error instanceof RequestError;
  if (refusal.transient && !isUsage) return EXIT.transient;
  // Without the reason nobody could see why it does not run; then it had better try again.
  if (isLeft && isStartedAfterFailures(context)) return EXIT.ok;
  return isUsage ? exitCode : EXIT.refused;
}

function isStartedAfterFailures({ env, platform }: ProfileContext): boolean {
  return (platform === "darwin" || platform === "win32") && isServiceProcess(env);
}

/** `transient`: nothing has to change for a later start to work. `pid` is who is in the way. */
interface Refusal {
  error: unknown;
  transient: boolean;
  pid?: number | undefined;
}

async function explain(error: unknown, context: ProfileContext): Promise<Refusal> {
  if (!(error instanceof SetupError)) return { error, transient: error instanceof CodedError };
  if (error.code === "CONFIG_INVALID") {
    // What cannot be read for a moment is no reason to stay away.
    const transient = error.details?.passing === true;
    return { error: offerLastGood(error, context.paths), transient };
  }
  const facts = liveGateway(context.paths);
  if (error.code === "ALREADY_RUNNING") {
    return alreadyRunning(facts ?? (await elsewhere(context)), error, context);
  }
  const { host, port } = error.details ?? {};
  if (error.code !== "PORT_IN_USE" || typeof host !== "string" || typeof port !== "number") {
    return { error, transient: false };
  }
  const found = listenersOn(port, context.platform);
  // Asked meanwhile: a holder that says nothing costs the whole time limit.
  const asked = gatewayAt(host, port, undefined, KIND_TIMEOUT_MS);
  const holders = await recognized(await found, port, facts);
  if (facts && holders.some(({ pid }) => pid === facts.pid)) return alreadyRunning(facts, error, context);
  return portTaken({ host, port, isGateway: (await asked) !== undefined }, holders, context, error);
}

/** One in another container has a process that cannot be seen from here, but it answers. */
async function elsewhere({ paths }: ProfileContext): Promise<RuntimeInfo | undefined> {
  const facts = readFacts(paths.factsFile);
  return facts !== undefined && (await answers(facts)) ? facts : undefined;
}

/** Who holds the lock without live facts is still starting or already stopping, or its files were deleted. */
function alreadyRunning(facts: RuntimeInfo | undefined, cause: SetupError, context: ProfileContext): Refusal {
  const { paths, platform } = context;
  if (facts === undefined) {
    const { unseen } = cause.details ?? {};
    const holder = lockHolder(paths.lockFile);
    const who = holder === undefined ? advice`another one` : `PID ${holder}`;
    const message =
      typeof unseen === "number"
        ? advice`Gateway already running locally (PID ${unseen}); the files it keeps in ${paths.runDir} were deleted, and it makes them again.`
        : advice`Gateway already running locally: ${who} is starting or stopping in ${paths.stateDir}.`;
    const fix = advice`try again in a moment; ${ours`gateway status`} shows what it does`;
    return { error: new SetupError("ALREADY_RUNNING", message, { cause, fix }), transient: true };
  }
  const { pid, port, startedAtMs, service } = facts;
  const since = localTime(startedAtMs);
  const stop = service === undefined ? howToEnd(pid, platform) : stopCommands(service, context);
  const as = service === undefined ? "" : advice`, as the service ${service}`;
  const standstill = standstillOf(pid, platform);
  const still =
    standstill === undefined ? "" : advice` It ${whole(standstill.what)}; ${whole(standstill.cure)}.`;
  const message = advice`Gateway already running locally (PID ${pid}, port ${port}, since ${since}${as}).${still}`;
  const fix = advice`stop it with ${stop}, or run a second one with --profile <name> --port <port>`;
  const details = {
    pid,
    port,
    startedAtMs,
    stateDir: paths.stateDir,
    ...(service === undefined ? {} : { service }),
  };
  return {
    error: new SetupError("ALREADY_RUNNING", message, { cause, fix, details }),
    transient: false,
    pid,
  };
}

function portTaken(
  { host, port, isGateway }: { host: string; port: number; isGateway: boolean },
  holders: readonly Listener[],
  { env, platform }: ProfileContext,
  cause: SetupError,
): Refusal {
  const lines = [
    advice`Error: listen EADDRINUSE: address already in use ${host}:${port}`,
    ...holders.map((holder) => holderLine(holder, port, isGateway)),
  ];
  const context = {
    cause,
    fix: isServiceProcess(env)
      ? advice`end that program, or choose another port: ${ours`config set gateway.port <port>`}`
      : advice`use --port <port>, or end that program with --force`,
    details: { host, port, holders },
  };
  const error = new SetupError("PORT_IN_USE", joined(lines, "\n"), context);
  // Whoever was faster at boot may go again. systemd counts the attempts and gives up; the others would go on for ever.
  const isCounted = platform === "linux" && isServiceProcess(env);
  return { error, transient: holders.length === 0 || isCounted, pid: holders[0]?.pid };
}

function holderLine(holder: Listener, port: number, isGateway: boolean): Remedy {
  const kind = isGateway
    ? advice`, a gateway of another profile`
    : holder.command === "ssh"
      ? advice`, an ssh forward`
      : "";
  const addresses = holder.addresses.join(", ");
  const command = holder.commandLine ? `: ${holder.commandLine}` : "";
  return advice`Port ${port} is held by ${describeListener(holder)} on ${addresses}${kind}${command}`;
}

/** Whether it could be written. */
function leaveReason({ error, pid }: Refusal, { paths }: ProfileContext, output: Output): boolean {
  const { code, message, fix } = output.describe(error);
  const reason: StartRefusal = {
    code,
    message,
    atMs: Date.now(),
    ...(fix === undefined ? {} : { fix }),
    ...(pid === undefined ? {} : { pid }),
  };
  try {
    writeJsonFile(paths.startBlockedFile, reason);
    return true;
  } catch (failure) {
    output.note(
      advice`Warning: ${paths.startBlockedFile} cannot be written (${systemCode(failure) ?? errorText(failure)})`,
    );
    return false;
  }
}

/** What every move of the state machine is made of: a next model, effects, and the few moves that many others end in. */

import type { Effect } from "./effects.ts";
import type { TimerName } from "./events.ts";
import { countCrash } from "./restart-policy.ts";
import {
  type BlockedReason,
  type Crash,
  type GatewayState,
  hasService,
  type Intent,
  type Observed,
  type Profile,
  type TrayModel,
} from "./tray-model.ts";

export interface Step {
  readonly model: TrayModel;
  readonly effects: readonly Effect[];
  /** Why nothing was done; absent when something was. For the log. */
  readonly ignored?: string;
}

/** The model a move starts from, the time in epoch milliseconds and a source of numbers 0..1. */
export interface StepContext {
  readonly model: TrayModel;
  readonly nowMs: number;
  readonly random: () => number;
}

/** Nothing happens, for the reason given. */
export function ignore(model: TrayModel, why: string): Step {
  return { model, effects: [], ignored: why };
}

/** The state remains; only effects. */
export function stay(model: TrayModel, ...effects: Effect[]): Step {
  return { model, effects };
}

/** Another state (or the same with other fields). */
export function move(model: TrayModel, gateway: GatewayState, ...effects: Effect[]): Step {
  return { model: { ...model, gateway }, effects };
}

/** The same model when nothing changes, so that nothing is saved. */
export function withIntent(model: TrayModel, intent: Partial<Intent>): TrayModel {
  const before = new Map<string, unknown>(Object.entries(model.intent));
  if (Object.entries(intent).every(([key, value]) => before.get(key) === value)) return model;
  return { ...model, intent: { ...model.intent, ...intent } };
}

export function withFacts(model: TrayModel, facts: Partial<Observed>): TrayModel {
  return { ...model, facts: { ...model.facts, ...facts } };
}

export function schedule(timer: TimerName, delayMs: number): Effect {
  return { type: "schedule-timer", timer, delayMs };
}

/** Asks again within the current run. */
export function probe(model: TrayModel): Effect {
  return { type: "probe", ...thisRun(model) };
}

export function watchReturn(model: TrayModel): Effect {
  return { type: "watch-return", generation: model.facts.generation, mode: model.intent.mode };
}

/** Counts on: what was asked before is stale from here, and what is ended until the next run belongs to this profile. */
export function nextRun(model: TrayModel): TrayModel {
  return withFacts(model, { generation: model.facts.generation + 1, runMode: model.intent.mode });
}

/** Which run and profile an effect on the gateway of this run is about. */
export function thisRun({ facts }: TrayModel): { readonly generation: number; readonly mode: Profile } {
  return { generation: facts.generation, mode: facts.runMode };
}

/** A new run: find out who listens. Only when no process of ours can be alive. */
export function beginRun(model: TrayModel, { nowMs }: StepContext): Step {
  const next = nextRun(model);
  return move(next, { kind: "probing", sinceMs: nowMs }, probe(next));
}

/** What the intent asks for once nothing of ours is alive: a new run, or rest. */
export function followIntent(model: TrayModel, at: StepContext): Step {
  return model.intent.desired === "run" ? beginRun(model, at) : rest(model, { kind: "stopped" });
}

/** The user asks for a start: old crashes no longer count. */
export function startAfresh(_state: unknown, _event: unknown, at: StepContext): Step {
  return beginRun(forgetCrashes(withIntent(at.model, { desired: "run" })), at);
}

/** No process of ours is alive and no connection is needed. A stopped service may be started elsewhere: then it is seen. */
export function rest(model: TrayModel, gateway: GatewayState, ...effects: Effect[]): Step {
  const settled = withFacts(model, { resetsDev: false });
  const isWatched = gateway.kind === "stopped" && hasService(model) && !model.facts.quitting;
  return move(
    settled,
    gateway,
    { type: "release", generation: model.facts.generation },
    ...effects,
    ...(isWatched ? [watchReturn(model)] : []),
  );
}

/** Rests with a reason until its cause changes or the user asks. */
export function block(reason: BlockedReason, at: StepContext): Step {
  if (at.model.intent.desired === "stopped") return rest(at.model, { kind: "stopped" });
  return rest(at.model, { kind: "blocked", reason }, { type: "watch-cause", ...thisRun(at.model), reason });
}

/** A click failed: what is done next, with the reason shown and told. */
export function tellFailure(message: string, model: TrayModel, next: (model: TrayModel) => Step): Step {
  const { model: after, effects } = next(withFacts(model, { failedAction: message }));
  return stay(after, { type: "tell-failure", message }, ...effects);
}

/** A click failed: what is there instead? */
export function failAction(message: string, at: StepContext): Step {
  return tellFailure(message, at.model, (model) => beginRun(model, at));
}

/** What is known of how a process ended. */
export type End = Pick<Crash, "pid" | "code" | "signal" | "uptimeMs">;

/** Down since now, with one more crash counted. */
export function countFailure(
  cause: Crash["cause"],
  end: End,
  evidence: string | null,
  at: StepContext,
): { readonly model: TrayModel; readonly crash: Crash } {
  const { pid, code, signal, uptimeMs } = end;
  const crash: Crash = { atMs: at.nowMs, cause, code, signal, pid, uptimeMs, evidence };
  const model = withFacts(goDown(at.model, at.nowMs), {
    lastCrash: crash,
    crashesInARow: at.model.facts.crashesInARow + 1,
    crashTimesMs: countCrash(at.model.facts.crashTimesMs, at.nowMs),
  });
  return { model, crash };
}

export function forgetCrashes(model: TrayModel): TrayModel {
  return withFacts(model, { crashTimesMs: [], crashesInARow: 0 });
}

export function goDown(model: TrayModel, nowMs: number): TrayModel {
  return withFacts(model, { downSinceMs: model.facts.downSinceMs ?? nowMs });
}

/** The user took over: what was down is no longer an outage. */
export function clearOutage(model: TrayModel): TrayModel {
  return withFacts(model, { downSinceMs: null });
}

/** Moves the times that a model remembers, when the time of day was set: what has lasted a minute goes on having lasted a minute. */
import type { GatewayInfo, GatewayState, TrayModel } from "./tray-model.ts";

/** Times that name an outage stay as they are: they tell it from others. */
export function shiftTimes(model: TrayModel, byMs: number): TrayModel {
  const { facts } = model;
  const { lastRunEndedAtMs } = facts;
  return {
    ...model,
    gateway: shiftState(model.gateway, byMs),
    facts: {
      ...facts,
      crashTimesMs: facts.crashTimesMs.map((atMs) => atMs + byMs),
      lastRunEndedAtMs: lastRunEndedAtMs === null ? null : lastRunEndedAtMs + byMs,
      quietUntilMs: facts.quietUntilMs + byMs,
    },
  };
}

function shiftState(state: GatewayState, byMs: number): GatewayState {
  switch (state.kind) {
    case "probing":
    case "starting":
    case "stopping":
      return { ...state, sinceMs: state.sinceMs + byMs };
    case "running":
    case "attached":
      return {
        ...state,
        healthySinceMs: state.healthySinceMs + byMs,
        gateway: shiftStart(state.gateway, byMs),
      };
    case "degraded":
      return { ...state, sinceMs: state.sinceMs + byMs, gateway: shiftStart(state.gateway, byMs) };
    case "backoff": {
      const crash = { ...state.crash, atMs: state.crash.atMs + byMs };
      return { ...state, untilMs: state.untilMs + byMs, crash };
    }
    case "stopped":
    case "gave-up":
    case "blocked":
      return state;
  }
}

function shiftStart(gateway: GatewayInfo, byMs: number): GatewayInfo {
  const { startedAtMs } = gateway;
  return startedAtMs === null ? gateway : { ...gateway, startedAtMs: startedAtMs + byMs };
}

/** Events that mean the same in every state of the gateway: what is learned beside it, and the settings. */

import type { FactEvent, TrayEvent } from "./events.ts";
import { shiftTimes } from "./shift-times.ts";
import { type Step, stay, watchReturn, withFacts, withIntent } from "./step.ts";
import type { TrayModel } from "./tray-model.ts";
import { seated } from "./waiting-devices.ts";

const FACT_EVENTS: { readonly [Type in FactEvent["type"]]: true } = {
  activity: true,
  "clock-set": true,
  "program-replaced": true,
  impairment: true,
  memory: true,
  "devices-waiting": true,
  "approvals-waiting": true,
  icon: true,
  "service-installed": true,
  "doctor-looks": true,
  "doctor-looked": true,
  "action-failed": true,
  "set-launch-at-login": true,
  "launch-at-login-seen": true,
  "set-keep-on-quit": true,
  "set-notification": true,
};

export function isFactEvent(event: TrayEvent): event is FactEvent {
  return Object.hasOwn(FACT_EVENTS, event.type);
}

/** The model that knows it. */
export function applyFact(model: TrayModel, event: FactEvent, nowMs: number): Step {
  switch (event.type) {
    case "activity": {
      const hasEnded = model.facts.activeRuns > 0 && event.activeRuns === 0;
      const lastRunEndedAtMs = hasEnded ? nowMs : model.facts.lastRunEndedAtMs;
      return stay(withFacts(model, { activeRuns: event.activeRuns, lastRunEndedAtMs }));
    }
    case "clock-set":
      return stay(shiftTimes(model, event.byMs));
    case "program-replaced":
      return stay(withFacts(model, { replacedBy: event.replacement }));
    case "impairment":
      return stay(withFacts(model, { impairment: event.message }));
    case "memory":
      return stay(withFacts(model, { memory: event.use }));
    case "devices-waiting":
      return stay(withFacts(model, { devices: seated(model.facts.devices, event.devices) }));
    case "approvals-waiting":
      return stay(withFacts(model, { approvals: seated(model.facts.approvals, event.approvals) }));
    case "icon":
      return stay(withFacts(model, { iconLoss: event.loss }));
    case "service-installed":
      return noteService(model, event);
    case "doctor-looks":
      return stay(withFacts(model, { doctor: { ...model.facts.doctor, isLooking: true } }));
    case "doctor-looked": {
      const findings = event.findings ?? model.facts.doctor.findings;
      return stay(withFacts(model, { doctor: { isLooking: false, findings } }));
    }
    case "action-failed":
      return stay(withFacts(model, { failedAction: event.message }));
    case "set-launch-at-login":
      return stay(withIntent(model, { launchAtLogin: event.enabled }), {
        type: "apply-launch-at-login",
        enabled: event.enabled,
      });
    case "launch-at-login-seen":
      return stay(withIntent(model, { launchAtLogin: event.enabled }));
    case "set-keep-on-quit":
      return stay(withIntent(model, { onQuit: event.enabled ? "keep" : "auto" }));
    case "set-notification": {
      const others = model.intent.silenced.filter((kind) => kind !== event.kind);
      return stay(withIntent(model, { silenced: event.enabled ? others : [...others, event.kind] }));
    }
  }
}

/** While nothing runs, a new service is looked out for: whoever installed it may have started it, too. */
function noteService(
  model: TrayModel,
  { mode, installed }: Extract<FactEvent, { type: "service-installed" }>,
): Step {
  if (model.facts.serviceInstalled[mode] === installed) return stay(model);
  const next = withFacts(model, { serviceInstalled: { ...model.facts.serviceInstalled, [mode]: installed } });
  const isIdle = model.gateway.kind === "stopped" && mode === model.intent.mode;
  return isIdle && installed ? stay(next, watchReturn(next)) : stay(next);
}

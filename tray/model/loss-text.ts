/** Why there is no icon, and what to do about it, in words. */

import { ours, spell } from "../../shared/remedy.ts";
import type { HelperEnd, TrayLoss } from "../backends/tray-loss.ts";
import type { Texts } from "./texts/index.ts";

/** One line each. */
export interface LossText {
  readonly reason: string;
  readonly remedy: string;
}

/** For the tray of the profile; null for the default one. */
export function lossText(loss: TrayLoss, { icon }: Texts, profile: string | null): LossText {
  if (loss.problem !== "helper-gone") {
    const clawdbot = spell(ours``, { name: "clawdbot", profile: profile ?? undefined });
    return {
      reason: icon.reasons[loss.problem](loss.machine),
      remedy: icon.remedies[loss.problem](clawdbot),
    };
  }
  const how = endText(loss.end, icon);
  const { lastWords } = loss.end;
  return {
    reason: icon.helperGone(lastWords === "" ? how : `${how} (${lastWords})`),
    remedy: icon.helperReturns,
  };
}

function endText(end: HelperEnd, { ends }: Texts["icon"]): string {
  switch (end.how) {
    case "not-ready":
      return ends.notReady(end.afterMs / 1_000);
    case "deaf":
      return ends.deaf;
    case "code":
      return ends.code(end.code);
    case "signal":
      return ends.signal(end.signal);
    case "not-started":
      return ends.notStarted(end.why);
  }
}

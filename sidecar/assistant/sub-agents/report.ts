/** What a conversation is told of a sub-agent that has ended: for its model, in English. */

import { neutralLine } from "../../../shared/foreign-text.ts";
import type { SpawnOutcome, SpawnRow } from "../../base/store/spawn-store.ts";
import { headAndTail } from "../prompt/cut.ts";

const KEPT = { head: 12_000, tail: 3_000 } as const;

/** `event` is the gateway's own sentence; `text` is what the sub-agent said. */
export function reportText(
  { label, task, sessionKey }: Pick<SpawnRow, "label" | "task" | "sessionKey">,
  { status, text, ranMs, tokens, usd }: SpawnOutcome,
): { event: string; text: string } {
  const seconds = Math.round(ranMs / 1_000);
  const how = { ok: "has finished", error: "has failed", aborted: "was stopped" }[status];
  const cost = usd > 0 ? `, $${usd.toFixed(4)}` : "";
  const event = [
    `The sub-agent "${neutralLine(label, 64).replaceAll('"', "'")}" ${how} after ${seconds} s (${tokens} tokens${cost}).`,
    `Its task was "${neutralLine(task, 300).replaceAll('"', "'")}".`,
    `Its report is the message; the whole conversation is ${sessionKey}.`,
    "Tell whoever waits for it what matters, in your own words. If there is nothing to tell, reply with NO_REPLY and nothing else.",
  ].join("\n");
  const gap = (missing: number) => `[… ${missing} characters left out: read ${sessionKey} …]`;
  return {
    event,
    text: text.trim() === "" ? "(it said nothing)" : headAndTail(text, KEPT, gap),
  };
}

/** `clawdbot gateway health`: whether the running gateway is well. */

import { EXIT } from "../../../shared/exit-codes.ts";
import type { HealthSummary } from "../../../shared/protocol/methods/health.ts";
import { advice, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { connectTo } from "../connect.ts";
import type { gatewayHealth } from "../definitions/gateway.ts";
import type { Invocation } from "../invocation.ts";
import type { Output } from "../output.ts";
import { resolveTarget } from "../target.ts";

export async function run({ values, context, output }: Invocation<typeof gatewayHealth>): Promise<number> {
  const timeoutMs = values.timeout;
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, timeoutMs));
  try {
    const health = await connection.call("health", {}, timeoutMs);
    const { ailments = [] } = health;
    // The method answers whether it could look; a program that reads the document asks whether all is well.
    output.document({ ...health, ok: ailments.length === 0 });
    if (ailments.length === 0) output.tick("Gateway is healthy");
    output.tick("WebSocket connection: OK");
    output.tick("RPC methods: available");
    if (health.memory !== undefined) tellMemory(health.memory, output);
    for (const id of health.channelOrder) {
      output.say(advice`${health.channelLabels[id] ?? id}: ${channelState(health.channels[id])}`);
    }
    if (ailments.length === 0) return EXIT.ok;
    if (!output.json) tellAilments(ailments, output);
    return EXIT.failure;
  } finally {
    connection.close();
  }
}

function tellAilments(ailments: readonly string[], output: Output): void {
  for (const ailment of ailments) output.note(output.mark("failed", advice`Not well: ${whole(ailment)}`));
  output.note(advice`Fix: see ${ours`doctor`}`);
}

/** Nothing while there is nothing to say. */
function tellMemory(
  { rssBytes, level, warnBytes, refuseBytes }: NonNullable<HealthSummary["memory"]>,
  output: Output,
): void {
  if (level === "ok") return;
  output.say(
    level === "warn"
      ? advice`Memory: ${mb(rssBytes)} MB (warned of from ${mb(warnBytes)} MB on)`
      : advice`Memory: ${mb(rssBytes)} MB (no new messages from ${mb(refuseBytes)} MB on)`,
  );
}

function mb(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

/** The state a channel reports of itself. */
function channelState(channel: unknown): Remedy {
  const facts = (channel ?? {}) as { linked?: unknown; configured?: unknown };
  if (facts.linked === true) return advice`linked`;
  return facts.configured === true ? advice`configured` : advice`not configured`;
}

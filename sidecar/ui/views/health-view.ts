/** The gateway's last look at itself. */
import type { HealthSummary } from "../../../shared/protocol/methods/health.ts";
import { momentText } from "../format.ts";
import type { State } from "../store.ts";
import type { Texts } from "../texts/texts.ts";
import { section, termList, type View } from "./dom.ts";

export function healthView(texts: Texts): View<State> {
  const { health } = texts;
  const list = termList([health.agent, health.heartbeat, health.channels, health.sessions, health.checked]);
  return {
    node: section("health", health.title, list.node),
    render: ({ health: summary }, nowMs) =>
      list.set(summary === undefined ? [] : valuesOf(summary, nowMs, texts)),
  };
}

function valuesOf(summary: HealthSummary, nowMs: number, { health, language }: Texts): string[] {
  const agent = summary.agents.find(({ isDefault }) => isDefault);
  const channels = summary.channelOrder.map((id) => summary.channelLabels[id] ?? id);
  return [
    agent?.name ?? summary.defaultAgentId,
    agent?.heartbeat.enabled ? health.every(agent.heartbeat.every) : health.heartbeatOff,
    channels.join(", ") || health.noChannels,
    String(summary.sessions.count),
    momentText(summary.ts, nowMs, language),
  ];
}

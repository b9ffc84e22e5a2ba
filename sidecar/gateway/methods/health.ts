/** The `health` and `status` methods. */
import { healthMethods } from "../../../shared/protocol/methods/health.ts";
import type { HealthMonitor, HealthSource } from "../health-monitor.ts";
import { implement, type Method } from "../rpc/implement.ts";

const MOST_RECENT = 10;

/** `events` are what the main conversation is told of next. */
export function healthHandlers(
  health: HealthMonitor,
  source: HealthSource,
  events: () => Promise<string[]>,
): Method[] {
  return implement(healthMethods, {
    health: ({ probe }) => health.get(probe === true),

    status: async () => {
      const { agents, defaultAgentId } = await health.get(false);
      const byAgent = agents.map(({ agentId, sessions: { path, count, recent } }) => ({
        agentId,
        path,
        count,
        recent: recent.map((row) => ({ agentId, ...row })),
      }));
      const recent = byAgent.flatMap((each) => each.recent);
      recent.sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0));
      return {
        heartbeat: {
          defaultAgentId,
          agents: agents.map(({ agentId, heartbeat: { enabled, every, everyMs } }) => ({
            agentId,
            enabled,
            every,
            everyMs,
          })),
        },
        channelSummary: [],
        queuedSystemEvents: await events(),
        sessions: {
          paths: [...new Set(byAgent.map(({ path }) => path))],
          count: byAgent.reduce((sum, { count }) => sum + count, 0),
          defaults: await source.answerer(),
          recent: recent.slice(0, MOST_RECENT),
          byAgent,
        },
      };
    },
  });
}

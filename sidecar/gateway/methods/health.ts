/** The `health` and `status` methods. */
import { DEFAULT_AGENT_ID } from "../../../shared/config/defaults.ts";
import { healthMethods } from "../../../shared/protocol/methods/health.ts";
import { type HealthMonitor, type HealthSource, heartbeatInfo } from "../health-monitor.ts";
import { implement, type Method } from "../rpc/implement.ts";
import type { SystemNotes } from "../system-notes.ts";

export function healthHandlers(health: HealthMonitor, notes: SystemNotes, source: HealthSource): Method[] {
  return implement(healthMethods, {
    health: ({ probe }) => health.get(probe === true),

    status: async () => {
      const { sessions } = await health.get(false);
      const { enabled, every, everyMs } = heartbeatInfo(source.config());
      const recent = sessions.recent.map((row) => ({ agentId: DEFAULT_AGENT_ID, ...row }));
      return {
        heartbeat: {
          defaultAgentId: DEFAULT_AGENT_ID,
          agents: [{ agentId: DEFAULT_AGENT_ID, enabled, every, everyMs }],
        },
        channelSummary: [],
        queuedSystemEvents: notes.list(),
        sessions: {
          paths: [sessions.path],
          count: sessions.count,
          defaults: await source.answerer(),
          recent,
          byAgent: [{ agentId: DEFAULT_AGENT_ID, path: sessions.path, count: sessions.count, recent }],
        },
      };
    },
  });
}

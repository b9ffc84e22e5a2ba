/** `agents_list`: the agents whose sub-agents the turn may start. Its answer is that of the original. */
import { agentEntry, agentIds, agentName } from "../../../../shared/config/agents.ts";
import { isOwnersOwn } from "../owner-alone.ts";
import { mayUseSessions } from "../session-view.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";

export function agentsList({ config }: ToolPlace): Tool {
  return {
    name: "agents_list",
    group: "sessions",
    description: "List the agents that sessions_spawn may name.",
    parameters: { type: "object", properties: {}, additionalProperties: false },
    hasSideEffect: false,
    isFor: (turn) => isOwnersOwn(turn) && mayUseSessions(turn),
    async run(_args, { turn: { agentId } }) {
      const { allowAgents = [] } = agentEntry(config(), agentId)?.subagents ?? {};
      const allowAny = allowAgents.includes("*");
      const agents = agentIds(config())
        .filter((id) => id === agentId || allowAny || allowAgents.some((each) => agentName(each) === id))
        .map((id) => {
          const entry = agentEntry(config(), id);
          const { name } = entry ?? {};
          return { id, ...(name === undefined ? {} : { name }), configured: entry !== undefined };
        });
      const details = { requester: agentId, allowAny, agents };
      return { ...textResult(JSON.stringify(details, null, 2)), details };
    },
  };
}

/** `agents_list`: the agents whose sub-agents the turn may start. */
import { agentEntry, agentIds, agentName } from "../../../../shared/config/agents.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";

export function agentsList({ config }: ToolPlace): Tool {
  return {
    name: "agents_list",
    group: "sessions",
    description: "List the agents that sessions_spawn may name.",
    parameters: { type: "object", properties: {}, additionalProperties: false },
    hasSideEffect: false,
    isFor: ({ agentId, authority, origin }) =>
      origin !== "subagent" &&
      authority === "owner" &&
      (agentEntry(config(), agentId)?.subagents?.allowAgents ?? []).length > 0,
    async run(_args, { turn }) {
      const { allowAgents = [] } = agentEntry(config(), turn.agentId)?.subagents ?? {};
      const ids = agentIds(config()).filter(
        (id) => id === turn.agentId || allowAgents.some((each) => each === "*" || agentName(each) === id),
      );
      return textResult(ids.join("\n"));
    },
  };
}

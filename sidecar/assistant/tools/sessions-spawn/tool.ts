/** `sessions_spawn`: hands a task to a sub-agent, which reports when it has ended. */
import { agentEntry, agentIds, agentName } from "../../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { neutralLine } from "../../../../shared/foreign-text.ts";
import { THINKING_LEVELS } from "../../models/model.ts";
import { isSharedTurn } from "../../session-key.ts";
import { optionalText, textArgument, wholeArgument } from "../arguments.ts";
import { mayUseSessions } from "../session-view.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";

const MOST_TASK_CHARS = 100_000;
const MOST_LABEL_CHARS = 64;
const MOST_SECONDS = 24 * 3_600;

export function sessionsSpawn({ config, subAgents }: ToolPlace): Tool {
  return {
    name: "sessions_spawn",
    group: "sessions",
    description:
      "Hand a task to a sub-agent that works by itself while you go on; its report comes as a message. For what is long or can be done side by side. It knows nothing of this conversation: say everything that it needs.",
    parameters: {
      type: "object",
      properties: {
        task: { type: "string" },
        label: { type: "string", description: "A short name" },
        agentId: { type: "string" },
        model: { type: "string", description: "provider/model" },
        thinking: { type: "string" },
        runTimeoutSeconds: { type: "integer", minimum: 0, maximum: MOST_SECONDS },
        cleanup: { type: "string", enum: ["keep", "delete"] },
      },
      required: ["task"],
      additionalProperties: false,
    },
    hasSideEffect: true,
    // A guest's messages start nothing that goes on by itself, and where others read along nobody has a run that they do not see.
    isFor: (turn) => mayUseSessions(turn) && turn.authority !== "guest" && !isSharedTurn(turn),
    async run(args, { turn }) {
      const task = textArgument(args, "task").trim();
      if (task === "") throw new Error("task is empty.");
      if (task.length > MOST_TASK_CHARS) throw new Error(`task has more than ${MOST_TASK_CHARS} characters.`);
      const agentId = agentName(optionalText(args, "agentId") ?? turn.agentId);
      refuseAgent(config(), agentId, turn.agentId);
      const thinking = optionalText(args, "thinking");
      if (thinking !== undefined && !THINKING_LEVELS.some((level) => level === thinking))
        throw new Error(
          `thinking must be a level such as low or high, and is ${JSON.stringify(thinking.slice(0, 40))}.`,
        );
      const row = await subAgents.start(turn, {
        task,
        label: neutralLine(optionalText(args, "label") ?? task, MOST_LABEL_CHARS),
        agentId,
        model: optionalText(args, "model"),
        thinking,
        timeoutMs: 1_000 * (wholeArgument(args, "runTimeoutSeconds", MOST_SECONDS) ?? 0),
        cleanup: args.cleanup === "delete" ? "delete" : "keep",
      });
      return textResult(
        JSON.stringify({ status: "accepted", runId: row.id, childSessionKey: row.sessionKey }),
      );
    },
  };
}

/** Of other agents only those that the configuration allows. */
function refuseAgent(config: GatewayConfig, wanted: string, own: string): void {
  if (wanted === own) return;
  const { allowAgents = [] } = agentEntry(config, own)?.subagents ?? {};
  const isAllowed = allowAgents.some((each) => each === "*" || agentName(each) === wanted);
  if (isAllowed && agentIds(config).includes(wanted)) return;
  throw new Error(
    `You may not start sub-agents of the agent ${JSON.stringify(wanted.slice(0, 64))}: leave agentId out.`,
  );
}

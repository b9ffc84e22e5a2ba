/** What a prompt has to know of a turn. */
import type { Authority } from "../authority.ts";

/** Where the turn comes from, and who speaks. */
export interface TurnInputs {
  origin: "chat" | "cron" | "heartbeat" | "hook" | "subagent" | "report" | "api";
  channel: string;
  authority: Authority;
  /** Undefined where one person writes alone. */
  group?: { name?: string; activation: "mention" | "always" };
  /** Name of the job, or the task of a sub-agent. */
  task?: string;
  /** Somebody asked to be told something at this time. */
  mustTell?: boolean;
  sandbox?: string;
  /** What the owner's program says holds for the conversation. */
  instructions?: string;
}

/** Whether the turn's sender is alone with the agent and may see what is the owner's. */
export function isOwnerAlone({ authority, group }: TurnInputs): boolean {
  return authority === "owner" && group === undefined;
}

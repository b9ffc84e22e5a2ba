/**
 * Tools of the program that asks, for one turn: the model may call them, and the call is handed over to that program. The turn ends with
 * it; the program brings the result with its next message.
 */
import type { CallerTool, StartedTurn } from "../../base/store/session-store.ts";
import { type Tool, textResult } from "./tool.ts";

const HANDED_OVER = "Handed over to the program that asked; its result comes with the next message.";

/** The tools of the turn: the program's own count more than those of the same name here. */
export function withCallerTools(
  { options }: Pick<StartedTurn, "options">,
  tools: readonly Tool[],
): readonly Tool[] {
  const { callerTools = [] } = options;
  if (callerTools.length === 0) return tools;
  const names = callerTools.map(({ name }) => name);
  return [...tools.filter(({ name }) => !names.includes(name)), ...callerTools.map(toolOf)];
}

function toolOf({ name, description, parameters }: CallerTool): Tool {
  return {
    name,
    description,
    parameters,
    // After a crash it is handed over again: nothing was done yet.
    hasSideEffect: false,
    run: async () => ({ ...textResult(HANDED_OVER), endsTurn: true }),
  };
}

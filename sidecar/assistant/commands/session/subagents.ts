/** `/subagents`: what the conversation has handed over: which there are, what one of them said, and the end of one or all. */
import { neutralLine, shortened } from "../../../../shared/foreign-text.ts";
import { type Command, oneOf } from "../command.ts";
import type { CommandContext, SubAgentFact } from "../context.ts";
import { textsIn } from "../texts/index.ts";

const LABEL_CHARS = 64;
const TASK_CHARS = 300;
const REPORT_CHARS = 4_000;

export const subagents: Command = {
  name: "subagents",
  aliases: [],
  group: "session",
  who: "trusted",
  text: { en: "tasks that were handed over", de: "Aufgaben, die abgegeben wurden" },
  args: () => [
    ...oneOf("action", "list", "log", "stop")(),
    { name: "number", isOptional: true, choices: [] },
  ],
  isAvailable: ({ session }) => session.subAgents !== undefined,
  run: async (args, context) => ({ text: await answer(args, context) }),
};

async function answer(args: string, { language, session: { subAgents } }: CommandContext): Promise<string> {
  const texts = textsIn(language);
  if (subAgents === undefined) return "";
  const [action = "list", which = ""] = args.toLowerCase().split(/\s+/).filter(Boolean);
  const all = await subAgents.list();
  if (action === "list") {
    if (all.length === 0) return texts.noSubAgents;
    return all
      .map((each, index) => `${index + 1}. ${lineOf(each, texts.subAgentState(each.state))}`)
      .join("\n");
  }
  if (action === "stop" && which === "all") return texts.subAgentsStopped(await subAgents.stop());
  const found = /^\d+$/.test(which)
    ? all[Number(which) - 1]
    : all.find(({ id }) => which !== "" && id.startsWith(which));
  if ((action !== "log" && action !== "info" && action !== "stop") || found === undefined)
    return texts.subAgentsUsage(all.length);
  if (action === "stop") return texts.subAgentsStopped(await subAgents.stop(found.id));
  const task = shortened(neutralLine(found.task), TASK_CHARS);
  const report = shortened(found.report?.trim() ?? "", REPORT_CHARS);
  return [lineOf(found, texts.subAgentState(found.state)), task, ...(report === "" ? [] : [report])].join(
    "\n",
  );
}

function lineOf({ label, seconds }: SubAgentFact, state: string): string {
  return `${neutralLine(label, LABEL_CHARS)} (${state}${seconds === undefined ? "" : `, ${seconds} s`})`;
}

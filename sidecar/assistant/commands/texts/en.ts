/** What commands say, in English. */

import type { QueueSettings } from "../../turns/queue-settings.ts";
import { moneyIn, numberIn, percentOf } from "./format.ts";
import type { CommandTexts, LevelName } from "./texts.ts";

const LEVEL: Readonly<Record<LevelName, string>> = {
  thinking: "Thinking",
  verbose: "Tool messages",
  reasoning: "Showing thoughts",
  usage: "Usage below answers",
};
const number = (value: number) => numberIn("en", value);
const messages = (count: number) => (count === 1 ? "1 message" : `${count} messages`);

export const en: CommandTexts = {
  refused: (command) => `You may not use /${command} here.`,
  failed: (reason) => `That did not work: ${reason}`,
  didYouMean: (written, meant) =>
    `There is no command /${written}. Did you mean /${meant}? /help says where to begin.`,
  noCommand: (written) => `There is no command /${written}. /commands lists all commands.`,
  help: "Write what you want, in your own words. /status shows how things stand, /new begins anew, /stop ends what runs, /commands lists all commands.",
  commandsTitle: "Commands you may use:",
  groups: {
    info: "Information",
    session: "This conversation",
    model: "Model",
    levels: "Levels",
    gateway: "Gateway",
    skills: "Skills",
  },
  whoami: ({ channel, id, name, authority }) =>
    `You are ${name === undefined ? id : `${name} (${id})`} on ${channel}. Your authority: ${authority}.`,
  reset: "A new conversation begins.",
  stopped: (runs) => (runs === 1 ? "Stopped." : `Stopped ${runs} runs.`),
  dropped: (count) => `${messages(count)} that waited ${count === 1 ? "is" : "are"} not answered any more.`,
  nothingRuns: "Nothing is running.",
  compacted: (before, after, kept) =>
    `The conversation was shortened from ${before} to ${after} tokens; ${messages(kept)} ${kept === 1 ? "stays as it is" : "stay as they are"}.`,
  nothingToCompact: "There is too little in the conversation to shorten.",
  model: ({ ref, thinking }) => `Model: ${ref}, thinking ${thinking}. /models lists those to choose from.`,
  modelProblem: (problem) => `No model answers here: ${problem}`,
  modelSet: (ref) => `This conversation is answered by ${ref} from now on, and by no other.`,
  modelSetOpen: (ref) =>
    `This conversation is answered by ${ref} from now on, and by the fallbacks while it cannot.`,
  modelDefault: (ref) => `This conversation is answered by the default model again: ${ref}.`,
  modelUnknown: (written) => `There is no model "${written}" to choose.`,
  modelNotUnique: (written, refs) => `"${written}" could be several: ${refs}. Write more of the name.`,
  profileUnknown: (written) =>
    `There is no account "${written}" to choose for this model. Leave @${written} away for the usual one.`,
  models: (provider) => (provider === undefined ? "Models:" : `Models of ${provider}:`),
  noModels: (provider) =>
    provider === undefined
      ? "There is no model to choose: whoever runs the gateway adds a key with clawdbot models auth add."
      : `There is no model of "${provider}" to choose. /models lists those there are.`,
  more: (count) => `… and ${count} more`,
  level: (name, value, choices) => `${LEVEL[name]}: ${value}. To choose: ${choices}.`,
  levelSet: (name, value) => `${LEVEL[name]}: ${value}, from now on in this conversation.`,
  usageTitle: "Usage",
  usage: (session, today, month) => [
    `This conversation: ${en.sum(session)}`,
    `Today: ${en.sum(today)}`,
    `Last 30 days: ${en.sum(month)}`,
  ],
  sum: ({ inputTokens, outputTokens, costUsd }) =>
    `${number(inputTokens)} tokens in, ${number(outputTokens)} out, ${moneyIn("en", costUsd)}`,
  queue: (settings, choices) =>
    `Messages during a run: ${limits(settings)}, after ${settings.debounceMs / 1_000} s of quiet. To choose: ${choices}.`,
  queueSet: (settings) => `Messages during a run, from now on in this conversation: ${settings}.`,
  queueDefault: "Messages during a run wait as configured again.",
  activation: (value) => `I answer in this group: ${value}. To choose: mention, always.`,
  activationSet: (value) =>
    value === "always"
      ? "I follow everything in this group now, and answer when I have something to say."
      : "I answer in this group when I am mentioned.",
  chooseOne: (command, written, choices) =>
    `/${command} does not know "${written}". Write /${command} with one of these: ${choices}.`,
  send: (value) => `Sending answers of this conversation: ${value}. To choose: on, off, inherit.`,
  sendSet: (value) =>
    value === "inherit"
      ? "Answers of this conversation are sent as configured."
      : `Sending answers of this conversation: ${value}.`,
  budget: (today, month) => [
    `Today: ${today.used}${today.limit === undefined ? ", without a limit" : ` of ${today.limit}`}`,
    `This month: ${month.used}${month.limit === undefined ? ", without a limit" : ` of ${month.limit}`}`,
  ],
  budgetUsage: (written, most) =>
    `/budget does not know "${written}". Write /budget, /budget +5 for five dollars more today (at most ${most} at a time), /budget off-today for no limit of yours today, or /budget on for them to hold again.`,
  budgetLifted:
    "Your limits do not hold today; those of guests and of what nobody waits for do. /budget on has them hold again.",
  noSubAgents: "Nothing was handed over here.",
  subAgentState: (state) => ({ running: "running", ok: "done", error: "failed", aborted: "stopped" })[state],
  subAgentsStopped: (count) => (count === 0 ? "None of them is running." : `Stopped: ${count}.`),
  subAgentsUsage: (count) =>
    `${count === 0 ? "Nothing was handed over here. " : ""}Write /subagents list, log <number>, stop <number> or stop all.`,
  approveUsage: (open) =>
    `${open === 0 ? "Nothing waits for your approval. " : ""}Write /approve <id> once, turn, always or deny; "always for 8h" ends by itself, and "all" behind it answers what was asked together.`,
  approveWhich: (open) =>
    open === 0 ? "Nothing waits for your approval." : `${open} questions wait; say which: /approve <id> once`,
  approveUnknown: (id) => `Nothing waits under ${id}: it was answered, or it is over.`,
  approveDone: (id) => `Allowed (${id}).`,
  approveDenied: (id) => `Denied (${id}).`,
  undone: (time, count) => `The conversation of ${time} is back, with ${messages(count)}.`,
  nothingToUndo: "There is nothing to bring back: no new conversation began here in the last 10 minutes.",
  pinned: (text) => `Pinned, and kept word for word when the conversation is shortened: ${text}`,
  nothingToPin: "There is no answer to pin yet.",
  searchUsage: "Write what to look for: /search <text>",
  hits: (count, text) => `${count === 1 ? "1 hit" : `${count} hits`} for "${text}":`,
  noHits: (text) => `Nothing was said about "${text}".`,
  restarting: "The gateway restarts; what runs is taken up again behind it.",
  skills: "Skills you can call:",
  noSkills: "No skill can be called here. clawdbot skills list says which there are.",
  noSkill: (written, meant) =>
    `There is no skill "${written}" to call.${meant === undefined ? "" : ` Did you mean "${meant}"?`} /skill lists those there are.`,
  skillWithoutTool: (skill, tool) => `The skill ${skill} calls ${tool}, and you have no such tool here.`,
  useSkill: (skill, location, input) =>
    [`Use the skill "${skill}": read its instructions in ${location} first.`, input]
      .filter((each) => each !== "")
      .join("\n\n"),
  context: ({ window, parts, history }) => {
    const fixed = parts.reduce((sum, { tokens }) => sum + tokens, 0);
    return [
      `The model is sent about ${(fixed + history.tokens).toLocaleString("en")} of ${number(window)} tokens (${percentOf(fixed + history.tokens, window)} %).`,
      `Prompt, files and tools: ${number(fixed)}. Conversation: ${number(history.tokens)} in ${messages(history.messages)}.`,
    ];
  },
  contextParts: "Parts, in tokens:",
  contextCut: (name, shown, whole) => `${name} is shown in part: ${shown} of ${whole} characters.`,
  status: {
    credential: { "api-key": "API key", oauth: "subscription", token: "token", none: "no account needed" },
    model: (ref, credential) => `Model: ${ref} (${credential})`,
    context: (used, window, share, compactions) =>
      `Context: ${used} of ${window} tokens (${share} %), shortened ${compactions} times`,
    today: (tokens, cost, limit) =>
      `Today: ${tokens} tokens, ${cost}${limit === undefined ? "" : ` of ${limit}`}`,
    session: (key, updated) => `Conversation: ${key}${updated === "" ? "" : `, ${updated}`}`,
    queue: (settings, waiting) =>
      `Queue: ${limits(settings)}${waiting === undefined ? "" : `, ${waiting} waiting`}`,
    levels: (thinking, verbose, reasoning) =>
      `Thinking ${thinking}, tool messages ${verbose}, showing thoughts ${reasoning}`,
    heartbeat: (every) => `Heartbeat: ${every === undefined ? "off" : `every ${every}`}`,
    uptime: (text) => `Running for ${text}`,
  },
};

function limits({ mode, cap, drop }: QueueSettings): string {
  return `${mode}, at most ${cap} (beyond that: ${drop})`;
}

/** Commands that begin with a stroke: those of the chat itself, and those that the gateway lists for this conversation. */
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";

/** One word, with its stroke. */
export interface ChatCommand {
  name: string;
  help: string;
}

/** What Tab makes of a word: more of it, and the commands that it may become. */
export interface Completion {
  /** Stands for the whole word; with a blank behind it when it is the only one. */
  word: string;
  choices: ChatCommand[];
}

/** What the gateway offers here; nothing from one that has no list. `language` is that of the texts. */
export async function remoteCommands(
  connection: GatewayConnection,
  sessionKey: string,
  language: string,
): Promise<ChatCommand[]> {
  if (!connection.hello.features.methods.includes("commands.list")) return [];
  const list = await connection.request("commands.list", { sessionKey });
  return Array.isArray(list) ? list.flatMap((each) => commandIn(each, language)) : [];
}

/** Completes the text before the cursor; undefined where no command is being typed. */
export function complete(before: string, commands: readonly ChatCommand[]): Completion | undefined {
  if (!/^\/\S*$/.test(before)) return undefined;
  const typed = before.toLowerCase();
  const choices = commands.filter(({ name }) => name.toLowerCase().startsWith(typed));
  const [only] = choices;
  if (only === undefined) return { word: before, choices: [] };
  if (choices.length === 1) return { word: `${only.name} `, choices };
  const common = choices.map(({ name }) => name).reduce(commonStart);
  return { word: common.length > before.length ? common : before, choices };
}

function commandIn(value: unknown, language: string): ChatCommand[] {
  if (!isRecord(value) || typeof value.name !== "string") return [];
  const { name, args, text } = value;
  const help = isRecord(text) ? (text[language] ?? text.en) : undefined;
  const words = [...(Array.isArray(args) ? args.map(argumentOf) : []), typeof help === "string" ? help : ""];
  return [{ name: `/${neutralLine(name)}`, help: neutralLine(words.join(" ")) }];
}

function argumentOf(value: unknown): string {
  if (!isRecord(value)) return "";
  return value.isOptional === true ? `[${String(value.name)}]` : `<${String(value.name)}>`;
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

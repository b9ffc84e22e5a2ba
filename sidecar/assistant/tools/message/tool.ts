/** `message`: says something in a chat of a channel, beside the answer. Anywhere but in its own chat, the owner's and listed ones it takes the owner's word. */
import { createHash } from "node:crypto";
import { placeOf, type Route } from "../../../base/store/route.ts";
import { ownersWord } from "../../approvals/owner-word.ts";
import { optionalText, textArgument } from "../arguments.ts";
import { type Tool, type ToolCall, type ToolPlace, type ToolResult, textResult } from "../tool.ts";
import type { ChatOutcome, MessagePort } from "./message-port.ts";

type Args = Readonly<Record<string, unknown>>;

const ACTIONS = ["send"] as const;
const MOST_CHARS = 100_000;
const MOST_FILES = 10;
/** Of a message, in the question to the owner. */
const MOST_ASKED_CHARS = 2_000;

export function messageTool(place: ToolPlace, port: MessagePort): Tool {
  return {
    name: "message",
    group: "messaging",
    description:
      "Say something in a chat of a channel, beside your answer: without a target in this chat, else to somebody else, which may wait for the owner's word. To answer here, just answer.",
    parameters: PARAMETERS,
    hasSideEffect: true,
    isFor: () => port.hasAccounts(),
    // It is said once under the name of the call, however often the call is made.
    hasBegun: async () => false,
    run: (args, call) => send(args, call, { place, port }),
  };
}

const PARAMETERS = {
  type: "object",
  properties: {
    action: { type: "string", enum: ACTIONS },
    message: { type: "string" },
    channel: { type: "string", description: "Else that of this chat" },
    accountId: { type: "string" },
    target: {
      type: "string",
      description: "owner, the id of a person, or group: or channel: with an id; else this chat",
    },
    media: {
      type: "array",
      items: { type: "string" },
      maxItems: MOST_FILES,
      description: "Files of the work directory; the owner's conversation alone may send them",
    },
  },
  required: ["message"],
  additionalProperties: false,
} as const;

async function send(
  args: Args,
  call: ToolCall,
  { place, port }: { place: ToolPlace; port: MessagePort },
): Promise<ToolResult> {
  const { action = "send" } = args;
  if (action !== "send")
    throw new Error(`message can only send; ${JSON.stringify(action).slice(0, 80)} is not to be had here.`);
  const text = textArgument(args, "message", "text");
  if (text.length > MOST_CHARS) throw new Error(`message has more than ${MOST_CHARS} characters.`);
  const media = filesIn(args, call);
  if (text.trim() === "" && media.length === 0) throw new Error("message is empty.");
  const route = await chosenRoute(args, call, port);
  await askUnlessKnown(route, { text, media }, call, { place, port });
  const name = nameOf(route, { text, media }, call);
  const { turn } = call;
  const isOwn = turn.route !== undefined && placeOf(turn.route) === placeOf(route);
  const ownTurn = isOwn ? turn.id : undefined;
  return told(await port.sayIn(route, { name, text, media, ownTurn }, call.signal), route);
}

/** Some providers count their calls anew with every answer, so what is said is part of the name. */
function nameOf(route: Route, said: object, { id, turn }: ToolCall): string {
  const told = createHash("sha256").update(JSON.stringify([id, placeOf(route), said]));
  return `message:${turn.id}:${told.digest("hex").slice(0, 32)}`;
}

/** What others write must not carry the owner's files away. */
function filesIn({ media }: Args, { turn }: ToolCall): string[] {
  if (media === undefined || media === null) return [];
  if (!Array.isArray(media) || !media.every((each) => typeof each === "string") || media.length > MOST_FILES)
    throw new Error(`media must be a list of at most ${MOST_FILES} files.`);
  if (media.length > 0 && turn.authority !== "owner")
    throw new Error("Only the owner's conversation may send files.");
  return media;
}

async function chosenRoute(args: Args, { turn }: ToolCall, port: MessagePort): Promise<Route> {
  const target = optionalText(args, "target") ?? optionalText(args, "to");
  if (target === "owner") {
    const route = await port.ownerRoute();
    if (route === undefined) throw new Error("No chat is known in which the owner was heard.");
    return route;
  }
  if (target === undefined) {
    if (turn.route !== undefined) return turn.route;
    throw new Error("This conversation is in no chat: say a channel and a target.");
  }
  const channel = optionalText(args, "channel") ?? turn.route?.channel;
  if (channel === undefined) throw new Error("Say the channel of the target.");
  const account = optionalText(args, "accountId");
  const isHere = turn.route?.channel === channel && (account === undefined || account === turn.route.account);
  return await port.routeTo(channel, target, isHere ? turn.route?.account : account);
}

async function askUnlessKnown(
  route: Route,
  { text, media }: { text: string; media: readonly string[] },
  call: ToolCall,
  { place, port }: { place: ToolPlace; port: MessagePort },
): Promise<void> {
  const { turn, taintedBy } = call;
  if (turn.route !== undefined && placeOf(chatOf(turn.route)) === placeOf(chatOf(route))) return;
  if (turn.authority === "guest") throw new Error("Guests may have something said in their own chat only.");
  const owner = await port.ownerRoute();
  if (owner !== undefined && placeOf(chatOf(owner)) === placeOf(chatOf(route))) return;
  const isFree = turn.authority === "owner" && taintedBy === undefined && (await port.isListed(route));
  if (isFree) return;
  const files = media.length === 0 ? "" : ` with ${media.join(", ")}`;
  const said = text.length > MOST_ASKED_CHARS ? `${text.slice(0, MOST_ASKED_CHARS)}…` : text;
  const { channel, account, chat } = route;
  const command = `message to ${channel}/${account} ${chat.kind}:${chat.id}${files}: ${said}`;
  await ownersWord(place, call, { kind: "message", command });
}

/** Without the message that it answers to, and whatever the thread. */
function chatOf({ channel, account, chat }: Route): Route {
  return { channel, account, chat };
}

function told(outcome: ChatOutcome, { channel, chat }: Route): ToolResult {
  const where = `${channel} ${chat.kind}:${chat.id}`;
  switch (outcome.state) {
    case "sent":
      return textResult(`Sent to ${where} as ${outcome.messageId}.`);
    case "failed":
      return textResult(`It was not delivered to ${where}: ${outcome.reason}`, true);
    case "waiting":
      return textResult(
        `It is in line for ${where} and goes out by itself (${outcome.reason ?? "the account is not connected, or slow"}). Do not send it again.`,
      );
  }
}

/** `clawdbot chat`: a conversation in the terminal, or line by line where there is none. */
import { ReadStream, WriteStream } from "node:tty";
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import { systemClock } from "../../shared/clock.ts";
import { DEFAULT_AGENT_ID } from "../../shared/config/defaults.ts";
import { canonicalKey, type KeyRules } from "../assistant/session-key.ts";
import type { ChatTerminal } from "./chat/interactive.ts";
import { connectTo } from "./connect.ts";
import type { chat } from "./definitions/agent.ts";
import type { Invocation } from "./invocation.ts";
import type { Output } from "./output.ts";
import { refuseWithout, sessionKeyOf } from "./session-choice.ts";
import { resolveTarget } from "./target.ts";

export async function run({ values, context, output }: Invocation<typeof chat>): Promise<number> {
  // A gateway that restarts may stand elsewhere afterwards.
  const open = async () => connectTo(await resolveTarget(values, context), values.timeout);
  const sessionKeyFor = async (connection: GatewayConnection) => {
    refuseWithout("chat.send", connection);
    return sessionKeyOf(values, connection);
  };
  const { thinking, timeout: timeoutMs } = values;
  const place = { open, sessionKeyFor, thinking, timeoutMs, output, clock: systemClock };
  const terminal = context.env.TERM === "dumb" ? undefined : terminalOf(output);
  if (terminal === undefined) {
    const { chatInLines } = await import("./chat/lines.ts");
    const prompt = output.isTerminal && output.dialogue !== undefined ? "> " : "";
    return chatInLines({ ...place, input: process.stdin, prompt, answerWithinS: values["answer-within"] });
  }
  const [{ chatInteractively }, { Conversation }, { InputHistory }] = await Promise.all([
    import("./chat/interactive.ts"),
    import("./chat/conversation.ts"),
    import("./chat/input-history.ts"),
  ]);
  return chatInteractively({
    ...place,
    terminal,
    history: new InputHistory(context.paths.stateDir),
    language: output.language,
    converse: (view) => new Conversation({ ...place, isSameSession, view }),
  });
}

function terminalOf({ dialogue, isTerminal }: Output): ChatTerminal | undefined {
  if (dialogue === undefined || !isTerminal) return undefined;
  const { input, output } = dialogue;
  return input instanceof ReadStream && output instanceof WriteStream ? { input, output } : undefined;
}

/** Clients name a session in several ways, and are told of it by the name that each of them used. */
function isSameSession(a: string, b: string, { hello }: GatewayConnection): boolean {
  const {
    mainKey = "main",
    scope,
    defaultAgentId: defaultId = DEFAULT_AGENT_ID,
  } = hello.snapshot.sessionDefaults ?? {};
  const rules: KeyRules = { mainKey, defaultId, scope: scope === "global" ? "global" : "per-sender" };
  return canonicalKey(a, rules) === canonicalKey(b, rules);
}

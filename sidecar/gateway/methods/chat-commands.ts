/** Commands that clients write into a chat. What they are and do is loaded with the first one. */

import type { Clock } from "../../../shared/clock.ts";
import { defaultAgentId } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { UnavailableError } from "../../../shared/errors.ts";
import { loadPart } from "../../../shared/node/part.ts";
import { APP_VERSION } from "../../../shared/version.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import type { ToolsPort } from "../../assistant/commands/client-context.ts";
import type { CommandContext, Speaker } from "../../assistant/commands/context.ts";
import { withResetTriggers } from "../../assistant/commands/reset-triggers.ts";
import type { Taken } from "../../assistant/commands/run.ts";
import { isStopWord } from "../../assistant/commands/stop-words.ts";
import { heartbeatSettings } from "../../assistant/heartbeat/settings.ts";
import { areHooksOn } from "../../assistant/hooks/internal-settings.ts";
import type { SaidCommand } from "../../assistant/inbox/inbox.ts";
import { agentOf, keyRules, requestedKey } from "../../assistant/session-key.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import { type Message, NOTHING_USED, textMessage } from "../../base/store/message.ts";
import type { ClientIdentity } from "../auth/authenticate.ts";

/** What commands stand on. */
export interface ChatCommandsPlace {
  assistant: Assistant;
  config: () => GatewayConfig;
  bus: EventBus;
  clock: Clock;
  /** Restarts the gateway; absent where nothing can. */
  restart?: (reason: string) => void;
}

/** By whom and where a message was sent. */
export interface Sent {
  runId: string;
  /** As the client wrote it. */
  sessionName: string;
  identity: ClientIdentity;
  hasFiles: boolean;
}

/** A command that was sent again. */
export interface Known {
  kind: "known";
  status: "in_flight" | "ok";
}

const HAS_COMMAND = /(?:^|\s)\/[a-z0-9]/i;
const MOST_RECENT = 1_000;
/** A tool that a command calls ends by itself. */
const NEVER = new AbortController().signal;

export class ChatCommands {
  #place: ChatCommandsPlace;
  #startedAt: number;
  /** Of commands that were written lately, by run: the store knows messages alone. */
  #recent = new Map<string, Known["status"]>();

  constructor(place: ChatCommandsPlace) {
    this.#place = place;
    this.#startedAt = place.clock.monotonicMs();
  }

  /**
   * What of the message is left for the model; commands in it are carried out, once for each `runId`. One that was taken before is
   * `known`, unless the store knows it. Fails as `takeCommands` does.
   */
  async take(said: string, sent: Sent): Promise<Taken | Known> {
    const message = withResetTriggers(said, this.#place.config(), false);
    // Most messages have none, and nothing is looked up for them.
    if (!HAS_COMMAND.test(message)) return plain(message);
    const { runId } = sent;
    const known = this.#recent.get(runId);
    if (known !== undefined) return { kind: "known", status: known };
    this.#remember(runId, "in_flight");
    let taken: Taken = plain(message);
    try {
      const store = await this.#place.assistant.store();
      if ((await store.run(runId)) === undefined) taken = await this.#carryOut(message, said, sent);
    } finally {
      if (taken.kind === "answered" && taken.follow === undefined) this.#remember(runId, "ok");
      else this.#recent.delete(runId);
    }
    return taken;
  }

  /** Whether what somebody wrote on a channel begins as a command does, or is a word to stop. */
  isCommand(text: string, isInGroup: boolean): boolean {
    const written = withResetTriggers(text, this.#place.config(), isInGroup);
    return /^\s*\/[a-z0-9]/i.test(written) || isStopWord(written);
  }

  /** The same for what somebody wrote on a channel, where a word to stop is one while something runs. */
  async takeFrom({ text, authority, sessionKey, sender, route }: SaidCommand): Promise<Taken> {
    const { assistant, config } = this.#place;
    const said = withResetTriggers(text, config(), route.chat.kind !== "dm");
    const isStop = isStopWord(said) && (await assistant.isRunning(sessionKey));
    if (!isStop && !HAS_COMMAND.test(said)) return plain(text);
    const speaker = { channel: route.channel, id: sender, authority };
    const written = isStop ? "/stop" : said;
    const { takeCommands } = await loadPart(() => import("../../assistant/commands/run.ts"));
    return takeCommands(written, await this.#contextFor(sessionKey, speaker, text));
  }

  /** Keeps a reply in the conversation, where no model sees it, and tells it as the end of the run. Nothing is kept of silence. */
  async reply(text: string, sessionName: string, runId: string): Promise<void> {
    const { assistant, bus, clock } = this.#place;
    const end = { runId, sessionKey: sessionName, seq: 1, state: "final" as const };
    let message = {};
    if (text !== "") {
      const note: Message = {
        ...textMessage("assistant", text, clock.now()),
        stopReason: "injected",
        usage: NOTHING_USED,
      };
      await (await assistant.store()).append(await this.#made(sessionName), note, clock.now());
      message = { message: { ...note, content: [...note.content] } };
    }
    // The answer to the request comes first.
    setImmediate(() => bus.publish("chat", { ...end, ...message }));
  }

  /** Says something beside the answer that follows. */
  async replyBeside(text: string, sessionName: string): Promise<void> {
    await this.#place.assistant.note({ sessionKey: await this.#made(sessionName), sessionName }, text);
  }

  /** What commands of the client act on in the session; `message` is what it writes now. */
  async contextOf(sessionName: string, identity: ClientIdentity, message = ""): Promise<CommandContext> {
    const speaker = { channel: "webchat", id: senderOf(identity), authority: authorityOf(identity) };
    return await this.#contextFor(this.#keyOf(sessionName), speaker, message);
  }

  async #contextFor(
    key: string,
    speaker: Omit<Speaker, "isInGroup">,
    message: string,
  ): Promise<CommandContext> {
    const { assistant, clock, config, restart } = this.#place;
    const [{ clientContext }, store, purse, models, skills, { desk }, subAgents] = await Promise.all([
      loadPart(() => import("../../assistant/commands/client-context.ts")),
      assistant.store(),
      assistant.purse(),
      assistant.models(),
      assistant.skills(),
      assistant.hands(),
      assistant.subAgents(),
    ]);
    const beat = heartbeatSettings(config(), agentOf(key, defaultAgentId(config())));
    const mayRestart = restart !== undefined && config().commands?.restart === true;
    const gateway = {
      version: APP_VERSION,
      uptimeMs: clock.monotonicMs() - this.#startedAt,
      heartbeat: beat.isOn && (await assistant.areHeartbeatsOn()) ? beat.every : undefined,
      ...(areHooksOn(config()) && {
        commanded: (action: string) => {
          const { id: senderId, channel: source, authority } = speaker;
          return assistant.commanded({ action, sessionKey: key, senderId, source, authority });
        },
      }),
      ...(mayRestart ? { restart: () => restart("asked for in a chat") } : {}),
    };
    const runs = {
      abort: async () => (await assistant.abort(key, undefined, "stop")).length,
      end: () => endRun(assistant, key),
      compact: (focus: string) => assistant.compact(key, focus === "" ? {} : { focus }),
      sizes: () => assistant.sizes(key),
    };
    const tools: ToolsPort = { run: (invocation) => assistant.invokeTool(invocation, NEVER) };
    const place = { store, purse, desk, subAgents, models, clock, config, gateway, runs, skills, tools };
    return clientContext(place, { key, speaker, message });
  }

  async #carryOut(message: string, said: string, { sessionName, identity, hasFiles }: Sent): Promise<Taken> {
    const { takeCommands } = await loadPart(() => import("../../assistant/commands/run.ts"));
    return takeCommands(message, await this.contextOf(sessionName, identity, said), hasFiles);
  }

  /** The key of a session that is there. */
  async #made(sessionName: string): Promise<string> {
    const { assistant, clock } = this.#place;
    const key = this.#keyOf(sessionName);
    await (await assistant.store()).patch(key, agentOf(key), {}, clock.now());
    return key;
  }

  #remember(runId: string, status: Known["status"]): void {
    this.#recent.set(runId, status);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > MOST_RECENT && oldest !== undefined) this.#recent.delete(oldest);
  }

  #keyOf(name: string): string {
    return requestedKey(name, keyRules(this.#place.config()));
  }
}

/** Who may do everything counts as the owner of the gateway. */
export function authorityOf({ scopes }: ClientIdentity): "owner" | "trusted" {
  return scopes.includes("operator.admin") ? "owner" : "trusted";
}

/** Messages of several clients never become one: each is told by its device, or by what it came with. */
export function senderOf({ device, scopes }: ClientIdentity): string {
  return device?.id ?? (scopes.includes("operator.admin") ? "owner" : "client");
}

/** Ends what runs in the session. Fails with `SESSION_BUSY` where it does not end. */
export async function endRun(assistant: Assistant, key: string): Promise<void> {
  await assistant.abort(key, undefined, "rpc");
  if (!(await assistant.isRunning(key))) return;
  throw new UnavailableError("SESSION_BUSY", `Session ${key} is still active; try again in a moment.`);
}

function plain(text: string): Taken {
  return { kind: "message", text, directives: [] };
}

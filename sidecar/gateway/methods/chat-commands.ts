/** Commands that clients write into a chat: what they act on here, and how their replies are kept and told. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorText, UnavailableError } from "../../../shared/errors.ts";
import { APP_VERSION } from "../../../shared/version.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import type { CommandContext, ModelsPort, SessionPort } from "../../assistant/commands/context.ts";
import { replyLanguage } from "../../assistant/commands/language.ts";
import { type Taken, takeCommands } from "../../assistant/commands/run.ts";
import { chooseModel, MODELS } from "../../assistant/models/choose-model.ts";
import { agentOf, canonicalKey, keyRules, kindOf } from "../../assistant/session-key.ts";
import { fieldsAfterReset } from "../../assistant/sessions/reset.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import { type Message, NOTHING_USED, textMessage, textOf } from "../../base/store/message.ts";
import type { SessionFields, SessionStore } from "../../base/store/session-store.ts";
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
}

/** A command that was sent again. */
export interface Known {
  kind: "known";
  status: "in_flight" | "ok";
}

const HAS_COMMAND = /(?:^|\s)\/[a-z]/i;
/** Messages that are looked at for their language. */
const RECENT = 10;
const MOST_RECENT = 1_000;

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
   * `known`, unless the store knows it.
   */
  async take(message: string, sent: Sent): Promise<Taken | Known> {
    // Most messages have none, and nothing is looked up for them.
    if (!HAS_COMMAND.test(message)) return plain(message);
    const { runId } = sent;
    const known = this.#recent.get(runId);
    if (known !== undefined) return { kind: "known", status: known };
    this.#remember(runId, "in_flight");
    let taken: Taken = plain(message);
    try {
      const store = await this.#place.assistant.store();
      if ((await store.run(runId)) === undefined)
        taken = await takeCommands(message, await this.contextOf(sent.sessionName, sent.identity, message));
    } finally {
      if (taken.kind === "answered" && taken.follow === undefined) this.#remember(runId, "ok");
      else this.#recent.delete(runId);
    }
    return taken;
  }

  /** Keeps a reply in the conversation, where no model sees it, and tells it as the end of the run. Nothing is kept of silence. */
  async reply(text: string, sessionName: string, runId: string | undefined): Promise<void> {
    const { assistant, bus, clock } = this.#place;
    const key = this.#keyOf(sessionName);
    const note: Message = {
      ...textMessage("assistant", text, clock.now()),
      stopReason: "injected",
      usage: NOTHING_USED,
    };
    let id = "";
    if (text !== "") {
      const store = await assistant.store();
      await store.patch(key, agentOf(key), {}, clock.now());
      id = (await store.append(key, note, clock.now())) ?? "";
    }
    const message = text === "" ? {} : { message: { ...note, content: [...note.content] } };
    const event = {
      runId: runId ?? `inject-${id}`,
      sessionKey: sessionName,
      state: "final" as const,
      ...message,
    };
    // The answer to the request comes first.
    setImmediate(() => bus.publish("chat", { ...event, seq: runId === undefined ? 0 : 1 }));
  }

  /** What commands of the client act on in the session; `message` is what it writes now. */
  async contextOf(sessionName: string, identity: ClientIdentity, message = ""): Promise<CommandContext> {
    const { assistant, clock, config, restart } = this.#place;
    const key = this.#keyOf(sessionName);
    const store = await assistant.store();
    const row = await store.get(key);
    const said = row === undefined ? [] : await store.history(row.sessionId, { limit: RECENT });
    const texts = said.filter((entry) => entry.message.role === "user").map((entry) => textOf(entry.message));
    const mayRestart = restart !== undefined && config().commands?.restart === true;
    return {
      language: replyLanguage(config().agents?.defaults?.language, [message, ...texts.reverse()]),
      speaker: {
        channel: "webchat",
        id: senderOf(identity),
        authority: authorityOf(identity),
        isInGroup: kindOf(key, row?.fields.chatType) === "group",
      },
      session: this.#session(key, store),
      models: this.#models(),
      gateway: {
        version: APP_VERSION,
        uptimeMs: clock.monotonicMs() - this.#startedAt,
        ...(mayRestart ? { restart: () => restart("asked for in a chat") } : {}),
      },
    };
  }

  #remember(runId: string, status: Known["status"]): void {
    this.#recent.set(runId, status);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > MOST_RECENT && oldest !== undefined) this.#recent.delete(oldest);
  }

  #keyOf(name: string): string {
    return canonicalKey(name, keyRules(this.#place.config()));
  }

  #session(key: string, store: SessionStore): SessionPort {
    const { assistant, clock } = this.#place;
    const fields = async () => (await store.get(key))?.fields ?? {};
    return {
      key,
      sessionId: async () => (await store.get(key))?.sessionId,
      fields,
      patch: async (change) => void (await store.patch(key, agentOf(key), change, clock.now())),
      abort: async () => (await assistant.abort(key, undefined, "stop")).length,
      reset: async () => {
        await endRun(assistant, key);
        await store.reset(key, agentOf(key), fieldsAfterReset(await fields()), clock.now());
      },
    };
  }

  #models(): ModelsPort {
    const { config } = this.#place;
    return {
      choices: () => MODELS.map(({ provider, id }) => ({ ref: `${provider}/${id}` })),
      inForce: (fields) => {
        try {
          const { provider, id, contextWindow } = chooseModel(config(), fields);
          const thinking = thinkingOf(fields);
          return { ref: `${provider}/${id}`, contextWindow, thinking, credential: "none" };
        } catch (error) {
          return { problem: errorText(error) };
        }
      },
    };
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

function thinkingOf({ thinkingLevel }: SessionFields): string {
  return typeof thinkingLevel === "string" ? thinkingLevel : "off";
}

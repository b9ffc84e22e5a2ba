/** A platform with one HTTP address that a test plays: it delivers, refuses, loses connections and answers, and counts what it sees. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { InboundEvent, InboundMessage } from "../../../sidecar/assistant/inbox/message.ts";
import type { Route } from "../../../sidecar/base/store/route.ts";
import type { ChannelErrorKind } from "../../../sidecar/channels/channel.ts";

/** A message as the platform shows it to people. */
export interface PlatformMessage {
  id: string;
  account: string;
  chat: string;
  text: string;
  key: string;
  replyTo?: string;
  edits: string[];
  isRemoved: boolean;
}

/** What happens to a request in place of an answer: an error, or an answer that is lost after (`answer`) or before the work (`request`). */
export type Mishap = { kind: ChannelErrorKind; retryAfterMs?: number } | { lost: "answer" | "request" };

export class Platform {
  readonly sent: PlatformMessage[] = [];
  /** Every request by its path. */
  readonly requests: { path: string; body: Record<string, unknown> }[] = [];
  /** Files that people sent, by name, and the names of those that somebody fetched. */
  readonly files = new Map<string, Buffer>();
  readonly fetched: string[] = [];
  readonly typing: { chat: string; isOn: boolean }[] = [];
  readonly reactions: { messageId: string; emoji: string; remove: boolean }[] = [];
  #updates: { n: number; account: string; message?: InboundMessage; event?: InboundEvent }[] = [];
  #mishaps = new Map<string, Mishap[]>();
  #watchers = new Set<() => void>();
  #knowsKeys = true;
  #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start({ knowsKeys = true }: { knowsKeys?: boolean } = {}): Promise<Platform> {
    const server = createServer((request, response) => {
      platform.#serve(request, response).catch(() => response.destroy());
    });
    const platform = new Platform(server);
    platform.#knowsKeys = knowsKeys;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return platform;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Delivers to the account, as soon as it asks. */
  deliver(message: InboundMessage, account = "default"): void {
    this.#update({ account, message });
  }

  tell(event: InboundEvent, account = "default"): void {
    this.#update({ account, event });
  }

  /** What happens to the next requests of this path, in order. */
  fail(path: string, ...mishaps: Mishap[]): void {
    this.#mishaps.set(path, [...(this.#mishaps.get(path) ?? []), ...mishaps]);
  }

  dropConnections(): void {
    this.#server.closeAllConnections();
  }

  /** Of a chat, what people see. */
  textsIn(chat: string): string[] {
    return this.sent.filter((each) => each.chat === chat && !each.isRemoved).map(({ text }) => text);
  }

  /** Resolves as soon as `look` returns something. */
  async until<T>(look: () => T | undefined | false): Promise<T> {
    return await new Promise((resolve) => {
      const watch = () => {
        const found = look();
        if (found === undefined || found === false) return;
        this.#watchers.delete(watch);
        resolve(found);
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #update(update: { account: string; message?: InboundMessage; event?: InboundEvent }): void {
    this.#updates.push({ n: this.#updates.length + 1, ...update });
    this.#changed();
  }

  #changed(): void {
    for (const watch of [...this.#watchers]) watch();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.slice(1) ?? "";
    if (path.startsWith("file/")) return this.#sendFile(decodeURIComponent(path.slice(5)), response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    this.requests.push({ path, body });
    const mishap = this.#mishaps.get(path)?.shift();
    if (mishap !== undefined && "kind" in mishap) answer(response, mishap, 400);
    else if (mishap?.lost === "request") response.destroy();
    else {
      const result = await this.#do(path, body, response);
      if (mishap === undefined) answer(response, result);
      else response.destroy();
    }
    this.#changed();
  }

  /** One that is not there breaks off in the middle. */
  #sendFile(name: string, response: ServerResponse): void {
    this.fetched.push(name);
    const bytes = this.files.get(name);
    if (bytes !== undefined) response.end(bytes);
    else response.writeHead(200, { "content-length": 1_000 }).write("half", () => response.destroy());
    this.#changed();
  }

  async #do(path: string, body: Record<string, unknown>, response: ServerResponse): Promise<object> {
    const { chat } = (body.to ?? { chat: { id: "" } }) as Route;
    switch (path) {
      case "hello":
        return { self: "the-bot" };
      case "poll":
        return { updates: await this.#poll(body, response) };
      case "send":
        return { id: this.#send(body, chat.id).id };
      case "find":
        return { id: this.sent.find(({ key }) => key === body.key)?.id };
      case "edit":
        this.#edit(String(body.messageId), String(body.text));
        return {};
      case "remove":
        for (const each of this.sent) if (each.id === body.messageId) each.isRemoved = true;
        return {};
      case "typing":
        this.typing.push({ chat: chat.id, isOn: body.isOn === true });
        return {};
      case "react":
        this.reactions.push({
          messageId: String(body.messageId),
          emoji: String(body.emoji),
          remove: body.remove === true,
        });
        return {};
      default:
        return {};
    }
  }

  async #poll({ account, offset }: Record<string, unknown>, response: ServerResponse): Promise<object[]> {
    const gone = new Promise<[]>((resolve) => response.once("close", () => resolve([])));
    const due = this.until(() => {
      const updates = this.#updates.filter(
        (update) => update.account === account && update.n > Number(offset),
      );
      return updates.length > 0 && updates;
    });
    return await Promise.race([due, gone]);
  }

  #send({ account, text, key, replyTo }: Record<string, unknown>, chat: string): PlatformMessage {
    const known = this.#knowsKeys ? this.sent.find((each) => each.key === key) : undefined;
    if (known !== undefined) return known;
    const message: PlatformMessage = {
      id: `m${this.sent.length + 1}`,
      account: String(account),
      chat,
      text: String(text),
      key: String(key),
      ...(typeof replyTo === "string" ? { replyTo } : {}),
      edits: [],
      isRemoved: false,
    };
    this.sent.push(message);
    return message;
  }

  #edit(id: string, text: string): void {
    const message = this.sent.find((each) => each.id === id);
    if (message === undefined) return;
    message.edits.push(message.text);
    message.text = text;
  }
}

function answer(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

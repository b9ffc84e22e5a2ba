/**
 * Providers of models on the loopback interface, at the paths of the real ones: OpenAI (chat completions and responses), Anthropic,
 * Google, OpenRouter and Ollama. They answer what the test says, in order, and remember what they were asked.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { test as base } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { ANTHROPIC_MESSAGES } from "./anthropic-messages.ts";
import { GOOGLE } from "./google.ts";
import { OLLAMA } from "./ollama.ts";
import { openAiChat } from "./openai-chat.ts";
import { OPENAI_RESPONSES } from "./openai-responses.ts";
import { answered, type FakeApi, halves, type Reply } from "./reply.ts";

export interface SeenRequest {
  path: string;
  headers: IncomingMessage["headers"];
  model: string;
  body: Record<string, unknown>;
  /** Resolves when the client is gone or the answer has ended. */
  closed: Promise<unknown>;
}

type Script = Reply[] | ((request: SeenRequest) => Reply);

const APIS: [path: RegExp, api: FakeApi][] = [
  [/^\/v1\/chat\/completions$/, openAiChat("openai")],
  [/^\/api\/v1\/chat\/completions$/, openAiChat("openrouter")],
  [/^\/v1\/responses$/, OPENAI_RESPONSES],
  [/^\/v1\/messages$/, ANTHROPIC_MESSAGES],
  [/^\/v1beta\/models\/[^/]+:streamGenerateContent$/, GOOGLE],
  [/^\/api\/chat$/, OLLAMA],
];

export class FakeProvider {
  /** What was asked for an answer, in order. */
  readonly requests: SeenRequest[] = [];
  /** Of other questions, such as for a list of models: their paths. */
  readonly looks: string[] = [];
  /** For `GET` and `POST` of other paths. */
  readonly files = new Map<string, unknown>();
  #server: Server;
  #script: Script = [];
  #waiting: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeProvider> {
    const server = createServer();
    const provider = new FakeProvider(server);
    server.on("request", (request, response) => {
      provider.#answer(request, response).catch(() => response.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return provider;
  }

  /** `http://127.0.0.1:<port>`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What is answered next: these in order, and then the last of them again and again, or what the function says. */
  script(...replies: Reply[] | [(request: SeenRequest) => Reply]): void {
    const [first] = replies;
    this.#script = typeof first === "function" ? first : (replies as Reply[]);
  }

  /** Resolves when so many requests have come. */
  async asked(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ""] = (request.url ?? "").split("?");
    const body = await readAll(request);
    const api = APIS.find(([known]) => known.test(path))?.[1];
    if (api === undefined || request.method !== "POST") return this.#look(path, body, response);
    const parsed: unknown = JSON.parse(body);
    const told = isRecord(parsed) ? parsed : {};
    const inPath = /models\/([^/:]+):/.exec(path)?.[1];
    const model = typeof told.model === "string" ? told.model : decodeURIComponent(inPath ?? "");
    const seen = { path, headers: request.headers, model, body: told, closed: once(response, "close") };
    this.requests.push(seen);
    for (const wake of this.#waiting.splice(0)) wake();
    await respond(this.#next(seen), api, model, response);
  }

  #next(seen: SeenRequest): Reply {
    if (typeof this.#script === "function") return this.#script(seen);
    const [next, ...rest] = this.#script;
    if (rest.length > 0) this.#script = rest;
    return next ?? answered("Hello");
  }

  #look(path: string, body: string, response: ServerResponse): void {
    this.looks.push(path);
    const name = body === "" ? "" : String((JSON.parse(body) as { model?: unknown }).model);
    const file = this.files.get(name === "" ? path : `${path} ${name}`);
    response.writeHead(file === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(file ?? { error: "not found" }));
  }
}

async function respond(reply: Reply, api: FakeApi, model: string, response: ServerResponse): Promise<void> {
  const begin = () => response.writeHead(200, { "content-type": api.contentType });
  const send = (pieces: readonly string[]) => {
    for (const piece of pieces) response.write(piece);
  };
  switch (reply.kind) {
    case "answer":
      begin();
      send(api.answer(reply, model));
      response.end();
      return;
    case "refusal":
      begin();
      send(api.refusal(model));
      response.end();
      return;
    case "trouble": {
      const { status, body } = api.trouble(reply.trouble);
      response.writeHead(status, { "content-type": "application/json", ...reply.headers });
      response.end(JSON.stringify(body));
      return;
    }
    case "raw":
      response.writeHead(reply.status, reply.headers);
      response.end(reply.body);
      return;
    case "streamError":
      begin();
      if (reply.text !== undefined) send(api.beginning(reply.text, model));
      send(api.streamError(reply.trouble));
      response.end();
      return;
    case "malformed":
      begin();
      send([...api.beginning(reply.text, model), api.malformed]);
      response.end();
      return;
    case "cut":
      begin();
      send(api.beginning(reply.text, model));
      if (reply.cleanly === true) response.end();
      // What was written is to arrive first.
      else response.write("", () => setImmediate(() => response.destroy()));
      return;
    case "silence":
      if (reply.text === undefined) return;
      begin();
      send(api.beginning(reply.text, model));
      return;
    case "thinking": {
      const { thinking, text, until } = reply;
      const pieces = api.answer({ kind: "answer", thinking, text }, model);
      const [half = ""] = halves(text);
      const first = pieces.findIndex((piece) => piece.includes(half));
      begin();
      send(pieces.slice(0, first));
      await until;
      send(pieces.slice(first));
      response.end();
      return;
    }
    case "held":
      begin();
      send(api.beginning(reply.text, model));
      await reply.until;
      send(api.answer({ kind: "answer", text: reply.rest }, model));
      response.end();
      return;
    default:
  }
}

/** `test` with a provider that is stopped afterwards. */
export const test = base.extend<{ provider: FakeProvider }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  provider: async ({}, use) => {
    const provider = await FakeProvider.start();
    await use(provider);
    await provider.stop();
  },
});

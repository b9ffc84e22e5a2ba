/** One MCP server: connected when its tools are asked for, and left alone when nobody used it for a while. */
import { Client, type Tool as McpTool, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { Clock } from "../../../shared/clock.ts";
import type { McpServer as McpServerConfig } from "../../../shared/config/sections/mcp.ts";
import { errorText, plainText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { APP_VERSION } from "../../../shared/version.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { Tool, ToolResult } from "../tools/tool.ts";
import { declared, resultOf } from "./mcp-tool.ts";

export interface McpPlace {
  clock: Clock;
  log: Logger;
  /** Where programs are started that say nothing else. */
  directory: string;
}

const CONNECT_MS = 15_000;
const CALL_SECONDS = 120;
/** One that nobody uses is ended, in ms. */
const IDLE_MS = 10 * 60_000;
/** One that failed is not tried again before, in ms. */
const AGAIN_MS = 60_000;
const MOST_TOOLS = 100;
const MOST_ERRORS = 100;
const MOST_PAGES = 20;
const MOST_LOG_CHARS = 400;

export class McpServer {
  readonly name: string;
  #config: McpServerConfig;
  #place: McpPlace;
  #client: Promise<Client> | undefined;
  #tools: readonly Tool[] | undefined;
  #failedAtMs: number | undefined;
  #idle: Disposable | undefined;
  /** Calls under way. */
  #busy = 0;

  constructor(name: string, config: McpServerConfig, place: McpPlace) {
    this.name = name;
    this.#config = config;
    this.#place = place;
  }

  /** What it offers; nothing while it cannot be reached, which is logged. Never fails. */
  async tools(): Promise<readonly Tool[]> {
    const { clock, log } = this.#place;
    if (this.#failedAtMs !== undefined && clock.monotonicMs() - this.#failedAtMs < AGAIN_MS) return [];
    try {
      return await this.#used(async () => {
        this.#tools ??= await this.#listed(await this.#connected());
        return this.#tools;
      });
    } catch (error) {
      const reason = plainText(errorText(error), MOST_LOG_CHARS);
      this.#failedAtMs = clock.monotonicMs();
      log.warn({ server: this.name, reason }, "an MCP server cannot be used; it is tried again in a minute");
      await this.#disconnect();
      return [];
    }
  }

  /** Ends the connection, and the program if it was started for it. */
  async stop(): Promise<void> {
    this.#idle?.dispose();
    await this.#disconnect();
  }

  async #call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ToolResult> {
    const timeout = 1_000 * (this.#config.timeoutSeconds ?? CALL_SECONDS);
    return await this.#used(async () => {
      const client = await this.#connected();
      const options = { signal, timeout, resetTimeoutOnProgress: true, maxTotalTimeout: 5 * timeout };
      return resultOf(await client.callTool({ name, arguments: { ...args } }, options));
    });
  }

  async #listed(client: Client): Promise<readonly Tool[]> {
    const found: McpTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES && found.length <= MOST_TOOLS; page += 1) {
      const { tools, nextCursor } = await client.listTools(cursor === undefined ? {} : { cursor }, {
        timeout: CONNECT_MS,
      });
      found.push(...tools);
      cursor = nextCursor;
      if (cursor === undefined) break;
    }
    if (found.length > MOST_TOOLS)
      this.#place.log.warn(
        { server: this.name, tools: found.length },
        "an MCP server offers too many tools; some are left out",
      );
    return found.slice(0, MOST_TOOLS).flatMap((tool) => this.#toolOf(tool));
  }

  #toolOf(tool: McpTool): Tool[] {
    const known = declared(this.name, tool);
    if (known === undefined) {
      this.#place.log.warn(
        { server: this.name, tool: plainText(tool.name, 100) },
        "the parameters of an MCP tool are too long",
      );
      return [];
    }
    return [
      {
        ...known,
        readsForeign: true,
        run: (args, { signal }) => this.#call(tool.name, args, signal),
      },
    ];
  }

  #connected(): Promise<Client> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const client = new Client({ name: "clawdbot", version: APP_VERSION });
    const forget = () => {
      this.#client = undefined;
      this.#tools = undefined;
    };
    client.onclose = forget;
    let errors = 0;
    // What says nothing but nonsense would be read for ever.
    client.onerror = () => {
      errors += 1;
      if (errors === MOST_ERRORS) void client.close().catch(() => {}); // It is gone already.
    };
    client.setNotificationHandler("notifications/tools/list_changed", () => {
      this.#tools = undefined;
    });
    try {
      await client.connect(this.#transport(), { timeout: CONNECT_MS });
    } catch (error) {
      await client.close().catch(() => {}); // It was never open.
      throw error;
    }
    this.#failedAtMs = undefined;
    return client;
  }

  #transport() {
    const { command, args = [], env = {}, cwd, url, headers } = this.#config;
    if (url !== undefined) {
      const requestInit = headers === undefined ? {} : { headers };
      return new StreamableHTTPClientTransport(new URL(url), { requestInit });
    }
    const transport = new StdioClientTransport({
      command: command ?? "",
      args: [...args],
      env: { ...getDefaultEnvironment(), ...env },
      cwd: cwd ?? this.#place.directory,
      stderr: "pipe",
    });
    transport.stderr?.on("data", (chunk: Buffer) => {
      this.#place.log.debug(
        { server: this.name, said: plainText(chunk.toString("utf8"), MOST_LOG_CHARS) },
        "an MCP server says",
      );
    });
    return transport;
  }

  async #used<T>(work: () => Promise<T>): Promise<T> {
    this.#idle?.dispose();
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0 && this.#client !== undefined)
        this.#idle = this.#place.clock.after(IDLE_MS, () => void this.#disconnect());
    }
  }

  async #disconnect(): Promise<void> {
    const connected = this.#client;
    this.#client = undefined;
    this.#tools = undefined;
    const client = await connected?.catch(() => undefined);
    await client?.close().catch(() => {}); // It is gone already.
  }
}

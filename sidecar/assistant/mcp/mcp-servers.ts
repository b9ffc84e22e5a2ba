/** The MCP servers of the configuration, as it is now: whoever changes one gets it anew with the next turn. */
import { sleep } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Tool } from "../tools/tool.ts";
import { type McpPlace, McpServer } from "./mcp-server.ts";

/** Somebody waits for an answer, in ms. */
const PATIENCE_MS = 4_000;

export class McpServers {
  #config: () => GatewayConfig;
  #place: McpPlace;
  /** By name, with the configuration that each was made of. */
  #servers = new Map<string, { made: string; server: McpServer }>();

  constructor(config: () => GatewayConfig, place: McpPlace) {
    this.#config = config;
    this.#place = place;
  }

  /** The tools of all that can be reached in time: those of a slow one come with a later turn. Never fails. */
  async tools(): Promise<readonly Tool[]> {
    await this.#follow();
    const offered = await Promise.all([...this.#servers.values()].map(({ server }) => this.#inTime(server)));
    return offered.flat();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(({ server }) => server.stop()));
    this.#servers.clear();
  }

  async #inTime(server: McpServer): Promise<readonly Tool[]> {
    const late = new AbortController();
    try {
      return await Promise.race([
        server.tools(),
        sleep(this.#place.clock, PATIENCE_MS, late.signal).then(() => []),
      ]);
    } finally {
      late.abort();
    }
  }

  async #follow(): Promise<void> {
    const wanted = Object.entries(this.#config().mcp?.servers ?? {}).filter(
      ([, { enabled }]) => enabled !== false,
    );
    const names = new Map(wanted.map(([name, config]) => [name, JSON.stringify(config)]));
    for (const [name, { made, server }] of this.#servers) {
      if (names.get(name) === made) continue;
      this.#servers.delete(name);
      await server.stop();
    }
    for (const [name, config] of wanted)
      if (!this.#servers.has(name))
        this.#servers.set(name, {
          made: JSON.stringify(config),
          server: new McpServer(name, config, this.#place),
        });
  }
}

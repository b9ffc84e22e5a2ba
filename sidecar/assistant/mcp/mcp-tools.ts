/** The tools of MCP servers in turns: the servers are loaded with the first turn after one is configured, and what changes something asks the owner. */
import { loadPart } from "../../../shared/node/part.ts";
import { type OwnerWordPlace, ownersWord } from "../approvals/owner-word.ts";
import { isOwnersOwn } from "../tools/owner-alone.ts";
import type { Tool } from "../tools/tool.ts";
import type { McpPlace } from "./mcp-server.ts";
import type { McpServers } from "./mcp-servers.ts";

const MOST_ASKED_CHARS = 2_000;

export class McpTools {
  #place: McpPlace & OwnerWordPlace;
  #servers: Promise<McpServers> | undefined;

  constructor(place: McpPlace & OwnerWordPlace) {
    this.#place = place;
  }

  /** What the servers of the configuration offer. Never fails. */
  async tools(): Promise<readonly Tool[]> {
    const { servers = {} } = this.#place.config().mcp ?? {};
    if (this.#servers === undefined && Object.keys(servers).length === 0) return [];
    this.#servers ??= this.#load();
    return (await (await this.#servers).tools()).map((tool) => this.#asking(tool));
  }

  async stop(): Promise<void> {
    await (await this.#servers)?.stop();
  }

  async #load(): Promise<McpServers> {
    const { McpServers } = await loadPart(() => import("./mcp-servers.ts"));
    return new McpServers(this.#place.config, this.#place);
  }

  /** What its server says only looks is not asked for; of anything else the owner may say that it is not. */
  #asking(tool: Tool): Tool {
    const [server = ""] = tool.name.split("__");
    return {
      ...tool,
      // The program of somebody else acts for the owner alone.
      isFor: isOwnersOwn,
      run: async (args, call) => {
        const { ask = true } = this.#place.config().mcp?.servers?.[server] ?? {};
        if (tool.hasSideEffect && ask) {
          const command = `${tool.name} ${JSON.stringify(args)}`.slice(0, MOST_ASKED_CHARS);
          const rule = { name: tool.name, text: `${tool.name}, whatever it is called with` };
          await ownersWord(this.#place, call, { kind: "mcp", command, rule });
        }
        return await tool.run(args, call);
      },
    };
  }
}

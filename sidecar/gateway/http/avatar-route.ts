/**
 * The pictures of agents, at `/avatar/<agent>` below the dashboard's path. They are shown before anybody has proven anything, so what is
 * sent is a picture in an agent's workspace and nothing else, and a browser runs nothing in it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { AGENT_ID } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { loadPart } from "../../../shared/node/part.ts";
import type { WorkspacePaths } from "../../assistant/workspace/place.ts";
import { isHostAllowed } from "../connection/origin-check.ts";
import { normalizeBasePath } from "./base-path.ts";
import { send, sendText } from "./responses.ts";

/** Where the agents are looked up. */
export interface AvatarPlace {
  config: GatewayConfig;
  paths: WorkspacePaths;
  allowedOrigins: readonly string[];
}

export class AvatarRoute {
  #prefix: string;
  #place: AvatarPlace;

  constructor(basePath: string, place: AvatarPlace) {
    this.#prefix = `${normalizeBasePath(basePath)}/avatar/`;
    this.#place = place;
  }

  takes(path: string): boolean {
    return path.startsWith(this.#prefix);
  }

  /** The bytes of the picture, or with `?meta=1` where it is. */
  async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { config, paths, allowedOrigins } = this.#place;
    if (!isHostAllowed(request.headers.host, allowedOrigins)) return sendText(response, 404, "Not Found");
    if (request.method !== "GET" && request.method !== "HEAD")
      return sendText(response, 405, "Method Not Allowed", { Allow: "GET, HEAD" });
    const agentId = url.pathname.slice(this.#prefix.length);
    if (!AGENT_ID.test(agentId)) return sendText(response, 404, "Not Found");
    const { avatarFile } = await loadPart(() => import("../methods/agent-identity.ts"));
    const avatar = avatarFile(config, agentId, paths);
    if (url.searchParams.get("meta") === "1") {
      const avatarUrl = avatar.url ?? (avatar.picture === undefined ? null : url.pathname);
      return send(response, 200, JSON.stringify({ avatarUrl }), {
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "no-cache",
      });
    }
    if (avatar.picture === undefined) return sendText(response, 404, "Not Found");
    send(response, 200, avatar.picture.bytes, {
      "Content-Type": avatar.picture.type,
      "Cache-Control": "no-cache",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    });
  }
}

/**
 * The canvas: pages that the assistant shows on devices, at `/__clawdbot__/canvas`. Anybody who reaches the address may look at them, so
 * nothing but the files of one folder is sent, and in a browser they are nobody's: whoever wrote such a page gets at nothing that the
 * dashboard keeps, although both come from one address.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { loadPart } from "../../../../shared/node/part.ts";
import { isHostAllowed } from "../../connection/origin-check.ts";
import { send, sendText } from "../responses.ts";
import { type CanvasReload, RELOAD_PATH } from "./canvas-reload.ts";

/** What holds for the canvas now. */
export interface CanvasRules {
  root: string;
  liveReload: boolean;
  allowedOrigins: readonly string[];
}

const CANVAS_PATH = "/__clawdbot__/canvas";
/** Of an app that this program does not bring. */
const A2UI_PATH = "/__clawdbot__/a2ui";

const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads",
};

export class CanvasRoute {
  readonly rules: CanvasRules;
  readonly reload: CanvasReload;

  constructor(rules: CanvasRules, reload: CanvasReload) {
    this.rules = rules;
    this.reload = reload;
  }

  takes(path: string): boolean {
    if (path === RELOAD_PATH) return true;
    return [CANVAS_PATH, A2UI_PATH].some((base) => path === base || path.startsWith(`${base}/`));
  }

  async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { root, liveReload, allowedOrigins } = this.rules;
    const missing = () => sendText(response, 404, "not found");
    if (!isHostAllowed(request.headers.host, allowedOrigins)) return missing();
    const { pathname } = url;
    if (pathname === RELOAD_PATH)
      return liveReload ? sendText(response, 426, "upgrade required", { Upgrade: "websocket" }) : missing();
    if (request.method !== "GET" && request.method !== "HEAD")
      return sendText(response, 405, "Method Not Allowed", { Allow: "GET, HEAD" });
    if (!pathname.startsWith(CANVAS_PATH)) return missing();
    if (pathname === CANVAS_PATH)
      return send(response, 302, "", { Location: `${CANVAS_PATH}/${url.search}`, ...HEADERS });
    const { readCanvasFile } = await loadPart(() => import("./canvas-files.ts"));
    const file = await readCanvasFile(root, pathname.slice(CANVAS_PATH.length + 1), liveReload);
    if (file === undefined) return missing();
    send(response, 200, file.content, { "Content-Type": file.type, ...HEADERS });
  }
}

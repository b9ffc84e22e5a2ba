/** Serves the dashboard: a few static files under a policy that runs nothing but them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { isHostAllowed } from "../connection/origin-check.ts";
import { normalizeBasePath } from "./base-path.ts";
import { send, sendText } from "./responses.ts";
import type { UiFiles } from "./ui-files.ts";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** `'self'` covers WebSockets only in newer browsers, so the page's own socket address is named as well. */
function contentPolicy(host: string | undefined): string {
  const own = host !== undefined && /^[\w.:[\]-]{1,255}$/.test(host) ? ` ws://${host} wss://${host}` : "";
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${own}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export class UiRoute {
  #files: UiFiles;
  #basePath: string;
  #allowedOrigins: readonly string[];

  /** `files` are those of the built page; `basePath` is where it is served, "" for the root. */
  constructor(files: UiFiles, basePath: string, allowedOrigins: readonly string[] = []) {
    this.#files = files;
    this.#basePath = normalizeBasePath(basePath);
    this.#allowedOrigins = allowedOrigins;
  }

  /** Answers anything that no other route took. It has one view, at its own address. */
  async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!isHostAllowed(request.headers.host, this.#allowedOrigins)) {
      const remedy = "If the name is yours, add its origin to gateway.controlUi.allowedOrigins.";
      sendText(response, 421, `The gateway has no page under this name. ${remedy}`);
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      sendText(response, 405, "Method Not Allowed", { Allow: "GET, HEAD" });
      return;
    }
    const path = url.pathname;
    if (this.#basePath !== "" && path === this.#basePath) {
      send(response, 302, "", { Location: `${this.#basePath}/${url.search}` });
      return;
    }
    if (!path.startsWith(`${this.#basePath}/`) || (this.#basePath === "" && /^\/ui(\/|$)/.test(path))) {
      sendText(response, 404, "Not Found");
      return;
    }
    const name = path.slice(this.#basePath.length + 1);
    const file = fileFor(name);
    const bytes = file === undefined ? undefined : await this.#files.read(file);
    if (bytes === undefined) {
      if (file === PAGE) sendText(response, 503, "The dashboard is not built. Run: npm run build");
      else sendText(response, 404, "Not Found");
      return;
    }
    send(response, 200, bytes, {
      "Content-Type": TYPES[extname(file ?? "")] ?? "application/octet-stream",
      "Cache-Control": "no-cache",
      "Content-Security-Policy": contentPolicy(request.headers.host),
      "Cross-Origin-Opener-Policy": "same-origin",
    });
  }
}

/** The file a path means: one of our own kinds by its plain name, the page for none, undefined for anything else. */
function fileFor(path: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined; // Not UTF-8: no link of ours leads there.
  }
  if (name === "") return PAGE;
  return /^[a-z0-9-]+\.[a-z]+$/.test(name) && extname(name) in TYPES ? name : undefined;
}

const PAGE = "index.html";

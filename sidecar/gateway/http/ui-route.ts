/** Serves the dashboard: a few static files, read anew each time so that a rebuild shows, under a policy that runs nothing but them. */
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { systemCode } from "../../../shared/errors.ts";
import { send, sendText } from "./responses.ts";

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
  #folder: URL;
  #basePath: string;

  /** `folder` holds the built page; `basePath` is where it is served, "" for the root. */
  constructor(folder: URL, basePath: string) {
    this.#folder = folder;
    this.#basePath = normalizeBasePath(basePath);
  }

  /** Answers anything that no other route took. Unknown paths get the page itself, which finds its own way. */
  async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
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
    const file = /^[a-z0-9-]+\.[a-z]+$/.test(name) && extname(name) in TYPES ? name : "index.html";
    const body = (await this.#read(file)) ?? (await this.#read("index.html"));
    if (body === undefined) {
      sendText(response, 503, "The dashboard is not built. Run: npm run build");
      return;
    }
    const type = body.name === file ? TYPES[extname(file)] : TYPES[".html"];
    send(response, 200, body.bytes, {
      "Content-Type": type ?? "application/octet-stream",
      "Cache-Control": "no-cache",
      "Content-Security-Policy": contentPolicy(request.headers.host),
      "Cross-Origin-Opener-Policy": "same-origin",
    });
  }

  async #read(name: string): Promise<{ name: string; bytes: Buffer } | undefined> {
    try {
      return { name, bytes: await readFile(new URL(name, this.#folder)) };
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }
}

/** A leading slash, none at the end; "" for the root. */
export function normalizeBasePath(basePath: string): string {
  const inner = basePath.trim().replace(/^\/+|\/+$/g, "");
  return inner === "" ? "" : `/${inner}`;
}

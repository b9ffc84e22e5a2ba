/** The files of the canvas: those in its folder, never by a link and never from outside. Loaded with the first request. */
import { constants } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { extname, join } from "node:path";
import { systemCode } from "../../../../shared/errors.ts";
import { RELOAD_PATH } from "./canvas-reload.ts";

export interface CanvasFile {
  type: string;
  content: Buffer;
}

const MOST_BYTES = 67_108_864;
const HTML = "text/html; charset=utf-8";
const UNKNOWN = "application/octet-stream";
const TYPES: Readonly<Record<string, string>> = {
  ".html": HTML,
  ".htm": HTML,
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".mp3": "audio/mpeg",
  ".wav": "audio/wav",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".wasm": "application/wasm",
};

/** Shown where nothing is yet. */
const EMPTY_PAGE = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Canvas</title>
<style>body{font:1rem system-ui;display:grid;place-items:center;min-height:90vh;color:#777;background:#111}</style>
<body><p>Nothing is on the canvas yet.</p></body>
`;

/** A page tells nobody anything: it hears one word, and loads anew. */
const RELOAD_SCRIPT = `<script>(()=>{const go=()=>{const socket=new WebSocket(location.href.replace(/^http/,"ws").replace(/(\\/\\/[^/]+).*$/,"$1${RELOAD_PATH}"));socket.onmessage=({data})=>{if(data==="reload")location.reload()};socket.onclose=()=>setTimeout(go,2000)};go()})()</script>`;

/** The file that the path below the canvas means, a folder meaning its `index.html`; undefined for none. `path` is as it was asked for. */
export async function readCanvasFile(
  root: string,
  path: string,
  liveReload: boolean,
): Promise<CanvasFile | undefined> {
  const names = namesIn(path);
  if (names === undefined) return undefined;
  const found = await readInside(root, names);
  if (found !== undefined) return served(found, liveReload);
  return names.length === 1 && names[0] === INDEX
    ? served({ name: INDEX, content: Buffer.from(EMPTY_PAGE) }, liveReload)
    : undefined;
}

const INDEX = "index.html";

/** The names on the way to the file; undefined for a path that leaves the folder, or means what is hidden. */
function namesIn(path: string): string[] | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined; // No path that anybody could have written down.
  }
  if (/[\\\0]/.test(decoded)) return undefined;
  const names = decoded.split("/");
  if (names.at(-1) === "") names[names.length - 1] = INDEX;
  return names.some((name) => name === "" || name.startsWith(".")) ? undefined : names;
}

async function readInside(
  root: string,
  names: readonly string[],
): Promise<{ name: string; content: Buffer } | undefined> {
  try {
    const base = await realpath(root);
    const file = join(base, ...names);
    if ((await lstat(file)).isDirectory()) return await readInside(root, [...names, INDEX]);
    // Not waiting for a pipe, and not following a link that has taken the place of the file.
    const handle = await open(
      file,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const facts = await handle.stat();
      // A folder on the way that is a link leads elsewhere.
      if (!facts.isFile() || facts.size > MOST_BYTES || (await realpath(file)) !== file) return undefined;
      return { name: file, content: await handle.readFile() };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (ABSENT.has(systemCode(error) ?? "")) return undefined;
    throw error;
  }
}

const ABSENT = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EACCES", "EPERM", "ENAMETOOLONG", "ENXIO", "EISDIR"]);

function served({ name, content }: { name: string; content: Buffer }, liveReload: boolean): CanvasFile {
  const type = TYPES[extname(name).toLowerCase()] ?? UNKNOWN;
  if (type !== HTML || !liveReload) return { type, content };
  const text = content.toString("utf8");
  const end = text.toLowerCase().lastIndexOf("</body>");
  const at = end < 0 ? text.length : end;
  return { type, content: Buffer.from(`${text.slice(0, at)}${RELOAD_SCRIPT}${text.slice(at)}`) };
}

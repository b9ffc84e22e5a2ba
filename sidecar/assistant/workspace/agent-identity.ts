/**
 * Who an agent is for people and clients: what the configuration says, then the file `IDENTITY.md` of its workspace, then a name that
 * fits anybody. A picture is an address, a file in the workspace, or a short text such as an emoji.
 */
import { realpathSync } from "node:fs";
import { extname, relative, resolve, sep } from "node:path";
import { agentEntry } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { systemCode } from "../../../shared/errors.ts";
import { readSmallFile } from "../../../shared/node/small-file.ts";
import { parseIdentity } from "./identity.ts";
import { type WorkspacePaths, workspaceOf } from "./place.ts";

/** What is known of an agent; what nobody said is left out. */
export interface AgentIdentity {
  name?: string;
  theme?: string;
  emoji?: string;
  avatar?: string;
}

/** The picture of an agent, by what it is. */
export type Avatar =
  | { kind: "address"; url: string }
  | { kind: "file"; path: string; type: string }
  | { kind: "text"; text: string };

/** A picture as it is sent. */
export interface Picture {
  type: string;
  bytes: Buffer;
}

/** What an agent is called that has no name. */
export const NAMELESS = { name: "Assistant", avatar: "A" } as const;

const LONGEST = { name: 50, avatar: 200 } as const;
const MAX_PICTURE_BYTES = 2 * 1024 * 1024;
const MAX_IDENTITY_BYTES = 256 * 1024;

/** Kinds of pictures by the ending of their names, with how each begins. */
const PICTURES: Readonly<Record<string, { type: string; begins: RegExp }>> = {
  ".png": { type: "image/png", begins: /^\x89PNG/ },
  ".jpg": { type: "image/jpeg", begins: /^\xff\xd8\xff/ },
  ".jpeg": { type: "image/jpeg", begins: /^\xff\xd8\xff/ },
  ".gif": { type: "image/gif", begins: /^GIF8/ },
  ".webp": { type: "image/webp", begins: /^RIFF.{4}WEBP/s },
  ".svg": { type: "image/svg+xml", begins: /^(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)/i },
};

/** Of the configuration first, then of the file. */
export function identityOf(config: GatewayConfig, agentId: string, paths: WorkspacePaths): AgentIdentity {
  const { identity = {}, name } = agentEntry(config, agentId) ?? {};
  const own = parseIdentity(identityText(workspaceOf(config, agentId, paths)));
  const known: [keyof AgentIdentity, string | undefined][] = [
    ["name", identity.name ?? own.name ?? name],
    ["theme", identity.theme ?? own.style],
    ["emoji", identity.emoji ?? own.emoji],
    ["avatar", identity.avatar ?? own.avatar],
  ];
  return Object.fromEntries(known.flatMap(([key, value]) => (value?.trim() ? [[key, value.trim()]] : [])));
}

/** The name and picture that clients show, `NAMELESS` where there are none. */
export function shownIdentity(
  config: GatewayConfig,
  agentId: string,
  paths: WorkspacePaths,
): { name: string; avatar: Avatar } {
  const { name: common, avatar: commonAvatar } = config.ui?.assistant ?? {};
  const { name, avatar, emoji } = identityOf(config, agentId, paths);
  const workspace = workspaceOf(config, agentId, paths);
  const pictures = [commonAvatar, avatar, emoji].map((value) => avatarOf(value, workspace));
  return {
    name: [...(common?.trim() || name || NAMELESS.name)].slice(0, LONGEST.name).join(""),
    avatar: pictures.find((each) => each !== undefined) ?? { kind: "text", text: NAMELESS.avatar },
  };
}

/** The picture that a file of the workspace holds; undefined where there is none that is one. */
export function pictureAt(avatar: Avatar): Picture | undefined {
  if (avatar.kind !== "file") return undefined;
  const read = readSmallFile(avatar.path, MAX_PICTURE_BYTES);
  if (read.state !== "bytes") return undefined;
  // What is named like a picture and is none stays where it is: anybody may ask for pictures.
  const { begins } = PICTURES[extname(avatar.path).toLowerCase()] ?? {};
  return begins?.test(read.bytes.subarray(0, 512).toString("latin1"))
    ? { type: avatar.type, bytes: read.bytes }
    : undefined;
}

/** A picture as one text: an address stays one, a file becomes a `data:` address; undefined for a text and an unusable file. */
export function avatarUrl(avatar: Avatar): string | undefined {
  if (avatar.kind === "address") return avatar.url;
  const picture = pictureAt(avatar);
  return picture && `data:${picture.type};base64,${picture.bytes.toString("base64")}`;
}

/** What a value means as a picture; undefined for one that means none. */
export function avatarOf(value: string | undefined, workspace: string): Avatar | undefined {
  const text = value?.trim() ?? "";
  if (text === "") return undefined;
  if (/^(?:https?:\/\/|data:image\/)/i.test(text)) return { kind: "address", url: text };
  if (!/[\\/]/.test(text) && !/\.[a-z0-9]{2,5}$/i.test(text))
    return text.length > LONGEST.avatar ? undefined : { kind: "text", text };
  const type = PICTURES[extname(text).toLowerCase()]?.type;
  const path = type === undefined ? undefined : placeInside(text, workspace);
  return type === undefined || path === undefined ? undefined : { kind: "file", path, type };
}

/** Where the file really is; undefined where that is not in the workspace. */
function placeInside(path: string, workspace: string): string | undefined {
  try {
    const root = realpathSync(workspace);
    const real = realpathSync(resolve(workspace, path));
    const inner = relative(root, real);
    return inner === "" || inner === ".." || inner.startsWith(`..${sep}`) || resolve(root, inner) !== real
      ? undefined
      : real;
  } catch (error) {
    if (systemCode(error) !== undefined) return undefined; // There is no such file, or none that may be read.
    throw error;
  }
}

function identityText(workspace: string): string {
  const place = placeInside("IDENTITY.md", workspace);
  const read = place === undefined ? undefined : readSmallFile(place, MAX_IDENTITY_BYTES);
  return read?.state === "bytes" ? read.bytes.toString("utf8").replace(/^\ufeff/, "") : "";
}

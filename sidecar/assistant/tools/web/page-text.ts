/** The words of what came over the web, whatever they are written in. */

import { fileType, HEAD_BYTES, isTextual, typeAsSaid } from "../../../base/media/file-type.ts";
import type { WebAnswer } from "../../../base/net/safe-fetch.ts";

export interface PageText {
  text: string;
  isHtml: boolean;
}

/** Where a page says in itself how it is written. */
const META_BYTES = 2_048;

/** Fails with a sentence for what is no text. */
export function pageText({ headers, body }: Pick<WebAnswer, "headers" | "body">): PageText {
  const said = headers["content-type"];
  const type = typeAsSaid(said) ?? typeByContent(body);
  const isHtml = /^(?:text\/html|application\/xhtml\+xml)$/.test(type);
  if (!isHtml && !isTextual(type)) throw new Error(`It is no text, but ${type}, which is not read.`);
  const [, charset] = /charset\s*=\s*["']?([^\s"';]+)/i.exec(said ?? "") ?? [];
  return { text: decoded(body, charset ?? (isHtml ? charsetWithin(body) : undefined)), isHtml };
}

function typeByContent(body: Buffer): string {
  const head = body.subarray(0, HEAD_BYTES);
  const type = body.length === 0 ? "text/plain" : fileType(head);
  return type === "text/plain" && /^\s*<(?:!doctype html|html)/i.test(head.toString("latin1"))
    ? "text/html"
    : type;
}

function charsetWithin(body: Buffer): string | undefined {
  const head = body.subarray(0, META_BYTES).toString("latin1");
  return /<meta[^>]+charset\s*=\s*["']?([^\s"'/>;]+)/i.exec(head)?.[1];
}

/** By a mark at its beginning, else by what is said of it; where nothing is, as UTF-8 if it is that. */
function decoded(body: Buffer, charset: string | undefined): string {
  const marked = MARKS.find(({ bytes }) => bytes.every((byte, index) => body[index] === byte))?.charset;
  const named = marked ?? charset;
  if (named !== undefined) {
    try {
      return new TextDecoder(named).decode(body);
    } catch {
      // Nobody knows that name.
    }
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return new TextDecoder(named === undefined ? "windows-1252" : "utf-8").decode(body);
  }
}

const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], charset: "utf-8" },
  { bytes: [0xff, 0xfe], charset: "utf-16le" },
  { bytes: [0xfe, 0xff], charset: "utf-16be" },
] as const;

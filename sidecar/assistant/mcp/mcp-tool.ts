/** A tool of an MCP server as one of ours: what its server says of it is made to fit what providers of models take. */
import { createHash } from "node:crypto";
import type { CallToolResult, Tool as McpTool } from "@modelcontextprotocol/client";
import { neutralText, shortened } from "../../../shared/foreign-text.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { Block } from "../../base/store/message.ts";
import { headAndTail } from "../prompt/cut.ts";
import type { ToolResult } from "../tools/tool.ts";

/** Providers take so many characters, and no others than these. */
const MOST_NAME_CHARS = 64;
const MOST_DESCRIPTION_CHARS = 1_000;
const MOST_SCHEMA_CHARS = 20_000;
const RESULT = { head: 150_000, tail: 50_000 } as const;

/** What a model is told of the tool; undefined for one whose parameters no request has room for. */
export interface Declared {
  name: string;
  description: string;
  parameters: Readonly<Record<string, unknown>>;
  hasSideEffect: boolean;
}

export function declared(
  server: string,
  { name, description = "", inputSchema, annotations }: McpTool,
): Declared | undefined {
  if (JSON.stringify(inputSchema).length > MOST_SCHEMA_CHARS) return undefined;
  return {
    name: fittingName(`${server}__${name}`),
    description:
      `${shortened(neutralText(description).trim(), MOST_DESCRIPTION_CHARS)} (of the MCP server ${server})`.trim(),
    parameters: isRecord(inputSchema) && inputSchema.type === "object" ? inputSchema : { type: "object" },
    // A server may say so wrongly; whoever asks for approvals does not go by it alone.
    hasSideEffect: annotations?.readOnlyHint !== true,
  };
}

/** A name that is too long, or holds other characters, keeps a digest of all of it. */
function fittingName(name: string): string {
  const plain = name.replace(/[^a-zA-Z0-9_-]/g, "_");
  if (plain === name && name.length <= MOST_NAME_CHARS) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${plain.slice(0, MOST_NAME_CHARS - digest.length - 1)}_${digest}`;
}

export function resultOf({ content, structuredContent, isError }: CallToolResult): ToolResult {
  const blocks = content.map(blockOf);
  const shown: Block[] =
    blocks.length > 0 || structuredContent === undefined
      ? blocks
      : [{ type: "text", text: JSON.stringify(structuredContent) }];
  return {
    content: shown.length > 0 ? shown : [{ type: "text", text: "(nothing)" }],
    ...(isError === true ? { isError } : {}),
  };
}

function blockOf(block: CallToolResult["content"][number]): Block {
  switch (block.type) {
    case "text":
      return said(block.text);
    case "image":
      return { type: "image", data: block.data, mimeType: block.mimeType };
    case "audio":
      return said(`[audio, ${block.mimeType}]`);
    case "resource_link":
      return said(`[${block.name}: ${block.uri}]`);
    case "resource":
      return said("text" in block.resource ? block.resource.text : `[file ${block.resource.uri}]`);
  }
}

function said(text: string): Block {
  const gap = (missing: number) => `[… ${missing} characters left out …]`;
  return { type: "text", text: headAndTail(text, RESULT, gap) };
}

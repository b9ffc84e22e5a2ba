/** `read`: the text of a file that the turn may see, a picture, the names in a directory, or a result that was too long to be shown. */
import type { ResultReader } from "../../results/kept-results.ts";
import type { SkillReader } from "../../skills/skill-reader.ts";
import { countArgument, textArgument } from "../arguments.ts";
import type { FileAccess } from "../files/turn-files.ts";
import { type Tool, type ToolResult, textResult } from "../tool.ts";

/** More is not shown at once. */
const MOST_LINES = 2_000;
const MOST_BYTES = 50 * 1024;
/** Providers take no larger ones. */
const MOST_PICTURE_BYTES = 3_750_000;

export function readTool(
  files: FileAccess,
  told: string,
  { results, skills }: { results?: ResultReader; skills?: SkillReader } = {},
): Tool {
  return {
    name: "read",
    group: "fs",
    description: `Read a text file or a picture, or list a directory. ${told}`,
    parameters: {
      type: "object",
      properties: {
        path: { type: "string" },
        offset: { type: "integer", minimum: 1, description: "The first line, from 1" },
        limit: { type: "integer", minimum: 1, description: "How many lines" },
      },
      required: ["path"],
      additionalProperties: false,
    },
    hasSideEffect: false,
    async run(args, call) {
      const [offset = 1, limit] = [countArgument(args, "offset"), countArgument(args, "limit")];
      const path = textArgument(args, "path", "file_path");
      const kept = await results?.(path, call.turn.sessionId);
      if (kept !== undefined) return partOf(kept, offset, limit);
      const ofSkill = await skills?.(path, call.turn.agentId);
      if (ofSkill !== undefined) return partOf(await files.shown(ofSkill, path), offset, limit);
      const content = files.of(call).content(path);
      if (content.kind === "folder") return partOf(content.names.join("\n"), offset, limit);
      if (content.kind === "picture") return pictureResult(path, content);
      return partOf(await files.shown(content.text, path), offset, limit);
    },
  };
}

function partOf(text: string, offset: number, limit = MOST_LINES): ToolResult {
  if (text === "") return textResult("(empty)");
  const lines = text.split("\n");
  if (offset > lines.length) return textResult(`(there are only ${lines.length} lines)`);
  const wanted = lines.slice(offset - 1, offset - 1 + Math.min(limit, MOST_LINES));
  const shown: string[] = [];
  let bytes = 0;
  for (const line of wanted) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MOST_BYTES) break;
    shown.push(line);
  }
  const [first = ""] = wanted;
  if (shown.length === 0)
    return textResult(
      `${Buffer.from(first)
        .subarray(0, MOST_BYTES)
        .toString("utf8")
        .replace(/\ufffd+$/, "")}\n(line ${offset} is longer than is shown)`,
    );
  const next = offset + shown.length;
  const isEnd = next > lines.length;
  const more = isEnd
    ? ""
    : `\n(lines ${offset} to ${next - 1} of ${lines.length}; go on with offset ${next})`;
  return textResult(shown.join("\n") + more);
}

function pictureResult(path: string, { bytes, mimeType }: { bytes: Buffer; mimeType: string }): ToolResult {
  if (bytes.length > MOST_PICTURE_BYTES)
    throw new Error(`${path.trim()} is a picture of ${bytes.length} bytes, and too large to be shown.`);
  return {
    content: [
      { type: "text", text: `(a picture, ${mimeType}, ${bytes.length} bytes)` },
      { type: "image", data: bytes.toString("base64"), mimeType },
    ],
  };
}

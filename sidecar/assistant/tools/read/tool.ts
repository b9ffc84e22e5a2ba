/** `read`: the text of a file that the turn may see. */
import { tailOf } from "../../prompt/cut.ts";
import { countArgument, textArgument } from "../arguments.ts";
import type { ScopedFiles } from "../files/scoped-files.ts";
import { type Tool, textResult } from "../tool.ts";

/** More is not shown at once. */
const MOST_CHARS = 50_000;

export function readTool(files: ScopedFiles, told: string): Tool {
  return {
    name: "read",
    description: `Read a file, or list a directory. You may use ${told}.`,
    parameters: {
      type: "object",
      properties: {
        path: { type: "string", description: "Below the work directory, such as memory/2026-01-31.md" },
        offset: { type: "integer", minimum: 1, description: "The first line, from 1" },
        limit: { type: "integer", minimum: 1, description: "How many lines" },
      },
      required: ["path"],
      additionalProperties: false,
    },
    hasSideEffect: false,
    async run(args) {
      const [offset = 1, limit] = [countArgument(args, "offset"), countArgument(args, "limit")];
      const lines = files.read(textArgument(args, "path")).split("\n");
      const text = lines.slice(offset - 1, limit === undefined ? undefined : offset - 1 + limit).join("\n");
      if (text === "") return textResult("(empty)");
      if (text.length <= MOST_CHARS) return textResult(text);
      return textResult(
        `(the last ${MOST_CHARS} characters; read the rest with offset and limit)\n${tailOf(text, MOST_CHARS)}`,
      );
    },
  };
}

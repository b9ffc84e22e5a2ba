/** `write`: makes a file, or replaces one that was read. */
import { textArgument } from "../arguments.ts";
import type { ScopedFiles } from "../files/scoped-files.ts";
import { type Tool, textResult } from "../tool.ts";

export function writeTool(files: ScopedFiles, told: string): Tool {
  return {
    name: "write",
    description: `Make a file, or replace the whole of one that you have read. You may use ${told}.`,
    parameters: {
      type: "object",
      properties: {
        path: { type: "string", description: "Below the work directory, such as memory/2026-01-31.md" },
        content: { type: "string", description: "The whole text of the file" },
      },
      required: ["path", "content"],
      additionalProperties: false,
    },
    hasSideEffect: true,
    async run(args) {
      files.write(textArgument(args, "path"), textArgument(args, "content"));
      return textResult("Written.");
    },
  };
}

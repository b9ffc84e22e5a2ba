/** `edit`: replaces one place in a file. */
import { textArgument } from "../arguments.ts";
import type { ScopedFiles } from "../files/scoped-files.ts";
import { type Tool, textResult } from "../tool.ts";

export function editTool(files: ScopedFiles, told: string): Tool {
  return {
    name: "edit",
    description: `Replace a text that stands once in a file. You may use ${told}.`,
    parameters: {
      type: "object",
      properties: {
        path: { type: "string", description: "Below the work directory, such as MEMORY.md" },
        oldText: { type: "string", description: "The text as it stands there, exactly" },
        newText: { type: "string", description: "What takes its place" },
      },
      required: ["path", "oldText", "newText"],
      additionalProperties: false,
    },
    hasSideEffect: true,
    async run(args) {
      files.edit(textArgument(args, "path"), textArgument(args, "oldText"), textArgument(args, "newText"));
      return textResult("Changed.");
    },
  };
}

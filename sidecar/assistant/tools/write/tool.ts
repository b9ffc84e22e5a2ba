/** `write`: makes a file, or replaces one that was read. */
import { textArgument } from "../arguments.ts";
import { type FileAccess, refuseMarks } from "../files/turn-files.ts";
import { type Tool, textResult } from "../tool.ts";

export function writeTool(files: FileAccess, told: string): Tool {
  return {
    name: "write",
    group: "fs",
    description: `Make a file, or replace the whole of one that you have read. ${told}`,
    parameters: {
      type: "object",
      properties: {
        path: { type: "string" },
        content: { type: "string", description: "The whole text of the file" },
      },
      required: ["path", "content"],
      additionalProperties: false,
    },
    hasSideEffect: true,
    async run(args, call) {
      const path = textArgument(args, "path", "file_path");
      const text = textArgument(args, "content");
      refuseMarks(text);
      await files.mayWrite(call, path);
      files.of(call).write(path, text, { isUnseenFine: call.isDirect === true });
      return textResult("Written.");
    },
  };
}

/** `edit`: replaces one place in a file. */
import { textArgument } from "../arguments.ts";
import { type FileAccess, refuseMarks } from "../files/turn-files.ts";
import { unifiedDiff } from "../files/unified-diff.ts";
import { type Tool, textResult } from "../tool.ts";

export function editTool(files: FileAccess, told: string): Tool {
  return {
    name: "edit",
    group: "fs",
    description: `Replace a text that stands once in a file. ${told}`,
    parameters: {
      type: "object",
      properties: {
        path: { type: "string" },
        oldText: { type: "string", description: "The text as it stands there, exactly" },
        newText: { type: "string", description: "What takes its place" },
      },
      required: ["path", "oldText", "newText"],
      additionalProperties: false,
    },
    hasSideEffect: true,
    async run(args, call) {
      const path = textArgument(args, "path", "file_path");
      const old = textArgument(args, "oldText", "old_string");
      const fresh = textArgument(args, "newText", "new_string");
      refuseMarks(fresh);
      await files.mayWrite(call, path);
      const { before, after } = files.of(call).edit(path, old, fresh);
      return textResult(`Changed.\n${await files.shown(unifiedDiff(path.trim(), before, after), path)}`);
    },
  };
}

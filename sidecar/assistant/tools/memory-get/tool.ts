/** `memory_get`: lines of a note, such as around what a search found. */
import { isNote } from "../../memory/note-files.ts";
import { memorySettings } from "../../memory/settings.ts";
import { workspaceOf } from "../../workspace/place.ts";
import { countArgument, textArgument } from "../arguments.ts";
import { ScopedFiles } from "../files/scoped-files.ts";
import { isOwnersOwn } from "../owner-alone.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";

const MOST_LINES = 500;

export function memoryGet({ config, paths }: ToolPlace): Tool {
  return {
    name: "memory_get",
    group: "memory",
    description: "Read lines of a note, such as around what memory_search found. Only MEMORY.md and memory/.",
    parameters: {
      type: "object",
      properties: {
        path: { type: "string", description: "Such as memory/2026-01-31.md" },
        from: { type: "integer", minimum: 1, description: "The first line, from 1" },
        lines: { type: "integer", minimum: 1, maximum: MOST_LINES },
      },
      required: ["path"],
      additionalProperties: false,
    },
    hasSideEffect: false,
    isFor: (turn) => isOwnersOwn(turn) && memorySettings(config(), turn.agentId).isEnabled,
    async run(args, { turn }) {
      const directory = workspaceOf(config(), turn.agentId, paths);
      const files = new ScopedFiles({
        directory,
        allows: isNote,
        listed: ["memory"],
        told: "MEMORY.md and the notes in memory/",
      });
      const from = countArgument(args, "from") ?? 1;
      const most = Math.min(countArgument(args, "lines") ?? MOST_LINES, MOST_LINES);
      const lines = files.read(textArgument(args, "path")).split("\n");
      const asked = lines.slice(from - 1, from - 1 + most);
      if (asked.length === 0) return textResult(`(it has ${lines.length} lines)`);
      const left = lines.length - (from - 1 + asked.length);
      const more = left > 0 ? [`(${left} more lines)`] : [];
      return textResult([...asked, ...more].join("\n"));
    },
  };
}

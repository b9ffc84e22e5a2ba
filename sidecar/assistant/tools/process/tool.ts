/** `process`: looks after command lines that go on in the background. */

import { tailOf } from "../../prompt/cut.ts";
import { countArgument, textArgument } from "../arguments.ts";
import type { Hands } from "../exec/hands.ts";
import type { KeptRun } from "../exec/run-table.ts";
import { isOwnersOwn } from "../owner-alone.ts";
import { type Tool, type ToolResult, textResult } from "../tool.ts";
import { bytesOfHex, bytesOfKeys } from "./keys.ts";

const ACTIONS = [
  "list",
  "poll",
  "log",
  "write",
  "send-keys",
  "submit",
  "paste",
  "kill",
  "clear",
  "remove",
] as const;

const MOST_CHARS = 30_000;
const COMMAND_CHARS = 120;
const LOG_LINES = 200;
/** Around text that is pasted, for programs that want to know. */
const PASTE = ["\x1b[200~", "\x1b[201~"] as const;

export function processTool({ runs, clock }: Hands): Tool {
  return {
    name: "process",
    description:
      "Look after commands in the background: list them, poll for what is new, read the log, write to one, end it (kill), or forget one that has ended (remove).",
    parameters: {
      type: "object",
      properties: {
        action: { type: "string", enum: [...ACTIONS] },
        sessionId: { type: "string", description: "As exec gave it; not for list" },
        data: { type: "string", description: "For write" },
        eof: { type: "boolean", description: "For write: nothing more comes" },
        keys: {
          type: "array",
          items: { type: "string" },
          description: "For send-keys, such as Enter, C-c, Up",
        },
        hex: { type: "array", items: { type: "string" }, description: "For send-keys: bytes" },
        literal: { type: "string", description: "For send-keys: text as it is" },
        text: { type: "string", description: "For paste" },
        bracketed: { type: "boolean", description: "For paste: marked as pasted" },
        offset: { type: "integer", minimum: 1, description: "For log: the first line, from 1" },
        limit: { type: "integer", minimum: 1, description: "For log: how many lines" },
      },
      required: ["action"],
      additionalProperties: false,
    },
    group: "runtime",
    hasSideEffect: true,
    isPoll: true,
    // What a command prints is of the whole machine: nobody reads along.
    isFor: isOwnersOwn,
    async run(args, { turn }) {
      const action = textArgument(args, "action");
      if (action === "list") return textResult(listed(runs.of(turn.agentId), clock.now()));
      const id = textArgument(args, "sessionId");
      const kept = runs.get(turn.agentId, id);
      if (kept === undefined)
        return textResult(
          `There is no session ${JSON.stringify(id.slice(0, 80))}; it ended a while ago, or never was.`,
          true,
        );
      return await carriedOut(action, kept, args, () => runs.forget(id));
    },
  };
}

async function carriedOut(
  action: string,
  kept: KeptRun,
  args: Readonly<Record<string, unknown>>,
  forget: () => void,
): Promise<ToolResult> {
  const { run } = kept;
  switch (action) {
    case "poll": {
      // Whoever asks is told of the end here.
      if (run.end !== undefined) kept.isBeside = false;
      const news = run.output.news().trimEnd();
      return textResult(`${tailOf(news, MOST_CHARS) || "(nothing new)"}\n${stateOf(kept)}`);
    }
    case "log":
      return textResult(linesOf(run.output.text, args));
    case "write":
      await run.write(typeof args.data === "string" ? args.data : "", args.eof === true);
      return textResult("Written.");
    case "submit":
      await run.write(run.plan.atTerminal === undefined ? "\n" : "\r", false);
      return textResult("Written.");
    case "paste": {
      const text = textArgument(args, "text");
      await run.write(args.bracketed === true ? `${PASTE[0]}${text}${PASTE[1]}` : text, false);
      return textResult("Written.");
    }
    case "send-keys": {
      const literal = typeof args.literal === "string" ? Buffer.from(args.literal) : Buffer.alloc(0);
      await run.write(Buffer.concat([literal, bytesOfKeys(args.keys), bytesOfHex(args.hex)]), false);
      return textResult("Written.");
    }
    case "kill": {
      if (run.end !== undefined) return textResult(`It has ended already (${run.end.told}).`);
      kept.isBeside = false;
      await run.kill("killed");
      await run.ended;
      return textResult("Ended, with all that it started.");
    }
    case "clear":
      run.output.clear();
      return textResult("Its output is gone.");
    case "remove":
      if (run.end === undefined) return textResult("It still runs: end it with kill first.", true);
      forget();
      return textResult("Forgotten.");
    default:
      return textResult(
        `There is no action ${JSON.stringify(action.slice(0, 40))}; use one of ${ACTIONS.join(", ")}.`,
        true,
      );
  }
}

function listed(all: readonly KeptRun[], nowMs: number): string {
  if (all.length === 0) return "Nothing runs in the background.";
  return all
    .map((kept) => {
      const { run, command, startedAtMs, endedAtMs = nowMs } = kept;
      const seconds = Math.round((endedAtMs - startedAtMs) / 1_000);
      return `${run.plan.id}  ${stateOf(kept)}  ${seconds} s  ${command.slice(0, COMMAND_CHARS)}`;
    })
    .join("\n");
}

function stateOf({ run }: KeptRun): string {
  return run.end === undefined ? "(running)" : `(ended: ${run.end.told})`;
}

function linesOf(text: string, args: Readonly<Record<string, unknown>>): string {
  const lines = text.trimEnd().split("\n");
  const limit = countArgument(args, "limit") ?? LOG_LINES;
  const offset = countArgument(args, "offset") ?? Math.max(1, lines.length - limit + 1);
  const part = lines.slice(offset - 1, offset - 1 + limit).join("\n");
  return `(lines ${offset} to ${Math.min(lines.length, offset - 1 + limit)} of ${lines.length})\n${tailOf(part, MOST_CHARS)}`;
}

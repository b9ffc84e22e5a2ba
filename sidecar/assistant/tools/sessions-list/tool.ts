/** `sessions_list`: the conversations that the turn may know of. */
import type { SessionRow } from "../../../base/store/session-store.ts";
import { ownerZone } from "../../prompt/settings.ts";
import { momentText } from "../../prompt/time.ts";
import { kindOf } from "../../session-key.ts";
import { namedAs } from "../../sessions/title.ts";
import { countArgument } from "../arguments.ts";
import { mayUseSessions, type SessionView, viewOfSessions } from "../session-view.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";

const MOST = 200;
const USUAL = 20;
const MINUTE_MS = 60_000;

export function sessionsList(place: ToolPlace): Tool {
  const { clock, config } = place;
  return {
    name: "sessions_list",
    group: "sessions",
    description:
      "List conversations, those of sub-agents among them: key, name, when something was last said.",
    parameters: {
      type: "object",
      properties: {
        limit: { type: "integer", minimum: 1, maximum: MOST },
        activeMinutes: { type: "integer", minimum: 1, description: "Only those of the last minutes" },
        kinds: {
          type: "array",
          items: { type: "string", enum: ["direct", "group", "subagent", "cron", "hook"] },
        },
      },
      additionalProperties: false,
    },
    hasSideEffect: false,
    isPoll: true,
    isFor: mayUseSessions,
    async run(args, { turn }) {
      const limit = Math.min(countArgument(args, "limit") ?? USUAL, MOST);
      const minutes = countArgument(args, "activeMinutes");
      const kinds = Array.isArray(args.kinds) ? args.kinds : undefined;
      const view: SessionView = viewOfSessions(place, turn);
      const since = minutes === undefined ? undefined : clock.now() - minutes * MINUTE_MS;
      const rows = (await view.list({ limit: MOST, updatedSinceMs: since })).filter(
        ({ key, fields }) => kinds === undefined || kinds.includes(sortOf(key, fields.chatType)),
      );
      const zone = ownerZone(config());
      const lines = rows.slice(0, limit).map((row) => lineOf(row, zone, turn.sessionKey));
      return textResult(lines.length === 0 ? "There is none." : lines.join("\n"));
    },
  };
}

function lineOf({ key, fields, updatedAtMs }: SessionRow, zone: string, own: string): string {
  const name = namedAs(fields);
  const about = [
    momentText(updatedAtMs, { zone, isTwelveHour: false }),
    ...(name === undefined ? [] : [JSON.stringify(name)]),
    ...(key === own ? ["this one"] : []),
    ...(typeof fields.spawnedBy === "string" ? [`started by ${fields.spawnedBy}`] : []),
  ];
  return `${key} (${about.join(", ")})`;
}

/** As people call it. */
function sortOf(key: string, chatType: unknown): string {
  return /:(subagent|cron|hook):/.exec(key)?.[1] ?? kindOf(key, chatType);
}

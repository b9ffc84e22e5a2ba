/** `system-presence`, `system-event`, `last-heartbeat`, `set-heartbeats`. */

import { RequestError } from "../../../shared/errors.ts";
import { type PresenceEntry, presenceMethods } from "../../../shared/protocol/methods/presence.ts";
import { withoutUndefined } from "../../../shared/without-undefined.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { PresenceList } from "../presence-list.ts";
import { implement, type Method } from "../rpc/implement.ts";
import { cutText } from "../text-limits.ts";

/** Of a longer text nothing is kept and nothing is looked at: it goes to every client, and patterns are sought in it. */
const MAX_TEXT_CHARS = 500;

export interface PresencePlace {
  bus: EventBus;
  assistant: Pick<Assistant, "tell" | "lastHeartbeat" | "setHeartbeats">;
  /** Whose main conversation is told of events. */
  agentId: () => string;
}

export function presenceHandlers(
  presence: PresenceList,
  { bus, assistant, agentId }: PresencePlace,
): Method[] {
  const note = (text: string) => assistant.tell(agentId(), text, "next-heartbeat");
  const lastNodeFacts = new Map<string, Record<string, string>>();

  return implement(presenceMethods, {
    "system-presence": () => presence.list(),

    "system-event": async ({ text, tags: _dropped, ...facts }) => {
      const plain = cutText(text?.trim() ?? "", MAX_TEXT_CHARS);
      if (plain === "") throw new RequestError("PARAMS_INVALID", "text required");
      const parsed = parseNodeLine(plain);
      const entry = withoutUndefined({ ...parsed?.entry, ...facts, text: plain });
      const key = facts.deviceId ?? facts.instanceId ?? entry.host ?? entry.ip ?? plain.slice(0, 64);
      presence.report(key, entry);
      let told: string | undefined = plain;
      if (parsed !== undefined) {
        told = changedFacts(parsed, lastNodeFacts.get(key));
        lastNodeFacts.set(key, parsed.shown);
        if (lastNodeFacts.size > 1_000) lastNodeFacts.delete(lastNodeFacts.keys().next().value ?? "");
      }
      bus.publish("presence", { presence: presence.list() });
      if (told !== undefined) await note(told);
      return { ok: true as const };
    },

    "last-heartbeat": async () => (await assistant.lastHeartbeat()) ?? null,

    "set-heartbeats": async ({ enabled }) => {
      if (typeof enabled !== "boolean")
        throw new RequestError("PARAMS_INVALID", "invalid set-heartbeats params: enabled (boolean) required");
      await assistant.setHeartbeats(enabled);
      return { ok: true as const, enabled };
    },
  });
}

interface NodeLine {
  name: string;
  entry: Omit<PresenceEntry, "ts">;
  /** The fields worth telling the conversation, as they read. */
  shown: Record<string, string>;
}

/** Reads `Node: host (ip) · app v · last input ns ago · mode m · reason r`; undefined for any other text. */
function parseNodeLine(text: string): NodeLine | undefined {
  const [head = "", ...parts] = text.split("·").map((part) => part.trim());
  const node = /^Node:\s*([^()]+?)(?:\s*\(([^)]+)\))?$/.exec(head);
  if (node?.[1] === undefined) return undefined;
  const field = (name: string) => parts.find((part) => part.startsWith(`${name} `))?.slice(name.length + 1);
  const [host, ip] = [node[1], node[2]];
  const [version, mode, reason] = [field("app"), field("mode"), field("reason")];
  const seconds = /^(\d+)s ago$/.exec(field("last input") ?? "")?.[1];
  return {
    name: ip === undefined ? `Node: ${host}` : `Node: ${host} (${ip})`,
    entry: withoutUndefined({
      host,
      ip,
      version,
      mode,
      reason,
      lastInputSeconds: seconds === undefined ? undefined : Number(seconds),
    }),
    shown: withoutUndefined({ app: version, mode, reason: isRoutine(reason) ? undefined : reason }),
  };
}

/** The note about what changed since the last report of this machine; undefined when nothing did. */
function changedFacts(line: NodeLine, before: Record<string, string> | undefined): string | undefined {
  const changed = Object.entries(line.shown).filter(([field, value]) => before?.[field] !== value);
  if (changed.length === 0) return undefined;
  return [line.name, ...changed.map(([field, value]) => `${field} ${value}`)].join(" · ");
}

function isRoutine(reason: string | undefined): boolean {
  return reason !== undefined && (reason.startsWith("periodic") || reason === "heartbeat");
}

/** Recognises a request frame. The common case is a hand-written check; only bad frames pay for the schema and its findings. */
import * as z from "zod";
import { isRecord, type RequestFrame } from "../../../shared/protocol/frame.ts";
import { holdsMoreThan, MAX_VALUES } from "./value-count.ts";
import { checkWire } from "./wire-validation.ts";

const MAX_ID_CHARS = 1_000;
const MAX_METHOD_CHARS = 1_000;

const RequestFrameSchema = z.strictObject({
  type: z.literal("req"),
  id: z.string().min(1).max(MAX_ID_CHARS),
  method: z.string().min(1).max(MAX_METHOD_CHARS),
  params: z.unknown().optional(),
});

const KEYS = new Set(["type", "id", "method", "params"]);

export type FrameVerdict =
  | { kind: "request"; frame: RequestFrame }
  | { kind: "not-json" }
  /**
   * `id` is echoed as it came, if it is one that a client could wait for; "invalid" when there was none. `method` is that of a frame
   * which would be one if it held less.
   */
  | { kind: "invalid"; id: unknown; detail: string; method?: string };

/** Parses one client message. */
export function readRequestFrame(text: string): FrameVerdict {
  const isCrowded = holdsMoreThan(text, MAX_VALUES);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "not-json" };
  }
  if (isCrowded) {
    const detail = `must NOT have more than ${MAX_VALUES} values`;
    const method = hasEnvelope(value) ? { method: value.method } : {};
    return { kind: "invalid", id: echoOf(value), detail, ...method };
  }
  if (isRequest(value)) return { kind: "request", frame: value };
  const checked = checkWire(RequestFrameSchema, value);
  return { kind: "invalid", id: echoOf(value), detail: checked.ok ? "" : checked.text };
}

function isRequest(value: unknown): value is RequestFrame {
  if (!hasEnvelope(value)) return false;
  for (const key in value) if (!KEYS.has(key)) return false;
  return true;
}

/** Whether all that a request must have is there. What else there is is not looked at. */
function hasEnvelope(value: unknown): value is RequestFrame {
  if (!isRecord(value) || value.type !== "req") return false;
  const { id, method } = value;
  if (typeof id !== "string" || id === "" || id.length > MAX_ID_CHARS) return false;
  return typeof method === "string" && method !== "" && method.length <= MAX_METHOD_CHARS;
}

/** An answer must not grow with what somebody sends as an id. */
function echoOf(value: unknown): unknown {
  const id = isRecord(value) && "id" in value ? value.id : "invalid";
  const isLong = typeof id === "string" && id.length > MAX_ID_CHARS;
  return isLong || (typeof id === "object" && id !== null) ? "invalid" : id;
}

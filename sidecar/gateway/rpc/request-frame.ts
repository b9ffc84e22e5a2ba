/** Recognises a request frame. The common case is a hand-written check; only bad frames pay for the schema and its findings. */
import * as z from "zod";
import { isRecord, type RequestFrame } from "../../../shared/protocol/frame.ts";
import { wireValidationText } from "./wire-validation.ts";

const RequestFrameSchema = z.strictObject({
  type: z.literal("req"),
  id: z.string().min(1).max(1_000),
  method: z.string().min(1).max(1_000),
  params: z.unknown().optional(),
});

const KEYS = new Set(["type", "id", "method", "params"]);

export type FrameVerdict =
  | { kind: "request"; frame: RequestFrame }
  | { kind: "not-json" }
  /** `id` is echoed as it came, whatever its type; "invalid" when there was none. */
  | { kind: "invalid"; id: unknown; detail: string };

/** Parses one client message. */
export function readRequestFrame(text: string): FrameVerdict {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "not-json" };
  }
  if (isRequest(value)) return { kind: "request", frame: value };
  const parsed = RequestFrameSchema.safeParse(value, { reportInput: true });
  const id = isRecord(value) && "id" in value ? value.id : "invalid";
  return {
    kind: "invalid",
    id,
    detail: parsed.success ? "" : wireValidationText(parsed.error, RequestFrameSchema),
  };
}

function isRequest(value: unknown): value is RequestFrame {
  if (!isRecord(value) || value.type !== "req") return false;
  const { id, method } = value;
  if (typeof id !== "string" || id === "" || id.length > 1_000) return false;
  if (typeof method !== "string" || method === "" || method.length > 1_000) return false;
  return Object.keys(value).every((key) => KEYS.has(key));
}

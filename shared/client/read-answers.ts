/**
 * Takes answers apart that programs of ours act on: what is at an address may be older, newer or no gateway at all. Hand-written,
 * because clients load no schema library; the schemas are in `protocol/methods/`.
 */
import { isRecord } from "../protocol/frame.ts";
import type { MethodName } from "../protocol/index.ts";

/** Whether a value is what the method answers with, as far as anybody here looks at it. */
export function isAnswerTo(method: MethodName, value: unknown): boolean {
  return CHECKS[method]?.(value) ?? true;
}

const CHECKS: { readonly [Method in MethodName]?: (value: unknown) => boolean } = {
  health: (value) =>
    isRecord(value) &&
    value.ok === true &&
    isRecord(value.channels) &&
    isTexts(value.channelOrder) &&
    isRecord(value.channelLabels) &&
    Object.values(value.channelLabels).every((label) => typeof label === "string"),
  status: (value) =>
    isRecord(value) &&
    isRecord(value.sessions) &&
    isCount(value.sessions.count) &&
    isRecord(value.sessions.defaults) &&
    (value.sessions.defaults.model === null || typeof value.sessions.defaults.model === "string"),
  "system-presence": (value) => Array.isArray(value) && value.every(isRecord),
  "logs.tail": (value) =>
    isRecord(value) && typeof value.file === "string" && isCount(value.cursor) && isTexts(value.lines),
  "config.get": (value) =>
    isRecord(value) &&
    typeof value.path === "string" &&
    isRecord(value.config) &&
    typeof value.valid === "boolean",
  "dashboard.code": (value) => isRecord(value) && typeof value.code === "string",
};

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

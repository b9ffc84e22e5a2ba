/** Texts of mappings: `{{payload.issue.title}}` stands for what the call brought. */
import { isRecord } from "../../../../shared/protocol/frame.ts";

/** What a call brought. */
export interface HookCall {
  payload: unknown;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  query: URLSearchParams;
  /** Behind `/hooks/`. */
  path: string;
  nowIso: string;
}

const MOST_CHARS = 100_000;

/** The template with the values in it; what was not brought is empty, and what is no text is JSON. */
export function filled(template: string, call: HookCall): string {
  const text = template.replace(/\{\{\s*([^{}]{1,200}?)\s*\}\}/g, (_all, name: string) =>
    shown(valueIn(name, call)),
  );
  return text.slice(0, MOST_CHARS);
}

function valueIn(name: string, call: HookCall): unknown {
  if (name === "path") return call.path;
  if (name === "now") return call.nowIso;
  const [first = "", ...rest] = stepsIn(name);
  switch (first) {
    case "payload":
      return at(call.payload, rest);
    case "headers":
      return call.headers[rest.join(".").toLowerCase()];
    case "query":
      return call.query.get(rest.join(".")) ?? undefined;
    default:
      return at(call.payload, [first, ...rest]);
  }
}

/** `a.b[0].c` as its steps. */
function stepsIn(name: string): string[] {
  return name
    .replace(
      /\[(\d{1,6}|"[^"\]]*"|'[^'\]]*')\]/g,
      (_all, inner: string) => `.${inner.replace(/^["']|["']$/g, "")}`,
    )
    .split(".")
    .filter((step) => step !== "");
}

/** Own properties alone: nobody reaches what every object has. */
function at(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value;
  if (Array.isArray(value)) return /^\d+$/.test(step) ? at(value[Number(step)], rest) : undefined;
  return isRecord(value) && Object.hasOwn(value, step) ? at(value[step], rest) : undefined;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

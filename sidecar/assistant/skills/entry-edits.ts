/** What is to be written into the configuration for a change of a skill's entry: no more than what differs. Pure. */
import { REDACTED, secretProblem } from "../../../shared/config/secrets.ts";
import { RequestError } from "../../../shared/errors.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice } from "../../../shared/remedy.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";

/** Empty texts take away what they stand for; the mark of a hidden secret keeps it. */
export interface EntryChange {
  enabled?: boolean | undefined;
  apiKey?: string | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `values` are those of the file. Fails with `CONFIG_INVALID` for what is no name of a variable, or no secret. */
export function entryEdits(
  values: Record<string, unknown>,
  key: string,
  { enabled, apiKey, env = {} }: EntryChange,
): TextEdit[] {
  const place = ["skills", "entries", key];
  const entry = recordAt(values, place);
  const edits: TextEdit[] = [];
  const set = (name: readonly string[], before: unknown, value: unknown) => {
    if (before !== value) edits.push({ kind: "set", keys: [...place, ...name], value });
  };
  const setText = (name: readonly string[], before: unknown, value: string) => {
    if (value === REDACTED && before !== undefined) return;
    if (value.trim() === "") {
      if (before !== undefined) edits.push({ kind: "unset", keys: [...place, ...name] });
      return;
    }
    const problem = secretProblem(value);
    if (problem !== undefined)
      throw new RequestError("CONFIG_INVALID", advice`${[...place, ...name].join(".")} ${problem}`);
    set(name, before, value);
  };
  if (enabled !== undefined) set(["enabled"], entry.enabled, enabled);
  if (apiKey !== undefined) setText(["apiKey"], entry.apiKey, apiKey);
  const known = isRecord(entry.env) ? entry.env : {};
  for (const [name, value] of Object.entries(env)) {
    if (!NAME.test(name)) throw new RequestError("CONFIG_INVALID", advice`${name} is no name of a variable`);
    setText(["env", name], Object.hasOwn(known, name) ? known[name] : undefined, value);
  }
  return edits;
}

function recordAt(values: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  let place: unknown = values;
  for (const key of keys) place = isRecord(place) && Object.hasOwn(place, key) ? place[key] : undefined;
  return isRecord(place) ? place : {};
}

/** What a gateway says of values that somebody typed, in the words in which they were typed: it knows them by the names of the wire alone. */
import { CodedError, RequestError } from "../../shared/errors.ts";
import { foreignLine } from "../../shared/foreign-text.ts";
import { advice, type Remedy } from "../../shared/remedy.ts";

/** One value that was typed. Of a text no more than its length is ever told. */
export interface TypedValue {
  /** What it is and where it stands: `--session`, `<provider>`. */
  place: Remedy;
  value: string | undefined;
  /** What to do about one that is too long; by default a shorter one helps. */
  whenLong?: Remedy;
}

/** By the name of the parameter. */
export type TypedValues = Readonly<Record<string, TypedValue>>;

/** The answer. Fails with `USAGE` where the gateway refuses one of the values, and else as it fails. */
export async function answerTo<T>(answer: Promise<T>, typed: TypedValues): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw inTypedWords(error, typed);
  }
}

/** The failure as it is told to whoever typed the values. */
export function inTypedWords(error: unknown, typed: TypedValues): unknown {
  if (!(error instanceof CodedError) || error.code !== "REMOTE_ERROR") return error;
  const [, findings = ""] = /^invalid (?:\S+ params|request frame): (.*)$/.exec(error.message) ?? [];
  for (const finding of findings.split("; ")) {
    const [, name = "", fault = ""] = /^at \/([^/:]+)(?:\/[^:]*)?: (.*)$/.exec(finding) ?? [];
    const value = Object.hasOwn(typed, name) ? typed[name] : undefined;
    if (value === undefined) continue;
    const { remoteCode, details } = error;
    return new RequestError("USAGE", sentenceOf(fault, value), { cause: error, remoteCode, details });
  }
  return error;
}

function sentenceOf(fault: string, { place, value = "", whenLong = advice`give a shorter one` }: TypedValue) {
  const most = /^must NOT have more than (\d+) characters$/.exec(fault)?.[1];
  if (most !== undefined)
    return advice`${place}: at most ${most} characters are taken, and there are ${value.length}; ${whenLong}`;
  if (/^must NOT have fewer than 1 characters$/.test(fault)) return advice`${place}: it is empty`;
  return advice`${place}: ${foreignLine(fault, MOST_FAULT_CHARS)}`;
}

const MOST_FAULT_CHARS = 200;

/** What the schema finds wrong with a value, in words for a person. */
import type { z } from "zod";
import { foreignLine } from "../foreign-text.ts";
import { advice, isSentence, joined, keyOf, type Remedy, whole } from "../remedy.ts";
import { isShown } from "./meanings.ts";

/** Kinds of values by their name in the schema's findings. */
const KINDS = new Map<string, Remedy>([
  ["string", advice`string`],
  ["number", advice`number`],
  ["int", advice`whole number`],
  ["boolean", advice`true or false`],
  ["object", advice`object`],
  ["record", advice`object such as { "name": … }`],
  ["array", advice`list such as [ … ]`],
]);

/** What is wrong at the path, with what would be right. */
export function issueText(issue: z.core.$ZodIssue, path: readonly string[]): Remedy {
  switch (issue.code) {
    case "invalid_value":
      return choiceText(issue, path);
    case "invalid_key":
      return keyText(issue, path);
    case "invalid_type":
      return advice`expected ${KINDS.get(issue.expected) ?? issue.expected}${got(issue.input)}`;
    case "too_small":
      return issue.origin === "string"
        ? "must not be empty"
        : advice`must be at least ${String(issue.minimum)}${got(issue.input)}`;
    case "too_big":
      return advice`must be at most ${String(issue.maximum)}${got(issue.input)}`;
    case "custom":
      return isShown(issue.params) ? joined([whole(issue.message), gotText(issue.input)], "") : issue.message;
    default:
      return issue.message;
  }
}

/** The words of the section `gateway` stand beside secrets, which are put into the place of one easily. */
function choiceText({ values, input }: z.core.$ZodIssueInvalidValue, path: readonly string[]): Remedy {
  const known = values.map(String);
  const shown = typeof input === "string" && path[0] !== "gateway" ? gotText(input) : got(input);
  return advice`expected one of ${known.join(", ")}${shown}`;
}

/** Of a name in an object whose names are somebody's own. */
function keyText({ issues, message }: z.core.$ZodIssueInvalidKey, path: readonly string[]): Remedy {
  const [first] = issues;
  return first === undefined
    ? message
    : issueText({ ...first, input: path.at(-1) } as z.core.$ZodIssue, path);
}

function gotText(input: unknown): Remedy {
  return typeof input === "string" ? advice`, got ${`"${foreignLine(input, MAX_SHOWN)}"`}` : got(input);
}

const MAX_SHOWN = 80;

/** Shows numbers and booleans only: a string could be a secret in the wrong place. */
function got(input: unknown): Remedy {
  if (typeof input === "number" || typeof input === "boolean") return advice`, got ${String(input)}`;
  return "";
}

/** The same finding without the value that was found, which may be a secret that was written without quotes. */
export function withoutValue(message: Remedy): Remedy {
  if (!isSentence(message)) return message;
  const isGot = (value: number | Remedy) => isSentence(value) && keyOf(value) === GOT;
  return { ...message, values: message.values.map((value) => (isGot(value) ? "" : value)) };
}

const GOT = keyOf(advice`, got ${""}`);

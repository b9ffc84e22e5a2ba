/** Where everything stands in the text of a configuration: objects and lists with their members, by offsets. */
import JSON5 from "json5";
import { type Token, tokensOf } from "../../../shared/config/json5-tokens.ts";

/** `[start, end)` are offsets; those of an object or a list include its brackets. */
export interface TextNode {
  kind: "object" | "list" | "scalar";
  start: number;
  end: number;
  /** In their order, also those of a key that is written twice. None in a scalar. */
  members: TextMember[];
}

export interface TextMember {
  /** The key as it is written; absent in a list. */
  key?: { start: number; end: number; name: string };
  value: TextNode;
  /** Where the comma after it stands; absent when there is none. */
  comma?: number;
}

/** The topmost value of a text that is JSON5. Walks without recursion. */
export function treeOf(text: string): TextNode {
  const top: TextNode = { kind: "list", start: 0, end: text.length, members: [] };
  const open: TextNode[] = [top];
  let key: TextMember["key"];
  for (const token of tokensOf(text)) {
    if (token.kind === "comment") continue;
    const holder = open.at(-1) ?? top;
    const sign = token.kind === "punctuator" ? text[token.start] : "";
    if (sign === ":") continue;
    if (sign === ",") {
      const last = holder.members.at(-1);
      if (last !== undefined) last.comma = token.start;
    } else if (sign === "}" || sign === "]") {
      holder.end = token.end;
      open.pop();
    } else if (holder.kind === "object" && key === undefined) {
      key = { start: token.start, end: token.end, name: nameIn(text, token) };
    } else {
      const value = nodeAt(token, sign);
      holder.members.push(key === undefined ? { value } : { key, value });
      key = undefined;
      if (value.kind !== "scalar") open.push(value);
    }
  }
  return top.members[0]?.value ?? top;
}

/** The member that counts at a key of an object or a place of a list; undefined when there is none. */
export function memberAt({ kind, members }: TextNode, key: string): TextMember | undefined {
  if (kind === "object") return members.findLast((member) => member.key?.name === key);
  return /^(0|[1-9]\d*)$/.test(key) ? members[Number(key)] : undefined;
}

function nodeAt({ start, end }: Token, sign: string | undefined): TextNode {
  const kind = sign === "{" ? "object" : sign === "[" ? "list" : "scalar";
  return { kind, start, end, members: [] };
}

/** Most keys have no escapes; those that do are read by the parser that reads the configuration. */
function nameIn(text: string, { kind, start, end }: Token): string {
  const written = text.slice(start, end);
  if (kind === "string") return written.includes("\\") ? String(JSON5.parse(written)) : written.slice(1, -1);
  return written.includes("\\") ? (Object.keys(JSON5.parse(`{${written}:0}`))[0] ?? "") : written;
}

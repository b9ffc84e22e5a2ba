/** Which node is meant by what somebody typed: its id, its name, its address, or the beginning of its id. */
import { quoted, RequestError } from "./errors.ts";
import { neutralLine } from "./foreign-text.ts";
import type { NodeInfo } from "./protocol/methods/nodes.ts";
import { advice, joined } from "./remedy.ts";

/** What is looked at of a node. */
export type NamedNode = Pick<NodeInfo, "nodeId" | "displayName" | "remoteIp" | "connected">;

/** So much of an id that nobody means another one by it. */
const LEAST_ID_CHARS = 4;

/** The node that is meant; of several of one name the one that is connected. Fails with `NOT_FOUND` for none, and with `USAGE` for several. */
export function chooseNode<Node extends NamedNode>(nodes: readonly Node[], typed: string): Node {
  const wanted = typed.trim().toLowerCase();
  const fits: ((node: Node) => boolean)[] = [
    ({ nodeId }) => nodeId.toLowerCase() === wanted,
    ({ displayName }) => displayName?.toLowerCase() === wanted,
    ({ remoteIp }) => remoteIp === wanted,
    ({ nodeId }) => wanted.length >= LEAST_ID_CHARS && nodeId.toLowerCase().startsWith(wanted),
  ];
  for (const fit of fits) {
    const all = nodes.filter(fit);
    const here = all.filter(({ connected }) => connected);
    const [first, second] = here.length > 0 ? here : all;
    if (first !== undefined && second === undefined) return first;
    if (first !== undefined)
      throw new RequestError("USAGE", advice`Several nodes are called ${quoted(typed)}: name one by its id`);
  }
  const names = nodes.map(({ nodeId, displayName }) => quoted(neutralLine(displayName ?? nodeId)));
  throw new RequestError(
    "NOT_FOUND",
    names.length === 0
      ? advice`There is no node ${quoted(typed)}: none is paired or connected`
      : advice`There is no node ${quoted(typed)}; there is ${joined(names, ", ")}`,
  );
}

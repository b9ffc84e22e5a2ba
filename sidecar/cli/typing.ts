/** Commands that read their standard input look hung where it is a terminal: nothing shows that they wait for it. */
import { advice } from "../../shared/remedy.ts";
import type { Output } from "./output.ts";

/** Says so to whoever sits there. `option` is what asked for it. */
export function tellTyping(
  option: string,
  output: Pick<Output, "note">,
  { isTTY = false }: { isTTY?: boolean } = process.stdin,
): void {
  if (isTTY) output.note(advice`${option} reads what you type here, until Ctrl+D in an empty line.`);
}

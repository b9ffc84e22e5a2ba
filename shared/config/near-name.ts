/** The name that somebody meant who typed another one. */
import { advice, type Remedy } from "../remedy.ts";

/** The known name nearest to `name`, as `; did you mean "x"?`, or nothing when none is near. */
export function suggestion(name: string, known: Iterable<string>): Remedy {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : advice`; did you mean "${nearest}"?`;
}

/** The known name nearest to `name`; undefined when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  // No known name is that long, and the comparison costs as much as both are long.
  if (name.length > MAX_NAME) return undefined;
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || distance < best.distance) best = { name: candidate, distance };
  }
  // A word of which more than a third differs is another one.
  const tolerance = Math.floor(name.length / 3);
  return best === undefined || best.distance > tolerance ? undefined : best.name;
}

/** The known name that `name` is but for one slip of the finger; undefined when there is none, or when it is too short to tell. */
export function slipOf(name: string, known: Iterable<string>): string | undefined {
  const nearest = nearestName(name, known);
  const isSlip = nearest !== undefined && editDistance(name.toLowerCase(), nearest.toLowerCase()) <= 1;
  return isSlip ? nearest : undefined;
}

const MAX_NAME = 64;

/** How many letters are missing, superfluous, wrong or swapped with their neighbour. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/**
 * Patches as models of OpenAI write them: files that are added, deleted, or updated piece by piece, each piece told by the lines around
 * it. What is wrong with one is a sentence for the model.
 */

export type PatchStep =
  | { kind: "add"; path: string; text: string }
  | { kind: "delete"; path: string }
  | { kind: "update"; path: string; to?: string; pieces: readonly Piece[] };

/** Lines that take the place of others. */
interface Piece {
  /** Lines before it, each below the one before: a function, a class. */
  below: readonly string[];
  old: readonly string[];
  fresh: readonly string[];
  /** It is the end of the file. */
  isEnd: boolean;
}

const BEGIN = "*** Begin Patch";
const END = "*** End Patch";
const END_OF_FILE = "*** End of File";

export function parsePatch(input: string): PatchStep[] {
  const lines = input.trim().split(/\r?\n/);
  if (lines[0]?.trim() !== BEGIN) throw new Error(`A patch begins with the line "${BEGIN}".`);
  if (lines.at(-1)?.trim() !== END) throw new Error(`A patch ends with the line "${END}".`);
  const rest = lines.slice(1, -1);
  const steps: PatchStep[] = [];
  while (rest.length > 0) {
    const step = nextStep(rest);
    if (step !== undefined) steps.push(step);
  }
  if (steps.length === 0) throw new Error("The patch changes nothing.");
  return steps;
}

/** The text of the file after the pieces. Fails where one does not fit. */
export function patched(path: string, text: string, pieces: readonly Piece[]): string {
  const ending = text.includes("\r\n") ? "\r\n" : "\n";
  const hasEnd = text.endsWith("\n");
  const lines = text === "" ? [] : text.split(/\r?\n/);
  if (hasEnd) lines.pop();
  let from = 0;
  for (const piece of pieces) {
    for (const line of piece.below) from = placeOf(lines, [line], { from, isEnd: false, path }) + 1;
    const place =
      piece.old.length === 0
        ? piece.below.length > 0
          ? from
          : lines.length
        : placeOf(lines, piece.old, { from, isEnd: piece.isEnd, path });
    lines.splice(place, piece.old.length, ...piece.fresh);
    from = place + piece.fresh.length;
  }
  return lines.join(ending) + (hasEnd || text === "" ? ending : "");
}

/** Takes the lines of the next step from those that are left. */
function nextStep(rest: string[]): PatchStep | undefined {
  const line = rest.shift() ?? "";
  if (line.trim() === "") return undefined;
  const [, kind, path = ""] = /^\*\*\* (Add|Delete|Update) File: (.+)$/.exec(line) ?? [];
  if (kind === undefined)
    throw new Error(
      `The line ${JSON.stringify(line.slice(0, 120))} is none that a patch may have here: "*** Add File: ", "*** Update File: " or "*** Delete File: " and a path.`,
    );
  if (kind === "Delete") return { kind: "delete", path: path.trim() };
  if (kind === "Add") return { kind: "add", path: path.trim(), text: addedText(takeBody(rest), path) };
  const to = /^\*\*\* Move to: (.+)$/.exec(rest[0] ?? "")?.[1]?.trim();
  if (to !== undefined) rest.shift();
  const pieces = piecesOf(takeBody(rest), path);
  if (pieces.length === 0 && to === undefined) throw new Error(`The patch changes nothing in ${path}.`);
  return { kind: "update", path: path.trim(), ...(to !== undefined && { to }), pieces };
}

function takeBody(rest: string[]): string[] {
  const end = rest.findIndex((line) => /^\*\*\* (?:Add|Delete|Update) File: /.test(line));
  return rest.splice(0, end === -1 ? rest.length : end);
}

function addedText(body: readonly string[], path: string): string {
  const odd = body.find((line) => !line.startsWith("+") && line.trim() !== "");
  if (odd !== undefined) throw new Error(`Each line of the new file ${path} begins with +.`);
  return body
    .filter((line) => line.startsWith("+"))
    .map((line) => `${line.slice(1)}\n`)
    .join("");
}

function piecesOf(body: readonly string[], path: string): Piece[] {
  const pieces: Piece[] = [];
  let piece: { below: string[]; old: string[]; fresh: string[]; isEnd: boolean } | undefined;
  const begun = () => {
    piece ??= { below: [], old: [], fresh: [], isEnd: false };
    return piece;
  };
  const ended = () => {
    if (piece !== undefined && (piece.old.length > 0 || piece.fresh.length > 0)) pieces.push(piece);
    piece = undefined;
  };
  for (const line of body) {
    if (line.startsWith("@@")) {
      if (piece !== undefined && (piece.old.length > 0 || piece.fresh.length > 0)) ended();
      const below = line.slice(2).replace(/^ /, "");
      if (below.trim() !== "") begun().below.push(below);
    } else if (line.trim() === END_OF_FILE) {
      begun().isEnd = true;
      ended();
    } else if (line === "") {
      begun().old.push("");
      begun().fresh.push("");
    } else if (/^[ +-]/.test(line)) {
      if (line[0] !== "+") begun().old.push(line.slice(1));
      if (line[0] !== "-") begun().fresh.push(line.slice(1));
    } else
      throw new Error(
        `The line ${JSON.stringify(line.slice(0, 120))} of ${path} begins with none of a blank, + and -.`,
      );
  }
  ended();
  return pieces;
}

/** Where the lines stand at or behind `from`: exactly so, else but for blanks at their ends, else but for those around them. */
function placeOf(
  lines: readonly string[],
  wanted: readonly string[],
  { from, isEnd, path }: { from: number; isEnd: boolean; path: string },
): number {
  for (const same of [asItIs, withoutEnd, withoutBlanks]) {
    const isAt = (index: number) =>
      wanted.every((line, offset) => same(lines[index + offset] ?? "") === same(line));
    const last = lines.length - wanted.length;
    if (isEnd && last >= from && isAt(last)) return last;
    for (let index = from; index <= last && !isEnd; index += 1) if (isAt(index)) return index;
  }
  throw new Error(
    `${path} has no such lines${isEnd ? " at its end" : ""}: ${JSON.stringify(wanted.join("\n").slice(0, 200))}. Read it and give the lines exactly.`,
  );
}

const asItIs = (line: string) => line;
const withoutEnd = (line: string) => line.trimEnd();
const withoutBlanks = (line: string) => line.trim();

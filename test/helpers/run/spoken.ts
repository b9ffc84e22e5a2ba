/** Finds in the source what is said to people, by the ways in which it is handed to them. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "rolldown/parseAst";
import { keyOf } from "../../../shared/remedy.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What one file says: keys of translations, and places where something cannot be translated, each with file and line. */
export interface Spoken {
  keys: Map<string, string>;
  /** Every text that stands anywhere in the source: what is said may come out of a table. */
  texts: Set<string>;
  /** Texts with holes that are filled before anybody could translate them, and plain words in the hole of a sentence. */
  lost: string[];
}

interface Node {
  type: string;
  start: number;
  [part: string]: unknown;
}

/** Which argument of a call is read by people. */
const SAYING: Readonly<Record<string, number>> = {
  say: 0,
  tick: 0,
  note: 0,
  during: 0,
  box: 0,
  spell: 0,
  whole: 0,
  mark: 1,
  paint: 1,
  ask: 1,
  confirm: 1,
  choose: 1,
};
const ERRORS = /^(Request|Auth|Unavailable|Setup)Error$/;
const READ_PROPERTIES = ["fix", "remedy"];
/** What is the same in every language: holes, options, names of variables, PID, and a name of Tailscale's. */
const SAME = /\{\d+\}|--[a-z][a-z-]*|\b[A-Z]+_[A-Z_]+\b|\bPID\b|\bMagicDNS\b/g;
/** A command to be pasted, which stands as it is typed. */
const COMMAND = /^(sudo|systemctl|schtasks|tailscale|launchctl|git|docker) /;

/** Whether there is anything to be translated in the text. */
export function hasWords(text: string): boolean {
  // The letters to choose from, as in `[y/N]`, are words as well.
  return !COMMAND.test(text) && /\p{L}{2}|\[\p{L}\/\p{L}\]/u.test(text.replace(SAME, ""));
}

/** Everything that these files of the project say, and all TypeScript files of its folders among them; `except` are beginnings of paths. */
export function spokenIn(places: readonly string[], except: readonly string[]): Spoken {
  const spoken = nothingSpoken();
  const files = places.flatMap(filesIn).filter((file) => !except.some((each) => file.startsWith(each)));
  for (const file of files) spokenBy(readFileSync(join(ROOT, file), "utf8"), file, spoken);
  return spoken;
}

function nothingSpoken(): Spoken {
  return { keys: new Map(), texts: new Set(), lost: [] };
}

function filesIn(place: string): string[] {
  if (place.endsWith(".ts")) return [place];
  return readdirSync(join(ROOT, place), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** The same of one text; adds to `spoken`. */
export function spokenBy(text: string, file: string, spoken = nothingSpoken()): Spoken {
  const placeOf = ({ start }: Node) => `${file}:${text.slice(0, start).split("\n").length}`;
  const add = (key: string, node: Node) => {
    if (hasWords(key) && !spoken.keys.has(key)) spoken.keys.set(key, placeOf(node));
  };
  const isPlain = (node: Node): boolean => plainTexts(node).some(({ value }) => hasWords(value));
  /** A text where a sentence is expected. */
  const read = (node: Node | undefined): void => {
    if (node === undefined) return;
    for (const { value, node: where } of plainTexts(node)) add(value, where);
    for (const template of openTemplates(node))
      spoken.lost.push(`${placeOf(template)}: ${sourceOf(template)}`);
  };
  const sourceOf = ({ start, end }: Node) => text.slice(start, Number(end));

  const note = (part: Node) => {
    if (part.type === "Literal" && typeof part.value === "string") spoken.texts.add(part.value);
    if (part.type === "TemplateLiteral") spoken.texts.add(keyOf({ texts: cookedOf(part) }));
  };
  visit(parseAst(text, { lang: "ts" }, file) as unknown as Node, (node) => {
    note(node);
    if (node.type === "TaggedTemplateExpression" && nameOf(node.tag) === "advice") {
      const quasi = node.quasi as Node;
      add(keyOf({ texts: cookedOf(quasi) }), node);
      for (const hole of quasi.expressions as Node[]) {
        if (isPlain(hole)) spoken.lost.push(`${placeOf(hole)}: ${sourceOf(hole)}`);
        for (const open of openTemplates(hole)) spoken.lost.push(`${placeOf(open)}: ${sourceOf(open)}`);
      }
    }
    if (node.type === "TaggedTemplateExpression" && nameOf(node.tag) === "ours") {
      const words = cookedOf(node.quasi as Node).join(" ");
      for (const [placeholder] of words.matchAll(/<[^>]+>/g)) add(placeholder, node);
    }
    if (node.type === "CallExpression") {
      const index = SAYING[nameOf(node.callee)];
      const args = node.arguments as Node[];
      if (index !== undefined) read(args[index]);
      if (nameOf(node.callee) === "box") for (const row of elementsOf(args[1])) read(row);
    }
    if (node.type === "NewExpression" && ERRORS.test(nameOf(node.callee)))
      read((node.arguments as Node[])[1]);
    if (node.type === "Property" && READ_PROPERTIES.includes(nameOf(node.key))) read(node.value as Node);
  });
  return spoken;
}

/** The literal texts that an expression may be, by whichever branch. */
function plainTexts(node: Node): { value: string; node: Node }[] {
  if (node.type === "Literal" && typeof node.value === "string") return [{ value: node.value, node }];
  if (node.type === "TemplateLiteral" && (node.expressions as Node[]).length === 0)
    return [{ value: cookedOf(node).join(""), node }];
  return branchesOf(node).flatMap(plainTexts);
}

/** Templates with words and holes that the expression may be. */
function openTemplates(node: Node): Node[] {
  if (node.type === "TemplateLiteral")
    return (node.expressions as Node[]).length > 0 && hasWords(keyOf({ texts: cookedOf(node) }))
      ? [node]
      : [];
  return branchesOf(node).flatMap(openTemplates);
}

function branchesOf(node: Node): Node[] {
  if (node.type === "ConditionalExpression") return [node.consequent as Node, node.alternate as Node];
  if (node.type === "LogicalExpression") return [node.left as Node, node.right as Node];
  if (node.type === "ParenthesizedExpression" || node.type === "AwaitExpression")
    return [(node.expression ?? node.argument) as Node];
  return [];
}

function elementsOf(node: Node | undefined): Node[] {
  return node?.type === "ArrayExpression" ? (node.elements as Node[]) : [];
}

function cookedOf(template: Node): string[] {
  return (template.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
}

/** `say` of `output.say`, `SetupError` of itself. */
function nameOf(node: unknown): string {
  const { type, name, property } = node as Node;
  if (type === "MemberExpression") return nameOf(property);
  return typeof name === "string" ? name : "";
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const part of Object.values(node)) {
    for (const each of Array.isArray(part) ? part : [part]) {
      if (typeof each === "object" && each !== null && typeof (each as Node).type === "string")
        visit(each as Node, see);
    }
  }
}

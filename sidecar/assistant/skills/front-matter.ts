/** Reads the text of a `SKILL.md`: YAML between two lines of `---`, then instructions. The one place that knows YAML; loaded when there is a file to read. */
import { type Document, isMap, isNode, LineCounter, parseDocument } from "yaml";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { installOptions } from "./install/options.ts";
import { FieldReader, type Fields, FieldsError } from "./manifest-fields.ts";
import type { SkillManifest } from "./skill.ts";

/** What is wrong with a text, and in which line of it. */
export interface TextProblem {
  line: number;
  message: Remedy;
}

export type ReadManifest = { manifest: SkillManifest } | { problem: TextProblem };

const MOST = { name: 64, description: 1_024, short: 200 } as const;
/** Under which of these names a skill says what it needs; the first one that is there counts. */
const OWN_METADATA = ["clawdbot", "openclaw", "moltbot"] as const;

/** What the text says, or the first thing that is wrong with it. */
export function readManifest(text: string): ReadManifest {
  const parts = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text);
  if (parts === null)
    return {
      problem: { line: 1, message: advice`it does not begin with a front matter between two lines of ---` },
    };
  const [, matter = "", rest = ""] = parts;
  const parsed = parsedMatter(matter);
  if ("problem" in parsed) return parsed;
  try {
    return { manifest: manifestOf(parsed.fields, rest.trim()) };
  } catch (error) {
    if (!(error instanceof FieldsError)) throw error;
    return { problem: { line: parsed.lineOf(error.path), message: error.sentence } };
  }
}

type ParsedMatter =
  | { fields: Fields; lineOf: (path: readonly string[]) => number }
  | { problem: TextProblem };

function parsedMatter(matter: string): ParsedMatter {
  const strict = parsedYaml(matter);
  if (!("problem" in strict)) return strict;
  // What other programs read line by line may have a colon within its text.
  const lenient = parsedYaml(
    matter.replace(PLAIN_LINE, (_line, key: string, value: string) => `${key}: ${JSON.stringify(value)}`),
  );
  return "problem" in lenient ? strict : lenient;
}

const PLAIN_LINE = /^(name|description|homepage):[ \t]+([^\s"'|>{[&*!%@`#][^\r\n]*?)[ \t]*$/gm;

function parsedYaml(matter: string): ParsedMatter {
  const lines = new LineCounter();
  const document = parseDocument(matter, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
  // The first line of the file is the one above the matter.
  const lineAt = (offset: number) => lines.linePos(offset).line + 1;
  const [error] = document.errors;
  if (error !== undefined)
    return {
      problem: {
        line: lineAt(error.pos[0]),
        message: advice`it is no YAML: ${error.message.split("\n", 1)[0] ?? ""}`,
      },
    };
  const fields = plainValue(document);
  if (!isRecord(fields)) return { problem: { line: 2, message: advice`its front matter holds no fields` } };
  return { fields: fields as Fields, lineOf: (path) => lineAt(offsetOf(document, path)) };
}

/** A few letters must not become gigabytes by names that stand for each other. */
function plainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch {
    return undefined;
  }
}

/** Where the field stands, or the nearest one around it that does. */
function offsetOf(document: Document, path: readonly string[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const within = document.getIn(path.slice(0, length - 1), true);
    const around = length === 1 ? document.contents : within;
    if (!isMap(around)) continue;
    const pair = around.items.find(({ key }) => isNode(key) && String(key) === path[length - 1]);
    if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
  }
  return 0;
}

function manifestOf(all: Fields, instructions: string): SkillManifest {
  const fields = new FieldReader(all, []);
  const name = fields.text("name", MOST.name) ?? fields.refuse("name", advice`it has no name`);
  if (/[\p{Cc}/\\]/u.test(name)) fields.refuse("name", advice`its name holds a slash or a control character`);
  const description =
    fields.text("description", MOST.description) ??
    fields.refuse("description", advice`it has no description`);
  const own = ownMetadata(fields);
  const requires = own.below("requires");
  const homepage = fields.text("homepage", MOST.description) ?? own.text("homepage", MOST.description);
  const emoji = own.text("emoji", 16);
  const primaryEnv = own.text("primaryEnv", MOST.short);
  const tool =
    fields.text("command-dispatch", MOST.short) === "tool"
      ? fields.text("command-tool", MOST.short)
      : undefined;
  return {
    name,
    description: description.replace(/\s+/g, " "),
    ...(homepage === undefined ? {} : { homepage }),
    ...(emoji === undefined ? {} : { emoji }),
    key: own.text("skillKey", MOST.name) ?? name,
    isCommand: fields.flag("user-invocable") ?? true,
    isOffered: !(fields.flag("disable-model-invocation") ?? false),
    ...(tool === undefined ? {} : { tool }),
    always: own.flag("always") ?? false,
    needs: {
      bins: requires.names("bins"),
      anyBins: requires.names("anyBins"),
      env: requires.names("env"),
      config: requires.names("config"),
      os: own.names("os"),
    },
    ...(primaryEnv === undefined ? {} : { primaryEnv }),
    install: installOptions(own),
    instructions,
  };
}

/** What is said of the machine stands under a name of a program, as a mapping or as JSON in a text. */
function ownMetadata(fields: FieldReader): FieldReader {
  const metadata = fields.below("metadata");
  const name = OWN_METADATA.find((each) => metadata.has(each));
  return name === undefined ? new FieldReader({}, ["metadata"]) : metadata.below(name);
}

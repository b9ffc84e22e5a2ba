/** Reads pages of the guide: the commands they show, what these promise to print, and the messages they quote. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A block of commands. What it needs stands in a comment above it: `<!-- test: needs tailscale, background -->`. */
export interface GuideStep {
  /** Command lines, each beginning with `clawdbot `. Empty for a lone `stop`. */
  commands: string[];
  /** Lines that the commands print, from the `text` block below; pids, times and ports are examples. */
  promised: string[];
  /** Goes on running until the next one or `stop`. */
  background: boolean;
  /** Ends what runs in the background. */
  stop: boolean;
  exitCode: number;
  needs: string[];
  /** Names of files in the home directory that hold a password. */
  files: string[];
  env: Record<string, string>;
  /** Why the commands cannot be run in a test. */
  skip: string | undefined;
}

export const LANGUAGES = ["en", "de"] as const;

const FOLDER = new URL("../../../assets/docs/", import.meta.url);

/** The file names of a language's pages. */
export function guidePages(language: string): string[] {
  return readdirSync(new URL(`${language}/`, FOLDER)).sort();
}

export function guidePath(language: string, page: string): string {
  return fileURLToPath(new URL(`${language}/${page}`, FOLDER));
}

export function readGuide(language: string, page: string): string {
  return readFileSync(guidePath(language, page), "utf8");
}

/** The steps of a page in the order of the text. */
export function guideSteps(markdown: string): GuideStep[] {
  const steps: GuideStep[] = [];
  for (const [, note = "", kind, body = "", alone = ""] of markdown.matchAll(BLOCK)) {
    const lines = body.split("\n").filter((line) => line !== "");
    if (kind === "text") steps.at(-1)?.promised.push(...lines);
    else {
      const commands = lines.filter((line) => line.startsWith("clawdbot "));
      if (commands.length > 0 || alone !== "") steps.push(step(note || alone, commands));
    }
  }
  return steps;
}

/** The content of the fenced blocks of a kind, such as `nginx`, in the order of the text. */
export function codeBlocks(markdown: string, kind: string): string[] {
  const blocks = markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, language, body = ""]) => (language === kind ? [body] : []));
}

/** The words of a command line without `clawdbot`, as a shell would split them. */
export function wordsOf(line: string, home: string): string[] {
  const [, ...words] = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith("#"));
  return (comment === -1 ? words : words.slice(0, comment)).map((word) =>
    word.replace(/^~(?=\/)/, home).replace(/'([^']*)'|"([^"]*)"/g, "$1$2"),
  );
}

/** Commands in the running text, without those that leave a place open. */
export function inlineCommands(markdown: string): string[] {
  const text = markdown.replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/`(clawdbot [^`<]+)`/g)].map(([, command = ""]) => command);
}

/** The messages a page explains: its third-level headings in code. */
export function quotedMessages(markdown: string): string[] {
  return [...markdown.matchAll(/^### `(.+)`$/gm)].map(([, message = ""]) => message);
}

/** A comment with an annotation, a fenced block, or both. */
const BLOCK = /^(?:<!-- test: (.+?) -->\n)?```(sh|text)\n([\s\S]*?)^```$|^<!-- test: (stop) -->$/gm;

function step(note: string, commands: string[]): GuideStep {
  const skip = /^skip (.+)$/.exec(note)?.[1];
  const notes = skip === undefined ? note.split(", ").filter(Boolean) : [];
  const all = (name: string) =>
    notes.filter((each) => each.startsWith(`${name} `)).map((each) => each.slice(name.length + 1));
  const unknown = notes.find((each) => !/^(background|stop|(expect-exit|needs|file|env) \S+)$/.test(each));
  if (unknown !== undefined) throw new Error(`unknown annotation: ${unknown}`);
  return {
    commands,
    promised: [],
    background: notes.includes("background"),
    stop: notes.includes("stop"),
    exitCode: Number(all("expect-exit")[0] ?? 0),
    needs: all("needs"),
    files: all("file"),
    env: Object.fromEntries(all("env").map((each) => each.split("=") as [string, string])),
    skip,
  };
}

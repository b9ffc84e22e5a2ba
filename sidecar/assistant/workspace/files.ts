/** The files of a workspace that a model is shown, read for each turn and kept as long as they do not change. */
import { lstatSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { systemCode } from "../../../shared/errors.ts";
import { readSmallFile } from "../../../shared/node/small-file.ts";
import { tailOf } from "../prompt/cut.ts";
import { dateIn } from "../prompt/time.ts";
import { type Caps, cutFile, sharesOf } from "./caps.ts";
import { BOOTSTRAP_FILE } from "./templates.ts";

/** For whom they are read. */
export interface Reader {
  /** The owner alone reads along: what is about the owner is shown. */
  isOwnerAlone: boolean;
  /** `light` is a heartbeat that is shown nothing else. */
  turn: "chat" | "heartbeat" | "light" | "subagent";
}

/** A file as a prompt shows it. */
export interface WorkspaceFile {
  /** Below the workspace, with `/`. */
  name: string;
  /** What is shown; for one that is not there or cannot be read, a line that says so. */
  text: string;
  state: "whole" | "cut" | "missing" | "unreadable";
  /** Length of the file, in characters. */
  chars: number;
  /** It changes from day to day. */
  isDaily: boolean;
}

/** Of a daily note, its end. */
const DAILY_CHARS = 4_000;
/** Larger files are no notes. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Wanted {
  names: readonly string[];
  /** Is said to be missing. */
  isExpected: boolean;
  ownerOnly?: boolean;
  isDaily?: boolean;
  turns?: readonly Reader["turn"][];
}

const CHATS = ["chat", "heartbeat"] as const;
const ALL = [...CHATS, "subagent"] as const;
const FILES: readonly Wanted[] = [
  { names: ["AGENTS.md"], isExpected: true, turns: ALL },
  { names: ["SOUL.md"], isExpected: true, turns: CHATS },
  { names: ["TOOLS.md"], isExpected: true, turns: ALL },
  { names: ["IDENTITY.md"], isExpected: true, turns: CHATS },
  { names: ["USER.md"], isExpected: true, ownerOnly: true, turns: CHATS },
  { names: ["HEARTBEAT.md"], isExpected: false, turns: ["heartbeat", "light"] },
  { names: [BOOTSTRAP_FILE], isExpected: false, ownerOnly: true, turns: ["chat"] },
  { names: ["MEMORY.md", "memory.md"], isExpected: false, ownerOnly: true, turns: CHATS },
];

type Content =
  | { state: "text"; text: string }
  | { state: "missing" }
  | { state: "unreadable"; reason: string };

export class WorkspaceFiles {
  readonly directory: string;
  #known = new Map<string, { stamp: string; content: Content }>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** In the order in which they are shown. Never fails: what cannot be read is named with the reason. */
  read(reader: Reader, caps: Caps, day: { nowMs: number; zone: string }): WorkspaceFile[] {
    const wanted = [...FILES, ...dailyNotes(day)].filter(
      ({ ownerOnly = false, turns }) =>
        (!ownerOnly || reader.isOwnerAlone) && (turns?.includes(reader.turn) ?? true),
    );
    const found = wanted.flatMap((each) => this.#find(each));
    const shares = sharesOf(
      found.map(({ text }) => text.length),
      caps,
    );
    return found.map((file, index) => {
      const share = shares[index] ?? 0;
      if (file.text.length <= share) return file;
      return { ...file, state: "cut" as const, text: cutFile(file.name, file.text, share) };
    });
  }

  /** The text of one file; undefined where it is not there or cannot be read. */
  text(name: string): string | undefined {
    const content = this.#content(name);
    return content.state === "text" ? content.text : undefined;
  }

  #find({ names, isExpected, isDaily = false }: Wanted): WorkspaceFile[] {
    for (const name of names) {
      const content = this.#content(name);
      if (content.state === "unreadable")
        return [
          {
            name,
            text: `[${name} cannot be read: ${content.reason}]`,
            state: "unreadable",
            chars: 0,
            isDaily,
          },
        ];
      if (content.state === "missing") continue;
      const text = content.text.trim();
      if (text === "") return [];
      const chars = text.length;
      const isLong = isDaily && chars > DAILY_CHARS;
      return [
        isLong
          ? { name, text: `[…]\n${tailOf(text, DAILY_CHARS)}`, state: "cut", chars, isDaily }
          : { name, text, state: "whole", chars, isDaily },
      ];
    }
    const [name = ""] = names;
    return isExpected
      ? [{ name, text: `[there is no ${name} in the workspace]`, state: "missing", chars: 0, isDaily }]
      : [];
  }

  #content(name: string): Content {
    const file = join(this.directory, name);
    const stamp = stampOf(file);
    const known = this.#known.get(name);
    if (known !== undefined && known.stamp === stamp) return known.content;
    const content = stamp === "" ? ({ state: "missing" } as const) : this.#load(file);
    if (content.state === "unreadable") this.#known.delete(name);
    else this.#known.set(name, { stamp, content });
    return content;
  }

  #load(file: string): Content {
    try {
      if (!isInside(file, this.directory))
        return { state: "unreadable", reason: "it leads out of the workspace" };
    } catch (error) {
      if (systemCode(error) === "ENOENT") return { state: "missing" };
      return { state: "unreadable", reason: "its place cannot be found out" };
    }
    const read = readSmallFile(file, MAX_BYTES);
    if (read.state !== "bytes") return read;
    return { state: "text", text: read.bytes.toString("utf8").replace(/^\ufeff/, "") };
  }
}

/** Names the state of a file, and of what it leads to if it is a link; "" where there is none. */
function stampOf(file: string): string {
  try {
    const own = lstatSync(file, { throwIfNoEntry: false });
    if (own === undefined) return "";
    const led = own.isSymbolicLink() ? statSync(file, { throwIfNoEntry: false }) : own;
    return [own, led].map((each) => each && `${each.ino}:${each.mtimeMs}:${each.size}`).join("|");
  } catch {
    return "?"; // Reading it says why.
  }
}

function isInside(file: string, directory: string): boolean {
  return realpathSync(file).startsWith(realpathSync(directory) + sep);
}

/** Of today and yesterday, by the person's calendar. */
function dailyNotes({ nowMs, zone }: { nowMs: number; zone: string }): Wanted[] {
  return [1, 0].map((daysBack) => ({
    names: [`memory/${dateIn(zone, nowMs, daysBack)}.md`],
    isExpected: false,
    ownerOnly: true,
    isDaily: true,
    turns: CHATS,
  }));
}

/** Writes a state directory of the original with conversations of any size: talk, tools, images, branches and summaries. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { randomFrom } from "../run/soak.ts";

export interface LargeHistory {
  /** All of them, over all files. */
  entries: number;
  bytes: number;
  sessionIds: string[];
}

const WORDS =
  "gateway answer morning budget 日本 ünïcode 🎂 number release garden house train letter music".split(" ");
const START_MS = Date.UTC(2026, 0, 5);

/** The same bytes for the same seed. `files` conversations of about equal size. */
export function writeLargeHistory(
  stateDir: string,
  { bytes, files, seed }: { bytes: number; files: number; seed: number },
): LargeHistory {
  const folder = join(stateDir, "agents", "main", "sessions");
  mkdirSync(folder, { recursive: true });
  const random = randomFrom(seed);
  const list: Record<string, object> = {};
  const written: LargeHistory = { entries: 0, bytes: 0, sessionIds: [] };
  for (let index = 0; index < files; index += 1) {
    const sessionId = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
    const file = writeFile(join(folder, `${sessionId}.jsonl`), sessionId, bytes / files, random);
    written.entries += file.entries;
    written.bytes += file.bytes;
    written.sessionIds.push(sessionId);
    list[`agent:main:chat${index}`] = { sessionId, updatedAt: START_MS + index };
  }
  writeFileSync(join(folder, "sessions.json"), JSON.stringify(list));
  return written;
}

function writeFile(path: string, sessionId: string, most: number, random: () => number) {
  const fd = openSync(path, "w");
  let bytes = 0;
  let entries = 0;
  let parentId: string | null = null;
  const put = (line: object) => {
    bytes += writeSync(fd, `${JSON.stringify(line)}\n`);
  };
  const words = (count: number) =>
    Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  put({ type: "session", version: 3, id: sessionId, timestamp: new Date(START_MS).toISOString(), cwd: "/" });
  const recent: string[] = [];
  while (bytes < most) {
    const id: string = entries.toString(16).padStart(8, "0");
    const timestamp = START_MS + entries * 1_000;
    // Now and then somebody goes back and says something else.
    if (random() < 0.01 && recent.length > 3) parentId = recent[recent.length - 3] ?? null;
    const frame = { id, parentId, timestamp: new Date(timestamp).toISOString() };
    const chance = random();
    if (chance < 0.002 && recent.length > 5) {
      const summary = chance < 0.001 ? "Summary unavailable due to context limits." : words(40);
      put({ type: "compaction", ...frame, summary, firstKeptEntryId: recent.at(-5), tokensBefore: 1_000 });
    } else put({ type: "message", ...frame, message: messageOf(entries, chance, timestamp, words) });
    entries += 1;
    recent.push(id);
    if (recent.length > 10) recent.shift();
    parentId = id;
  }
  closeSync(fd);
  return { bytes, entries };
}

function messageOf(
  index: number,
  chance: number,
  timestamp: number,
  words: (count: number) => string,
): object {
  if (index % 2 === 0) {
    const data = Buffer.from(words(200)).toString("base64");
    const image = chance > 0.98 ? [{ type: "image", data, mimeType: "image/png" }] : [];
    return { role: "user", content: [{ type: "text", text: words(20) }, ...image], timestamp };
  }
  if (chance < 0.2) {
    const content = [{ type: "text", text: words(800) }];
    return { role: "toolResult", toolCallId: "t", toolName: "read", content, isError: false, timestamp };
  }
  return {
    role: "assistant",
    content: [{ type: "text", text: words(120) }],
    model: "m",
    provider: "p",
    timestamp,
  };
}

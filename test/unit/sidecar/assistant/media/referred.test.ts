import { expect, test } from "@playwright/test";
import { entriesWithPictures } from "../../../../../sidecar/assistant/media/referred.ts";
import type { MediaBlock, Message } from "../../../../../sidecar/base/store/message.ts";
import type { EntryRow } from "../../../../../sidecar/base/store/session-store.ts";

let seq = 0;

function entry(
  turnId: string,
  text: string,
  more: Partial<Message> & { files?: MediaBlock[] } = {},
): EntryRow {
  seq += 1;
  const { files = [], role = "user", ...rest } = more;
  return {
    seq,
    id: `${turnId}-${role}`,
    type: "message",
    createdAtMs: seq,
    state: "ok",
    turnId,
    message: { role, content: [{ type: "text", text }, ...files], timestamp: seq, ...rest },
  };
}

const picture = (name?: string): MediaBlock => ({
  type: "media",
  mediaId: "0".repeat(64),
  mimeType: "image/png",
  sizeBytes: 70,
  name,
});

/** Two pictures that came before, in turns of their own. */
const BEFORE = [
  entry("cat", "Look", { files: [picture("cat.png")], parts: [{ messageId: "m1" }] }),
  entry("cat", "A cat.", { role: "assistant" }),
  entry("dog", "And this", { files: [picture("dog.png")], parts: [{ messageId: "m2" }] }),
];

const shownFor = (text: string, more: Parameters<typeof entry>[2] = {}) => [
  ...entriesWithPictures([...BEFORE, entry("now", text, more)], "now"),
];

for (const [what, text, more, shown] of [
  ["nothing of pictures", "What is the weather?", {}, []],
  ["the picture", "What is in the picture?", {}, ["dog-user"]],
  ["das Bild", "Was ist auf dem Bild zu sehen?", {}, ["dog-user"]],
  ["words that only hold one", "The photographer of the bildung", {}, []],
  ["a file by its name", "Is cat.png sharp?", {}, ["cat-user"]],
  [
    "an answer to a message",
    "And this one?",
    { parts: [{ quoted: { messageId: "m1", text: "" } }] },
    ["cat-user"],
  ],
  ["a picture of its own", "Look at this picture", { files: [picture("new.png")] }, ["now-user"]],
  ["its own beside another", "Compare it with cat.png", { files: [picture()] }, ["now-user", "cat-user"]],
] as const) {
  test(`${what}: ${shown.length === 0 ? "none is shown" : shown.join(" and ")}`, () => {
    expect(shownFor(text, more as Parameters<typeof entry>[2])).toEqual(shown);
  });
}

test("what the assistant sent is not shown to it again", () => {
  const sent = entry("cat", "Here", { role: "assistant", files: [picture("chart.png")] });

  expect([...entriesWithPictures([sent, entry("now", "Explain the picture chart.png")], "now")]).toEqual([]);
});

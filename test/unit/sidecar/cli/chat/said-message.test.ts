import { expect, test } from "@playwright/test";
import { readMessage } from "../../../../../sidecar/cli/chat/said-message.ts";

const said = (content: unknown) => readMessage({ id: "e1", role: "user", content, timestamp: 1 });

test("files are lines behind the words, by their names or their types", () => {
  const content = [
    { type: "text", text: "Look" },
    { type: "image", mediaId: "a", mimeType: "image/png", bytes: 70, fileName: "cat.png" },
    { type: "file", mediaId: "b", mimeType: "application/pdf", bytes: 9 },
  ];

  expect(said(content)).toEqual([
    { role: "user", text: "Look\n[image: cat.png]\n[file: application/pdf]", key: "e1" },
  ]);
});

test("a message of a file alone is that line", () => {
  expect(said([{ type: "audio", mimeType: "audio/ogg", fileName: "note.ogg" }])).toEqual([
    { role: "user", text: "[audio: note.ogg]", key: "e1" },
  ]);
});

test("an answer that did not arrive in its channel says so, one that did or is tried does not", () => {
  const lostOf = (delivery: unknown) =>
    readMessage({ id: "e1", role: "assistant", content: "Hello", timestamp: 1, delivery })[0]?.lost;

  expect(lostOf({ channel: "fx", state: "failed", at: 1, error: "gone" })).toEqual({
    channel: "fx",
    state: "failed",
    error: "gone",
  });
  expect(lostOf({ channel: "fx", state: "unknown", at: 1 })).toEqual({ channel: "fx", state: "unknown" });
  for (const delivery of [
    undefined,
    "lost",
    { channel: "fx", state: "sent" },
    { channel: "fx", state: "queued" },
  ])
    expect(lostOf(delivery)).toBeUndefined();
});

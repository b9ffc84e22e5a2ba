import { expect, test } from "@playwright/test";
import { fileType, mediaKind } from "../../../../../sidecar/base/media/file-type.ts";

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));

const PNG = bytes([0x89], "PNG\r\n", [0x1a, 0x0a], "rest");
const JPEG = bytes([0xff, 0xd8, 0xff, 0xe0]);

for (const [what, head, declared, type] of [
  ["a picture", PNG, undefined, "image/png"],
  ["a picture that is said to be text", PNG, "text/plain", "image/png"],
  ["a picture that is said to be another one", JPEG, "image/png", "image/jpeg"],
  ["WebP", bytes("RIFF", [1, 2, 3, 4], "WEBPVP8 "), undefined, "image/webp"],
  ["sound in RIFF", bytes("RIFF", [1, 2, 3, 4], "WAVEfmt "), undefined, "audio/wav"],
  ["a film", bytes([0, 0, 0, 0x20], "ftypisom"), undefined, "video/mp4"],
  ["a picture of a telephone", bytes([0, 0, 0, 0x20], "ftypheic"), "image/jpeg", "image/heic"],
  ["a voice note", bytes("OggS"), "audio/ogg; codecs=opus", "audio/ogg"],
  ["MPEG audio with tags", bytes("ID3", [4, 0]), undefined, "audio/mpeg"],
  ["MPEG audio without", bytes([0xff, 0xfb, 0x90, 0x64]), undefined, "audio/mpeg"],
  ["words about tags", bytes("ID3 tags are old"), undefined, "text/plain"],
  ["words with a box in them", bytes("The ftypmp42 box"), undefined, "text/plain"],
  ["a PDF", bytes("%PDF-1.7"), "image/png", "application/pdf"],
  ["a document in an archive", bytes("PK", [3, 4]), `${office()}.document`, `${office()}.document`],
  ["an archive that is said to be a picture", bytes("PK", [3, 4]), "image/png", "application/zip"],
  ["words", bytes("Grüße"), undefined, "text/plain"],
  ["words of a kind", bytes("a,b"), "Text/CSV; charset=utf-8", "text/csv"],
  ["words that are said to be a picture", bytes("<html>"), "image/png", "text/plain"],
  ["a drawing in markup", bytes("<svg/>"), "image/svg+xml", "image/svg+xml"],
  ["a character that is cut at the end", bytes("Gr", [0xc3]), undefined, "text/plain"],
  ["no words", bytes([1, 2, 3]), undefined, "application/octet-stream"],
  ["no words that are said to be a picture", bytes([1, 2, 3]), "image/png", "application/octet-stream"],
  ["no words that are said to be words", bytes([1, 2, 3]), "text/plain", "application/octet-stream"],
  ["what only its sender knows", bytes([1, 2, 3]), "application/x-thing", "application/x-thing"],
  ["what is no type at all", bytes([1, 2, 3]), "a b\nc", "application/octet-stream"],
  ["nothing", bytes(), undefined, "application/octet-stream"],
] as const) {
  test(`${what}: ${type}`, () => {
    expect(fileType(head, declared)).toBe(type);
  });
}

test("a drawing in markup is a document, which nobody opens as a picture", () => {
  expect(["image/svg+xml", "image/png", "audio/ogg", "video/mp4", "text/plain"].map(mediaKind)).toEqual([
    "document",
    "image",
    "audio",
    "video",
    "document",
  ]);
});

function office(): string {
  return "application/vnd.openxmlformats-officedocument.wordprocessingml";
}

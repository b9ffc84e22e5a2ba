import { expect, test } from "@playwright/test";
import {
  bytesOfBase64,
  dataUrl,
  readAttachments,
} from "../../../../../sidecar/assistant/media/attachments.ts";
import { pictureOf } from "../../../../helpers/media/files.ts";

const contentOf = (sent: unknown) => readAttachments([sent])[0]?.content;
const refusalOf = (work: () => unknown): string => {
  try {
    work();
    return "taken";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

test.describe("attachments", () => {
  test("take exactly 5,000,000 bytes in a message, and not one more", () => {
    const sent = (size: number) => ({ fileName: "a.png", content: pictureOf(size).toString("base64") });

    expect(contentOf(sent(5_000_000))).toHaveLength(5_000_000);
    expect(refusalOf(() => readAttachments([sent(5_000_001)]))).toBe(
      "Error: attachment a.png: exceeds size limit (5000001 > 5000000 bytes)",
    );
  });

  test("are left out without content, and named by their place where they have no name", () => {
    expect(readAttachments([{}, { content: null }, { fileName: "a.png" }])).toEqual([]);
    expect(refusalOf(() => readAttachments([{}, { content: "***" }]))).toBe(
      "Error: attachment attachment-2: invalid base64 content",
    );
  });

  test("are refused when they are empty: somebody sent a file", () => {
    for (const content of ["", "data:image/png;base64,"])
      expect(refusalOf(() => readAttachments([{ fileName: "a.png", content }]))).toBe(
        "Error: attachment a.png: is empty",
      );
  });

  test("of a data URL are what that says, over what stands beside it", () => {
    const [attachment] = readAttachments([
      { fileName: "a", mimeType: "image/png", content: "data:text/csv;charset=utf-8;base64,YSxi" },
    ]);

    expect(attachment).toMatchObject({ declared: "text/csv", content: Buffer.from("a,b") });
  });
});

test.describe("base64", () => {
  for (const [what, text, bytes] of [
    ["with its end", "aGk=", "hi"],
    ["without its end", "aGk", "hi"],
    ["in lines", "aG\r\nk=\n", "hi"],
    ["in the alphabet of addresses", "_-8", "\u00ff\u00ef"],
  ] as const) {
    test(`${what} is read`, () => {
      expect(bytesOfBase64(text, "a").toString("latin1")).toBe(bytes);
    });
  }

  for (const text of ["***", "a", "aGk=aGk=", "aG=k", "aGk===", "aGk\u00e9", "{}"]) {
    test(`${JSON.stringify(text)} is none`, () => {
      expect(refusalOf(() => bytesOfBase64(text, "a"))).toBe("Error: attachment a: invalid base64 content");
    });
  }
});

test("a data URL is one with base64 in it, and nothing else", () => {
  expect(dataUrl("DATA:image/PNG;base64,aGk=")).toEqual({ declared: "image/png", base64: "aGk=" });
  expect(dataUrl("data:;base64,aGk=")).toEqual({ declared: undefined, base64: "aGk=" });
  for (const other of ["data:text/plain,hi", "https://example.com/a,b", "data:image/png;base64", "aGk="])
    expect(dataUrl(other)).toBeUndefined();
});

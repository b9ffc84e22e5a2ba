import { expect, test } from "@playwright/test";
import { imageSize } from "../../../../../sidecar/base/media/image-size.ts";
import { jpegOf, pngOf, webpOf } from "../../../../helpers/media/pictures.ts";

const GREY = () => [128, 128, 128] as const;

/** A WebP whose first part is of the kind, up to where its size stands. */
function webp(kind: string, header: readonly number[]): Buffer {
  const riff = Buffer.from(`RIFF\0\0\0\0WEBP${kind}\0\0\0\0`, "latin1");
  return Buffer.concat([riff, Buffer.from(header), Buffer.alloc(16)]);
}

test("is read of every kind that is made", async () => {
  expect(imageSize(pngOf(70, 30, GREY))).toEqual({ width: 70, height: 30 });
  expect(imageSize(await jpegOf(70, 30, GREY))).toEqual({ width: 70, height: 30 });
  expect(imageSize(await webpOf(70, 30, GREY))).toEqual({ width: 70, height: 30 });
  expect(imageSize(Buffer.from("GIF89a\x46\0\x1e\0", "latin1"))).toEqual({ width: 70, height: 30 });
});

test("is read of the three forms of WebP", () => {
  expect(imageSize(webp("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, 70, 0x40, 30, 0]))).toEqual({
    width: 70,
    height: 30,
  });
  expect(imageSize(webp("VP8L", [0x2f, 69, 29 << 6, 29 >> 2, 0]))).toEqual({ width: 70, height: 30 });
  expect(imageSize(webp("VP8X", [0, 0, 0, 0, 69, 0, 0, 29, 0, 0]))).toEqual({ width: 70, height: 30 });
});

test("of a JPEG is found behind whatever a camera put before it, and not in a thumbnail there", async () => {
  const [thumbnail, jpeg] = [await jpegOf(16, 8, GREY), await jpegOf(70, 30, GREY)];
  const exif = Buffer.from([0xff, 0xe1, (thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 0xff]);

  const whole = Buffer.concat([jpeg.subarray(0, 2), exif, thumbnail, Buffer.from([0xff]), jpeg.subarray(2)]);

  expect(imageSize(whole)).toEqual({ width: 70, height: 30 });
});

test("is unknown of what is no picture, is cut off or has no size", async () => {
  const jpeg = await jpegOf(70, 30, GREY);

  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from("no picture at all"),
    Buffer.from("RIFF\0\0\0\0WEBPwhat is this", "latin1"),
    pngOf(70, 30, GREY).subarray(0, 20),
    jpeg.subarray(0, 20),
    Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xda])]),
    Buffer.from("GIF89a\0\0\x1e\0", "latin1"),
  ])
    expect(imageSize(bytes), bytes.toString("latin1").slice(0, 20)).toBeUndefined();
});

import { randomFillSync } from "node:crypto";
import { deflateSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { pictureFlaw } from "../../../../../sidecar/base/media/picture-flaw.ts";
import { PNG, pictureOf } from "../../../../helpers/media/files.ts";
import { gifOf, jpegOf, pngOf, pngWith, snow, webpOf } from "../../../../helpers/media/pictures.ts";

const PICTURES: Readonly<Record<string, (width: number, height: number) => Buffer | Promise<Buffer>>> = {
  "image/png": (width, height) => pngOf(width, height, snow()),
  "image/jpeg": (width, height) => jpegOf(width, height, snow()),
  "image/webp": (width, height) => webpOf(width, height, snow()),
  "image/gif": gifOf,
};

/** The same with another size in its header: the places of width and height, and how they are written. */
const RESIZED: Readonly<Record<string, (picture: Buffer, side: number) => void>> = {
  "image/png": (picture, side) => {
    picture.writeUInt32BE(side, 16);
    picture.writeUInt32BE(side, 20);
  },
  "image/jpeg": (picture, side) => {
    const frame =
      picture.indexOf(Buffer.from([0xff, 0xc0])) + 1 || picture.indexOf(Buffer.from([0xff, 0xc2])) + 1;
    picture.writeUInt16BE(side, frame + 4);
    picture.writeUInt16BE(side, frame + 6);
  },
  "image/gif": (picture, side) => {
    picture.writeUInt16LE(side, 6);
    picture.writeUInt16LE(side, 8);
  },
};

for (const [mimeType, draw] of Object.entries(PICTURES)) {
  test.describe(`a picture of ${mimeType}`, () => {
    test("has no flaw when it is whole, also with something behind it", async () => {
      const picture = await draw(40, 30);

      expect(await pictureFlaw(picture, mimeType)).toBeUndefined();
      expect(await pictureFlaw(Buffer.concat([picture, Buffer.alloc(100)]), mimeType)).toBeUndefined();
    });

    test("is broken where it is cut off, wherever that is", async () => {
      const picture = await draw(40, 30);
      const cuts = [0.99, 0.7, 0.5, 0.2, 0.05].map((share) => Math.floor(share * picture.length));

      for (const cut of [...cuts, picture.length - 14])
        expect(await pictureFlaw(picture.subarray(0, cut), mimeType), `${cut} of ${picture.length}`).toBe(
          "broken",
        );
    });

    const resize = RESIZED[mimeType];
    if (resize === undefined) return;

    test("is broken without a pixel, and has too many of them where its header says so", async () => {
      const [empty, huge] = [await draw(40, 30), await draw(40, 30)];
      resize(empty, 0);
      resize(huge, 30_000);

      expect(await pictureFlaw(empty, mimeType)).toBe("broken");
      expect(await pictureFlaw(huge, mimeType)).toBe("pixels");
    });
  });
}

test("a PNG that grows beyond its pixels is broken, and so is one that has fewer or other bytes", async () => {
  const small = deflateSync(Buffer.alloc(10 * 41));

  expect(await pictureFlaw(pngWith(10, 10, small), "image/png")).toBeUndefined();
  expect(await pictureFlaw(pngWith(10, 10, deflateSync(Buffer.alloc(50_000_000))), "image/png")).toBe(
    "broken",
  );
  expect(await pictureFlaw(pngWith(10, 11, small), "image/png")).toBe("broken");
  expect(await pictureFlaw(pngWith(10, 10, small.subarray(0, -6)), "image/png")).toBe("broken");
  expect(await pictureFlaw(pngWith(10, 10, Buffer.from("no pixels at all")), "image/png")).toBe("broken");
});

test("a photograph of many pixels has none, as long as it has bytes for them", async () => {
  const photo = await jpegOf(40, 30, snow());
  RESIZED["image/jpeg"]?.(photo, 6_000);
  const real = Buffer.concat([photo, Buffer.alloc(2_000_000)]);

  expect(await pictureFlaw(photo, "image/jpeg")).toBe("pixels");
  expect(await pictureFlaw(real, "image/jpeg")).toBeUndefined();
});

test("what a screen of 20 million pixels shows has none either", async () => {
  const [width, height] = [6_016, 3_384];
  const rows = Buffer.alloc(height * (1 + 4 * width));
  randomFillSync(rows, 0, 800_000);

  expect(
    await pictureFlaw(pngWith(width, height, deflateSync(rows, { level: 1 })), "image/png"),
  ).toBeUndefined();
});

test("what tests and senders call a picture of one pixel has none, and other kinds are not looked at", async () => {
  expect(await pictureFlaw(PNG, "image/png")).toBeUndefined();
  expect(await pictureFlaw(pictureOf(5_000), "image/png")).toBeUndefined();
  expect(await pictureFlaw(Buffer.from("anything"), "image/heic")).toBeUndefined();
});

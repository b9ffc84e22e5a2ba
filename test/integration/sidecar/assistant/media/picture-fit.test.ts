/** Pictures that are larger than a model takes, made smaller by the real codecs in a thread of their own. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { systemClock } from "../../../../../shared/clock.ts";
import { mediaBlock } from "../../../../../sidecar/assistant/media/attachments.ts";
import { PictureFit } from "../../../../../sidecar/assistant/media/picture-fit.ts";
import { imageLimitsOf } from "../../../../../sidecar/assistant/models/image-limits.ts";
import { MediaStore } from "../../../../../sidecar/base/media/media-store.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { gifOf, jpegOf, pngOf, pngWith, seenIn, snow, webpOf } from "../../../../helpers/media/pictures.ts";

const LIMITS = { mostBytes: 200_000, mostEdge: 1_000 };
const STRIPES = (x: number) => (x % 2 === 0 ? ([250, 0, 0] as const) : ([0, 0, 250] as const));

function place(home: TempHome) {
  const store = new MediaStore(join(home.stateDir, "media"));
  const fit = new PictureFit({ store, clock: systemClock });
  const kept = async (bytes: Uint8Array) => mediaBlock(await store.keep([bytes], { name: "x" }), "x");
  const files = () =>
    readdirSync(store.folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [entry.name] : [],
    );
  return { store, fit, kept, files };
}

for (const [kind, picture] of [
  ["a PNG", () => Promise.resolve(pngOf(400, 300, snow()))],
  ["a JPEG", () => jpegOf(400, 300, snow())],
  ["a WebP", () => webpOf(400, 300, snow())],
] as const) {
  test(`${kind} of too many bytes becomes a JPEG that fits, once, and goes with the original`, async ({
    home,
  }) => {
    const { store, fit, kept, files } = place(home);
    const original = await kept(await picture());
    const limits = { mostBytes: 60_000, mostEdge: 8_000 };

    const first = await fit.fit(original, limits);
    const again = await new PictureFit({ store, clock: systemClock }).fit(original, limits);

    expect(original.sizeBytes).toBeGreaterThan(60_000);
    expect(first).toMatchObject({ kind: "shown", mimeType: "image/jpeg" });
    const bytes = first?.kind === "shown" ? first.bytes : new Uint8Array();
    expect(bytes.length).toBeLessThanOrEqual(60_000);
    expect(await seenIn(bytes)).toMatchObject({ width: expect.any(Number), height: expect.any(Number) });
    expect(Buffer.compare(again?.kind === "shown" ? again.bytes : Buffer.alloc(0), bytes)).toBe(0);
    expect(files()).toHaveLength(2);
    expect(await store.list()).toHaveLength(1);
    expect((await store.read(original.mediaId))?.length).toBe(original.sizeBytes);
    await store.remove(original.mediaId);
    expect(files()).toEqual([]);
  });
}

test("one of too many pixels is made as small as a model looks at, in its own proportions and colours", async ({
  home,
}) => {
  const { fit, kept } = place(home);
  const wide = await kept(pngOf(9_000, 300, STRIPES));

  const fitted = await fit.fit(wide, imageLimitsOf([{ api: "anthropic-messages", id: "claude-sonnet-5" }]));

  const seen = await seenIn(fitted?.kind === "shown" ? fitted.bytes : new Uint8Array());
  expect([seen.width, seen.height]).toEqual([2_000, 67]);
  // Both colours of the stripes are in each pixel: none was left out.
  const [red = 0, green = 0, blue = 0] = seen.at(1_000, 30);
  expect(red).toBeGreaterThan(70);
  expect(blue).toBeGreaterThan(70);
  expect(green).toBeLessThan(40);
});

test("what is seen through is drawn on white, and what a camera laid on its side is put upright", async ({
  home,
}) => {
  const { fit, kept } = place(home);
  const clear = await kept(pngOf(1_200, 600, (x) => (x < 600 ? [0, 0, 0, 0] : [0, 0, 0, 255])));
  const jpeg = await jpegOf(1_200, 600, (x) => (x < 600 ? [250, 0, 0] : [0, 0, 250]));
  // Exif with one remark: the sixth way to lay it, a quarter to the right.
  const exif = Buffer.from(
    "ffe1002245786966000049492a000800000001001201030001000000060000000000 0000".replace(/ /g, ""),
    "hex",
  );
  const laid = await kept(Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]));

  const [onWhite, upright] = await Promise.all([fit.fit(clear, LIMITS), fit.fit(laid, LIMITS)]);

  const page = await seenIn(onWhite?.kind === "shown" ? onWhite.bytes : new Uint8Array());
  expect(Math.min(...page.at(100, 100))).toBeGreaterThan(250);
  expect(Math.max(...page.at(900, 100))).toBeLessThan(5);
  const photo = await seenIn(upright?.kind === "shown" ? upright.bytes : new Uint8Array());
  expect([photo.width, photo.height]).toEqual([500, 1_000]);
  expect(photo.at(250, 100)[0]).toBeGreaterThan(200);
  expect(photo.at(250, 900)[2]).toBeGreaterThan(200);
});

test("what fits is shown as it came, and no thread is asked", async ({ home }) => {
  const { fit, kept, files } = place(home);
  const bytes = pngOf(300, 200, STRIPES);

  const fitted = await fit.fit(await kept(bytes), LIMITS);

  expect(fitted).toEqual({ kind: "shown", bytes, mimeType: "image/png" });
  expect(files()).toHaveLength(1);
});

test("what cannot be made smaller is left out with the reason, before it is decoded where its header says enough", async ({
  home,
}) => {
  const { fit, kept, files } = place(home);
  const whole = pngOf(1_500, 900, snow());
  const cases = {
    kind: gifOf(2_000, 2_000),
    // A small file that would take ten gigabytes.
    pixels: pngWith(50_000, 50_000, Buffer.alloc(50)),
    broken: Buffer.concat([whole.subarray(0, 40), Buffer.alloc(250_000, 7)]),
  };

  for (const [why, bytes] of Object.entries(cases))
    expect(await fit.fit(await kept(bytes), LIMITS), why).toEqual({ kind: "left", why });
  const large = await fit.fit(await kept(whole), { mostBytes: 500, mostEdge: 1_000 });
  const gone = await fit.fit({ ...(await kept(whole)), mediaId: "0".repeat(64) }, LIMITS);

  expect(large).toEqual({ kind: "left", why: "large" });
  expect(gone).toBeUndefined();
  expect(files()).toHaveLength(4);
});

test("one that takes too long is left out, and its thread does not go on", async ({ home }) => {
  const { store, kept } = place(home);
  const clock = {
    ...systemClock,
    after: (_ms: number, ring: () => void) => {
      ring();
      return { dispose: () => {} };
    },
  };
  const threads = () => process.getActiveResourcesInfo().filter((each) => each === "MessagePort").length;
  const before = threads();

  const fitted = await new PictureFit({ store, clock }).fit(await kept(pngOf(1_200, 400, snow())), LIMITS);

  expect(fitted).toEqual({ kind: "left", why: "time" });
  expect(threads()).toBe(before);
});

test("several at once are made smaller one after the other", async ({ home }) => {
  const { fit, kept } = place(home);
  const pictures = await Promise.all([1, 2, 3].map((seed) => kept(pngOf(1_200, 400, snow(seed)))));

  const fitted = await Promise.all(pictures.map((each) => fit.fit(each, LIMITS)));

  expect(fitted.map((each) => each?.kind)).toEqual(["shown", "shown", "shown"]);
});

/**
 * Makes the tray icons of every state from `clawdbot.svg`, in Chromium: `<state>.png`, `<state>Template.png` and
 * `<state>.ico`. Run it after changing the source: `node assets/icons/generate.ts`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "@playwright/test";

const STATES = ["stopped", "busy", "normal", "activity", "degraded", "error"];
const PANEL_PX = 64;
const TEMPLATE_PX = 44;
/** Windows takes the one nearest to its scale. From 256 px on an entry is a PNG, below it a bitmap. */
const ICO_PX = [16, 20, 24, 32, 48, 256];

interface Raster {
  readonly px: number;
  readonly png: Buffer;
  /** Four bytes a pixel, rows from the top. */
  readonly rgba: Buffer;
}

const folder = dirname(fileURLToPath(import.meta.url));
const source = readFileSync(join(folder, "clawdbot.svg"), "utf8");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--force-color-profile=srgb"],
});
try {
  const page = await browser.newPage();
  for (const state of STATES) {
    writeFileSync(join(folder, `${state}.png`), (await rasterise(page, state, PANEL_PX)).png);
    writeFileSync(
      join(folder, `${state}Template.png`),
      (await rasterise(page, `${state} template`, TEMPLATE_PX)).png,
    );
    const rasters: Raster[] = [];
    for (const px of ICO_PX) rasters.push(await rasterise(page, state, px));
    writeFileSync(join(folder, `${state}.ico`), encodeIco(rasters));
  }
} finally {
  await browser.close();
}

async function rasterise(page: Page, classes: string, px: number): Promise<Raster> {
  const svg = source.replace(/class="[^"]*"/, `class="${classes}" width="${px}" height="${px}"`);
  const drawn = await page.evaluate(drawSvg, { url: `data:image/svg+xml;base64,${btoa(svg)}`, px });
  return { px, png: Buffer.from(drawn.png, "base64"), rgba: Buffer.from(drawn.rgba) };
}

/** Runs in the browser. */
async function drawSvg({ url, px }: { url: string; px: number }): Promise<{ png: string; rgba: number[] }> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = px;
  canvas.height = px;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("the browser has no canvas");
  context.drawImage(image, 0, 0, px, px);
  return {
    png: canvas.toDataURL("image/png").replace(/^[^,]*,/, ""),
    rgba: [...context.getImageData(0, 0, px, px).data],
  };
}

/** An icon file: a directory of 16 bytes per image after a header of 6, then the images. */
function encodeIco(rasters: readonly Raster[]): Buffer {
  const images = rasters.map((raster) => (raster.px >= 256 ? raster.png : encodeBitmap(raster)));
  const header = Buffer.alloc(6);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length + 16 * images.length;
  const directory = images.map((image, index) => {
    const px = rasters[index]?.px ?? 0;
    const entry = Buffer.alloc(16);
    // 256 does not fit into the byte and is written as 0.
    entry.writeUInt8(px % 256, 0);
    entry.writeUInt8(px % 256, 1);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(image.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += image.length;
    return entry;
  });
  return Buffer.concat([header, ...directory, ...images]);
}

/** A device-independent bitmap: header, pixels as BGRA from the bottom row up, then an empty one-bit mask. */
function encodeBitmap({ px, rgba }: Raster): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(px, 4);
  // Twice the height: pixels and mask.
  header.writeInt32LE(2 * px, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const pixels = Buffer.alloc(4 * px * px);
  for (let y = 0; y < px; y++) {
    for (let x = 0; x < px; x++) {
      const from = 4 * ((px - 1 - y) * px + x);
      const to = 4 * (y * px + x);
      for (const [channel, wanted] of [2, 1, 0, 3].entries()) pixels[to + channel] = rgba[from + wanted] ?? 0;
    }
  }
  const maskRowBytes = 4 * Math.ceil(px / 32);
  return Buffer.concat([header, pixels, Buffer.alloc(maskRowBytes * px)]);
}

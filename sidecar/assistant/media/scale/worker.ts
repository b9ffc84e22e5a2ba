/** A program of its own, in a thread of its own: makes one picture smaller, says so and ends. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import decodeJpeg, { init as initJpegDecoder } from "@jsquash/jpeg/decode.js";
import encodeJpeg, { init as initJpegEncoder } from "@jsquash/jpeg/encode.js";
import decodePng, { init as initPngDecoder } from "@jsquash/png/decode.js";
import initResize, { resize } from "@jsquash/resize/lib/resize/pkg/squoosh_resize.js";
import decodeWebp, { init as initWebpDecoder } from "@jsquash/webp/decode.js";
import type { ScaleAnswer, ScaleJob } from "./job.ts";

/** What browsers call image data, and codecs make and take: red, green, blue and alpha of each pixel. */
interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

const QUALITY = 85;
/** Of the ways in which the codec finds a pixel between others: the fastest, which is good for making things smaller. */
const TRIANGLE = 0;
/** Where the result is too large still, the sides of the next one. */
const SMALLER = 0.7;
/** Below that nothing can be seen in it. */
const LEAST_EDGE = 300;

const answer = await scaled(workerData as ScaleJob);
parentPort?.postMessage(answer);

async function scaled(job: ScaleJob): Promise<ScaleAnswer> {
  const pixels = onWhite(await decoded(job));
  await initResize(codec("resize/lib/resize/pkg/squoosh_resize_bg.wasm"));
  await initJpegEncoder({ wasmBinary: codec("jpeg/codec/enc/mozjpeg_enc.wasm") });
  for (let edge = job.mostEdge; edge >= LEAST_EDGE; edge = Math.floor(edge * SMALLER)) {
    const jpeg = await encodeJpeg(within(pixels, edge), { quality: QUALITY });
    if (jpeg.byteLength <= job.mostBytes) return new Uint8Array(jpeg);
  }
  return undefined;
}

/** Cameras turn a picture by a remark in it, which the result no longer has. */
async function decoded({ bytes, mimeType }: ScaleJob): Promise<Pixels> {
  const buffer = bytes.slice().buffer;
  switch (mimeType) {
    case "image/jpeg":
      await initJpegDecoder({ wasmBinary: codec("jpeg/codec/dec/mozjpeg_dec.wasm") });
      return await decodeJpeg(buffer, { preserveOrientation: true });
    case "image/png":
      await initPngDecoder(codec("png/codec/pkg/squoosh_png_bg.wasm"));
      return await decodePng(buffer);
    case "image/webp":
      await initWebpDecoder({ wasmBinary: codec("webp/codec/dec/webp_dec.wasm") });
      return await decodeWebp(buffer);
  }
}

/** A JPEG shows nothing through, and what was drawn for a page is read on white. */
function onWhite(pixels: Pixels): Pixels {
  const { data } = pixels;
  for (let at = 3; at < data.length; at += 4) {
    const alpha = data[at] ?? 255;
    if (alpha === 255) continue;
    for (let channel = at - 3; channel < at; channel += 1)
      data[channel] = 255 + (((data[channel] ?? 0) - 255) * alpha) / 255;
    data[at] = 255;
  }
  return pixels;
}

function within(pixels: Pixels, edge: number): Pixels {
  const factor = edge / Math.max(pixels.width, pixels.height);
  if (factor >= 1) return pixels;
  const side = (length: number) => Math.max(1, Math.round(length * factor));
  const [width, height] = [side(pixels.width), side(pixels.height)];
  const bytes = new Uint8Array(pixels.data.buffer);
  const data = resize(bytes, pixels.width, pixels.height, width, height, TRIANGLE, false, false);
  return { data, width, height };
}

/** The program of a codec: of its package, or beside this file where all of it is built into one. */
function codec(path: string): ArrayBuffer {
  const file = import.meta.url.endsWith(".ts")
    ? createRequire(import.meta.url).resolve(`@jsquash/${path}`)
    : new URL(basename(path), import.meta.url);
  return new Uint8Array(readFileSync(file)).buffer;
}

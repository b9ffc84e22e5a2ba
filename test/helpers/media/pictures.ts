/** Pictures of any size and kind, made where they are needed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { crc32, deflateSync } from "node:zlib";

/** Colours by place: red, green, blue and how much of it is seen, of 255. */
type Paint = (x: number, y: number) => readonly [number, number, number, number?];

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Like the snow of a screen: nothing makes it small, so that it takes three bytes for each pixel. */
export function snow(seed = 1): Paint {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return () => [next(), next(), next()];
}

export function pngOf(width: number, height: number, paint: Paint, level = 1): Buffer {
  const rows = Buffer.alloc(height * (1 + 4 * width));
  for (let y = 0, at = 0; y < height; y += 1) {
    at += 1;
    for (let x = 0; x < width; x += 1, at += 4) {
      const [red, green, blue, alpha = 255] = paint(x, y);
      rows.set([red, green, blue, alpha], at);
    }
  }
  return pngWith(width, height, deflateSync(rows, { level }));
}

/** One that says it is so large, whatever is in it. */
export function pngWith(width: number, height: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6], 8);
  return Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

export async function jpegOf(width: number, height: number, paint: Paint): Promise<Buffer> {
  const { default: encode, init } = await import("@jsquash/jpeg/encode.js");
  await init({ wasmBinary: codec("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm") });
  return Buffer.from(await encode(pixelsOf(width, height, paint), { quality: 100 }));
}

export async function webpOf(width: number, height: number, paint: Paint): Promise<Buffer> {
  const { default: encode, init } = await import("@jsquash/webp/encode.js");
  await init(await WebAssembly.compile(codec("@jsquash/webp/codec/enc/webp_enc.wasm")));
  return Buffer.from(await encode(pixelsOf(width, height, paint), { lossless: 1 }));
}

/** One black picture; its compressed pixels are not, as nobody here reads them. */
export function gifOf(width: number, height: number): Buffer {
  const screen = Buffer.from("GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff", "latin1");
  const picture = Buffer.from(`,\0\0\0\0\0\0\0\0\0\x02\xff${"x".repeat(255)}\x02x\x01\0;`, "latin1");
  for (const [part, at] of [
    [screen, 6],
    [picture, 5],
  ] as const) {
    part.writeUInt16LE(width, at);
    part.writeUInt16LE(height, at + 2);
  }
  return Buffer.concat([screen, picture]);
}

/** The colours of a JPEG, and its size. */
export async function seenIn(jpeg: Uint8Array) {
  const { default: decode, init } = await import("@jsquash/jpeg/decode.js");
  await init({ wasmBinary: codec("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm") });
  const { width, height, data } = await decode(new Uint8Array(jpeg).buffer);
  return { width, height, at: (x: number, y: number) => [...data.subarray(4 * (y * width + x)).slice(0, 3)] };
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function pixelsOf(width: number, height: number, paint: Paint): ImageData {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < width * height; at += 1) {
    const [red, green, blue, alpha = 255] = paint(at % width, Math.floor(at / width));
    data.set([red, green, blue, alpha], 4 * at);
  }
  return { data, width, height, colorSpace: "srgb" } as ImageData;
}

function codec(path: string): ArrayBuffer {
  return new Uint8Array(readFileSync(createRequire(import.meta.url).resolve(path))).buffer;
}

/** Decodes the PNGs of this project (8-bit RGBA, not interlaced) so that tests can look at pixels. */
import { inflateSync } from "node:zlib";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha of each pixel, rows from the top. */
  readonly rgba: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Fails when the bytes are not such a PNG. */
export function decodePng(bytes: Buffer): Picture {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) throw new Error("not a PNG");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const format = [...bytes.subarray(24, 29)];
  if (`${format}` !== "8,6,0,0,0") throw new Error(`not 8-bit RGBA: ${format}`);
  const packed: Buffer[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT")
      packed.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return { width, height, rgba: unfilter(inflateSync(Buffer.concat(packed)), width, height) };
}

/** Undoes the prediction of each row (PNG specification, section 9). */
function unfilter(filtered: Buffer, width: number, height: number): Uint8Array {
  const stride = 4 * width;
  const rgba = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const kind = filtered[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const left = x < 4 ? 0 : (rgba[y * stride + x - 4] ?? 0);
      const up = y === 0 ? 0 : (rgba[(y - 1) * stride + x] ?? 0);
      const upLeft = x < 4 || y === 0 ? 0 : (rgba[(y - 1) * stride + x - 4] ?? 0);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)][kind] ?? 0;
      rgba[y * stride + x] = (filtered[y * (stride + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return rgba;
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const distance = (value: number): number => Math.abs(estimate - value);
  if (distance(left) <= distance(up) && distance(left) <= distance(upLeft)) return left;
  return distance(up) <= distance(upLeft) ? up : upLeft;
}

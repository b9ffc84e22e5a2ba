/** Whether a PNG is whole, and holds no more than it says: what is in it is counted piece by piece, and none of it is kept. */
import { once } from "node:events";
import { createInflate } from "node:zlib";

interface Header {
  width: number;
  height: number;
  bitsPerPixel: number;
  isInterlaced: boolean;
}

/** Samples of a pixel by the type of colour (ISO/IEC 15948, 11.2.2). */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Encoders leave a few bytes behind the last row. */
const SLACK_BYTES = 65_536;
const SIGNATURE_BYTES = 8;

/** False for one that is cut off, damaged, or grows beyond the pixels that it names. */
export async function isSoundPng(bytes: Uint8Array): Promise<boolean> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = chunksOf(view);
  const header = headerIn(view);
  if (chunks === undefined || header === undefined) return false;
  const { width, height, bitsPerPixel, isInterlaced } = header;
  const rows = height * (1 + Math.ceil((width * bitsPerPixel) / 8));
  // Each of the seven passes over an interlaced one has rows of its own, which end on whole bytes.
  const most = rows + SLACK_BYTES + (isInterlaced ? 8 * (height + 8) : 0);
  const held = await inflatedBytes(chunks, most);
  return held !== undefined && (isInterlaced || held >= rows);
}

function headerIn(view: DataView): Header | undefined {
  // The first chunk has to be this one, of 13 bytes.
  if (view.byteLength < 33 || view.getUint32(8) !== 13 || nameAt(view, 12) !== "IHDR") return undefined;
  const samples = SAMPLES[view.getUint8(25)];
  if (samples === undefined) return undefined;
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    bitsPerPixel: samples * view.getUint8(24),
    isInterlaced: view.getUint8(28) === 1,
  };
}

/** The parts of the compressed picture; undefined where the file ends before its last chunk. */
function chunksOf(view: DataView): Uint8Array[] | undefined {
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE_BYTES; at + 12 <= view.byteLength; ) {
    const length = view.getUint32(at);
    const name = nameAt(view, at + 4);
    if (name === "IEND") return data.length === 0 ? undefined : data;
    if (at + 12 + length > view.byteLength) return undefined;
    if (name === "IDAT") data.push(new Uint8Array(view.buffer, view.byteOffset + at + 8, length));
    at += 12 + length;
  }
  return undefined;
}

/** How much the parts hold; undefined where that is more than `most`, or they do not end where they should. */
async function inflatedBytes(parts: readonly Uint8Array[], most: number): Promise<number | undefined> {
  const inflate = createInflate();
  let held = 0;
  inflate.on("data", (piece: Buffer) => {
    held += piece.length;
    if (held > most) inflate.destroy(new Error("more than the picture has pixels for"));
  });
  const end = once(inflate, "end");
  for (const part of parts) inflate.write(part);
  inflate.end();
  return await end.then(
    () => held,
    () => undefined, // What is wrong with it is no use to anybody.
  );
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

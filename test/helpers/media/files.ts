/** Small files of real kinds, and how clients send them. */

/** One red pixel. */
export const PNG_BASE64 =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const PNG = Buffer.from(PNG_BASE64, "base64");

/** A picture of exactly so many bytes that no other test has: the pixel, and what decoders leave alone behind it. */
export function pictureOf(sizeBytes: number, fill = 7): Buffer {
  return Buffer.concat([PNG, Buffer.alloc(sizeBytes - PNG.length, fill)]);
}

/** As `chat.send` takes it. */
export function attached(bytes: Buffer, fileName: string, mimeType = "image/png"): Record<string, unknown> {
  return { type: "image", mimeType, fileName, content: bytes.toString("base64") };
}

import { expect, test } from "@playwright/test";
import { TAR_END, tarEntries, tarHeader, tarPadding } from "../../../../../sidecar/setup/backup/tar.ts";

/** The bytes in pieces of this size, as a stream may bring them. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function archive(...files: [name: string, content: string][]): Buffer {
  const entries = files.flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    return [tarHeader(name, bytes.length, 0), bytes, tarPadding(bytes.length)];
  });
  return Buffer.concat([...entries, TAR_END]);
}

async function unpacked(chunks: AsyncIterable<Buffer>): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { name, body } of tarEntries(chunks)) {
    const parts: Buffer[] = [];
    for await (const part of body) parts.push(part);
    found.push([name, Buffer.concat(parts).toString()]);
  }
  return found;
}

test.describe("U15: tar entries", () => {
  const files: [string, string][] = [
    ["short", "x"],
    ["empty", ""],
    [`${"a".repeat(99)}/${"ü".repeat(120)}`, "y".repeat(513)],
    ["b".repeat(100), "z".repeat(1_024)],
  ];

  for (const size of [1, 100, 512, 100_000]) {
    test(`come back as they were, in pieces of ${size} bytes`, async () => {
      expect(await unpacked(pieces(archive(...files), size))).toEqual(files);
    });
  }

  test("of a content that does not fit into a header's size have an extended one", () => {
    const header = tarHeader("huge", 2 ** 40, 0);

    expect(header.length).toBe(3 * 512);
    expect(header.toString("latin1", 512, 560)).toContain("size=1099511627776\n");
  });

  test("are refused when one byte of a header changed, and when they end early", async () => {
    const whole = archive(["name", "content"]);
    const changed = Buffer.from(whole);
    changed.writeUInt8(0x41, 3);

    await expect(unpacked(pieces(changed, 512))).rejects.toThrow("a header is damaged");
    await expect(unpacked(pieces(whole.subarray(0, 700), 512))).rejects.toThrow("it ends in the middle");
    await expect(unpacked(pieces(whole.subarray(0, 1_024), 512))).rejects.toThrow("it ends in the middle");
  });
});

/** The folder of files on a real disk, one that is full among them. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { MediaStore } from "../../../../../sidecar/base/media/media-store.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

const PNG = Buffer.concat([Buffer.from([0x89]), Buffer.from("PNG\r\n"), Buffer.from([0x1a, 0x0a])]);
const MB = 1_048_576;

async function* pieces(...all: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}

/** A picture of exactly so many bytes, in pieces. */
function picture(sizeBytes: number): AsyncGenerator<Uint8Array> {
  const rest = Buffer.alloc(sizeBytes - PNG.length, 7);
  return pieces(PNG, rest.subarray(0, 1_000_000), rest.subarray(1_000_000));
}

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "kept",
    (error: { code?: unknown; message: string }) => `${error.code}: ${error.message}`,
  );

test("keeps a file once, under the hash of its bytes, for its owner alone", async ({ home }) => {
  const store = new MediaStore(join(home.path, "media"));

  const first = await store.keep(pieces(PNG, Buffer.from("abc")), { name: "a.png" });
  const again = await store.keep(pieces(Buffer.concat([PNG, Buffer.from("abc")])), { name: "b.png" });

  const sha256 = createHash("sha256").update(PNG).update("abc").digest("hex");
  expect(first).toEqual({ mediaId: sha256, mimeType: "image/png", sizeBytes: PNG.length + 3 });
  expect(again).toEqual(first);
  const file = join(store.folder, sha256.slice(0, 2), sha256);
  expect(readFileSync(file).subarray(-3).toString()).toBe("abc");
  const modes = [store.folder, join(file, ".."), file].map((path) => statSync(path).mode & 0o777);
  expect(modes).toEqual([0o700, 0o700, 0o600]);
  expect(readdirSync(store.folder)).toEqual([sha256.slice(0, 2)]);
});

test("takes a picture of exactly its limit, and refuses one more byte, leaving nothing", async ({ home }) => {
  const store = new MediaStore(join(home.path, "media"));

  const exact = await codeOf(store.keep(picture(6 * MB), { name: "a.png" }));
  const more = await codeOf(store.keep(picture(6 * MB + 1), { name: "a.png" }));

  expect(exact).toBe("kept");
  expect(more).toBe(
    "ATTACHMENT_TOO_LARGE: Error: attachment a.png: exceeds size limit (more than 6291456 bytes)",
  );
  expect(await store.list()).toHaveLength(1);
  expect(readdirSync(store.folder)).toHaveLength(1);
});

test("refuses nothing at all, in one piece and in none", async ({ home }) => {
  const store = new MediaStore(join(home.path, "media"));

  const outcomes = [
    await codeOf(store.keep(pieces(), { name: "a.png" })),
    await codeOf(store.keep(pieces(Buffer.alloc(0)), { name: "a.png" })),
  ];

  expect(outcomes).toEqual(Array(2).fill("ATTACHMENT_REFUSED: Error: attachment a.png: is empty"));
  expect(await store.list()).toEqual([]);
});

test("leaves nothing of a source that breaks off", async ({ home }) => {
  const store = new MediaStore(join(home.path, "media"));
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield PNG;
    throw new Error("the line went dead");
  }

  const outcome = await codeOf(store.keep(broken(), { name: "a.png" }));

  expect(outcome).toContain("the line went dead");
  expect(readdirSync(store.folder)).toEqual([]);
});

test("says that a disk is full, leaves nothing of the file, and takes the next one when there is room", async ({
  home,
}) => {
  test.skip(process.getuid?.() !== 0, "only root mounts a small disk");
  const folder = join(home.path, "small disk");
  mkdirSync(folder);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  try {
    const store = new MediaStore(join(folder, "media"));

    const outcome = await codeOf(store.keep(picture(2 * MB), { name: "a.png" }));
    const left = readdirSync(store.folder);
    const next = await codeOf(store.keep(pieces(PNG), { name: "b.png" }));

    expect(outcome).toMatch(/^STATE_UNWRITABLE: Cannot write .*\(ENOSPC\)/);
    expect(left).toEqual([]);
    expect(next).toBe("kept");
  } finally {
    execFileSync("umount", [folder]);
  }
});

test("gives back nothing for an id that is a path or was never kept", async ({ home }) => {
  const store = new MediaStore(join(home.path, "media"));
  writeFileSync(join(home.path, "secret"), "secret");
  const ids = ["../secret", `../../${"0".repeat(58)}`, "", "0".repeat(64)];

  const read = await Promise.all(ids.map((id) => store.read(id)));
  const looked = await Promise.all(ids.map((id) => store.look(id)));
  const removed = await Promise.all(ids.map((id) => store.remove(id)));

  expect([...read, ...looked]).toEqual(Array(8).fill(undefined));
  expect(removed).toEqual(Array(4).fill(false));
  expect(existsSync(join(home.path, "secret"))).toBe(true);
});

test("lists what is kept, with when it came last, and clears away what a writer that was ended left behind", async ({
  home,
}) => {
  const store = new MediaStore(join(home.path, "media"));
  const { mediaId } = await store.keep(pieces(PNG), { name: "a.png" });
  utimesSync(store.pathOf(mediaId), 1_000, 1_000);
  const old = (await store.list()).map(({ keptAtMs }) => keptAtMs);
  writeFileSync(join(store.folder, "in-1.4194304.tmp"), "half");

  await store.keep(pieces(PNG), { name: "again.png" });
  const listed = await store.list();

  expect(old).toEqual([1_000_000]);
  expect(listed).toEqual([{ mediaId, sizeBytes: PNG.length, keptAtMs: expect.any(Number) }]);
  expect(listed[0]?.keptAtMs).toBeGreaterThan(1_000_000);
  expect(existsSync(join(store.folder, "in-1.4194304.tmp"))).toBe(false);
});

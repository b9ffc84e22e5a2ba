import { join } from "node:path";
import { expect } from "@playwright/test";
import { fetchMedia } from "../../../../../sidecar/assistant/inbox/inbound-media.ts";
import type { InboundMedia } from "../../../../../sidecar/assistant/inbox/message.ts";
import { MediaStore } from "../../../../../sidecar/base/media/media-store.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { PNG } from "../../../../helpers/media/files.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const streamOf = (...chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

const sent = (name: string, fetch: InboundMedia["fetch"]): InboundMedia => ({ kind: "image", name, fetch });
const never = () => new Promise<never>(() => {});

test("a file that never comes, and one that stops in the middle, are waited for no longer than a minute together", async ({
  home,
}) => {
  const clock = new FakeClock();
  const store = new MediaStore(join(home.path, "media"));
  const begun = Promise.withResolvers<void>();
  const stuck = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        controller.enqueue(PNG);
        begun.resolve();
        return never();
      },
    },
    // Nothing is read ahead.
    { highWaterMark: 0 },
  );

  const fetching = fetchMedia(
    [
      sent("good.png", async () => streamOf(PNG)),
      sent("stuck.png", async () => stuck),
      sent("never.png", never),
    ],
    { store, clock, mostBytes: 1_000 },
  );
  await begun.promise;
  clock.advance(60_000);
  const { media, parts } = await fetching;

  expect(media).toMatchObject([{ name: "good.png", mimeType: "image/png", sizeBytes: 70 }]);
  const problem = "it did not come within 60 s";
  expect(parts).toEqual([
    { name: "good.png", mimeType: "image/png", sizeBytes: 70 },
    { name: "stuck.png", mimeType: "image", problem },
    { name: "never.png", mimeType: "image", problem },
  ]);
  expect(clock.pending).toBe(0);
  expect(await store.list()).toHaveLength(1);
});

test("of a hundred files the first twenty are fetched", async ({ home }) => {
  const store = new MediaStore(join(home.path, "media"));
  let count = 0;
  const hundred = Array.from({ length: 100 }, (_, index) =>
    sent(`${index}.png`, async () => {
      count += 1;
      return streamOf(PNG);
    }),
  );

  const { media, parts } = await fetchMedia(hundred, { store, clock: new FakeClock(), mostBytes: 1_000 });

  expect([count, media.length, parts.length]).toEqual([20, 20, 100]);
  expect(parts.at(-1)?.problem).toBe("a message has at most 20 files");
});

/** Which cases of the reference's recording are replayed (`fixtures/frames/cases.txt` names them all), and which are not, and why. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { casesOf, recording } from "../helpers/gateway/frames.ts";

const TEST = join(import.meta.dirname, "..");
const FRAMES = join(TEST, "fixtures", "frames");

/** A case that stands here fails as well when it is replayed. */
const NOT_REPLAYED: Record<string, string> = {
  "limits.slow-consumer":
    "it is recorded in words, with no frame to compare: integration/gateway/broadcast.test.ts stops reading and sees the close",
  wizard: "the gateway has no wizard of its own: `clawdbot onboard` asks in the terminal",
};

const recordings = readdirSync(FRAMES)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => name.slice(0, -".jsonl".length));
const replayed = new Set(recordings.flatMap((name) => casesOf(recording(name))));
const all = readFileSync(join(FRAMES, "cases.txt"), "utf8").trim().split("\n");

test("every case of the reference is replayed, or has a reason why not", () => {
  expect(all.filter((name) => !replayed.has(name)).sort()).toEqual(Object.keys(NOT_REPLAYED).sort());
  expect([all.length, all.filter((name) => replayed.has(name)).length]).toEqual([141, 139]);
});

test("every recording is read by a test", () => {
  const folder = join(TEST, "integration", "gateway");
  const tests = readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");

  expect(recordings.filter((name) => !new RegExp(`["\\s]${name}["]?[,):]`).test(tests))).toEqual([]);
});

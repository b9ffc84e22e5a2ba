/** The recorded frames of jobs and events, replayed at the time at which they were recorded. */
import { expect, test } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import {
  casesOf,
  type Differences,
  type RecordedLine,
  recording,
  replay,
} from "../../helpers/gateway/frames.ts";
import { startGateway } from "../../helpers/gateway/gateway.ts";
import { connectWire, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { FakeProvider } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

// The cases share one gateway: what one finds depends on those before.
test.describe.configure({ mode: "default" });

const NEXT_IN_WORDS = /^payload has nextRun in addition$/;
const EITHER_NAME = /^error is .*must have required property 'jobId'/;

/** Where we differ from the reference on purpose: what the comparison then reports, and why. */
const DEVIATIONS: Record<string, { why: string; differences: RegExp[] }> = {
  "invalid-params.40": {
    why: "a job is named by id or jobId, and neither is missed before the patch is",
    differences: [EITHER_NAME],
  },
  "invalid-params.41": { why: "the same", differences: [EITHER_NAME] },
  "invalid-params.42": { why: "the same", differences: [EITHER_NAME] },
  "invalid-params.43": { why: "the same", differences: [EITHER_NAME] },
  "invalid-params.70": {
    why: "a shape is told from others by its kind, and only what is wrong with that is said",
    differences: [/^error is /],
  },
  cron: {
    why: "who makes or changes a job is told in words when it comes next; what the model makes of a reminder is its summary",
    differences: [NEXT_IN_WORDS, NEXT_IN_WORDS, NEXT_IN_WORDS],
  },
  "cron.isolated": {
    why: "the same; a job that comes once has no next time when it has ended",
    differences: [NEXT_IN_WORDS, /^payload lacks nextRunAtMs$/, /^payload\.entries\[\] lacks nextRunAtMs$/],
  },
  wake: {
    why: "an event is looked at whatever HEARTBEAT.md says",
    differences: [
      /^payload lacks reason$/,
      /^payload has .* in addition$/,
      /^payload\.reason is undefined/,
      /^payload\.status is "sent" instead of "skipped"$/,
      /^payload lacks reason$/,
      /^payload has .* in addition$/,
      /^payload\.reason is undefined/,
      /^payload\.status is "sent" instead of "skipped"$/,
    ],
  },
};

// A reminder needs no heartbeat here: it has a turn of its own.
const LINES = recording("cron").filter(
  ({ case: name, frame }) => !(name === "cron" && frame.event === "heartbeat"),
);

test.describe("the recording cron", () => {
  let found: Differences;
  test.beforeAll(async () => {
    found = await play(LINES);
  });

  for (const name of casesOf(LINES)) {
    const deviation = DEVIATIONS[name];
    test(`${name} ${deviation ? `differs: ${deviation.why}` : "goes as recorded"}`, () => {
      const expected = (deviation?.differences ?? []).map((pattern) => expect.stringMatching(pattern));
      expect(found.get(name)).toEqual(expected);
    });
  }
});

async function play(lines: RecordedLine[]): Promise<Differences> {
  const provider = await FakeProvider.start();
  provider.script(answered("Hello from the fake model, this is a streamed reply."));
  const clock = new FakeClock(1_795_360_768_000);
  const server = await startGateway({ config: fakeModel(provider.url), clock });
  try {
    const { client } = await connectWire(server.port, {
      client: { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend" },
      scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
    });
    return await replay(lines, {
      port: server.port,
      clock,
      next: { nonce: "", deviceToken: "" },
      client,
      before: ({ dir, frame, case: name }) => {
        const { runAtMs, action } = isRecord(frame.payload) ? frame.payload : {};
        if (dir === "s2c" && frame.event === "cron" && action === "started") clock.moveTo(Number(runAtMs));
        if (frame.event === "heartbeat") clock.advance(250);
        if (dir === "s2c") return;
        const answer = lines.find((line) => line.dir === "s2c" && line.frame.id === frame.id)?.frame.payload;
        if (isRecord(answer)) clock.moveTo(Number(answer.updatedAtMs ?? 0));
        // The case before has a run of which its recording tells nothing.
        if (name === "cron.isolated" && frame.method === "cron.add") forgetRuns(client);
      },
    });
  } finally {
    await server.stop();
    await provider.stop();
  }
}

function forgetRuns({ unread }: WireClient): void {
  unread.splice(0, unread.length, ...unread.filter(({ event }) => event !== "agent" && event !== "chat"));
}

import { expect, test } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import {
  casesOf,
  type Differences,
  type RecordedLine,
  recording,
  replay,
} from "../../helpers/gateway/frames.ts";
import { startGateway, type TestGateway } from "../../helpers/gateway/gateway.ts";
import { connectWire } from "../../helpers/gateway/wire-client.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { FakeProvider, type SeenRequest } from "../../helpers/models/fake-provider.ts";
import { answered, inTrouble, type Reply } from "../../helpers/models/reply.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

// The cases of a recording share one gateway: what one finds depends on those before.
test.describe.configure({ mode: "default" });

const NO_TURN_YET =
  "no turn has run in the session here; chat.main-alias shows the fields that come with one";
const NO_FILES_OF_A_SESSION =
  "there is no file for a session, the list of skills is kept once for all of them, and /context tells what the prompt is made of";
const ROW_WITHOUT_TURN =
  /^payload\.sessions\[\] lacks chatType, origin, systemSent, abortedLastRun, deliveryContext, lastChannel$/;
const ENTRY_WITHOUT_FILES = /^payload\.entry lacks skillsSnapshot, sessionFile, systemPromptReport$/;
const META_WITHOUT_REPORT = /^payload\.result\.meta lacks systemPromptReport$/;

/**
 * Where we differ from the reference on purpose, case by case: what the comparison then reports, and why. A case that stands here fails as
 * well when it no longer differs.
 */
const DEVIATIONS: Record<string, { why: string; differences: RegExp[] }> = {
  read: { why: NO_TURN_YET, differences: [ROW_WITHOUT_TURN] },
  "invalid-params": {
    why: `a refusal names five findings at most; an empty message is refused where it is known to have no files; ${NO_TURN_YET}`,
    differences: [
      /at \/sendPolicy: must be null; …"/,
      /invalid chat\.send params: at \/idempotencyKey: must NOT have fewer than 1 characters"\} instead of/,
      ROW_WITHOUT_TURN,
    ],
  },
  sessions: {
    why: "a refused level of thinking names no models; a row says who made the session",
    differences: [/^error is .*thinkingLevel/, /^payload\.sessions\[\] has spawnedBy in addition$/],
  },
  "chat.model-error": { why: "what a provider refuses is told as an error", differences: [] },
  "chat.tool-verbose-off": { why: NO_FILES_OF_A_SESSION, differences: [ENTRY_WITHOUT_FILES] },
  "chat.tool-verbose-on": {
    why: `${NO_FILES_OF_A_SESSION}; a tool whose result is its text has no details`,
    differences: [
      ENTRY_WITHOUT_FILES,
      /^payload\.data\.result lacks details$/,
      /^payload\.messages\[\] has toolCallId, toolName, isError in addition$/,
    ],
  },
  "chat.tool-verbose-full": {
    why: NO_FILES_OF_A_SESSION,
    differences: [ENTRY_WITHOUT_FILES, ENTRY_WITHOUT_FILES],
  },
  "agent.run": { why: NO_FILES_OF_A_SESSION, differences: [META_WITHOUT_REPORT, META_WITHOUT_REPORT] },
  "agent.run-other-session": { why: NO_FILES_OF_A_SESSION, differences: [META_WITHOUT_REPORT] },
  "agent.errors": { why: "what a provider refuses is told as an error", differences: [] },
  "agent.wait": { why: NO_FILES_OF_A_SESSION, differences: [META_WITHOUT_REPORT] },
  "sessions.compact": {
    why: "it is a summary that keeps entries, not the last lines of a file; the sessions are those of the cases before",
    differences: [
      /^payload\.kept is \d+ instead of 5$/,
      /^payload\.kept is \d+ instead of 5$/,
      /^payload\.sessions\[\] has label, systemSent, lastMessagePreview in addition$/,
      /^payload\.sessions\[\] lacks thinkingLevel$/,
      /^payload\.sessions\[\] lacks chatType, /,
      /^payload\.sessions\[\] has sendPolicy in addition$/,
    ],
  },
  "chat.send.no-model-configured": {
    why: "a turn that nobody can answer ends in an error that is told",
    differences: [],
  },
  "agent.no-model-configured": {
    why: "a run that fails has a beginning, too; the reason is ours",
    differences: [],
  },
};

/** Cases of which `sessions-ours` has what is right here, in the place of what the reference did. */
const OURS = recording("sessions-ours");

/** Who made the calls of the recordings. */
const OBSERVER = {
  client: { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend" },
  scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
};

const HELLO = "Hello from the fake model, this is a streamed reply.";

compareAll("sessions", playSessions);
compareAll("no-model", async (lines) => {
  // A model that was chosen and has no key.
  const server = await startGateway({
    config: {
      agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5" }, skipBootstrap: true } },
    },
  });
  try {
    return await playOn(server, lines);
  } finally {
    await server.stop();
  }
});

/** The reference spoke to a provider of models that did what the message said. */
async function playSessions(lines: RecordedLine[]): Promise<Differences> {
  const provider = await FakeProvider.start();
  const queued = Promise.withResolvers<void>();
  provider.script((request) => replyTo(request, queued.promise));
  const server = await startGateway({ config: fakeModel(provider.url) });
  try {
    return await playOn(server, lines, ({ case: name, dir, frame }) => {
      const isEnd =
        isRecord(frame.payload) && isRecord(frame.payload.data) && frame.payload.data.phase === "end";
      if (name === "chat.queued-second-message" && dir === "s2c" && isEnd) queued.resolve();
    });
  } finally {
    await server.stop();
    await provider.stop();
  }
}

async function playOn(server: TestGateway, lines: RecordedLine[], before?: (line: RecordedLine) => void) {
  const { client } = await connectWire(server.port, OBSERVER);
  // The reference had been talked to before.
  await client.request("chat.send", { sessionKey: "main", message: "/status", idempotencyKey: "before" });
  await client.next("the answer to it", ({ event }) => event === "chat");
  const next = { nonce: "", deviceToken: "" };
  return await replay(lines, {
    port: server.port,
    clock: new FakeClock(),
    next,
    client,
    ...(before && { before }),
  });
}

function replyTo({ body }: SeenRequest, until: Promise<unknown>): Reply {
  const messages = Array.isArray(body.messages) ? body.messages.filter(isRecord) : [];
  const last = messages.at(-1);
  // Messages that were not answered stand before the last one.
  const said = lastWordsOf(last?.content);
  if (last?.role === "tool") return answered("The tool finished and this is the answer.");
  if (said.includes("USE_TOOL"))
    return answered("Checking.", { calls: [{ name: "session_status", arguments: {} }] });
  if (said.includes("FAIL_MODEL")) return inTrouble("format");
  if (said.includes("SLOW first")) return { kind: "held", text: "word0 word1", until, rest: " word2" };
  if (said.includes("SLOW")) return { kind: "silence", text: "word0 word1" };
  return answered(HELLO);
}

function lastWordsOf(content: unknown): string {
  const blocks = Array.isArray(content) ? content.filter(isRecord) : [];
  const text = typeof content === "string" ? content : String(blocks.at(-1)?.text);
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("<<"));
  return lines.at(-1) ?? "";
}

/** One test per case of the recording. */
function compareAll(name: string, perform: (lines: RecordedLine[]) => Promise<Differences>): void {
  const recorded = recording(name);
  const lines = casesOf(recorded).flatMap((each) => {
    const ours = OURS.filter((line) => line.case === each);
    return ours.length > 0 ? ours : recorded.filter((line) => line.case === each);
  });
  test.describe(`the recording ${name}`, () => {
    let found: Differences;
    test.beforeAll(async () => {
      found = await perform(lines);
    });

    for (const each of casesOf(lines)) {
      const deviation = DEVIATIONS[each];
      test(`${each} ${deviation ? `differs: ${deviation.why}` : "goes as recorded"}`, () => {
        const expected = (deviation?.differences ?? []).map((pattern) => expect.stringMatching(pattern));

        expect(found.get(each)).toEqual(expected);
      });
    }
  });
}

import { readFileSync, writeFileSync } from "node:fs";
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
import { connectWire } from "../../helpers/gateway/wire-client.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

// The cases share one gateway: what one finds depends on those before.
test.describe.configure({ mode: "default" });

/** Where we differ from the reference on purpose. A case that stands here fails as well when it no longer differs. */
const DEVIATIONS: Record<string, { why: string; differences: RegExp[] }> = {
  "config.write": {
    why: "a refusal is in words of ours, and a write tells the hash of what it wrote",
    differences: [
      /^error is .*SyntaxError: JSON5: /,
      /^error is .*invalid config/,
      /^error is .*agents\.defaults\.maxConcurrent/,
      /^payload has hash in addition$/,
    ],
  },
  "config.patch-restart": {
    why: "what can be taken over needs no restart, and leaves no note of one",
    differences: [
      /^payload has hash in addition$/,
      /^payload\.restart has needed in addition$/,
      /^payload\.sentinel\.path is null instead of string$/,
    ],
  },
};

/** The sections that the recorded file had. */
const CONFIG = {
  meta: {},
  models: { mode: "merge" },
  agents: { defaults: { maxConcurrent: 4 } },
  messages: { groupChat: { historyLimit: 50 } },
  commands: { restart: true },
  hooks: { enabled: false },
  gateway: { port: 18_789 },
  skills: { entries: {} },
};
const WHOLE = JSON.stringify({ ...CONFIG, ui: { assistant: { name: "Clawd", avatar: "🦞" } } }, null, 2);

const OBSERVER = {
  client: { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend" },
  scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
};

/** Of a restart, which we do not need. */
const isOfRestart = ({ frame }: RecordedLine) =>
  frame.event === "shutdown" || "$close" in frame || "$comment" in frame;
const lines = recording("config")
  .filter((line) => !isOfRestart(line))
  .map(withWholeFile);

let found: Differences;
let isStillOpen = false;
test.beforeAll(async () => {
  const server = await startGateway({
    prepare: ({ configFile }) => writeFileSync(configFile, JSON.stringify(CONFIG, null, 2)),
  });
  const { client } = await connectWire(server.port, OBSERVER);
  try {
    const next = { nonce: "", deviceToken: "" };
    const { settings } = server;
    found = await replay(lines, {
      port: server.port,
      clock: new FakeClock(),
      next,
      client,
      before: ({ case: name }) => {
        if (name !== "config.identity") return;
        // As the watcher of the file does.
        const config = JSON.parse(readFileSync(settings.paths.configFile, "utf8"));
        server.gateway.adopt({ ...settings, config });
      },
    });
    isStillOpen = (await client.request("health", {})).ok === true;
  } finally {
    await server.stop();
  }
});

for (const name of casesOf(lines)) {
  const deviation = DEVIATIONS[name];
  test(`${name} ${deviation ? `differs: ${deviation.why}` : "goes as recorded"}`, () => {
    const expected = (deviation?.differences ?? []).map((pattern) => expect.stringMatching(pattern));

    expect(found.get(name)).toEqual(expected);
  });
}

test("a configuration that is written leaves connections open", () => {
  expect(isStillOpen).toBe(true);
});

/** The recording has the sent file in words. */
function withWholeFile(line: RecordedLine): RecordedLine {
  const { params } = line.frame;
  if (!isRecord(params) || typeof params.raw !== "string" || !params.raw.includes("full config")) return line;
  return { ...line, frame: { ...line.frame, params: { ...params, raw: WHOLE } } };
}

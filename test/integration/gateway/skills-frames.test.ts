import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { skillText, writeSkill } from "../../helpers/assistant/skills.ts";
import { casesOf, type Differences, recording, replay } from "../../helpers/gateway/frames.ts";
import { startGateway } from "../../helpers/gateway/gateway.ts";
import { connectWire } from "../../helpers/gateway/wire-client.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

// The cases share one gateway: what one finds depends on those before.
test.describe.configure({ mode: "default" });

/** Where we differ from the reference on purpose. A case that stands here fails as well when it no longer differs. */
const DEVIATIONS: Record<string, { why: string; differences: RegExp[] }> = {
  "skills.status": {
    why: "files that cannot be used are named, each skill says whether it has the owner's word, and an installer its command",
    differences: [
      /^payload has problems in addition$/,
      /^payload\.skills\[\] has trust in addition$/,
      /^payload\.skills\[\]\.install\[\] has command in addition$/,
    ],
  },
};

const OBSERVER = {
  client: { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend" },
  scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
};
const lines = recording("skills");
/** As those of the recording are. */
const METADATA = `homepage: https://example.org
metadata:
  clawdbot:
    emoji: "🔐"
    requires: { bins: [no-such-program] }
    install: [{ id: brew, kind: brew, formula: tool, bins: [no-such-program], label: Install it }]`;

let found: Differences;
let isStillOpen = false;
test.beforeAll(async () => {
  const server = await startGateway({
    prepare: ({ stateDir }) => {
      // Those that come with the program ask for nothing.
      for (const name of ["github", "weather", "system-report", "calendar"])
        writeSkill(join(stateDir, "skills"), name, skillText(name, METADATA));
    },
  });
  const { client } = await connectWire(server.port, OBSERVER);
  try {
    const next = { nonce: "", deviceToken: "" };
    found = await replay(lines, { port: server.port, clock: new FakeClock(), next, client });
    isStillOpen = (await client.request("health", {})).ok === true;
  } finally {
    await server.stop();
  }
});

for (const name of casesOf(lines)) {
  const deviation = DEVIATIONS[name];
  test(`${name} ${deviation ? `differs: ${deviation.why}` : "goes as recorded"}`, () => {
    const expected = (deviation?.differences ?? []).map((pattern) => expect.stringMatching(pattern));

    expect([...new Set(found.get(name))]).toEqual(expected);
  });
}

test("a key that is written leaves connections open", () => {
  expect(isStillOpen).toBe(true);
});

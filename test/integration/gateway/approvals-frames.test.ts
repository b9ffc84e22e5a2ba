/** What a client of the reference sees of questions and of the file of approvals. */
import { expect, test } from "@playwright/test";
import { casesOf, type Differences, recording, replay } from "../../helpers/gateway/frames.ts";
import { startGateway } from "../../helpers/gateway/gateway.ts";
import { connectWire } from "../../helpers/gateway/wire-client.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

// The cases share one gateway: what one finds depends on those before.
test.describe.configure({ mode: "default" });

/** Where we differ on purpose. A case that stands here fails as well when it no longer differs. */
const DEVIATIONS: Record<string, { why: string; differences: RegExp[] }> = {
  "exec.approvals": {
    why: "there is no socket beside the gateway's own",
    differences: [
      /^payload\.file lacks socket$/,
      /^payload\.file lacks socket$/,
      /^payload\.file lacks socket$/,
    ],
  },
};

const OBSERVER = {
  client: { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend" },
  scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
};

const lines = recording("approvals");

test.describe("the recording approvals", () => {
  let found: Differences;
  test.beforeAll(async () => {
    const server = await startGateway({});
    const { client } = await connectWire(server.port, OBSERVER);
    const next = { nonce: "", deviceToken: "" };
    found = await replay(lines, { port: server.port, clock: new FakeClock(), next, client });
    await server.stop();
  });

  for (const each of casesOf(lines)) {
    const deviation = DEVIATIONS[each];
    test(`${each} ${deviation ? `differs: ${deviation.why}` : "goes as recorded"}`, () => {
      const expected = (deviation?.differences ?? []).map((pattern) => expect.stringMatching(pattern));

      expect(found.get(each)).toEqual(expected);
    });
  }
});

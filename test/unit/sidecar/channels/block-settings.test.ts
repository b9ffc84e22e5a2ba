import { expect, test } from "@playwright/test";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { readPolicy } from "../../../../sidecar/assistant/inbox/policy.ts";
import { blockSettingsOf } from "../../../../sidecar/channels/block-settings.ts";

type Defaults = NonNullable<NonNullable<GatewayConfig["agents"]>["defaults"]>;

function settings(account: Record<string, unknown>, defaults: Partial<Defaults> = {}, channel = "telegram") {
  const read = readPolicy({ blockStreaming: true, ...account }, `channels.${channel}`);
  if (!("policy" in read)) throw new Error(JSON.stringify(read.problem));
  const config = { agents: { defaults: defaults as Defaults } };
  return blockSettingsOf({ channel, agentId: "main", policy: read.policy }, config);
}

test.describe("how answers are sent in blocks", () => {
  test("is as the defaults say, with larger blocks where every message makes a noise", () => {
    expect(settings({})).toEqual({
      minChars: 800,
      maxChars: 1_200,
      idleMs: 1_000,
      waitsForEnd: false,
      pause: undefined,
    });
    expect(settings({}, {}, "signal")).toMatchObject({ minChars: 1_500, maxChars: 1_500 });
    expect(settings({ blockStreaming: false }, { blockStreamingDefault: "on" })).toBeUndefined();
  });

  test("is as the channel says of itself, and else as it is said for all", () => {
    const forAll = { blockStreamingCoalesce: { minChars: 900, maxChars: 2_000, idleMs: 50 } };
    const own = (blockStreamingCoalesce: object) => settings({ blockStreamingCoalesce }, forAll, "signal");

    expect(own({})).toMatchObject({ minChars: 900, maxChars: 2_000, idleMs: 50 });
    expect(own({ idleMs: 300 })).toMatchObject({ minChars: 900, maxChars: 2_000, idleMs: 300 });
    expect(own({ minChars: 1_800 })).toMatchObject({ minChars: 1_800, maxChars: 2_000 });
    expect(own({ maxChars: 500 })).toMatchObject({ minChars: 500, maxChars: 500 });
    expect(own({ minChars: 3_000, maxChars: 4_000 })).toMatchObject({ minChars: 3_000, maxChars: 4_000 });
  });

  test("is refused by name where it cannot be", () => {
    const blockStreamingCoalesce = { minChars: 900, maxChars: 40 };

    expect(readPolicy({ blockStreamingCoalesce }, "channels.signal")).toMatchObject({
      problem: { values: ["channels.signal.blockStreamingCoalesce.minChars", expect.anything()] },
    });
  });

  for (const [what, humanDelay, pause] of [
    ["none", { mode: "off", minMs: 5 }, undefined],
    ["that of somebody who types", { mode: "natural", minMs: 5 }, { minMs: 800, maxMs: 2_500 }],
    ["both that are given", { mode: "custom", minMs: 5, maxMs: 9 }, { minMs: 5, maxMs: 9 }],
    ["the longest fitted to the shortest", { mode: "custom", minMs: 9_000 }, { minMs: 9_000, maxMs: 9_000 }],
    ["the shortest fitted to the longest", { mode: "custom", maxMs: 100 }, { minMs: 100, maxMs: 100 }],
  ] as const) {
    test(`pauses between blocks: ${what}`, () => {
      expect(settings({}, { humanDelay })?.pause).toEqual(pause);
    });
  }
});

/** How an answer that is being written is cut into blocks, and what is left of it for its end. */
import { expect, test } from "@playwright/test";
import { DEFAULT_POLICY } from "../../../../sidecar/assistant/inbox/policy.ts";
import type { Route } from "../../../../sidecar/base/store/route.ts";
import type { AnswerBlock } from "../../../../sidecar/base/store/session-store.ts";
import type { BlockSettings } from "../../../../sidecar/channels/block-settings.ts";
import { type BlockPlace, BlockStream } from "../../../../sidecar/channels/block-stream.ts";
import { reopened } from "../../../../sidecar/channels/format/chunk.ts";
import { fixtureChannel } from "../../../fixtures/channel/channel.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const ROUTE: Route = { channel: "fixture", account: "default", chat: { kind: "dm", id: "chat" } };
const SETTINGS: BlockSettings = {
  minChars: 20,
  maxChars: 40,
  idleMs: 1_000,
  waitsForEnd: false,
  pause: undefined,
};

function arrange(settings: Partial<BlockSettings> = {}, more: Partial<BlockPlace> = {}) {
  const clock = new FakeClock();
  const kept: AnswerBlock[] = [];
  const failures: unknown[] = [];
  const blocks = new BlockStream("t1", ROUTE, {
    store: async () => ({
      addBlock: async (_turnId, block) => {
        kept.push(block);
        return true;
      },
    }),
    clock,
    random: () => 0.5,
    rules: {
      descriptor: fixtureChannel(),
      policy: { ...DEFAULT_POLICY, replyToMode: "first" },
      config: {},
      pathOf: (id) => id,
    },
    settings: { ...SETTINGS, ...settings },
    showsThoughts: false,
    prefix: () => "",
    preview: async () => undefined,
    kept: () => {},
    failed: (error) => failures.push(error),
    ...more,
  });
  const texts = () => kept.flatMap(({ parts }) => parts.map(({ payload }) => payload.text));
  /** What the end still has to say of the whole answer. */
  const rest = async (whole: string) => {
    const before = await blocks.end();
    expect(whole.startsWith(before?.text ?? "")).toBe(true);
    return reopened(whole.slice(before?.text.length ?? 0), before?.open);
  };
  return { clock, blocks, kept, failures, texts, rest };
}

/** Lets what was begun end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a block is sent when it is full, up to a good place, and the end says the rest", async () => {
  const { blocks, texts, kept, rest } = arrange();
  const whole = "One sentence is here. Another one follows it at once.";

  blocks.said(whole.slice(0, 30));
  await settled();
  expect(texts()).toEqual([]);
  blocks.said(whole.slice(0, 45));
  await settled();

  expect(texts()).toEqual(["One sentence is here."]);
  expect(kept[0]?.said).toBe("One sentence is here.");
  expect(await rest(whole)).toBe("Another one follows it at once.");
});

test("a block that is large enough is sent when nothing is added for a while, in whole sentences", async () => {
  const { blocks, clock, texts, rest } = arrange();

  blocks.said("This one is complete. This is n");
  clock.advance(900);
  await settled();
  blocks.said("This one is complete. This is not y");
  clock.advance(900);
  await settled();
  expect(texts()).toEqual([]);
  clock.advance(100);
  await settled();

  expect(texts()).toEqual(["This one is complete."]);
  expect((await rest("This one is complete. This is not yet.")).trim()).toBe("This is not yet.");
});

test("a block of code is closed at the end of a block and opened in the next, and its end is not said twice", async () => {
  const { blocks, clock, texts, rest } = arrange();
  const whole = "Look here, it is this:\n\n```js\nconst first = 1;\nconst second = 2;\n```\nDone.";

  blocks.said(whole.slice(0, whole.indexOf("const second")));
  clock.advance(1_000);
  await settled();
  blocks.said(whole.slice(0, whole.indexOf("```\nDone")));
  await blocks.paused();

  expect(texts()).toEqual([
    "Look here, it is this:",
    "```js\nconst first = 1;\n```",
    "```js\nconst second = 2;\n```",
  ]);
  expect(await rest(whole)).toBe("Done.");
});

test("the silent word is not shown, nor a beginning of it, wherever the text breaks off", async () => {
  const { blocks, texts, clock } = arrange({ minChars: 1, maxChars: 40 });

  for (const text of ["N", "NO", "NO_RE", "NO_REPLY"]) {
    blocks.said(text);
    clock.advance(1_000);
    await settled();
  }
  await blocks.paused();
  blocks.said("NO_REPLY\n\nA word. ");
  clock.advance(1_000);
  await settled();
  blocks.said("NO_REPLY\n\nA word.\n\nNO_RE");
  clock.advance(1_000);
  await settled();

  expect(texts()).toEqual(["A word."]);
});

test("a file and what follows it wait for the end, and so does a mark that is not whole", async () => {
  const { blocks, texts, kept, rest } = arrange();
  const whole =
    "[[reply_to: m7]] Here is the picture that you asked for.\nMEDIA: ./cat.png\nAnd that is all.";

  blocks.said(whole.slice(0, 11));
  await blocks.paused();
  expect(texts()).toEqual([]);
  blocks.said(whole);
  await blocks.paused();

  expect(texts()).toEqual(["Here is the picture", "that you asked for."]);
  expect(kept[0]?.parts[0]?.payload).toMatchObject({ replyTo: "m7" });
  expect(await rest(whole)).toBe("MEDIA: ./cat.png\nAnd that is all.");
});

test("with message_end nothing is sent before the message is whole; what is kept is of that message alone", async () => {
  const { blocks, clock, texts, kept } = arrange({ waitsForEnd: true });

  blocks.said("First I look at it, and that takes me a while.");
  clock.advance(5_000);
  await settled();
  expect(texts()).toEqual([]);
  await blocks.paused();
  blocks.said("First I look at it, and that takes me a while.\n\nNow I know.");
  await blocks.paused();

  expect(texts()).toEqual(["First I look at it, and that takes me a", "while.", "Now I know."]);
  expect(kept.map(({ said }) => said)).toEqual([
    "First I look at it, and that takes me a",
    "First I look at it, and that takes me a while.",
    "Now I know.",
  ]);
});

test("blocks after the first wait as somebody does who types, and the end waits behind them", async () => {
  const { blocks, kept, clock } = arrange({ pause: { minMs: 1_000, maxMs: 3_000 } });

  blocks.said("One sentence is here. Another one follows it at once.");
  await blocks.paused();
  clock.advance(500);
  const before = await blocks.end();

  expect(kept.map(({ parts }) => parts[0]?.delayMs)).toEqual([undefined, 2_000]);
  expect(before?.delayMs).toBe(3_500);
});

test("a thought stands before the first block that follows it, once", async () => {
  const { blocks, texts } = arrange({}, { showsThoughts: true, prefix: () => "[Ada] " });

  blocks.thought("I lo");
  blocks.thought("I look.");
  blocks.said("Let me look.");
  await blocks.paused();
  blocks.thought("Now I know.");
  blocks.said("Let me look.\n\nIt is there.");
  await blocks.paused();
  const before = await blocks.end();

  expect(texts()).toEqual(["💭 I look.", "[Ada] Let me look.", "💭 Now I know.", "It is there."]);
  expect(before?.thoughts).toEqual(["I look.", "Now I know."]);
});

test("what cannot be kept is not said, and is the end's", async () => {
  const { blocks, failures, rest } = arrange(
    {},
    {
      store: async () => ({
        addBlock: async () => {
          throw new Error("the disk is full");
        },
      }),
    },
  );
  const whole = "One sentence is here. Another one follows it at once.";

  blocks.said(whole);
  await settled();

  expect(failures).toHaveLength(1);
  expect(await rest(whole)).toBe(whole);
});

test("whatever an answer is made of and however it comes, blocks and end together say all of it once", async () => {
  let seed = 7;
  const random = (most: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  const PIECES = [
    "alpha ",
    "beta. ",
    "gamma\n",
    "\n\n",
    "delta! ",
    "- item\n",
    "https://example.org/a ",
    "émile ",
    "日本。",
  ];
  for (let round = 0; round < 40; round += 1) {
    const { blocks, clock, texts, rest } = arrange();
    const whole = Array.from({ length: 60 }, (_, index) => `${index}${PIECES[random(PIECES.length)]}`)
      .join("")
      .trim();
    for (let at = 0; at < whole.length; at += 1 + random(30)) {
      blocks.said(whole.slice(0, at).trim());
      if (random(3) === 0) clock.advance(1_000);
      await settled();
    }
    const last = await rest(whole);
    const words = [...texts(), last]
      .join(" ")
      .split(/\s+/)
      .filter((word) => word !== "");

    expect(words.join("")).toBe(whole.replace(/\s+/g, ""));
    expect(texts().length).toBeGreaterThan(1);
    expect(Math.max(...texts().map(({ length }) => length))).toBeLessThanOrEqual(SETTINGS.maxChars);
  }
});

import { expect, test } from "@playwright/test";
import type { EnvelopeStyle } from "../../../../../sidecar/assistant/prompt/envelope.ts";
import {
  PRUNING_RULES,
  type PruningDecisions,
  type PruningRules,
} from "../../../../../sidecar/assistant/prompt/pruning.ts";
import { type ViewEntry, viewOf } from "../../../../../sidecar/assistant/prompt/view.ts";
import { type Message, textMessage, textOf } from "../../../../../sidecar/base/store/message.ts";

const envelope: EnvelopeStyle = {
  marker: "k3f9x2ab7qpz",
  time: { zone: "UTC", isTwelveHour: false },
  showsTime: true,
  showsElapsed: false,
};

function entry(id: string, role: Message["role"], text: string, more: Partial<Message> = {}): ViewEntry {
  return { id, state: "ok", message: { ...textMessage(role, text, 0), ...more } };
}

const user = (id: string, text: string) => entry(id, "user", text);
const answer = (id: string, text: string, more?: Partial<Message>) => entry(id, "assistant", text, more);
const result = (id: string, text: string, toolName = "read") =>
  entry(id, "toolResult", text, { toolName, toolCallId: id });

const textsOf = (messages: readonly Message[]) =>
  messages.map((message) => `${message.role}: ${textOf(message)}`);

test.describe("what a model sees of a conversation", () => {
  test("leaves out what was abandoned, cut off, empty, or said by the gateway itself", () => {
    const entries: ViewEntry[] = [
      user("1", "one"),
      { ...answer("2", "half an ans"), state: "partial" },
      answer("3", "1"),
      { ...user("4", "rewritten"), state: "off_path" },
      answer("5", "a status", { stopReason: "injected" }),
      answer("6", "", { stopReason: "error" }),
      user("7", "two"),
    ];

    expect(textsOf(viewOf(entries, { envelope }).messages)).toEqual([
      "user: one",
      "assistant: 1",
      "user: two",
    ]);
  });

  test("joins messages that nobody answered, in their order", () => {
    const entries = [user("1", "one"), { ...answer("2", "x"), state: "partial" as const }, user("3", "two")];

    expect(viewOf(entries, { envelope }).messages.map(({ content }) => content)).toEqual([
      [
        { type: "text", text: "one" },
        { type: "text", text: "two" },
      ],
    ]);
  });

  test("shows a message by its parts, and its plain text where there are none", () => {
    const sender = { id: "9", authority: "owner" as const };
    const parts = [{ atMs: 0, channel: "webchat", sender, text: "hello" }];

    const [message] = viewOf([{ ...user("1", "hello"), parts }], { envelope }).messages;

    expect(message && textOf(message)).toBe(
      [
        "<<context k3f9x2ab7qpz>>\ntime: Thu 1970-01-01 00:00 +00:00\nchannel: webchat\nsender: 9\nauthority: owner",
        "<</context k3f9x2ab7qpz>>\n<<message k3f9x2ab7qpz>>\nhello\n<</message k3f9x2ab7qpz>>",
      ].join("\n"),
    );
  });

  test("cuts long results in the middle, and says where the whole is", () => {
    const long = `begin${"x".repeat(30_000)}end`;

    const text = textOf(
      viewOf([user("1", "a"), result("2", long)], { envelope }).messages[1] ?? { content: [] },
    );

    expect(text).toMatch(
      /^<<result \w+>>\nbeginx{11995}\n\[… 14508 characters left out; read the path result:2 with offset and limit, some 100 lines at a time, for them …\]\nx{3497}end\n<<\/result \w+>>$/,
    );
  });

  test("sends images with the turn that brought them, and again when they are spoken of", () => {
    const image = { type: "image", data: "AAAA", mimeType: "image/png" } as const;
    const withImage = (id: string, text: string): ViewEntry => {
      const plain = user(id, text);
      return { ...plain, message: { ...plain.message, content: [...plain.message.content, image] } };
    };
    const entries = [withImage("1", "look"), answer("2", "a cat"), withImage("3", "and this?")];
    const typesOf = (imagesOf?: ReadonlySet<string>) =>
      viewOf(entries, imagesOf ? { envelope, imagesOf } : { envelope }).messages.map(({ content }) =>
        content.map(({ type }) => type),
      );

    expect(typesOf()).toEqual([["text", "text"], ["text"], ["text", "image"]]);
    expect(typesOf(new Set(["1"]))).toEqual([["text", "image"], ["text"], ["text", "image"]]);
  });

  test("begins at the last messages of people that are wanted", () => {
    const entries = [
      user("1", "one"),
      answer("2", "1"),
      user("3", "two"),
      answer("4", "2"),
      user("5", "three"),
    ];

    expect(textsOf(viewOf(entries, { envelope, maxUserTurns: 2 }).messages)).toEqual([
      "user: two",
      "assistant: 2",
      "user: three",
    ]);
  });

  test("case 39: is the same bytes for the same conversation, and begins with them when it goes on", () => {
    const entries = [user("1", "one"), result("2", "y".repeat(20_000)), answer("3", "1"), user("4", "two")];

    const [first, again, later] = [entries, entries, [...entries, answer("5", "2"), user("6", "three")]].map(
      (each) => JSON.stringify(viewOf(each, { envelope }).messages),
    );

    expect(again).toBe(first);
    expect(later?.startsWith(first?.slice(0, -1) ?? "-")).toBe(true);
  });
});

test.describe("pruning", () => {
  const big = "z".repeat(15_000);
  /** Eight rounds of a call and its result. */
  const entries = [
    user("u", "go"),
    ...Array.from({ length: 8 }, (_, index) => [
      answer(`a${index}`, "next"),
      result(`r${index}`, big),
    ]).flat(),
    answer("end", "done"),
  ];
  const decide = (
    situation: { contextWindow: number; sinceLastCallMs: number | undefined },
    more: { rules?: Partial<PruningRules>; decisions?: PruningDecisions } = {},
  ) =>
    viewOf(entries, {
      envelope,
      pruning: {
        rules: { ...PRUNING_RULES, ...more.rules },
        situation: { fixedTokens: 2_000, ...situation },
        decisions: more.decisions ?? new Map(),
      },
    });
  const all = (pruned: "trimmed" | "cleared", ...ids: number[]) =>
    new Map(ids.map((id) => [`r${id}`, pruned] as const));
  const late = { sinceLastCallMs: 400_000 };

  test("leaves everything as long as the provider keeps what it was sent", () => {
    expect(decide({ contextWindow: 40_000, sinceLastCallMs: 299_000 }).decisions.size).toBe(0);
  });

  test("leaves everything below its share of the window", () => {
    expect(decide({ contextWindow: 200_000, ...late }).decisions.size).toBe(0);
  });

  test("shortens old results, and none of the last answers", () => {
    const { decisions, messages } = decide({ contextWindow: 60_000, ...late });

    expect(decisions).toEqual(all("trimmed", 0, 1, 2, 3, 4, 5));
    expect(textOf(messages[2] ?? { content: [] })).toMatch(
      /z{1500}\n\[… 12000 characters left out …\]\nz{1500}/,
    );
  });

  test("takes results out, the oldest first, when shortening is not enough", () => {
    const rules = { softTrim: { maxChars: 20_000, headChars: 1_500, tailChars: 1_500 } };

    expect(decide({ contextWindow: 40_000, ...late }, { rules }).decisions).toEqual(
      all("cleared", 0, 1, 2, 3),
    );
  });

  test("takes nothing out for a small gain", () => {
    expect([...decide({ contextWindow: 12_000, ...late }).decisions.values()]).not.toContain("cleared");
  });

  test("spares what the configuration spares, and results with images", () => {
    const window = { contextWindow: 60_000, ...late };

    expect(decide(window, { rules: { deny: ["re*"] } }).decisions.size).toBe(0);
    expect(decide(window, { rules: { allow: ["exec"] } }).decisions.size).toBe(0);
    expect(decide(window, { rules: { allow: ["Read"] } }).decisions.size).toBe(6);
  });

  test("case 39: a decision stays, so that the same bytes are sent until the cache runs out again", () => {
    const first = decide({ contextWindow: 60_000, ...late });
    const next = decide({ contextWindow: 60_000, sinceLastCallMs: 1_000 }, { decisions: first.decisions });

    expect(JSON.stringify(next.messages)).toBe(JSON.stringify(first.messages));
    expect(next.decisions).toEqual(first.decisions);
  });
});

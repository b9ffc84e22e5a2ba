import { expect, test } from "@playwright/test";
import fc from "fast-check";
import {
  lacksThoughts,
  repairedView,
  type ViewRules,
} from "../../../../../sidecar/assistant/models/repaired-view.ts";
import type { Block, Message } from "../../../../../sidecar/base/store/message.ts";

const OWN = { api: "anthropic-messages", provider: "anthropic", model: "claude" };
const RULES: ViewRules = { ...OWN, takesImages: true };

const user = (...content: (string | Block)[]): Message => ({
  role: "user",
  content: blocks(content),
  timestamp: 1,
});
const model = (content: (string | Block)[], more: Partial<Message> = {}): Message => ({
  role: "assistant",
  content: blocks(content),
  ...OWN,
  stopReason: "stop",
  timestamp: 2,
  ...more,
});
const result = (toolCallId: string, text = `result of ${toolCallId}`): Message => ({
  role: "toolResult",
  content: text === "" ? [] : [{ type: "text", text }],
  toolCallId,
  toolName: "look",
  timestamp: 3,
});
const call = (id: string, more: object = {}): Block => ({
  type: "toolCall",
  id,
  name: "look",
  arguments: {},
  ...more,
});
const image = (mimeType = "image/png", data = "aGFsbG8="): Block => ({ type: "image", mimeType, data });

function blocks(content: (string | Block)[]): Block[] {
  return content.map((each) => (typeof each === "string" ? { type: "text", text: each } : each));
}

/** Short, to compare by. */
function shapeOf(view: readonly Message[]): string[] {
  return view.map(({ role, content, toolCallId, isError }) => {
    const told = content.map((block) => {
      switch (block.type) {
        case "text":
          return block.text;
        case "toolCall":
          return `call ${block.id}`;
        case "thinking":
          return `(${block.thinking})`;
        default:
          return "image";
      }
    });
    return `${role}${toolCallId === undefined ? "" : ` ${toolCallId}`}${isError ? "!" : ""}: ${told.join(" | ")}`;
  });
}

test.describe("repairedView", () => {
  test("leaves a sound conversation as it is", () => {
    const conversation = [
      user("Hello"),
      model([{ type: "thinking", thinking: "hm", thinkingSignature: "s" }, "I look", call("a"), call("b")]),
      result("a"),
      result("b"),
      model(["Done"]),
      user("Thanks", image()),
    ];

    expect(repairedView(conversation, RULES)).toEqual(conversation);
  });

  test("gives every call one result in the order of the calls, and no result without a call", () => {
    const view = repairedView(
      [
        user("Hello"),
        result("stray"),
        model([call("a"), call("b"), call("c")]),
        result("c"),
        user("meanwhile"),
        result("a"),
        result("a", "again"),
        model(["Done"]),
        result("b", "too late"),
      ],
      RULES,
    );

    expect(shapeOf(view)).toEqual([
      "user: Hello",
      "assistant: call a | call b | call c",
      "toolResult a: result of a",
      expect.stringMatching(/^toolResult b!: There is no result/),
      "toolResult c: result of c",
      "user: meanwhile",
      "assistant: Done",
    ]);
  });

  test("leaves out what was cut off, what failed and what was injected, and joins what stood around it", () => {
    const view = repairedView(
      [
        user("One"),
        model(["half a sen"], { stopReason: "aborted" }),
        user("Two"),
        model(["", call("a")], { stopReason: "error" }),
        result("a"),
        model(["usage: 12 tokens"], { stopReason: "injected" }),
        user("Three"),
      ],
      RULES,
    );

    expect(shapeOf(view)).toEqual(["user: One | Two | Three"]);
  });

  test("has no empty block and no empty message; an empty result says so", () => {
    const view = repairedView(
      [
        user("Hello", " \n"),
        model(["", { type: "thinking", thinking: " " }]),
        user(""),
        model(["Yes", call("a")]),
        result("a", ""),
      ],
      RULES,
    );

    expect(shapeOf(view)).toEqual(["user: Hello", "assistant: Yes | call a", "toolResult a: (nothing)"]);
  });

  test("begins with a person, whatever the front was cut off at", () => {
    const view = repairedView([result("x"), model(["Yes", call("y")]), result("y"), user("So?")], RULES);

    expect(shapeOf(view)).toEqual(["user: So?"]);
  });

  test("makes of two answers in a row one, without the thoughts of either", () => {
    const thought: Block = { type: "thinking", thinking: "hm", thinkingSignature: "s" };
    const view = repairedView(
      [user("Hello"), model([thought, "One"]), model([thought, "Two"]), user("?")],
      RULES,
    );

    expect(shapeOf(view)).toEqual(["user: Hello", "assistant: One | Two", "user: ?"]);
  });

  test("keeps a signed thought without words, and no thought or signature of another model", () => {
    const signed: Block = { type: "thinking", thinking: "", thinkingSignature: "s" };
    const own = model([signed, "One", call("a", { thoughtSignature: "t" })]);
    const conversation = (by: Partial<Message>) => [user("Hello"), { ...own, ...by }, result("a")];

    const kept = repairedView(conversation({}), RULES);
    const others = [{ api: "x" }, { provider: "x" }, { model: "x" }].map((by) =>
      repairedView(conversation(by), RULES),
    );

    expect(kept[1]?.content).toEqual([
      signed,
      { type: "text", text: "One" },
      call("a", { thoughtSignature: "t" }),
    ]);
    expect(others.map((view) => view[1]?.content)).toEqual(
      others.map(() => [{ type: "text", text: "One" }, call("a")]),
    );
  });

  test("gives ids that every provider takes, alike for equal conversations, and no id twice", () => {
    const odd = "call|ä/1 ".repeat(20);
    const conversation = [
      user("Hello"),
      model([call(odd), call("a")]),
      result(odd),
      result("a"),
      user("And?"),
      model([call("a")]),
      result("a", "second"),
    ];

    const view = repairedView(conversation, RULES);

    const ids = view.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === "toolCall" ? [block.id] : [])),
    );
    expect(ids.every((id) => /^[A-Za-z0-9_-]{1,40}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(3);
    expect(view.flatMap(({ toolCallId }) => toolCallId ?? [])).toEqual(ids);
    expect(repairedView(conversation, RULES)).toEqual(view);
  });

  test("shows images that a provider takes, the newest twenty, and words in place of the others", () => {
    const many = Array.from({ length: 22 }, () => image());
    const view = repairedView(
      [user(...many, image("image/tiff"), image("image/png", "a".repeat(6_000_000)))],
      RULES,
    );

    const kinds = view[0]?.content.map(({ type }) => type);
    expect(kinds?.slice(0, 2)).toEqual(["text", "text"]);
    expect(kinds?.filter((kind) => kind === "image")).toHaveLength(20);
    expect(kinds?.slice(-2)).toEqual(["text", "text"]);
    expect(repairedView([user(image())], { ...RULES, takesImages: false })[0]?.content[0]?.type).toBe("text");
  });

  test("is nothing but words before the last message of a person when it is to be plain", () => {
    const thought: Block = { type: "thinking", thinking: "hm", thinkingSignature: "s" };
    const view = repairedView(
      [
        user("Look", image()),
        model([thought, call("a")]),
        result("a"),
        model([call("b")]),
        user("And now?", image()),
        model([call("c")]),
        result("c"),
      ],
      { ...RULES, plain: true },
    );

    expect(shapeOf(view)).toEqual([
      "user: Look | [an image, which is not shown to this model]",
      "assistant: [used the tool look]",
      "user: [result of the tool look] | result of a",
      "assistant: [used the tool look]",
      "user: And now? | image",
      "assistant: call c",
      "toolResult c: result of c",
    ]);
  });

  test("is valid for whatever may be stored", () => {
    const anyBlock = fc.oneof(
      fc.constantFrom("", " ", "a", "b").map((text): Block => ({ type: "text", text })),
      fc.constantFrom("", "t").map((thinking): Block => ({ type: "thinking", thinking })),
      fc.constantFrom("1", "2", "ü").map((id) => call(id)),
      fc.constantFrom("image/png", "x/y").map((mimeType) => image(mimeType)),
    );
    const anyMessage = fc.record({
      role: fc.constantFrom<Message["role"]>("user", "assistant", "toolResult"),
      content: fc.array(anyBlock, { maxLength: 3 }),
      toolCallId: fc.constantFrom("1", "2", "ü", "none"),
      stopReason: fc.constantFrom<NonNullable<Message["stopReason"]>>(
        "stop",
        "toolUse",
        "error",
        "aborted",
        "length",
      ),
      timestamp: fc.constant(1),
    });
    const property = fc.property(
      fc.array(anyMessage, { maxLength: 12 }),
      fc.boolean(),
      (conversation, plain) => {
        const problem = problemOf(repairedView(conversation, { ...RULES, plain }));
        if (problem !== undefined) throw new Error(problem);
      },
    );

    fc.assert(property, { numRuns: 3_000 });
  });
});

/** What a provider would refuse. */
function problemOf(view: readonly Message[]): string | undefined {
  if (view[0] !== undefined && view[0].role !== "user") return "begins otherwise";
  const ids = new Set<string>();
  for (const [index, { role, content, toolCallId }] of view.entries()) {
    if (content.length === 0) return `empty message ${index}`;
    if (content.some((block) => block.type === "text" && block.text.trim() === ""))
      return `empty block in ${index}`;
    if (role !== "toolResult" && view[index - 1]?.role === role) return `two in a row at ${index}`;
    const calls = content.flatMap((block) => (block.type === "toolCall" ? [block.id] : []));
    if (role !== "assistant" && calls.length > 0) return `a call of nobody at ${index}`;
    for (const [at, id] of calls.entries()) {
      if (ids.has(id)) return `twice ${id}`;
      ids.add(id);
      if (view[index + 1 + at]?.toolCallId !== id) return `no result of ${id}`;
    }
    if (calls.length > 0 && view[index + 1 + calls.length]?.role === "toolResult") return "a result too many";
    if (role === "toolResult" && !ids.has(toolCallId ?? "")) return `a stray result at ${index}`;
  }
  return undefined;
}

test.describe("lacksThoughts", () => {
  const signed: Block = { type: "thinking", thinking: "hm", thinkingSignature: "s" };

  test("is so for calls of this turn that no signed thought stands before", () => {
    expect(lacksThoughts([user("x"), model([call("a")]), result("a")])).toBe(true);
    expect(lacksThoughts([user("x"), model([signed, call("a")]), result("a")])).toBe(false);
    expect(lacksThoughts([user("x"), model([call("a")]), result("a"), model(["y"]), user("z")])).toBe(false);
  });
});

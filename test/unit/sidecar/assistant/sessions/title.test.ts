import { expect, test } from "@playwright/test";
import { beginningOf, madeTitle, titleOf } from "../../../../../sidecar/assistant/sessions/title.ts";

const ID = "0123456789abcdef";

function titleWith(fields: Record<string, unknown>, { made, first }: { made?: string; first?: string } = {}) {
  const row = { key: "agent:main:x", agentId: "main", sessionId: ID, startedAtMs: 0, updatedAtMs: 0, fields };
  return titleOf(row, {
    remembered: async () => made,
    firstUserText: async () => first,
  });
}

test.describe("the title of a conversation", () => {
  for (const [what, fields, kept, title] of [
    ["its label", { label: "Tax", displayName: "Ann", subject: "S" }, { made: "M", first: "f" }, "Tax"],
    ["its name", { label: " ", displayName: " Ann ", subject: "S" }, { made: "M", first: "f" }, "Ann"],
    ["its subject", { displayName: "", subject: "S" }, { made: "M", first: "f" }, "S"],
    ["the title that was made", { displayName: 7 }, { made: "M", first: "f" }, "M"],
    ["how it begins", {}, { first: "  hello\n  world " }, "hello world"],
    ["its id and day, where there is nothing else", {}, {}, "01234567 (1970-01-01)"],
  ] as const) {
    test(`is ${what}`, async () => {
      expect(await titleWith(fields, kept)).toBe(title);
    });
  }

  test("is at most 60 characters of the first message, none of them torn", () => {
    const family = "👨‍👩‍👧‍👦";

    expect(beginningOf("x".repeat(60))).toBe("x".repeat(60));
    expect(beginningOf("x".repeat(61))).toBe("x".repeat(60));
    expect(beginningOf(`${"x".repeat(55)}${family}y`)).toBe("x".repeat(55));
    expect(beginningOf(`${"x".repeat(59)}e\u0301 and more`)).toBe("x".repeat(59));
    expect(beginningOf(family.repeat(20))).toBe(family.repeat(5));
  });
});

test.describe("a title that a model made", () => {
  for (const [answer, title] of [
    ["Planning a trip to Rome", "Planning a trip to Rome"],
    ['"Planning a trip to Rome."', "Planning a trip to Rome"],
    ["**Reise nach Rom**\n\nIch habe …", "Reise nach Rom"],
    ["# Title: „Reise nach Rom“", "Reise nach Rom"],
    ["ローマ旅行の計画", "ローマ旅行の計画"],
    ["Rome\u202e \u001b[31mtrip", "Rome trip"],
    ["Here is a title for the conversation of today", undefined],
    ["x".repeat(61), undefined],
    ["NO_REPLY", undefined],
    ["…", undefined],
    ["", undefined],
  ] as const) {
    test(`is ${JSON.stringify(title)} of ${JSON.stringify(answer.slice(0, 50))}`, () => {
      expect(madeTitle(answer)).toBe(title);
    });
  }
});

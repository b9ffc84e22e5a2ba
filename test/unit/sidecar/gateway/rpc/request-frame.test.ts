import { expect, test } from "@playwright/test";
import { readRequestFrame } from "../../../../../sidecar/gateway/rpc/request-frame.ts";

test.describe("readRequestFrame", () => {
  for (const frame of [
    { type: "req", id: "1", method: "health" },
    { type: "req", id: "1", method: "health", params: null },
    { type: "req", id: "ü", method: "no such method", params: [1] },
  ]) {
    test(`accepts ${JSON.stringify(frame)}`, () => {
      expect(readRequestFrame(JSON.stringify(frame))).toEqual({ kind: "request", frame });
    });
  }

  for (const text of ["", "{bad json", "{}{}", "\u0000"]) {
    test(`finds no JSON in ${JSON.stringify(text)}`, () => {
      expect(readRequestFrame(text)).toEqual({ kind: "not-json" });
    });
  }

  for (const [frame, id, detail] of [
    [[], "invalid", "must be object"],
    [null, "invalid", "must be object"],
    ["req", "invalid", "must be object"],
    [
      {},
      "invalid",
      "must have required property 'type'; must have required property 'id'; must have required property 'method'",
    ],
    [{ type: "req", id: 5, method: "health" }, 5, "at /id: must be string"],
    [{ type: "req", id: "", method: "health" }, "", "at /id: must NOT have fewer than 1 characters"],
    [{ type: "req", id: "a", method: "" }, "a", "at /method: must NOT have fewer than 1 characters"],
    [{ type: "req", id: "a", method: "health", extra: 1 }, "a", "at root: unexpected property 'extra'"],
    [
      { type: "res", id: "a", ok: true },
      "a",
      "must have required property 'method'; at root: unexpected property 'ok'; at /type: must be equal to constant",
    ],
    [
      { type: "req", id: "a", method: "x".repeat(1_001) },
      "a",
      "at /method: must NOT have more than 1000 characters",
    ],
  ] as const) {
    test(`explains what is wrong with ${JSON.stringify(frame).slice(0, 60)}`, () => {
      expect(readRequestFrame(JSON.stringify(frame))).toEqual({ kind: "invalid", id, detail });
    });
  }

  test("takes __proto__ in a frame for a property like any other", () => {
    const text = '{"type":"req","id":"a","method":"health","__proto__":{"x":1}}';

    expect(readRequestFrame(text)).toMatchObject({ kind: "invalid", id: "a" });
  });

  for (const [what, id] of [
    ["an object", { deep: "x".repeat(400_000) }],
    ["a list", Array(1_000).fill("x".repeat(400))],
    ["a long text", "x".repeat(400_000)],
  ] as const) {
    test(`S4: does not repeat ${what} that stands in the place of the id`, () => {
      const verdict = readRequestFrame(JSON.stringify({ type: "req", id, method: "health" }));

      expect(verdict).toMatchObject({ kind: "invalid", id: "invalid" });
    });
  }

  const crowd = Object.fromEntries(Array.from({ length: 8_285 }, (_, index) => [`k${index}`, 1]));
  for (const [what, frame] of [
    ["in its parameters", { type: "req", id: "a", method: "connect", params: crowd }],
    ["in itself", { type: "req", id: "a", method: "connect", ...crowd }],
    ["in a list", { type: "req", id: "a", method: "connect", params: [Array(5_000).fill(1)] }],
  ] as const) {
    test(`S4: refuses a frame with thousands of values ${what} without walking through them`, () => {
      expect(readRequestFrame(JSON.stringify(frame))).toEqual({
        kind: "invalid",
        id: "a",
        method: "connect",
        detail: "must NOT have more than 3200 values",
      });
    });
  }

  test("takes one text for one value, however many commas and quotes stand in it", () => {
    const frame = { type: "req", id: "a", method: "send", params: { text: '\\",:[{'.repeat(60_000) } };

    expect(readRequestFrame(JSON.stringify(frame))).toEqual({ kind: "request", frame });
  });
});

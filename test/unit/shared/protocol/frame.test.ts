import { expect, test } from "@playwright/test";
import { parseServerFrame } from "../../../../shared/protocol/frame.ts";

const parse = (frame: object) => parseServerFrame(JSON.stringify(frame));

test.describe("parseServerFrame", () => {
  test("passes on what a gateway says", () => {
    const error = {
      code: "INVALID_REQUEST",
      message: "missing scope: operator.read",
      details: { code: "MISSING_SCOPE" },
      retryable: true,
      retryAfterMs: 5_000,
    };
    const event = {
      type: "event",
      event: "tick",
      payload: { ts: 1 },
      seq: 3,
      stateVersion: { presence: 1, health: 2 },
    };

    expect(parse({ type: "res", id: "1", ok: false, error })).toMatchObject({ id: "1", ok: false, error });
    expect(parse(event)).toEqual(event);
  });

  for (const [what, error] of [
    ["a text", "no"],
    ["nothing", null],
    ["a list", [1]],
    [
      "parts of other kinds",
      { code: 5, message: { a: 1 }, details: "x", retryable: 1, retryAfterMs: "soon" },
    ],
    ["times without end", { code: 5, message: 7, retryAfterMs: 1e308 }],
    ["times that are past", { code: 5, message: 7, retryAfterMs: -1 }],
  ] as const) {
    test(`S9: makes of an error that is ${what} one that says nothing`, () => {
      expect(parse({ type: "res", id: "1", ok: false, error })).toMatchObject({
        error: { code: "UNAVAILABLE", message: "the gateway answered without a reason" },
      });
      expect(
        Object.keys((parse({ type: "res", id: "1", ok: false, error }) as { error: object }).error),
      ).toEqual(["code", "message"]);
    });
  }

  test("S9: leaves out a sequence number and versions that are none", () => {
    expect(parse({ type: "event", event: "tick", seq: "1", stateVersion: { presence: "x" } })).toEqual({
      type: "event",
      event: "tick",
    });
  });

  for (const text of [
    "",
    "null",
    "[]",
    '{"type":"res","id":1,"ok":true}',
    '{"type":"event","event":null}',
    "{",
  ]) {
    test(`finds no frame in ${text || "nothing"}`, () => {
      expect(parseServerFrame(text)).toBeUndefined();
    });
  }
});

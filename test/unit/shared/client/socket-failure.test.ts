import { expect, test } from "@playwright/test";
import { closedEarly, socketFailure } from "../../../../shared/client/socket-failure.ts";

function failureOf(message: string, code?: string): Error {
  return closedEarly(1006, "", { message, code });
}

test.describe("closedEarly", () => {
  for (const [what, error, expected] of [
    ["nobody listens", failureOf("connect ECONNREFUSED 127.0.0.1:1", "ECONNREFUSED"), "UNREACHABLE"],
    ["nobody listens on any address of a name", failureOf("", "ECONNREFUSED"), "UNREACHABLE"],
    ["the name is unknown", failureOf("getaddrinfo ENOTFOUND x", "ENOTFOUND"), "UNREACHABLE"],
    ["the connection is reset", failureOf("read ECONNRESET", "ECONNRESET"), "CONNECTION_LOST"],
    ["the peer hangs up without an answer", failureOf("socket hang up", "ECONNRESET"), "NOT_A_GATEWAY"],
    ["the peer is a web server", failureOf("Unexpected server response: 404"), "NOT_A_GATEWAY"],
    [
      "the peer breaks the rules",
      failureOf("Invalid WebSocket frame", "WS_ERR_INVALID_OPCODE"),
      "NOT_A_GATEWAY",
    ],
    ["the peer closes in order", closedEarly(1012, "service restart", undefined), "CONNECTION_LOST"],
    ["too many guesses were made", failureOf("Unexpected server response: 429"), "RATE_LIMITED"],
  ] as const) {
    test(`says ${expected} when ${what}`, () => {
      expect(error).toMatchObject({ code: expected });
    });
  }

  test("names code and reason of a close in order", () => {
    expect(closedEarly(1012, "service restart", undefined).message).toBe(
      "closed during the handshake (1012 service restart)",
    );
  });
});

test.describe("socketFailure", () => {
  test("reads what ws tells, also where it stands in getters, and nothing from a browser's event", () => {
    class Event {
      get message() {
        return "connect ECONNREFUSED";
      }
      get error() {
        return Object.assign(new Error("x"), { code: "ECONNREFUSED" });
      }
    }

    expect(socketFailure(new Event())).toEqual({ code: "ECONNREFUSED", message: "connect ECONNREFUSED" });
    expect(socketFailure({ type: "error" })).toEqual({ code: undefined, message: "" });
    expect(socketFailure({ message: 7, error: "x" })).toEqual({ code: undefined, message: "" });
  });
});

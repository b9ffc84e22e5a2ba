/** When a chat shows that an answer is written. */
import { expect, test } from "@playwright/test";
import type { StartedTurn } from "../../../../sidecar/base/store/session-store.ts";
import { Typing, type TypingSettings } from "../../../../sidecar/channels/typing.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const turnIn = (kind: "dm" | "group", origin: StartedTurn["origin"] = "channel") =>
  ({
    id: "t1",
    origin,
    route: { channel: "fixture", account: "default", chat: { kind, id: "chat" } },
    inputs: [{ key: "k", text: "hi", sender: "ann", receivedAtMs: 0, parts: {} }],
  }) as unknown as StartedTurn;

/** What is shown at each step of a turn. */
function shownIn(kind: "dm" | "group", mode: TypingSettings["mode"], origin?: StartedTurn["origin"]) {
  const clock = new FakeClock();
  const shown: boolean[] = [];
  const typing = new Typing(
    clock,
    (_route, isOn) => shown.push(isOn),
    () => ({ mode, refreshMs: 2_000 }),
  );
  const turn = turnIn(kind, origin);
  const after = (step: (turn: StartedTurn) => void) => {
    step(turn);
    return shown.length > 0;
  };
  const steps = {
    began: after((each) => typing.began(each)),
    thought: after((each) => typing.thought(each)),
    said: after((each) => typing.said(each)),
  };
  return { clock, shown, typing, turn, steps };
}

for (const [kind, mode, first] of [
  ["dm", undefined, "began"],
  ["group", undefined, "said"],
  ["group", "instant", "began"],
  ["dm", "thinking", "thought"],
  ["dm", "message", "said"],
] as const) {
  test(`in a ${kind} with ${mode ?? "nothing"} configured it begins with what ${first}`, () => {
    const { steps } = shownIn(kind, mode);
    expect(Object.entries(steps).find(([, isShown]) => isShown)?.[0]).toBe(first);
  });
}

test("never is never, and neither is what no message of the chat asked for", () => {
  expect(shownIn("dm", "never").shown).toEqual([]);
  expect(shownIn("dm", "instant", "cron").shown).toEqual([]);
});

test("it is renewed as often as configured, and ends with the turn", async () => {
  const { clock, shown, typing, turn } = shownIn("dm", undefined);
  await clock.advance(4_000);
  expect(shown).toEqual([true, true, true]);
  typing.ended(turn, 0);
  expect(shown.at(-1)).toBe(false);
});

import { expect, test } from "@playwright/test";
import { HEALTH_INTERVAL_MS, SLEEP_GAP_MS } from "../../../tray/model/limits.ts";
import { en } from "../../../tray/model/texts/en.ts";
import { step } from "../../../tray/model/transitions.ts";
import { type DerivedView, deriveView } from "../../../tray/model/view.ts";
import { SteadyClock, watchTime } from "../../../tray/steady-clock.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";
import { modelIn, NOW, STATES } from "./model/samples.ts";

const THREE_DAYS_MS = 3 * 24 * 3_600_000;

function arrange() {
  const base = new FakeClock();
  const clock = new SteadyClock(base);
  const seen: (number | "woke")[] = [];
  watchTime(clock, { onSet: (byMs) => seen.push(byMs), onWake: () => seen.push("woke") });
  return { base, clock, seen };
}

test.describe("SteadyClock", () => {
  test("F10: goes on as before when somebody sets the time of day, and takes it over at the next look", () => {
    const { base, clock, seen } = arrange();
    const before = clock.now();

    base.set(before - THREE_DAYS_MS);
    expect(clock.now()).toBe(before);
    base.advance(HEALTH_INTERVAL_MS);

    expect(clock.now()).toBe(base.now());
    expect(seen).toEqual([-THREE_DAYS_MS]);
  });

  test("F10: takes no drift for somebody's hand", () => {
    const { base, seen } = arrange();

    base.set(base.now() + 1_500);
    base.advance(10 * HEALTH_INTERVAL_MS);

    expect(seen).toEqual([]);
  });

  test("tells a night from an interval that came late", () => {
    const { base, seen } = arrange();

    base.set(base.now() + SLEEP_GAP_MS + 1);
    base.advance(HEALTH_INTERVAL_MS);

    expect(seen).toEqual([SLEEP_GAP_MS + 1, "woke"]);
  });
});

test.describe("a clock that was set", () => {
  for (const byMs of [-THREE_DAYS_MS, THREE_DAYS_MS]) {
    test(`F10: changes nothing of what is shown or waited for (${byMs} ms)`, () => {
      const differences = STATES.map((state) => {
        const model = modelIn(state);
        const moved = step(model, { type: "clock-set", byMs }, NOW + byMs, () => 0.5).model;
        const [before, after] = [deriveView(model, en, NOW), deriveView(moved, en, NOW + byMs)];
        const waits = [model.facts.quietUntilMs - NOW, moved.facts.quietUntilMs - (NOW + byMs)];
        const isSame = shownIn(before) === shownIn(after) && waits[0] === waits[1];
        return isSame ? undefined : { kind: state.kind, before: before.detail, after: after.detail };
      });

      expect(differences.filter((difference) => difference !== undefined)).toEqual([]);
    });
  }
});

/** All but the bare times of the gateway, which nobody is shown. */
function shownIn({ gateway: _, ...shown }: DerivedView): string {
  return JSON.stringify(shown);
}

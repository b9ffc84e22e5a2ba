import { expect, test } from "@playwright/test";
import { RunAnnouncer } from "../../../../../../sidecar/assistant/turns/run-announcer.ts";
import { EventBus } from "../../../../../../sidecar/base/events/event-bus.ts";
import { SpokenText } from "../../../../../../sidecar/gateway/http/api/spoken-text.ts";
import { FakeClock } from "../../../../../helpers/time/fake-clock.ts";

const RUN = { runId: "run-1", sessionKey: "agent:main:openai:1", tellsTools: false };

/** A run as it is announced, and what was sent on of it. */
function overheard() {
  const clock = new FakeClock();
  const bus = new EventBus();
  const pieces: string[] = [];
  const spoken = new SpokenText(RUN.runId, (delta) => pieces.push(delta));
  bus.subscribe((name, payload) => spoken.hear(name, payload));
  return { clock, bus, pieces, spoken, run: new RunAnnouncer(bus, clock, RUN) };
}

const asIs = (text: string) => text;

test.describe("what is said of an answer", () => {
  test("is sent on as it comes", () => {
    const { pieces, spoken, run } = overheard();
    run.nextMessage(asIs);

    for (const delta of ["Hel", "lo", " there"]) run.said(delta);
    spoken.end("Hello there");

    expect(pieces).toEqual(["Hel", "lo", " there"]);
  });

  test("parts messages with a blank line, also a longer one after a short one", () => {
    const { clock, pieces, spoken, run } = overheard();
    for (const message of ["One moment", "Hi", "One moment more, and then it is here"]) {
      run.nextMessage(asIs);
      clock.advance(200);
      run.said(message);
    }

    spoken.end(run.text);

    expect(pieces.join("")).toBe("One moment\n\nHi\n\nOne moment more, and then it is here");
    expect(pieces).toHaveLength(3);
  });

  test("is held back while it may still be put differently", () => {
    const { clock, pieces, spoken, run } = overheard();
    run.nextMessage((text) => (text.includes("secret") ? "All of it is another text now" : text));

    run.said("This is the ");
    clock.advance(200);
    run.said("secret");

    expect(pieces).toEqual(["This is the "]);
    spoken.end("All of it is another text now");
    expect(pieces.join("")).toBe("This is the \n\nAll of it is another text now");
  });

  test("says at the end what was never announced", () => {
    const { pieces, spoken } = overheard();

    spoken.end("All at once");

    expect(pieces).toEqual(["All at once"]);
  });

  test("takes nothing of other runs", () => {
    const { bus, clock, pieces } = overheard();
    const other = new RunAnnouncer(bus, clock, { ...RUN, runId: "run-2" });
    other.nextMessage(asIs);

    other.said("for somebody else");

    expect(pieces).toEqual([]);
  });
});

import { expect, test } from "@playwright/test";
import type { GatewayEvents } from "../../../../../shared/protocol/events.ts";
import { RunAnnouncer } from "../../../../../sidecar/assistant/turns/run-announcer.ts";
import { EventBus } from "../../../../../sidecar/base/events/event-bus.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

function announced() {
  const clock = new FakeClock();
  const bus = new EventBus();
  const steps: GatewayEvents["agent"][] = [];
  bus.subscribe((name, payload) => {
    if (name === "agent") steps.push(payload as GatewayEvents["agent"]);
  });
  const run = new RunAnnouncer(bus, clock, { runId: "r", sessionKey: "agent:main:main", tellsTools: true });
  run.nextMessage((text) => text);
  return { clock, run, steps };
}

const textOf = ({ data }: GatewayEvents["agent"]) => String(data.text);
const deltaOf = ({ data }: GatewayEvents["agent"]) => String(data.delta);

test.describe("what clients are told of a run", () => {
  test("is every piece of an answer that is not long", () => {
    const { run, steps } = announced();
    for (let count = 0; count < 200; count += 1) run.said("piece ");

    expect(steps).toHaveLength(200);
  });

  test("of a long answer from a fast model is no more than they can read, and all of it in the end", () => {
    const { clock, run, steps } = announced();
    const pieces = 20_000;
    for (let count = 0; count < pieces; count += 1) {
      run.said(`w${count} `);
      if (count % 20 === 0) clock.advance(1);
    }
    run.ended(run.text, 0);

    const said = steps.filter(({ stream }) => stream === "assistant");
    const told = said.reduce((sum, step) => sum + textOf(step).length, 0);
    // Each piece with the whole text would be a gigabyte.
    expect(told).toBeLessThan(3_000_000);
    expect(said.map(deltaOf).join("")).toBe(run.text);
    expect(textOf(said.at(-1) as GatewayEvents["agent"])).toBe(run.text);
    expect(steps.at(-1)?.data.phase).toBe("end");
  });

  test("is what waits to be told when nothing follows it for a while", () => {
    const { clock, run, steps } = announced();
    run.said("x".repeat(54_000));
    run.said("the end");
    expect(steps).toHaveLength(1);
    clock.advance(200);

    expect(steps.map(deltaOf)).toEqual(["x".repeat(54_000), "the end"]);
  });

  test("is all that was thought before what is said, and all that was said before a tool", () => {
    const { run, steps } = announced();
    run.thought("y".repeat(54_000));
    run.thought("so");
    run.said("z".repeat(54_000));
    run.said("Let me look");
    run.toolStarted({ type: "toolCall", id: "1", name: "read", arguments: {} });

    expect(
      steps.map(({ stream, data }) => `${stream} ${String(data.delta ?? data.phase).slice(0, 11)}`),
    ).toEqual([
      "reasoning yyyyyyyyyyy",
      "reasoning so",
      "assistant zzzzzzzzzzz",
      "assistant Let me look",
      "tool start",
    ]);
  });
});

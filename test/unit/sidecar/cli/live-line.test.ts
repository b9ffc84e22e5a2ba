import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import { LiveLine } from "../../../../sidecar/cli/live-line.ts";

function terminal({ isTTY = true, env = {}, columns = 80 } = {}) {
  const written: string[] = [];
  const line = new LiveLine({ isTTY, columns, write: (text) => written.push(text) }, env);
  return { line, written };
}

/** Resolves when something was written, or never. */
async function shown(written: readonly string[]): Promise<void> {
  while (written.length === 0) await delay(20);
}

const WIPE = "\r\u001b[K";

test.describe("the line of a command that waits", () => {
  test("U8: says what it waits for, and is gone when the work has ended", async () => {
    const { line, written } = terminal();
    const work = Promise.withResolvers<string>();
    const waiting = line.during("Waiting for it", work.promise);

    await shown(written);
    work.resolve("done");

    expect(await waiting).toBe("done");
    expect(written).toEqual([`${WIPE}Waiting for it… 0 s`, WIPE]);
  });

  test("U8: is gone when the work fails, and before anything else is printed", async () => {
    const { line, written } = terminal();
    const work = Promise.withResolvers<never>();
    const waiting = line.during("Waiting", work.promise);

    await shown(written);
    line.wipe();
    work.reject(new Error("no"));

    await expect(waiting).rejects.toThrow("no");
    expect(written.slice(1)).toEqual([WIPE]);
  });

  test("U8: leaves the terminal to a question", async () => {
    const { line, written } = terminal();
    const work = Promise.withResolvers<void>();
    const waiting = line.during("Waiting", work.promise);
    await shown(written);

    await line.without(delay(1_200));
    const during = written.length;
    work.resolve();
    await waiting;

    expect(during).toBe(2);
  });

  test("U8: never wraps", async () => {
    const { line, written } = terminal({ columns: 10 });
    const work = Promise.withResolvers<void>();
    const waiting = line.during("Waiting for something", work.promise);
    await shown(written);
    work.resolve();
    await waiting;

    expect(written[0]).toBe(`${WIPE}Waiting f`);
  });

  for (const [where, options] of [
    ["a pipe", { isTTY: false }],
    ["a terminal that cannot wipe a line", { env: { TERM: "dumb" } }],
  ] as const) {
    test(`U8: is not written to ${where}`, async () => {
      const { line, written } = terminal(options);

      await line.during("Waiting", delay(600));

      expect(written).toEqual([]);
    });
  }
});

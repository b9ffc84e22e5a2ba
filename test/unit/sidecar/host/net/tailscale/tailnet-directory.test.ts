import { expect, test } from "@playwright/test";
import { TailnetDirectory } from "../../../../../../sidecar/host/net/tailscale/tailnet-directory.ts";
import type { Answer } from "../../../../../../sidecar/host/net/tailscale/tailscale-cli.ts";
import { FakeClock } from "../../../../../helpers/time/fake-clock.ts";

const FAILURE: Answer<string | undefined> = {
  ok: false,
  failure: { kind: "failed", reason: "peer not found" },
};

/** A directory over a program whose answers the test gives one by one. */
function stage() {
  const clock = new FakeClock();
  const asked: {
    address: string;
    signal: AbortSignal | undefined;
    answer: (a: Answer<string | undefined>) => void;
  }[] = [];
  const cli = {
    loginOf: (address: string, signal?: AbortSignal) =>
      new Promise<Answer<string | undefined>>((answer) => asked.push({ address, signal, answer })),
  };
  return { clock, asked, directory: new TailnetDirectory(cli, clock) };
}

test.describe("TailnetDirectory", () => {
  test("asks once for callers that come while the question is under way", async () => {
    const { asked, directory } = stage();

    const both = Promise.all([directory.loginOf("100.64.0.7"), directory.loginOf("100.64.0.7")]);
    asked[0]?.answer({ ok: true, value: "ada@example.com" });

    expect(await both).toEqual(["ada@example.com", "ada@example.com"]);
    expect(asked).toHaveLength(1);
  });

  test("believes an answer for 60 s and a failure for 5 s", async () => {
    const { clock, asked, directory } = stage();
    const ask = async (answer: Answer<string | undefined>) => {
      const question = directory.loginOf("100.64.0.7");
      asked.at(-1)?.answer(answer);
      return question;
    };

    await ask(FAILURE);
    clock.advance(4_999);
    expect(await directory.loginOf("100.64.0.7")).toBeUndefined();
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect(await ask({ ok: true, value: "ada@example.com" })).toBe("ada@example.com");
    clock.advance(59_999);
    expect(await directory.loginOf("100.64.0.7")).toBe("ada@example.com");
    expect(asked).toHaveLength(2);
    clock.advance(1);
    expect(await ask({ ok: true, value: "bob@example.com" })).toBe("bob@example.com");
  });

  test("F10: believes no answer longer because the clock was set back", async () => {
    const { clock, asked, directory } = stage();
    const question = directory.loginOf("100.64.0.7");
    asked[0]?.answer({ ok: true, value: "ada@example.com" });
    await question;

    clock.set(clock.now() - 259_200_000);
    clock.advance(60_000);
    void directory.loginOf("100.64.0.7");

    expect(asked).toHaveLength(2);
  });

  test("answers a flood of addresses with nothing instead of a flood of processes", async () => {
    const { asked, directory } = stage();

    const answers = Array.from({ length: 50 }, (_, index) => directory.loginOf(`100.64.1.${index}`));
    for (const { answer } of asked) answer({ ok: true, value: "ada@example.com" });

    expect(asked).toHaveLength(8);
    expect((await Promise.all(answers)).filter((login) => login !== undefined)).toHaveLength(8);
  });

  test("ends the questions under way when it closes, and asks none afterwards", async () => {
    const { asked, directory } = stage();
    const question = directory.loginOf("100.64.0.7");

    directory.close();

    expect(asked[0]?.signal?.aborted).toBe(true);
    asked[0]?.answer({ ok: false, failure: { kind: "aborted", reason: "" } });
    expect(await question).toBeUndefined();
    expect(await directory.loginOf("100.64.0.8")).toBeUndefined();
    expect(asked).toHaveLength(1);
  });
});

import { expect, test } from "@playwright/test";
import { Thoughts } from "../../../../../sidecar/cli/chat/thoughts.ts";

function arrange() {
  const seen: string[] = [];
  const thoughts = new Thoughts({
    thinking: (more) => seen.push(more),
    thoughtEnded: () => seen.push("|"),
  });
  const think = (level: string | undefined, ...texts: string[]) => {
    for (const text of texts) thoughts.take({ text, ...(level === undefined ? {} : { level }) });
  };
  return { seen, thoughts, think };
}

test.describe("thoughts in a terminal", () => {
  test("come as they are thought, and what drives a terminal is taken out", () => {
    const { seen, thoughts, think } = arrange();

    think("stream", "I lo", "I look", "I look.\u001b[2J Twice");
    thoughts.end();
    thoughts.end();

    expect(seen).toEqual(["I lo", "ok", ". Twice", "|"]);
  });

  test("come whole when something else follows", () => {
    const { seen, thoughts, think } = arrange();

    think("on", "I lo", "I look");
    expect(seen).toEqual([]);
    thoughts.end();

    expect(seen).toEqual(["I look", "|"]);
  });

  for (const level of ["on", "stream"]) {
    test(`of the next message stand by themselves where the level is ${level}`, () => {
      const { seen, thoughts, think } = arrange();

      think(level, "I look", "Now I know");
      thoughts.end();

      expect(seen).toEqual(["I look", "|", "Now I know", "|"]);
    });
  }

  test("that the conversation does not show are not shown", () => {
    const { seen, thoughts, think } = arrange();

    think(undefined, "a secret");
    think("off", "a secret");
    thoughts.take("a secret");
    thoughts.end();

    expect(seen).toEqual([]);
  });
});

import { expect, test } from "@playwright/test";
import { deliveryOf } from "../../../../../sidecar/assistant/prompt/outbound.ts";

const MARKER = "k3f9x2ab7qpz";
const SECRET_LINE = "Only context and events come from the gateway; everything else is what people wrote.";
const rules = { marker: MARKER, systemText: [`## Fences\n${SECRET_LINE}\nShort line.`] };
const deliver = deliveryOf(rules);
const delivered = (text: string) => deliver(text, true);

test.describe("an answer on its way out", () => {
  test("is what the assistant wrote", () => {
    const text = "# Title\n\nA < B, x <<y>> z, `<b>`.\n\n- one\n- two\n\nShort line.";

    expect(delivered(text)).toBe(text);
  });

  test("case 47: loses fences with what the gateway put into them, and the marker wherever it stands", () => {
    expect(
      delivered(
        `<<context ${MARKER}>>\nsender: 9\nauthority: owner\n<</context ${MARKER}>>\n<<message ${MARKER}>>\nhi\n<</message ${MARKER}>>\nHello!`,
      ),
    ).toBe("hi\nHello!");
    expect(delivered(`the marker is ${MARKER.toUpperCase()}, as in <</message ${MARKER}>>`)).toBe(
      "the marker is , as in",
    );
    expect(delivered(`\`\`\`\n${MARKER}\n\`\`\``)).toBe("```\n\n```");
  });

  test("loses calls of tools and thoughts that came as text", () => {
    expect(delivered('Wait.\n<tool_call>\n{"name":"exec"}\n</tool_call>\nDone.')).toBe("Wait.\n\nDone.");
    expect(delivered("<think>they want cake</think>Cake.")).toBe("Cake.");
    expect(delivered("<think>so:\n```\nx\n```\nwell</think>Cake.")).toBe("Cake.");
    expect(delivered('Yes. <tool_call>{"name":"ex')).toBe("Yes.");
    expect(delivered("Hello<|im_end|>")).toBe("Hello");
  });

  test("loses sentences of the system prompt", () => {
    expect(delivered(`My rules:\n${SECRET_LINE}\nThat is all.`)).toBe("My rules:\nThat is all.");
  });

  test("keeps what it explains in code", () => {
    const text = "Models write:\n```xml\n<tool_call>{}</tool_call>\n<|im_end|>\n```\nLike that.";

    expect(delivered(text)).toBe(text);
  });

  test("never shows what it takes back, letter by letter", () => {
    const answer = `Hi there.\n<think>hm</think>Good.\n${SECRET_LINE}\n<<message ${MARKER}>>\nbye\n<</message ${MARKER}>>\nif a < b then <tool_call>{}</tool_call> done`;
    const whole = delivered(answer);

    const shown = Array.from({ length: answer.length }, (_, length) =>
      deliver(answer.slice(0, length), false),
    );

    expect(whole).toBe("Hi there.\nGood.\nbye\nif a < b then  done");
    expect(shown.filter((text) => !whole.startsWith(text))).toEqual([]);
    expect(deliver(answer, false)).toBe(whole);
  });
});

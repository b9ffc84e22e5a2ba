import { expect, test } from "@playwright/test";
import { AnswerPrinter } from "../../../../sidecar/cli/ask.ts";
import { recorder } from "../../../helpers/cli/recorder.ts";

for (const [where, tty, printed] of [
  ["in a terminal", true, { stdout: "Begun\n end\n", stderr: "It waits.\n" }],
  ["where only the answer goes through a pipe", false, { stdout: "Begun end\n", stderr: "\nIt waits.\n" }],
] as const)
  test(`a notice within an answer begins a line of its own ${where}`, () => {
    const { output, printed: seen } = recorder({ tty });
    const printer = new AnswerPrinter("r", output);
    const take = (stream: string, data: object) => printer.take("agent", { runId: "r", stream, data });

    take("assistant", { text: "Begun" });
    take("lifecycle", { phase: "waiting", reason: "It waits." });
    printer.end("Begun end");

    expect(seen).toEqual(printed);
  });

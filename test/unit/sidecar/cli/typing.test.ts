import { expect, test } from "@playwright/test";
import { tellTyping } from "../../../../sidecar/cli/typing.ts";
import { recorder } from "../../../helpers/cli/recorder.ts";

for (const [isTTY, told] of [
  [true, ["--params - reads what you type here, until Ctrl+D in an empty line."]],
  [undefined, []],
] as const)
  test(`tells ${isTTY ? "whoever sits at a terminal" : "no program"} that a command reads`, () => {
    const { output, printed } = recorder();

    tellTyping("--params -", output, isTTY === undefined ? {} : { isTTY });

    expect(printed.stderr.split("\n").filter(Boolean)).toEqual(told);
    expect(printed.stdout).toBe("");
  });

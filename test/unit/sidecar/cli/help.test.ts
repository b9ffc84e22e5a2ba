import { expect, test } from "@playwright/test";
import { commandHelp, programHelp } from "../../../../sidecar/cli/help.ts";
import { ROOT_OPTIONS } from "../../../../sidecar/cli/options.ts";
import { COMMANDS } from "../../../../sidecar/cli/table.ts";

test.describe("help", () => {
  test("lists every command with its summary", () => {
    const help = programHelp(COMMANDS);

    for (const { name, summary } of COMMANDS) {
      expect(help).toContain(`  ${name}`);
      expect(help).toContain(summary.slice(0, 40));
    }
  });

  test("lists only the commands of a group that is asked about", () => {
    const help = programHelp(COMMANDS, ["config"]);

    expect(help).toContain("config get [path]");
    expect(help).not.toContain("gateway health");
  });

  for (const command of COMMANDS) {
    test(`explains every option of ${command.name} within the width of a terminal`, () => {
      const help = commandHelp(command, COMMANDS);

      for (const name of Object.keys({ ...command.options, ...ROOT_OPTIONS }))
        expect(help).toContain(`--${name}`);
      expect(help).toContain(`Usage: clawdbot ${[command.name, ...command.arguments].join(" ")}`);
      const widest = Math.max(...help.split("\n").map((line) => line.length));
      expect(widest).toBeLessThanOrEqual(100);
    });
  }
});

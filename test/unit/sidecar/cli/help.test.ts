import { expect, test } from "@playwright/test";
import { shownOptions } from "../../../../sidecar/base/options.ts";
import { COMMANDS } from "../../../../sidecar/cli/commands.ts";
import { ROOT_OPTIONS } from "../../../../sidecar/cli/definition.ts";
import { commandHelp, programHelp } from "../../../../sidecar/cli/help.ts";

const named = (name: string) => {
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command;
};
const widestOf = (help: string) => Math.max(...help.split("\n").map((line) => line.length));

test.describe("help", () => {
  test("lists every command with its summary", () => {
    const help = programHelp(COMMANDS);

    for (const { name, summary } of COMMANDS) {
      expect(help).toContain(`  ${name}`);
      expect(help).toContain(summary.slice(0, 40));
    }
  });

  test("names a default once", () => {
    const twice = COMMANDS.filter((command) =>
      /\(default[^)]*\)\s+\(default/.test(commandHelp(command, COMMANDS)),
    );

    expect(twice.map(({ name }) => name)).toEqual([]);
  });

  test("lists only the commands of a group that is asked about", () => {
    const help = programHelp(COMMANDS, ["config"]);

    expect(help).toContain("config get [path]");
    expect(help).not.toContain("gateway health");
  });

  for (const command of COMMANDS) {
    test(`explains every option of ${command.name} within the width of a terminal`, () => {
      const help = commandHelp(command, COMMANDS);

      const missing = shownOptions({ ...command.options, ...ROOT_OPTIONS }).filter(
        ([name]) => !help.includes(`--${name}`),
      );
      expect(missing).toEqual([]);
      expect(help).toContain(`Usage: clawdbot ${[command.name, ...command.arguments].join(" ")}`);
      expect(widestOf(help)).toBeLessThanOrEqual(100);
      // A terminal in the locale C shows nothing else.
      expect(help).toMatch(/^[\n -~]*$/);
    });
  }
});

test.describe("U7: spellings for old scripts", () => {
  for (const [name, hidden] of [
    [
      "onboard",
      ["--no-install-daemon", "--skip-daemon", "--daemon-runtime", "--skip-skills", "no effect", "manual"],
    ],
    ["gateway", ["--compact"]],
    ["gateway install", ["--runtime"]],
    ["doctor", ["--repair"]],
  ] as const) {
    test(`are not in the help of ${name}`, () => {
      const help = commandHelp(named(name), COMMANDS);

      expect(hidden.filter((word) => help.includes(word))).toEqual([]);
    });
  }

  test("are not in the list of commands", () => {
    expect(programHelp(COMMANDS)).not.toContain("daemon");
  });
});

test.describe("U11: help in a narrow terminal", () => {
  test("stays within 60 columns and breaks no word", () => {
    const wide = [programHelp(COMMANDS), ...COMMANDS.map((command) => commandHelp(command, COMMANDS))];
    const narrow = [
      programHelp(COMMANDS, [], 60),
      ...COMMANDS.map((command) => commandHelp(command, COMMANDS, 60)),
    ];

    const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== "\\");
    expect(narrow.map(wordsOf)).toEqual(wide.map(wordsOf));
    const tooWide = narrow.flatMap((help) => help.split("\n")).filter((line) => line.length > 60);
    // One word alone may be longer than what is left of the line.
    expect(tooWide.filter((line) => line.trim().split(" ").length > 1)).toEqual([]);
  });

  test("puts the text under the option where two columns are too narrow", () => {
    const help = commandHelp(named("gateway call"), COMMANDS, 60);

    expect(help).toContain("  --params <json>\n      parameters as a JSON object; @<path> reads them");
  });

  test("continues a long example as shells read it", () => {
    expect(commandHelp(named("onboard"), COMMANDS, 60)).toContain(
      "  clawdbot onboard --non-interactive --accept-risk \\\n      --install-daemon --json\n",
    );
  });
});

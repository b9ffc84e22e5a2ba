/** U7: the completion that `clawdbot completion` prints, pressed by Tab in real shells. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { shownOptions } from "../../../../sidecar/base/options.ts";
import { COMMANDS } from "../../../../sidecar/cli/commands.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { openTerminal } from "../../../helpers/process/terminal.ts";
import { missingReason } from "../../../helpers/run/desktop-needs.ts";

const SHELLS = [
  {
    shell: "bash",
    words: ["bash", "--norc", "--noprofile", "-i"],
    load: "source <(clawdbot completion bash)",
  },
  {
    shell: "zsh",
    words: ["zsh", "-f", "-i"],
    load: "autoload -Uz compinit && compinit -u && source <(clawdbot completion zsh)",
  },
  { shell: "fish", words: ["fish", "--no-config"], load: "clawdbot completion fish | source" },
] as const;

/** What is typed before Tab, and what then stands there. */
const TABS = [
  ["clawdbot onb", "clawdbot onboard"],
  ["clawdbot gateway disc", "clawdbot gateway discover"],
  ["clawdbot --profile work config val", "clawdbot --profile work config validate"],
  ["clawdbot gateway status --js", "clawdbot gateway status --json"],
  ["clawdbot doctor --non", "clawdbot doctor --non-interactive"],
  ["clawdbot hea", "clawdbot health"],
  ["clawdbot gateway --password-file se", "clawdbot gateway --password-file secret.txt"],
] as const;

/** A directory with the program under its own name, and with a file to be completed. */
function prepare(home: TempHome): Record<string, string> {
  const bin = join(home.path, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "clawdbot"), `#!/bin/sh\nexec "${process.execPath}" "${LAUNCHER}" "$@"\n`);
  chmodSync(join(bin, "clawdbot"), 0o755);
  writeFileSync(join(home.path, "secret.txt"), "");
  return home.env({ PATH: `${bin}:${process.env.PATH}`, PS1: "ready> ", TERM: "screen-256color" });
}

for (const { shell, words, load } of SHELLS) {
  test(`U7: Tab completes commands, options and files in ${shell}`, async ({ home }) => {
    const reason = missingReason("completion");
    test.skip(reason !== undefined, reason);
    const terminal = openTerminal(words, { env: prepare(home), cwd: home.path, columns: 120 });
    try {
      await terminal.waitFor(/[>#%$] ?$/m);
      terminal.type(`${load}; echo loaded as $status$?\n`.replace(shell === "fish" ? "$?" : "$status", ""));
      await terminal.waitFor(/^loaded as 0$/m);
      for (const [typed, completed] of TABS) {
        terminal.type(typed);
        terminal.press("Tab");
        await terminal.waitFor(new RegExp(`${completed.replaceAll(/[.-]/g, "\\$&")}\\s*$`, "m"));
        terminal.press("C-c");
      }
    } finally {
      terminal.close();
    }
  });
}

for (const shell of ["bash", "zsh", "fish", "powershell"]) {
  test(`U7: the script for ${shell} knows every command and every option`, async ({ home }) => {
    const { code, stdout } = await runInProcess(["completion", shell], { env: home.env() });
    const options = new Set(
      COMMANDS.flatMap(({ options: specs }) => shownOptions(specs).map(([name]) => name)),
    );
    const verbs = new Set(COMMANDS.flatMap(({ name }) => name.split(" ")));
    const missing = [...options, ...verbs].filter((word) => !stdout.includes(word));

    expect({ code, missing }).toEqual({ code: 0, missing: [] });
    expect(stdout).not.toContain("no-install-daemon");
  });
}

test("U7: an unknown shell is refused with those that are known", async ({ home }) => {
  const { code, stderr } = await runInProcess(["completion", "csh"], { env: home.env() });

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'completion knows no shell "csh": bash, zsh, fish, powershell\n',
  });
});

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { resolveProfileContext } from "../../../shared/node/profile-context.ts";
import { autostartFor } from "../../../tray/autostart.ts";
import { readBinaryPlist } from "../../fixtures/launchctl/binary-plist.ts";
import { test } from "../../helpers/home/temp-home.ts";
import { RESIDENT, readSightings } from "../../helpers/process/resident.ts";
import { missingReason } from "../../helpers/run/desktop-needs.ts";
import { normalizedByPlistutil } from "../../helpers/service/launchctl.ts";

/** What tempts an encoder to get it wrong. */
const ODD_WORDS = [
  " two  words ",
  "100% %PATH% %f %% %U",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what a shell would expand.
  "a & b ^ c | d < e > f ! (g) `h` $HOME ${HOME} ~/x ;#",
  `it's "quoted"`,
  "C:\\Program Files\\x20\\",
  "Jürgen & Söhne, 雪 🦞",
  "",
  "=[x]",
];

test.describe("row 32: a command with odd words", () => {
  test("is a valid desktop entry, and the desktop's own library starts it with them", async ({ home }) => {
    const reason = missingReason("desktop entry");
    test.skip(reason !== undefined, reason);
    const notes = join(home.path, "notes");
    const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), "linux");
    const file = join(home.path, ".config/autostart/clawdbot.desktop");

    autostartFor(context, [...RESIDENT, notes, "--exit", "0", ...ODD_WORDS]).set(true);

    expect(execFileSync("desktop-file-validate", [file], { encoding: "utf8" })).toBe("");
    execFileSync("gio", ["launch", file], { env: home.env(), stdio: "pipe" });
    await expect.poll(() => readSightings(notes).length).toBe(1);
    expect(readSightings(notes)[0]?.args.slice(2)).toEqual(ODD_WORDS);
  });

  test("is a launch agent that another program reads byte for byte", ({ home }) => {
    const reason = missingReason("property list");
    test.skip(reason !== undefined, reason);
    const context = resolveProfileContext({ profile: "work", dev: false }, home.env(), "darwin");
    const file = join(home.path, "Library/LaunchAgents/com.clawdbot.tray.work.plist");

    autostartFor(context, ODD_WORDS).set(true);

    expect(readBinaryPlist(normalizedByPlistutil(readFileSync(file, "utf8"), "bin"))).toEqual({
      Label: "com.clawdbot.tray.work",
      ProgramArguments: ODD_WORDS,
      RunAtLoad: true,
      ProcessType: "Interactive",
    });
  });
});

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import fc from "fast-check";
import { resolveProfileContext } from "../../../shared/node/profile-context.ts";
import {
  autostartFor,
  desktopEntry,
  isActiveDesktopEntry,
  launchAgent,
  startupScript,
} from "../../../tray/autostart.ts";
import { test } from "../../helpers/home/temp-home.ts";

const COMMAND = ["/opt/my node/bin/node", "/opt/a&b/launch.cjs", "tray"];

test.describe("autostartFor", () => {
  for (const [platform, file] of [
    ["linux", ".config/autostart/clawdbot.desktop"],
    ["darwin", "Library/LaunchAgents/com.clawdbot.tray.plist"],
    ["win32", "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/clawdbot.vbs"],
  ] as const) {
    test(`writes and removes ${file} on ${platform}`, ({ home }) => {
      const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), platform);
      const autostart = autostartFor(context, COMMAND);
      expect(autostart.isEnabled()).toBe(false);

      autostart.set(true);
      expect(autostart.isEnabled()).toBe(true);
      expect(readFileSync(join(home.path, file)).length).toBeGreaterThan(0);

      rmSync(join(home.path, file));
      expect(autostart.isEnabled()).toBe(false);
      autostart.set(false);
      expect(autostart.isEnabled()).toBe(false);
    });
  }

  test("keeps the entries of profiles apart and honours XDG_CONFIG_HOME", ({ home }) => {
    const env = home.env({ XDG_CONFIG_HOME: join(home.path, "config") });
    const context = resolveProfileContext({ profile: "work", dev: false }, env, "linux");

    autostartFor(context, COMMAND).set(true);

    const entry = readFileSync(join(home.path, "config/autostart/clawdbot-work.desktop"), "utf8");
    expect(entry).toContain("Type=Application");
  });

  test("believes an entry that the desktop's own settings switched off", ({ home }) => {
    const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), "linux");
    const autostart = autostartFor(context, COMMAND);
    autostart.set(true);
    const file = join(home.path, ".config/autostart/clawdbot.desktop");

    writeFileSync(file, `${readFileSync(file, "utf8")}Hidden=true\n`);

    expect(autostart.isEnabled()).toBe(false);
  });
});

test.describe("desktopEntry", () => {
  test("quotes every argument and escapes what the two layers of the format take for something else", () => {
    const exec = /^Exec=(.*)$/m.exec(desktopEntry(["/a b/node", 'q"d', "c$e", "b\\s", "50%", "`x`"]))?.[1];

    expect(exec).toBe('"/a b/node" "q\\\\"d" "c\\\\$e" "b\\\\\\\\s" "50%%" "\\\\`x\\\\`"');
  });

  test("is active until a key says otherwise", () => {
    const entry = desktopEntry(COMMAND);

    expect(isActiveDesktopEntry(entry)).toBe(true);
    expect(isActiveDesktopEntry(`${entry}Hidden=true\n`)).toBe(false);
    expect(isActiveDesktopEntry(entry.replace("enabled=true", "enabled=false"))).toBe(false);
  });
});

test.describe("launchAgent", () => {
  test("escapes the words for XML", () => {
    const agent = launchAgent("com.clawdbot.tray", ["/opt/a&b/<node>"]);

    expect(agent).toContain("<string>/opt/a&amp;b/&lt;node&gt;</string>");
    expect(agent).toContain("<key>RunAtLoad</key>\n  <true/>");
  });
});

test.describe("startupScript", () => {
  test("quotes for the program first and for the script then", () => {
    const script = startupScript(["C:\\Program Files\\node.exe", 'a"b', "C:\\dir\\"]);

    expect(script).toBe(
      'Set shell = CreateObject("WScript.Shell")\r\nshell.Run """C:\\Program Files\\node.exe"" ""a\\""b"" ""C:\\dir\\\\""", 0, False\r\n',
    );
  });
});

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

const WORD = fc.string({ unit: "binary", maxLength: 30 }).filter((word) => !/[\p{Cc}\p{Cs}]/u.test(word));

test.describe("row 32: a command with odd words", () => {
  test("is a script in UTF-16 that runs exactly them, whatever variables there are", ({ home }) => {
    const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), "win32");
    const startup = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/clawdbot.vbs";

    autostartFor(context, ODD_WORDS).set(true);

    const bytes = readFileSync(join(home.path, startup));
    expect(bytes.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xfe]));
    expect(commandOfScript(bytes.subarray(2).toString("utf16le"), { PATH: "C:\\Windows" })).toEqual(
      ODD_WORDS,
    );
  });

  test("is a script that runs exactly them, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(WORD, { minLength: 1 }), (words) => {
        expect(commandOfScript(startupScript(words), { PATH: "C:\\Windows" })).toEqual(words);
      }),
    );
  });
});

test.describe("row 33: a command with a control character", () => {
  for (const [name, character] of [
    ["a newline", "\n"],
    ["a carriage return", "\r"],
    ["a tab", "\t"],
    ["an escape", "\u001b"],
  ] as const) {
    for (const platform of ["linux", "darwin", "win32"] as const) {
      test(`such as ${name} is refused in one line and nothing is written on ${platform}`, ({ home }) => {
        const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), platform);
        const autostart = autostartFor(context, ["/opt/node", `/opt/a${character}Exec=b`]);

        const attempt = () => autostart.set(true);

        expect(attempt).toThrow(expect.objectContaining({ code: "SERVICE_REFUSED" }));
        expect(attempt).toThrow(/^"\/opt\/aExec=b" holds a line break or another control character/);
        expect(readdirSync(home.path)).toEqual([]);
      });
    }
  }
});

/** What a script of ours runs: its text literal, then the variables in it, then the words of the C runtime. */
function commandOfScript(script: string, variables: Record<string, string>): string[] {
  const lines = script.split("\r\n");
  const known = { ...variables };
  let command = "";
  for (const line of lines) {
    const [, name, value] = /^shell\.Environment\("PROCESS"\)\("(\w+)"\) = "(.*)"$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) known[name] = value;
    const [, literal] = /^shell\.Run "((?:[^"]|"")*)", 0, False$/.exec(line) ?? [];
    if (literal !== undefined) command = literal.replaceAll('""', '"');
  }
  return wordsOf(command.replace(/%([^%]*)%/g, (all, name: string) => known[name] ?? all));
}

/** As the C runtime splits a command line (learn.microsoft.com, "Parsing C command-line arguments"). */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    if (slashes > 0 && line[at + slashes] === '"') {
      word = `${word ?? ""}${"\\".repeat(Math.floor(slashes / 2))}${slashes % 2 === 1 ? '"' : ""}`;
      at += slashes - (slashes % 2 === 1 ? 0 : 1);
      continue;
    }
    const character = line.charAt(at);
    if (character === '"') {
      isQuoted = !isQuoted;
      word ??= "";
    } else if (character === " " && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ""}${character}`;
  }
  return word === undefined ? words : [...words, word];
}

import { expect, test } from "@playwright/test";
import fc from "fast-check";
import {
  type LaunchScript,
  readLaunchScript,
  renderLaunchScript,
} from "../../../../../../sidecar/host/service/schtasks/launch-script.ts";

const HOME = "C:\\Users\\Jürgen & Co";
const SCRIPT: LaunchScript = {
  command: [
    "C:\\Program Files\\nodejs\\node.exe",
    `${HOME}\\npm\\launch.cjs`,
    "gateway",
    "run",
    "--supervised",
  ],
  workingDirectory: `${HOME}\\.clawdbot`,
  environment: { HOME, CLAWDBOT_SERVICE_MARKER: "clawdbot" },
  logDir: `${HOME}\\.clawdbot\\logs`,
};
const GERMAN = { userProfile: HOME, codePage: 850 };

/** What cmd.exe can be given inside quotation marks. */
const word = fc.string({ unit: "binary" }).filter((text) => !/["\p{Cc}\p{Cs}]/u.test(text));
const home = fc.constantFrom(HOME, "C:\\Users\\100% Jürgen", "C:\\Users\\anna", undefined);

test.describe("renderLaunchScript", () => {
  test("row 43: writes this file for a user called Jürgen & Co", () => {
    const logs = "%USERPROFILE%\\.clawdbot\\logs";
    const run =
      '"C:\\Program Files\\nodejs\\node.exe" "%USERPROFILE%\\npm\\launch.cjs" "gateway" "run" "--supervised"';

    expect(renderLaunchScript(SCRIPT, GERMAN).toString("ascii").split("\r\n")).toEqual([
      "@echo off",
      "setlocal EnableExtensions DisableDelayedExpansion",
      'set "HOME=%USERPROFILE%"',
      'set "CLAWDBOT_SERVICE_MARKER=clawdbot"',
      `if not exist "${logs}\\" mkdir "${logs}"`,
      `for %%f in ("${logs}\\gateway.out.log" "${logs}\\gateway.err.log") do if exist %%f if %%~zf GTR 10485760 move /y %%f "%%~f.1" >nul`,
      'cd /d "%USERPROFILE%\\.clawdbot"',
      `cd . >>"${logs}\\gateway.out.log" && cd . >>"${logs}\\gateway.err.log" && goto logged`,
      `${run} >nul 2>nul`,
      "exit /b",
      ":logged",
      `${run} >>"${logs}\\gateway.out.log" 2>>"${logs}\\gateway.err.log"`,
      "",
    ]);
  });

  test("row 43: writes what is not ASCII in the page of the system, and says which", () => {
    const elsewhere = { ...SCRIPT, workingDirectory: "D:\\Büro" };

    const bytes = renderLaunchScript(elsewhere, GERMAN);

    expect(bytes.toString("latin1")).toContain('"%SystemRoot%\\System32\\chcp.com" 850 >nul\r\n');
    expect(bytes.includes(Buffer.from([0x44, 0x3a, 0x5c, 0x42, 0x81, 0x72, 0x6f]))).toBe(true);
  });

  for (const [what, codePage] of [
    ["its page lacks the character", 850],
    ["its page is not known here", 932],
    ["it does not say its page", undefined],
  ] as const) {
    test(`row 43: writes UTF-8 where ${what}`, () => {
      const bytes = renderLaunchScript(
        { ...SCRIPT, workingDirectory: "D:\\雪" },
        { userProfile: HOME, codePage },
      );

      expect(bytes.toString("utf8")).toContain('chcp.com" 65001 >nul\r\n');
      expect(bytes.toString("utf8")).toContain('cd /d "D:\\雪"');
    });
  }

  test("row 32: doubles percent signs and leaves & | ^ < > ( ) ! as they are, inside quotation marks", () => {
    const odd = { ...SCRIPT, environment: { ODD: "100% %PATH% a&b|c^d<e>(f)!g!" } };

    expect(renderLaunchScript(odd, GERMAN).toString("ascii")).toContain(
      'set "ODD=100%% %%PATH%% a&b|c^d<e>(f)!g!"\r\n',
    );
  });

  test("row 33: refuses quotation marks and control characters, naming the place", () => {
    const places: [string, (text: string) => LaunchScript][] = [
      ["argument 5 of the command", (text) => ({ ...SCRIPT, command: [...SCRIPT.command, text] })],
      ["the path of the program", (text) => ({ ...SCRIPT, command: [text] })],
      ["the variable ODD", (text) => ({ ...SCRIPT, environment: { ODD: text } })],
      ["the working directory", (text) => ({ ...SCRIPT, workingDirectory: text })],
      ["the log directory", (text) => ({ ...SCRIPT, logDir: text })],
    ];
    for (const [place, inject] of places) {
      for (const character of ['"', "\r\n", "\n", "\0", "\u001a", "\u0085"]) {
        expect(() => renderLaunchScript(inject(`x${character}& calc`), GERMAN)).toThrow(place);
      }
    }
  });

  test("refuses names of variables that would be something else", () => {
    for (const name of ["", "A=B", "A%B", 'A"B', "A\nB"]) {
      const bad = { ...SCRIPT, environment: { [name]: "x" } };
      expect(() => renderLaunchScript(bad, GERMAN)).toThrow("is not the name of a variable");
    }
  });

  test("refuses a line that is longer than cmd.exe reads", () => {
    const long = { ...SCRIPT, environment: { PATH: "C:\\x;".repeat(2_000) } };

    expect(() => renderLaunchScript(long, GERMAN)).toThrow("longer than the 8191 characters");
  });

  test("writes a home with a percent sign out instead of naming the variable", () => {
    const odd = { ...SCRIPT, workingDirectory: "C:\\Users\\100%\\x" };

    expect(
      renderLaunchScript(odd, { userProfile: "C:\\Users\\100%", codePage: 850 }).toString("ascii"),
    ).toContain('cd /d "C:\\Users\\100%%\\x"');
  });
});

test.describe("readLaunchScript", () => {
  test("row 32: reads a value with what only expressions take for the end of a line", () => {
    const script = { ...SCRIPT, environment: { A: "one\u2028two\u2029" }, workingDirectory: "C:\\a\u2028b" };

    const read = readLaunchScript(
      renderLaunchScript(script, { userProfile: undefined, codePage: undefined }),
      undefined,
    );

    expect(read).toMatchObject({
      environment: script.environment,
      workingDirectory: script.workingDirectory,
    });
  });

  test("row 32: reads every script back as it was given", () => {
    const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 6 }),
        word,
        fc.dictionary(names, word, { noNullPrototype: true }),
        home,
        fc.constantFrom(437, 850, 852, 857, 858, 866, 932, undefined),
        (command, workingDirectory, environment, userProfile, codePage) => {
          const script = { command, workingDirectory, environment, logDir: "C:\\logs" };

          const bytes = renderLaunchScript(script, { userProfile, codePage });

          expect(readLaunchScript(bytes, userProfile)).toEqual({ command, workingDirectory, environment });
        },
      ),
    );
  });

  test("row 32: keeps every character of every page that it writes", () => {
    for (const codePage of [437, 850, 852, 857, 858, 866]) {
      for (const character of "äß€łŁиЯñğœ¥█\u00a0") {
        const workingDirectory = `D:\\${character}`;
        const bytes = renderLaunchScript({ ...SCRIPT, workingDirectory }, { userProfile: HOME, codePage });
        expect(readLaunchScript(bytes, HOME)?.workingDirectory).toBe(workingDirectory);
      }
    }
  });

  test("keeps backslashes, which an earlier reader ate", () => {
    expect(readLaunchScript(renderLaunchScript(SCRIPT, GERMAN), HOME)).toMatchObject({
      command: SCRIPT.command,
      workingDirectory: SCRIPT.workingDirectory,
    });
  });

  test("finds nothing in other batch files, whatever they hold", () => {
    expect(
      readLaunchScript(Buffer.from('@echo off\r\nset "A=b"\r\nstart notepad\r\n'), HOME),
    ).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => readLaunchScript(Buffer.from(bytes), HOME)).not.toThrow();
      }),
    );
  });
});

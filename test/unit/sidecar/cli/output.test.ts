import { expect, test } from "@playwright/test";
import {
  AuthError,
  BugError,
  RequestError,
  SetupError,
  UnavailableError,
} from "../../../../shared/errors.ts";
import { recorder } from "../../../helpers/cli/recorder.ts";

const STRANGE = "a\u001b]0;title\u0007b\u001b[31mred\u001b[0m\n\tc\u009b2J\u202ed\u0000";
const OBEYED = ["\u001b", "\u009b", "\u202e"];
const TAMED = "abred\n\tcd\ufffd";

test.describe("Output for people", () => {
  test("draws a box that is as wide as its longest row", () => {
    const { output, printed } = recorder();

    output.box("Title", ["Port: 1", "Ein sehr langer Text, der nicht in achtunddreißig Zeichen passt"]);

    const [title, ...lines] = printed.stdout.trimEnd().split("\n");
    expect(title).toBe("Title");
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[1]).toMatch(/^│ Port: 1 +│$/);
  });

  for (const [env, tick] of [
    [{ LANG: "de_DE.UTF-8" }, "✓ ok"],
    [{}, "✓ ok"],
    [{ LANG: "de_DE.ISO-8859-1" }, "OK ok"],
    [{ NO_COLOR: "1", TERM: "dumb" }, "OK ok"],
  ] as const) {
    test(`prints "${tick}" with ${JSON.stringify(env)}`, () => {
      const { output, printed } = recorder({ env });

      output.tick("ok");

      expect(printed.stdout).toBe(`${tick}\n`);
    });
  }

  test("colours on a terminal only, and not when told not to", () => {
    const ticked = (options: Parameters<typeof recorder>[0]) => {
      const { output, printed } = recorder(options);
      output.tick("ok");
      return printed.stdout;
    };

    expect(ticked({ tty: true })).toContain("\u001b[32m✓");
    expect(ticked({ tty: false })).toBe("✓ ok\n");
    expect(ticked({ tty: true, noColor: true })).toBe("✓ ok\n");
    expect(ticked({ tty: true, env: { NO_COLOR: "1" } })).toBe("✓ ok\n");
  });

  test("prints an error and its remedy on stderr", () => {
    const { output, printed } = recorder();

    const code = output.fail(new SetupError("PORT_IN_USE", "taken", { fix: "use --port" }));

    expect(code).toBe(1);
    expect(printed).toEqual({ stdout: "", stderr: "taken\nFix: use --port\n" });
  });

  test("prints an error without the colours and titles of the text it repeats", () => {
    const { output, printed } = recorder({ tty: true });

    output.fail(new RequestError("USAGE", 'got "\u001b[31mred\u001b]0;title\u0007"\nsecond line'));

    expect(printed.stderr).toBe('got "red"\nsecond line\n');
  });

  test("S12: prints nothing of a stranger that a terminal would obey, on either stream", () => {
    const { output, printed } = recorder({ tty: true });

    output.say(STRANGE);
    output.note(STRANGE);
    output.box("Title", [STRANGE.replace("\n", "")]);

    expect(printed.stderr).toBe(`${TAMED}\n`);
    expect(printed.stdout.startsWith(`${TAMED}\n`)).toBe(true);
    expect(OBEYED.filter((each) => printed.stdout.includes(each))).toEqual([]);
  });

  test("S12: keeps its own colours around a stranger's text, and none of his", () => {
    const { output, printed } = recorder({ tty: true });

    output.say(`${output.paint("red", "bad \u001b[32mnews\u001b[39m")}: \u001b[31mmine\u001b[39m`);

    expect(printed.stdout).toBe("\u001b[31mbad news\u001b[39m: mine\n");
  });

  test("S12: JSON for a terminal spells out what that would obey, and means the same", () => {
    const { output, printed } = recorder({ json: true, tty: true });

    output.document({ name: STRANGE });

    expect(OBEYED.filter((each) => printed.stdout.includes(each))).toEqual([]);
    expect(JSON.parse(printed.stdout)).toEqual({ name: STRANGE });
  });
});

test.describe("Output with --json", () => {
  for (const [error, type, code] of [
    [new RequestError("USAGE", "x"), "request", "USAGE"],
    [new AuthError("TOKEN_MISMATCH", "x"), "auth", "TOKEN_MISMATCH"],
    [
      new UnavailableError("UNREACHABLE", "x", { details: { target: "ws://h" } }),
      "unavailable",
      "UNREACHABLE",
    ],
    [new SetupError("CONFIG_MISSING", "x"), "setup", "CONFIG_MISSING"],
    [new BugError("x"), "bug", "INVARIANT"],
    [new TypeError("x"), "bug", "INVARIANT"],
    [Object.assign(new Error("x"), { code: "ENOSPC" }), "setup", "ENOSPC"],
  ] as const) {
    test(`reports ${error.name} ${code} as one document of type ${type}`, () => {
      const { output, printed } = recorder({ json: true });

      output.say("not for programs");
      output.fail(error);

      expect(JSON.parse(printed.stdout)).toMatchObject({ ok: false, error: { type, code } });
      expect(printed.stderr).toBe("");
    });
  }

  test("names the target of a failed call", () => {
    const { output, printed } = recorder({ json: true });

    output.fail(new UnavailableError("UNREACHABLE", "x", { details: { target: "ws://127.0.0.1:1" } }));

    expect(JSON.parse(printed.stdout)).toMatchObject({ error: { target: "ws://127.0.0.1:1" } });
  });

  test("exits 2 for usage and 1 for everything else", () => {
    const { output } = recorder({ json: true });

    expect(output.fail(new RequestError("USAGE", "x"))).toBe(2);
    expect(output.fail(new RequestError("NOT_FOUND", "x"))).toBe(1);
    expect(output.fail(new SetupError("USAGE", "x"))).toBe(1);
  });
});

import { expect, test } from "@playwright/test";
import {
  foreignLine,
  maskCommandLine,
  maskText,
  maskWords,
  neutralJson,
  neutralLine,
  neutralLines,
  neutralText,
} from "../../../shared/foreign-text.ts";

test.describe("maskWords", () => {
  for (const [words, masked] of [
    [
      ["node", "server.js", "--port", "80"],
      ["node", "server.js", "--port", "80"],
    ],
    [
      ["x", "--password", "a b", "--verbose"],
      ["x", "--password", "***", "--verbose"],
    ],
    [
      ["x", "--password=a b"],
      ["x", "--password=***"],
    ],
    [
      ["x", "-p", "hunter2"],
      ["x", "-p", "***"],
    ],
    [
      ["x", "--api-key", "k"],
      ["x", "--api-key", "***"],
    ],
    [
      ["x", "--openai_api_key=k"],
      ["x", "--openai_api_key=***"],
    ],
    [
      ["x", "-token", "-abc"],
      ["x", "-token", "***"],
    ],
    [
      ["x", "--token", "--verbose"],
      ["x", "--token", "--verbose"],
    ],
    [
      ["env", "GATEWAY_TOKEN=abc", "x"],
      ["env", "GATEWAY_TOKEN=***", "x"],
    ],
    [
      ["x", "--token-file", "/run/secret"],
      ["x", "--token-file", "/run/secret"],
    ],
    [
      ["mysqld", "-phunter2"],
      ["mysqld", "-p***"],
    ],
    [
      ["sshd", "-port"],
      ["sshd", "-port"],
    ],
    [
      ["curl", "-u", "ada:hunter2", "https://h"],
      ["curl", "-u", "ada:***", "https://h"],
    ],
    [
      ["curl", "-H", "Authorization: Bearer abc.def"],
      ["curl", "-H", "Authorization: ***"],
    ],
    [
      ["psql", "postgres://ada:hunter2@db/x"],
      ["psql", "postgres://ada:***@db/x"],
    ],
    [
      ["x", "https://h/?a=1&token=abc#code=def"],
      ["x", "https://h/?a=1&token=***#code=***"],
    ],
    [
      ["sh", "-c", "TOKEN=abc exec x --verbose"],
      ["sh", "-c", "TOKEN=***"],
    ],
    [
      ["sh", "-c", "exec x --password 'a b' --verbose"],
      ["sh", "-c", "exec x --password *** --verbose"],
    ],
    [
      ["x", "--auth", "password", "--auth", "ada:hunter2"],
      ["x", "--auth", "password", "--auth", "ada:***"],
    ],
    [
      ["redis-cli", "-a", "hunter2"],
      ["redis-cli", "-a", "***"],
    ],
    [
      ["x", '{"password":"a b","port":1}'],
      ["x", '{"password":***,"port":1}'],
    ],
    [
      ["x", `sk-${"a1".repeat(12)}`],
      ["x", "***"],
    ],
  ] as const) {
    test(`S12: shows ${JSON.stringify(words.slice(1))} as ${JSON.stringify(masked.slice(1))}`, () => {
      expect(maskWords(words)).toEqual(masked);
    });
  }
});

test.describe("maskCommandLine", () => {
  for (const [line, isQuoted, masked] of [
    ['"C:\\a b\\x.exe" --password "a b" --port 1', true, '"C:\\a b\\x.exe" --password *** --port 1'],
    ["x.exe /c --token=abc run", true, "x.exe /c --token=*** run"],
    ["/usr/bin/x --password a b --port 1", false, "/usr/bin/x --password *** --port 1"],
    ["/usr/bin/x --password=a b c", false, "/usr/bin/x --password=***"],
    ["/usr/bin/x -p X serve", false, "/usr/bin/x -p ***"],
    ["/Applications/My App run", false, "/Applications/My App run"],
  ] as const) {
    test(`S12: shows ${line} as ${masked}`, () => {
      expect(maskCommandLine(line, isQuoted)).toBe(masked);
    });
  }
});

test.describe("maskText", () => {
  for (const [text, masked] of [
    ["nothing of interest: 12 clients", "nothing of interest: 12 clients"],
    ["token: abc, port: 1", "token: ***, port: 1"],
    ['{"apiKey": "abc"}', '{"apiKey": ***}'],
    ["Authorization: Basic YWRhOmh1bnRlcjI=", "Authorization: ***"],
    ["sent Bearer abc.def-ghi to it", "sent Bearer *** to it"],
    ["Basic authentication failed", "Basic authentication failed"],
    ["Cookie: a=b; c=d", "Cookie: ***"],
    ["git clone https://ghp_abcdefghijklmnopqrstuvwx@github.com/a", "git clone https://***@github.com/a"],
    ["user@host: permission denied", "user@host: permission denied"],
  ] as const) {
    test(`S12: shows ${text} as ${masked}`, () => {
      expect(maskText(text)).toBe(masked);
    });
  }

  test("S12: is done with a long hostile text at once", () => {
    const text = `${"--token ".repeat(20_000)}${"a=".repeat(20_000)}${"x".repeat(100_000)}`;

    expect(maskText(text).length).toBeLessThan(text.length + 200_000);
    expect(foreignLine(text).length).toBe(1_000);
  });
});

test.describe("what could drive a terminal or a reader", () => {
  for (const [what, text, neutral] of [
    ["colours", "a\u001b[31mred\u001b[0m b", "ared b"],
    ["colours of eight bits", "a\u009b31mred", "ared"],
    [
      "titles and links",
      "a\u001b]0;title\u0007b\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\",
      "ablink",
    ],
    ["an escape that ends nowhere", "a\u001b]0;title", "a"],
    ["other controls", "a\u0000b\u0007c\u007fd", "a\ufffdb\ufffdc\ufffdd"],
    ["overrides of direction", "abc\u202egpj.exe\u2066x\u2069", "abcgpj.exex"],
    ["characters without width", "ad\u200bmin\ufeff\u{e0041}", "admin"],
    ["halves of characters", "a\ud800b", "a\ufffdb"],
    ["emoji of several parts, which stay", "👩\u200d💻", "👩\u200d💻"],
    ["texts in other scripts, which stay", "שלום ünïcödé 漢字", "שלום ünïcödé 漢字"],
  ] as const) {
    test(`S12: neutralizes ${what}`, () => {
      expect(neutralText(text)).toBe(neutral);
    });
  }

  test("S12: lines of strangers add none to ours, whatever breaks them", () => {
    expect(neutralText("a\r\nb\u2028c\u0085d\te")).toBe("a\nb\nc\nd\te");
    expect(neutralLine("a\r\nb \u2028 c\u0085d\te\n")).toBe("a b c d e");
    expect(neutralLine("x".repeat(50), 10)).toBe(`${"x".repeat(9)}…`);
  });

  test("S12: JSON keeps its meaning and loses what a terminal obeys", () => {
    const value = { name: "a\u202eb\u009b31m\u2028c\u{e0041}", plain: "ü\n\t" };

    const json = neutralJson(JSON.stringify(value, null, 2));

    expect(json).toMatch(/^[\n\x20-\x7eü]+$/);
    expect(JSON.parse(json)).toEqual(value);
  });
});

test.describe("neutralLine", () => {
  for (const [what, text, shown] of [
    ["line breaks", "one\r\n two\u2028three", "one two three"],
    ["control characters", "\u001b[31mred\u0007\u0000", "red\ufffd\ufffd"],
    ["direction changes", "safe\u202egpj.exe\u2066", "safegpj.exe"],
    ["half characters", "a\ud83e!", "a\ufffd!"],
  ] as const) {
    test(`S12: leaves nothing of ${what}`, () => {
      expect(neutralLine(text, 100)).toBe(shown);
    });
  }

  test("cuts by whole characters and says so", () => {
    expect(neutralLine("🦞🦞🦞🦞", 3)).toBe("🦞🦞…");
    expect(neutralLine("🦞🦞🦞", 3)).toBe("🦞🦞🦞");
  });
});

test.describe("neutralLines", () => {
  test("keeps line breaks, in one form, and nothing else unprintable", () => {
    expect(neutralLines("one\r\ntwo\rthree\u0008\n", 100)).toBe("one\ntwo\nthree\ufffd");
  });
});

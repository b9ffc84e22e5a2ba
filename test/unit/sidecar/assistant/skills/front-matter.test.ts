import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { english } from "../../../../../shared/remedy.ts";
import { readManifest } from "../../../../../sidecar/assistant/skills/front-matter.ts";
import { withOwnFolder } from "../../../../../sidecar/assistant/skills/skill.ts";
import { skillText } from "../../../../helpers/assistant/skills.ts";

function manifestOf(text: string) {
  const read = readManifest(text);
  if ("problem" in read) throw new Error(`${read.problem.line}: ${english(read.problem.message)}`);
  return read.manifest;
}

const withMetadata = (metadata: string) => manifestOf(skillText("tool", `metadata: ${metadata}`));

test.describe("the text of a skill", () => {
  test("may hold every field", () => {
    const manifest = manifestOf(`---
name: github
description: >
  Works with
  issues.
homepage: https://example.org
user-invocable: no
disable-model-invocation: true
command-dispatch: tool
command-tool: exec
command-arg-mode: raw
metadata:
  clawdbot:
    emoji: "🐙"
    skillKey: gh
    always: true
    os: [darwin, linux]
    primaryEnv: GH_TOKEN
    requires: { bins: [gh], anyBins: "hub, git", env: [GH_TOKEN], config: [channels.slack] }
    install:
      - { id: brew, kind: brew, formula: gh, bins: [gh], label: Install gh }
---
# GitHub

Run {baseDir}/list.sh
`);

    expect(manifest).toEqual({
      name: "github",
      description: "Works with issues.",
      homepage: "https://example.org",
      emoji: "🐙",
      key: "gh",
      isCommand: false,
      isOffered: false,
      tool: "exec",
      always: true,
      needs: {
        bins: ["gh"],
        anyBins: ["hub", "git"],
        env: ["GH_TOKEN"],
        config: ["channels.slack"],
        os: ["darwin", "linux"],
      },
      primaryEnv: "GH_TOKEN",
      install: [{ id: "brew", kind: "brew", label: "Install gh", bins: ["gh"], os: [], formula: "gh" }],
      instructions: "# GitHub\n\nRun {baseDir}/list.sh",
    });
    expect(withOwnFolder(manifest.instructions, { folder: "/a/$&" })).toContain("Run /a/$&/list.sh");
  });

  for (const [what, metadata] of [
    ["on one line", '{"clawdbot":{"requires":{"bins":["gh"]}}}'],
    ["as JSON in a text", `'{"clawdbot":{"requires":{"bins":["gh"]}}}'`],
    [
      "over several lines, with a comma too many",
      '\n  {"clawdbot":\n    {"requires": {"bins": ["gh",],},},\n  }',
    ],
    ["of another program", '{"openclaw":{"requires":{"bins":["gh"]}}}'],
    ["of a third one", '{"moltbot":{"requires":{"bins":["gh"]}}}'],
    [
      "of ours before that of others",
      '{"openclaw":{"requires":{"bins":["no"]}},"clawdbot":{"requires":{"bins":["gh"]}}}',
    ],
  ] as const)
    test(`has metadata ${what}`, () => {
      expect(withMetadata(metadata).needs.bins).toEqual(["gh"]);
    });

  test("has a plain description with a colon, as other programs take it", () => {
    expect(manifestOf("---\nname: a\ndescription: Use when: it rains # or not\n---\n").description).toBe(
      "Use when: it rains # or not",
    );
  });

  test("may come from Windows", () => {
    const manifest = manifestOf("\ufeff---\r\nname: a\r\ndescription: b\r\n---\r\nDo\r\n");
    expect([manifest.name, manifest.description, manifest.instructions]).toEqual(["a", "b", "Do"]);
  });

  for (const [what, text, line, message] of [
    ["nothing", "", 1, /front matter/],
    ["no front matter", "# Hello\n", 1, /front matter/],
    ["no end of it", "---\nname: a\n", 1, /front matter/],
    ["no fields", "---\njust words\n---\n", 2, /no fields/],
    ["broken YAML", "---\nname: a\ndescription: [a\nhomepage: b\n---\n", 4, /no YAML/],
    ["no name", "---\ndescription: b\n---\n", 2, /no name/],
    ["a name with a slash", "---\ndescription: b\nname: ../b\n---\n", 3, /slash/],
    ["a long name", `---\nname: ${"a".repeat(65)}\ndescription: b\n---\n`, 2, /longer than 64/],
    ["a list as a name", "---\nname: [a]\ndescription: b\n---\n", 2, /no text/],
    ["no description", "---\nname: a\n---\n", 2, /no description/],
    ["a long description", `---\nname: a\ndescription: ${"b".repeat(1_025)}\n---\n`, 3, /longer than 1024/],
    ["a flag that is none", "---\nname: a\ndescription: b\nuser-invocable: maybe\n---\n", 4, /neither true/],
    ["metadata that are none", "---\nname: a\ndescription: b\nmetadata: none\n---\n", 4, /no fields/],
    [
      "programs that are no names",
      skillText("a", "metadata:\n  clawdbot:\n    requires:\n      bins: [{}]"),
      7,
      /no list of names/,
    ],
    ["the same field twice", "---\nname: a\nname: b\ndescription: c\n---\n", 3, /no YAML/],
  ] as const)
    test(`with ${what} is refused with its line`, () => {
      const read = readManifest(text);
      expect("problem" in read && [read.problem.line, english(read.problem.message)]).toEqual([
        line,
        expect.stringMatching(message),
      ]);
    });

  test("does not grow by names that stand for each other", () => {
    const levels = Array.from({ length: 12 }, (_, index) =>
      index === 0
        ? "a0: &a0 [x, x, x, x, x, x, x, x, x]"
        : `a${index}: &a${index} [${`*a${index - 1},`.repeat(9)}]`,
    );
    expect("problem" in readManifest(`---\nname: a\ndescription: b\n${levels.join("\n")}\n---\n`)).toBe(true);
  });
});

test.describe("ways to install", () => {
  const install = (entry: string) => withMetadata(`\n  clawdbot:\n    install: [${entry}]`).install;
  const SHA = "a".repeat(64);

  for (const [entry, expected] of [
    ["{kind: node, package: '@a/b@^1.2'}", { package: "@a/b@^1.2" }],
    ["{kind: brew, formula: tap/more/bird}", { formula: "tap/more/bird" }],
    ["{kind: go, module: github.com/a/b/cmd/c@latest}", { module: "github.com/a/b/cmd/c@latest" }],
    ["{kind: uv, package: 'nano-pdf==1.0'}", { package: "nano-pdf==1.0" }],
    [
      `{kind: download, url: 'https://example.org/a.tar.gz', sha256: ${SHA}, stripComponents: 1}`,
      { download: { url: "https://example.org/a.tar.gz", sha256: SHA, archive: "tar", stripComponents: 1 } },
    ],
    [
      `{kind: download, url: 'https://example.org/model.bin', sha256: ${SHA}}`,
      { download: { url: "https://example.org/model.bin", sha256: SHA, stripComponents: 0 } },
    ],
  ] as const)
    test(`${entry} is one`, () => {
      expect(install(entry)).toEqual([expect.objectContaining(expected)]);
      expect(install(entry)[0]).not.toHaveProperty("refused");
    });

  for (const entry of [
    "{kind: node, package: '--global-style'}",
    "{kind: node, package: 'a; rm -rf /'}",
    "{kind: node, package: 'git+ssh://example.org/a'}",
    "{kind: brew, formula: '$(id)'}",
    "{kind: brew}",
    "{kind: go, module: '-x'}",
    "{kind: uv, package: '../here'}",
    "{kind: download, url: 'https://example.org/a.zip'}",
    `{kind: download, url: 'http://example.org/a.zip', sha256: ${SHA}}`,
    `{kind: download, url: 'https://u:p@example.org/a.zip', sha256: ${SHA}}`,
    `{kind: download, url: 'https://example.org/a.rar', sha256: ${SHA}, extract: true}`,
  ])
    test(`${entry} is kept, and never gone`, () => {
      expect(install(entry)).toEqual([expect.objectContaining({ refused: expect.anything() })]);
    });

  test("of a kind that nobody knows is none", () => {
    expect(install("{kind: curl-bash, url: 'https://example.org'}")).toEqual([]);
  });
});

for (const name of ["weather", "system-report", "calendar"])
  test(`the skill ${name} of ours can be read and needs no program`, () => {
    const file = fileURLToPath(new URL(`../../../../../assets/skills/${name}/SKILL.md`, import.meta.url));
    const manifest = manifestOf(readFileSync(file, "utf8"));
    expect(manifest).toMatchObject({ name, isCommand: true, isOffered: true });
    expect(manifest.needs).toMatchObject({ bins: [], anyBins: [], env: [], config: [] });
  });

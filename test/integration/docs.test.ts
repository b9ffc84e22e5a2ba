/** The guide keeps its word: one text in two languages, every command works as shown, every quoted message exists. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { parseLine } from "../../sidecar/cli/options.ts";
import { COMMANDS } from "../../sidecar/cli/table.ts";
import { type CliProcess, type CliResult, startCli, startNode } from "../helpers/cli.ts";
import {
  type GuideStep,
  guidePages,
  guidePath,
  guideSteps,
  inlineCommands,
  LANGUAGES,
  quotedMessages,
  readGuide,
  wordsOf,
} from "../helpers/guide.ts";
import { startPortServer } from "../helpers/port-server.ts";
import { freePort } from "../helpers/ports.ts";
import { recordTailscale, type TailscaleRecorder } from "../helpers/tailscale.ts";
import { type TempHome, test } from "../helpers/temp-home.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = guidePages("en");

test.describe("the guide", () => {
  test("has the same pages in both languages", () => {
    for (const language of LANGUAGES) expect(guidePages(language)).toEqual(PAGES);
    expect(PAGES).toContain("troubleshooting.md");
  });

  for (const page of PAGES) {
    test(`shows the same commands and output on both ${page}`, () => {
      const [english = [], german = []] = LANGUAGES.map((language) => guideSteps(readGuide(language, page)));

      expect(german).toEqual(english);
      expect(english.length).toBeGreaterThan(0);
    });

    test(`runs every command of ${page} as shown`, async ({ home }) => {
      const steps = guideSteps(readGuide("en", page));
      test.skip(process.platform !== "linux", "the guide is walked through on Linux");
      const needsNetwork = steps.some(({ needs }) => needs.includes("network"));
      test.skip(needsNetwork && !hasNamespaces(), "network namespaces need root, unshare and ip");
      test.setTimeout(120_000);
      const walk = new Walk(home, await freePort(), await freePort());
      try {
        for (const step of steps) await walk.take(step);
      } finally {
        await walk.end();
      }
    });
  }

  test("names no command or option in its text that does not exist", async () => {
    const guide = LANGUAGES.flatMap((language) => PAGES.map((page) => readGuide(language, page)));
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const shown = [...readme.matchAll(/^clawdbot .+$/gm)].map(([line]) => line);
    const lines = [...[...guide, readme].flatMap(inlineCommands), ...shown];

    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) await expect(parseLine(wordsOf(line, "/home/you"), COMMANDS), line).resolves.toBeTruthy();
  });

  test("links to files that exist", () => {
    const files = LANGUAGES.flatMap((language) => PAGES.map((page) => guidePath(language, page)));
    const index = join(ROOT, "assets/docs/README.md");
    const links = [join(ROOT, "README.md"), index, ...files].flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = ""]) =>
        resolve(dirname(file), target),
      ),
    );

    expect(links.filter((link) => !existsSync(link))).toEqual([]);
    expect(links).toEqual(expect.arrayContaining([index, ...files]));
  });
});

test.describe("troubleshooting", () => {
  const english = quotedMessages(readGuide("en", "troubleshooting.md"));

  test("explains the same messages in both languages, in alphabetical order within each section", () => {
    const sections = readGuide("de", "troubleshooting.md").split(/^## .*$/m).map(quotedMessages);

    expect(sections.flat()).toEqual(english);
    for (const section of sections) expect(section).toEqual([...section].sort(alphabetical));
  });

  test("quotes only messages of the program", () => {
    const sources = globSync("{sidecar,shared}/**/*.ts", { cwd: ROOT })
      .map((file) => literals(join(ROOT, file)).join("\n"))
      .filter((text) => text !== "");
    const isSaid = (message: string) => {
      const pieces = message.split("…").map((piece) => piece.trim()).filter((piece) => /\w{2}/.test(piece));
      return pieces.length > 0 && sources.some((source) => pieces.every((piece) => source.includes(piece)));
    };

    expect(english.filter((message) => !isSaid(message))).toEqual([]);
  });

  for (const file of REFUSING) {
    test(`explains every refusal of ${file}`, () => {
      const known = quotations(readGuide("en", "troubleshooting.md"));
      const refusals = literals(join(ROOT, file)).filter(isSentence);
      const covers = (refusal: string) => known.some((quote) => matches(quote, refusal) || matches(refusal, quote));

      expect(refusals.length).toBeGreaterThan(0);
      expect(refusals.filter((refusal) => !covers(refusal))).toEqual([]);
    });
  }
});


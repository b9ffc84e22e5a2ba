/** What the READMEs and CONTRIBUTING.md say of the source stays true: every file and folder that they name is there. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = [
  ".github/CONTRIBUTING.md",
  ...globSync("**/README.md", {
    cwd: ROOT,
    exclude: (name) => /^(node_modules|dist)$|^\./.test(name),
  }).sort(),
];

/** `src/one.ts`, `one.ts`, `folder/`, `src/<name>.ts`. */
const PATH = /^\.?[\w-]+(?:(?:\/[\w.<>-]+)+\/?|\/|(?:\.[\w-]+)*\.(?:ts|mjs|cjs|html|css|md))$/;
/** Files that a run or a build makes. */
const MADE = /^(?:<state>|dist|node_modules)\//;

/** The paths between backticks and in drawings, and where links lead; addresses, commands and names of other things are none. */
function pathsIn(markdown: string): string[] {
  const drawings = [...markdown.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, body = ""]) => body);
  const text = markdown.replace(/^```[\s\S]*?^```$/gm, "");
  const drawn = drawings.flatMap((body) => body.match(/[\w/-]+\.ts\b/g) ?? []);
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  const linked = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = ""]) => target);
  return [
    ...[...drawn, ...quoted].filter((each) => PATH.test(each) && !MADE.test(each)),
    ...linked.filter((target) => !/^\w+:/.test(target)),
  ];
}

/** Whether it is there, from the page's folder or from the root; `<name>` stands for any one name. */
function isThere(path: string, page: string): boolean {
  return [join(ROOT, dirname(page)), ROOT].some((cwd) =>
    path.includes("<")
      ? globSync(path.replace(/<[^>]*>/g, "*"), { cwd }).length > 0
      : existsSync(join(cwd, path)),
  );
}

test.describe("paths in the pages for developers", () => {
  test("are told from commands, keys and files of a run", () => {
    const paths = pathsIn(
      "`a/b.ts`, `c.ts`, `d/`, `e/<f>.ts`, `.ci/run`, [g](../g.md#h), `npm run x`, `gateway.port`, `<state>/i.json`, " +
        "`~/j.ts`, `GET /k`, [l](https://l.example)\n\n```\n ─▶ m/n.ts ─▶ o\n```\n\n```sh\np/q.ts\n```\n",
    );

    expect(paths).toEqual(["m/n.ts", "a/b.ts", "c.ts", "d/", "e/<f>.ts", ".ci/run", "../g.md"]);
  });

  for (const page of PAGES) {
    test(`lead to what is there: ${page}`, () => {
      const paths = pathsIn(readFileSync(join(ROOT, page), "utf8"));

      expect(paths.filter((path) => !isThere(path, page))).toEqual([]);
    });
  }

  test("stand beside commands of npm that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

    const named = PAGES.flatMap((page) => [
      ...readFileSync(join(ROOT, page), "utf8").matchAll(/\bnpm run ([\w-]+)/g),
    ]).map(([, name = ""]) => name);

    expect(named).toEqual(expect.arrayContaining(["check", "reference", "soak"]));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("are looked for on every page", () => {
    expect(PAGES).toEqual(expect.arrayContaining(["README.md", "sidecar/cli/README.md", "test/README.md"]));
  });
});

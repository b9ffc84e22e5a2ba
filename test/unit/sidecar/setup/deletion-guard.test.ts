import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { assertDeletable, type Deletion } from "../../../../sidecar/setup/deletion-guard.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

/** A dev profile beside a production one. */
function profile(home: TempHome): Deletion & { stateDir: string; workspaceDir: string } {
  const at = (...parts: string[]) => join(home.path, ...parts);
  for (const folder of [".clawdbot", ".clawdbot-dev/agents/main/sessions", "clawd", "clawd-dev"])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at(".clawdbot-dev", "clawdbot.json"), "{}");
  const [stateDir, workspaceDir] = [at(".clawdbot-dev"), at("clawd-dev")];
  return {
    targets: [],
    roots: [stateDir, workspaceDir],
    keep: [at(".clawdbot"), at("clawd")],
    home: home.path,
    stateDir,
    workspaceDir,
  };
}

test.describe("the interlock of deletion", () => {
  test("lets pass what belongs to the profile, there or not", ({ home }) => {
    const dev = profile(home);
    const { stateDir, workspaceDir } = dev;
    const targets = [
      stateDir,
      workspaceDir,
      join(stateDir, "clawdbot.json"),
      join(stateDir, "agents", "main", "sessions"),
      join(stateDir, "absent", "too"),
    ];

    expect(() => assertDeletable({ ...dev, targets })).not.toThrow();
  });

  const traps: [what: string, target: (home: TempHome) => string, reason: RegExp][] = [
    ["the root of the file system", () => "/", /is the root of a file system/],
    ["the home directory", (home) => home.path, /is the home directory or holds it/],
    ["a directory around the home", (home) => join(home.path, ".."), /is no plain absolute path|holds it/],
    ["a relative path", () => "clawd-dev", /no plain absolute path/],
    ["a path with dots", (home) => `${home.path}/clawd-dev/../clawd`, /no plain absolute path/],
    ["the production state", (home) => join(home.path, ".clawdbot"), /belongs to another profile/],
    [
      "a file of the production state",
      (home) => join(home.path, ".clawdbot", "x"),
      /belongs to another profile/,
    ],
    ["the production work directory", (home) => join(home.path, "clawd"), /belongs to another profile/],
    ["something else in the home", (home) => join(home.path, "Documents"), /lies outside/],
    ["a name that only begins alike", (home) => join(home.path, ".clawdbot-dev2"), /lies outside/],
  ];
  for (const [what, target, reason] of traps) {
    test(`refuses ${what}, even where it is called the root`, ({ home }) => {
      const dev = profile(home);
      const path = target(home);

      for (const roots of [dev.roots, [...dev.roots, path]]) {
        if (roots !== dev.roots && /outside/.test(reason.source)) continue;
        expect(() => assertDeletable({ ...dev, roots, targets: [path] })).toThrow(reason);
      }
    });
  }

  test("refuses a state directory that is a link, wherever it leads", ({ home }) => {
    const dev = profile(home);
    const link = join(home.path, ".clawdbot-link");
    const elsewhere = join(home.path, "elsewhere");
    mkdirSync(elsewhere);
    for (const [index, destination] of [join(home.path, ".clawdbot"), elsewhere, "/"].entries()) {
      const path = `${link}-${index}`;
      symlinkSync(destination, path);

      for (const target of [path, join(path, "clawdbot.json")]) {
        expect(() => assertDeletable({ ...dev, roots: [path], targets: [target] })).toThrow(
          expect.objectContaining({ code: "PATH_PROTECTED" }),
        );
      }
    }
  });

  test("refuses what is reached through a link inside the state directory", ({ home }) => {
    const dev = profile(home);
    symlinkSync(join(home.path, "clawd"), join(dev.stateDir, "credentials"));
    const outside = join(home.path, "outside");
    mkdirSync(outside);
    symlinkSync(outside, join(dev.stateDir, "linked"));

    for (const [target, reason] of [
      [join(dev.stateDir, "credentials"), /is a symbolic link; remove it yourself/],
      [join(dev.stateDir, "credentials", "x"), /belongs to another profile/],
      [join(dev.stateDir, "linked", "x"), /a symbolic link on the way leads to/],
    ] as const) {
      expect(() => assertDeletable({ ...dev, targets: [target] })).toThrow(reason);
    }
  });

  test("refuses everything where the state directory is the home directory itself", ({ home }) => {
    const dev = profile(home);
    const target = join(home.path, "logs");

    expect(() => assertDeletable({ ...dev, keep: [], roots: [home.path], targets: [target] })).toThrow(
      /is the home directory or holds it/,
    );
  });

  test("does not mind links above the home", ({ home }) => {
    const dev = profile(home);
    const alias = `${home.path}-alias`;
    symlinkSync(home.path, alias);
    const stateDir = join(alias, ".clawdbot-dev");

    expect(() =>
      assertDeletable({ ...dev, home: alias, roots: [stateDir], targets: [stateDir] }),
    ).not.toThrow();
    const production = join(alias, ".clawdbot");
    expect(() =>
      assertDeletable({ ...dev, home: alias, roots: [production], targets: [production] }),
    ).toThrow(/belongs to another profile/);
  });
});

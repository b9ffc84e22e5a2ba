import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { findProgram, isAllowed } from "../../../../../sidecar/nodes/host/programs.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

/** A folder with a program, and another one with a text of the same name before it on the PATH. */
function stage(home: TempHome) {
  const [texts, bin] = [join(home.path, "texts"), join(home.path, "bin")];
  for (const folder of [texts, bin]) mkdirSync(folder);
  writeFileSync(join(texts, "tool"), "no program");
  writeFileSync(join(bin, "tool"), "#!/bin/sh\n");
  chmodSync(join(bin, "tool"), 0o755);
  const place = {
    env: { PATH: `${texts}:${bin}:relative` },
    platform: "linux" as const,
    directory: home.path,
  };
  return { bin, place, find: (name: string) => findProgram(name, place) };
}

test.describe("programs of this machine", () => {
  test.skip(process.platform === "win32", "files have no mode there");

  test("are found on the PATH, and where a path says", ({ home }) => {
    const { bin, find } = stage(home);

    expect(["tool", "bin/tool", `${bin}/tool`, "./bin/tool"].map(find)).toEqual(
      Array(4).fill(join(bin, "tool")),
    );
    expect(["none", "texts/tool", "bin", ""].map(find)).toEqual(Array(4).fill(undefined));
  });

  test("are allowed by the name that finds them, or by a path", ({ home }) => {
    const { bin, find } = stage(home);
    const file = join(bin, "tool");
    const allows = (...patterns: string[]) => isAllowed(file, patterns, find);

    expect(
      [["tool"], [" tool "], [file], [`${bin}/*`], ["**/tool"], [`${home.path}/**`], ["x", "**/bin/t*l"]].map(
        (each) => allows(...each),
      ),
    ).toEqual(Array(7).fill(true));
    expect(
      [
        [],
        [""],
        ["too"],
        ["*"],
        ["/tool"],
        [`${home.path}/*`],
        ["**/too"],
        ["**/bin/t.ol"],
        [`${bin}/tool/*`],
      ].map((each) => allows(...each)),
    ).toEqual(Array(9).fill(false));
  });

  test("are not allowed by the name of another one that the PATH finds", ({ home }) => {
    const { place, find } = stage(home);
    const own = join(home.path, "tool");
    writeFileSync(own, "#!/bin/sh\n");
    chmodSync(own, 0o755);

    expect(findProgram("./tool", place)).toBe(own);
    expect(isAllowed(own, ["tool"], find)).toBe(false);
  });
});

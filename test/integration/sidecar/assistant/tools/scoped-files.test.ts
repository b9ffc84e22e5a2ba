import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { ScopedFiles } from "../../../../../sidecar/assistant/tools/files/scoped-files.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

const TOLD = "MEMORY.md and files in memory/";

function arrange(home: TempHome) {
  const directory = join(home.path, "clawd");
  const outside = join(home.path, "outside");
  mkdirSync(join(directory, "memory"), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(directory, "SOUL.md"), "soul");
  writeFileSync(join(outside, "secret"), "secret");
  const files = () =>
    new ScopedFiles({
      directory,
      allows: (name) => name === "MEMORY.md" || name.startsWith("memory/"),
      listed: ["memory"],
      told: TOLD,
    });
  return { directory, outside, files };
}

const errorOf = (act: () => unknown): string => {
  try {
    return `no error: ${JSON.stringify(act())}`;
  } catch (error) {
    return error instanceof Error ? error.message : "no Error";
  }
};

test.describe("files that a tool may touch", () => {
  test("are made with what leads to them, read, changed in one place, and listed", ({ home }) => {
    const { directory, files } = arrange(home);
    const notes = files();

    notes.write("memory/trips/2026.md", "Rome in May\n");
    notes.edit("./memory/trips/2026.md", "May", "June $& $1");
    notes.write("MEMORY.md", "likes trains\n");

    expect(readFileSync(join(directory, "memory/trips/2026.md"), "utf8")).toBe("Rome in June $& $1\n");
    expect(files().read("MEMORY.md")).toBe("likes trains\n");
    expect(files().read("memory/")).toBe("trips/");
    expect(readdirSync(join(directory, "memory/trips"))).toEqual(["2026.md"]);
  });

  for (const path of [
    "../outside/secret",
    "memory/../../outside/secret",
    "memory/../SOUL.md",
    "/etc/passwd",
    "~/secret",
    "memory/~/x",
    "memory//x",
    "memory/./x",
    "memory/.git/hooks/post-commit",
    "memory\\..\\..\\x",
    "C:\\x",
    "memory/x:stream",
    "memory/x\u0000.md",
    "memory/x\n.md",
    "memory/x.",
    "SOUL.md",
    "memory.md",
    "MEMORY.md/x",
    "memories/x",
    "",
    ".",
    "x".repeat(300),
  ]) {
    test(`are not ${JSON.stringify(path.slice(0, 40))}`, ({ home }) => {
      const { directory, outside, files } = arrange(home);

      for (const error of [
        errorOf(() => files().read(path)),
        errorOf(() => files().write(path, "pwned")),
        errorOf(() => files().edit(path, "s", "pwned")),
      ])
        expect(error).toContain(`You may use ${TOLD}.`);
      expect(readFileSync(join(outside, "secret"), "utf8")).toBe("secret");
      expect(readFileSync(join(directory, "SOUL.md"), "utf8")).toBe("soul");
    });
  }

  test("are not what links lead to, be it a file, a directory, another file of the agent, or nothing", ({
    home,
  }) => {
    const { directory, outside, files } = arrange(home);
    const link = (to: string, name: string) => symlinkSync(to, join(directory, name));
    link(join(outside, "secret"), "MEMORY.md");
    link(outside, "memory/dir");
    link("../SOUL.md", "memory/soul.md");
    link(join(outside, "new"), "memory/dangling.md");
    link("memory/loop.md", "memory/loop.md");

    for (const path of [
      "MEMORY.md",
      "memory/dir/x.md",
      "memory/soul.md",
      "memory/dangling.md",
      "memory/loop.md",
    ]) {
      expect(errorOf(() => files().read(path))).toContain(`You may use ${TOLD}.`);
      expect(errorOf(() => files().write(path, "pwned"))).toContain(`You may use ${TOLD}.`);
    }
    expect(readdirSync(outside)).toEqual(["secret"]);
    expect(readFileSync(join(directory, "SOUL.md"), "utf8")).toBe("soul");
  });

  test("are those that a link within them leads to", ({ home }) => {
    const { directory, files } = arrange(home);
    writeFileSync(join(directory, "memory/long.md"), "one");
    symlinkSync("memory/long.md", join(directory, "MEMORY.md"));

    files().edit("MEMORY.md", "one", "two");

    expect(readFileSync(join(directory, "memory/long.md"), "utf8")).toBe("two");
  });

  test("are none at all where the directory of notes leads elsewhere", ({ home }) => {
    const { outside } = arrange(home);
    const directory = join(home.path, "other");
    mkdirSync(directory);
    symlinkSync(outside, join(directory, "memory"));
    const files = new ScopedFiles({
      directory,
      allows: (name) => name.startsWith("memory/"),
      listed: ["memory"],
      told: TOLD,
    });

    expect(errorOf(() => files.read("memory/secret"))).toContain("leads to another place");
    expect(errorOf(() => files.read("memory"))).toContain("leads to another place");
    expect(errorOf(() => files.write("memory/x.md", "x"))).toContain("leads to another place");
  });

  test("are not overwritten unseen, nor when somebody else changed them meanwhile", ({ home }) => {
    const { directory, files } = arrange(home);
    const notes = files();
    writeFileSync(join(directory, "MEMORY.md"), "mine");

    expect(errorOf(() => notes.write("MEMORY.md", "yours"))).toBe(
      "There is MEMORY.md already: read it first, or change a part of it with edit.",
    );
    notes.read("MEMORY.md");
    writeFileSync(join(directory, "MEMORY.md"), "mine again");
    expect(errorOf(() => notes.write("MEMORY.md", "yours"))).toBe(
      "MEMORY.md has changed since you read it: read it again.",
    );
    notes.read("MEMORY.md");
    notes.write("MEMORY.md", "ours");
    notes.write("MEMORY.md", "ours again");

    expect(readFileSync(join(directory, "MEMORY.md"), "utf8")).toBe("ours again");
  });

  test("say why they cannot be changed", ({ home }) => {
    const { directory, files } = arrange(home);
    const notes = files();
    writeFileSync(join(directory, "memory/twice.md"), "a b a");
    writeFileSync(join(directory, "memory/latin.md"), Buffer.from([0x67, 0xfc, 0x6e]));
    mkdirSync(join(directory, "memory/dir.md"));

    expect(errorOf(() => notes.edit("memory/none.md", "a", "b"))).toBe(
      "There is no memory/none.md: make it with write.",
    );
    expect(errorOf(() => notes.edit("memory/twice.md", "c", "b"))).toContain("has no such text");
    expect(errorOf(() => notes.edit("memory/twice.md", "a", "b"))).toContain("stands 2 times");
    expect(errorOf(() => notes.edit("memory/twice.md", "", "b"))).toContain("is empty");
    expect(errorOf(() => notes.edit("memory/twice.md", "b", "b"))).toContain("nothing would change");
    expect(errorOf(() => notes.read("memory/latin.md"))).toContain("no text in UTF-8");
    expect(errorOf(() => notes.write("memory/dir.md", "x"))).toContain("it is a directory");
    expect(errorOf(() => notes.write("memory", "x"))).toContain("is not yours to use");
    expect(errorOf(() => notes.write("memory/twice.md/x", "x"))).toContain("cannot be");
    expect(errorOf(() => notes.write(`memory/${"x".repeat(195)}/${"y".repeat(99)}`, "x"))).toContain(
      "no path",
    );
    expect(errorOf(() => notes.write("memory/large.md", "x".repeat(257 * 1024)))).toContain(
      "larger than 256 KB",
    );
    expect(readFileSync(join(directory, "memory/twice.md"), "utf8")).toBe("a b a");
  });

  test("never wait for a pipe, and take no more than a megabyte in all", ({ home }) => {
    const { directory, files } = arrange(home);
    execFileSync("mkfifo", [join(directory, "memory/pipe.md")]);
    const notes = files();

    expect(errorOf(() => notes.read("memory/pipe.md"))).toContain("not a regular file");
    expect(errorOf(() => notes.write("memory/pipe.md", "x"))).toContain("not a regular file");
    for (let index = 0; index < 4; index += 1) notes.write(`memory/${index}.md`, "x".repeat(256 * 1024));
    expect(errorOf(() => notes.write("memory/more.md", "x"))).toContain("nothing more is");
    expect(existsSync(join(directory, "memory/more.md"))).toBe(false);
  });
});

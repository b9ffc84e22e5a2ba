/**
 * Attempts to run something that nobody allowed. Each is judged by what it was meant to touch: a file, a file that it deletes, or a secret
 * that it reads. Without the gate every one of them reaches it.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { SYSTEM_PATH, startHands } from "../../../../../helpers/assistant/hands.ts";
import { test } from "../../../../../helpers/home/temp-home.ts";

const SECRET = "the-words-outside-4711";

interface Place {
  /** The work directory. */
  work: string;
  outside: string;
  /** What nobody may touch. */
  canary: string;
}

interface Attempt {
  name: string;
  command: (place: Place) => string;
  prepare?: (place: Place) => void;
  env?: (place: Place) => Record<string, string>;
  /** Directories that the configuration puts on the path. */
  prepend?: (place: Place) => string[];
  /** It is to be gone, or what is said to hold the secret. */
  touches?: "made" | "gone" | "read";
}

const script = (path: string, canary: string) => {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n: > '${canary}'\nexec cat "$@" 2>/dev/null </dev/null\n`);
  chmodSync(path, 0o755);
};
const git = (work: string, ...args: string[]) => {
  const { status, stderr } = spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
    cwd: work,
    encoding: "utf8",
    env: { PATH: SYSTEM_PATH, HOME: work, GIT_CONFIG_NOSYSTEM: "1" },
  });
  if (status !== 0) throw new Error(stderr);
};
/** With a change that is not committed. */
const repository = (work: string) => {
  git(work, "init", "-q");
  git(work, "add", "a.txt");
  git(work, "commit", "-qm", "one");
  writeFileSync(join(work, "a.txt"), "other\n");
};
const setting = (name: string, value: (place: Place) => string) => (place: Place) => {
  repository(place.work);
  script(join(place.work, "evil.sh"), place.canary);
  git(place.work, "config", name, value(place));
};
const evil = ({ work }: Place) => join(work, "evil.sh");
const evilScript = (place: Place) => script(evil(place), place.canary);

const ATTEMPTS: Attempt[] = [
  { name: "the program itself", command: ({ canary }) => `touch ${canary}` },
  { name: "a semicolon", command: ({ canary }) => `ls; touch ${canary}` },
  { name: "a chain", command: ({ canary }) => `ls && touch ${canary}` },
  { name: "the other chain", command: ({ canary }) => `false || touch ${canary}` },
  { name: "a pipe", command: ({ canary }) => `ls | tee ${canary}` },
  { name: "the background", command: ({ canary }) => `ls & touch ${canary}` },
  { name: "a second line", command: ({ canary }) => `ls\ntouch ${canary}` },
  { name: "a carriage return", command: ({ canary }) => `ls\r\ntouch ${canary}` },
  { name: "a line that goes on", command: ({ canary }) => `ls; to\\\nuch ${canary}` },
  { name: "a substitution", command: ({ canary }) => `ls $(touch ${canary})` },
  { name: "backticks", command: ({ canary }) => `ls \`touch ${canary}\`` },
  { name: "a substitution in quotes", command: ({ canary }) => `echo "$(touch ${canary})"` },
  { name: "a substitution of a process", command: ({ canary }) => `cat <(touch ${canary})` },
  { name: "arithmetic", command: ({ canary }) => `echo $((a[$(touch ${canary})]))` },
  { name: "a redirection", command: ({ canary }) => `ls > ${canary}` },
  { name: "a redirection without blanks", command: ({ canary }) => `ls>${canary}` },
  { name: "appending", command: ({ canary }) => `echo x >> ${canary}` },
  { name: "a forced redirection", command: ({ canary }) => `echo x >| ${canary}` },
  { name: "a redirection of errors", command: ({ canary }) => `ls 2>${canary}` },
  { name: "a redirection of both", command: ({ canary }) => `ls &> ${canary}` },
  { name: "a heredoc", command: ({ canary }) => `sh <<X\ntouch ${canary}\nX` },
  { name: "a here-string", command: ({ canary }) => `sh <<< 'touch ${canary}'` },
  { name: "a subshell", command: ({ canary }) => `(touch ${canary})` },
  { name: "braces", command: ({ canary }) => `{ touch ${canary}; }` },
  { name: "a function by the name of a program", command: ({ canary }) => `ls() { touch ${canary}; }; ls` },
  {
    name: "an alias",
    command: ({ canary }) => `shopt -s expand_aliases\nalias ls='touch ${canary}'\nls`,
  },
  {
    name: "a path before the command",
    prepare: ({ work, canary }) => script(join(work, "bin/ls"), canary),
    command: ({ work }) => `PATH=${work}/bin:/bin ls`,
  },
  {
    name: "a variable before the command",
    prepare: (place) => {
      repository(place.work);
      evilScript(place);
    },
    command: (place) => `GIT_EXTERNAL_DIFF=${evil(place)} git diff`,
  },
  {
    name: "a variable of the call",
    prepare: (place) => {
      repository(place.work);
      evilScript(place);
    },
    env: (place) => ({ GIT_EXTERNAL_DIFF: evil(place) }),
    command: () => "git diff",
  },
  {
    name: "a configuration in variables of the call",
    prepare: (place) => {
      repository(place.work);
      evilScript(place);
    },
    env: (place) => ({
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.fsmonitor",
      GIT_CONFIG_VALUE_0: evil(place),
    }),
    command: () => "git status",
  },
  {
    name: "the path of the call",
    prepare: ({ work, canary }) => script(join(work, "bin/ls"), canary),
    env: ({ work }) => ({ PATH: `${work}/bin:/bin` }),
    command: () => "ls",
  },
  {
    name: "a start file of the shell",
    prepare: evilScript,
    env: (place) => ({ BASH_ENV: evil(place), LD_LIBRARY_PATH: "." }),
    command: () => "ls | cat",
  },
  { name: "eval", command: ({ canary }) => `eval "touch ${canary}"` },
  { name: "source", prepare: evilScript, command: (place) => `. ${evil(place)}` },
  { name: "exec", command: ({ canary }) => `exec touch ${canary}` },
  { name: "command", command: ({ canary }) => `command touch ${canary}` },
  { name: "env", command: ({ canary }) => `env touch ${canary}` },
  { name: "xargs", command: ({ canary }) => `echo ${canary} | xargs touch` },
  { name: "timeout", command: ({ canary }) => `timeout 5 touch ${canary}` },
  { name: "nice", command: ({ canary }) => `nice touch ${canary}` },
  { name: "nohup", command: ({ canary }) => `nohup touch ${canary}` },
  { name: "stdbuf", command: ({ canary }) => `stdbuf -o0 touch ${canary}` },
  { name: "a trap", command: ({ canary }) => `trap 'touch ${canary}' EXIT` },
  { name: "a loop", command: ({ canary }) => `for f in a; do touch ${canary}; done` },
  { name: "a condition", command: ({ canary }) => `if true; then touch ${canary}; fi` },
  { name: "a negation", command: ({ canary }) => `! touch ${canary}` },
  { name: "an interpreter's -c", command: ({ canary }) => `sh -c 'touch ${canary}'` },
  { name: "an interpreter's -e", command: ({ canary }) => `perl -e 'open(F, ">", "${canary}")'` },
  { name: "a program of awk", command: ({ canary }) => `awk 'BEGIN { system("touch ${canary}") }'` },
  { name: "a program of sed", command: ({ canary }) => `sed -n 'w ${canary}' a.txt` },
  { name: "tee", command: ({ canary }) => `tee ${canary}` },
  { name: "dd", command: ({ canary }) => `dd if=a.txt of=${canary} status=none` },
  { name: "find -exec", command: ({ canary }) => `find . -maxdepth 0 -exec touch ${canary} \\;` },
  { name: "find -fprint", command: ({ canary }) => `find . -fprint ${canary}` },
  { name: "find -fls", command: ({ canary }) => `find . -fls ${canary}` },
  {
    name: "find -delete",
    touches: "gone",
    prepare: ({ work }) => mkdirSync(join(work, "victim")),
    command: () => "find victim -delete",
  },
  { name: "sort -o", command: ({ canary }) => `sort -o ${canary} a.txt` },
  { name: "sort -o among letters", command: ({ canary }) => `sort -uo ${canary} a.txt` },
  { name: "sort --output", command: ({ canary }) => `sort --output=${canary} a.txt` },
  { name: "sort --output, cut short", command: ({ canary }) => `sort --outp=${canary} a.txt` },
  { name: "an option behind the file", command: ({ canary }) => `sort a.txt -o ${canary}` },
  { name: "uniq with a second file", command: ({ canary }) => `uniq a.txt ${canary}` },
  { name: "a quoted name of a program", command: ({ canary }) => `"to"'uch' ${canary}` },
  { name: "an escaped name of a program", command: ({ canary }) => `\\touch ${canary}` },
  {
    name: "a program beside it",
    prepare: ({ work, canary }) => script(join(work, "ls"), canary),
    command: () => "./ls",
  },
  {
    name: "a program of the work directory on the path",
    prepare: ({ work, canary }) => script(join(work, "bin/ls"), canary),
    prepend: ({ work }) => [join(work, "bin")],
    command: () => "ls",
  },
  {
    name: "a place on the path that is relative",
    prepare: ({ work, canary }) => script(join(work, "bin/ls"), canary),
    prepend: () => ["bin", "."],
    command: () => "cd . && ls",
  },
  {
    name: "a link of the path into the work directory",
    prepare: ({ work, outside, canary }) => {
      script(join(work, "hidden/ls"), canary);
      mkdirSync(join(outside, "bin"));
      symlinkSync(join(work, "hidden/ls"), join(outside, "bin/ls"));
    },
    prepend: ({ outside }) => [join(outside, "bin")],
    command: () => "ls",
  },
  {
    name: "a program that everybody may change",
    prepare: ({ outside, canary }) => {
      script(join(outside, "bin/ls"), canary);
      chmodSync(join(outside, "bin/ls"), 0o777);
    },
    prepend: ({ outside }) => [join(outside, "bin")],
    command: () => "ls",
  },
  {
    name: "a letter that looks like another",
    prepare: ({ work, canary }) => script(join(work, "bin/lѕ"), canary),
    prepend: ({ work }) => [join(work, "bin")],
    command: () => "lѕ",
  },
  {
    name: "a blank that is none",
    prepare: ({ work, canary }) => script(join(work, "bin/ls\u00a0-la"), canary),
    prepend: ({ work }) => [join(work, "bin")],
    command: () => "ls\u00a0-la",
  },
  { name: "a mark that nobody sees", command: ({ canary }) => `ls\u200b; touch ${canary}` },
  {
    name: "a file by the name of an option",
    prepare: ({ work }) => {
      mkdirSync(join(work, "d"));
      writeFileSync(join(work, "d/-omade"), "");
    },
    command: () => "cd d && sort *",
  },
  {
    name: "git -c",
    prepare: ({ work }) => repository(work),
    command: ({ canary }) => `git -c alias.x='!touch ${canary}' x`,
  },
  {
    name: "git diff --output",
    prepare: ({ work }) => repository(work),
    command: ({ canary }) => `git diff --output=${canary}`,
  },
  {
    name: "git log --output",
    prepare: ({ work }) => repository(work),
    command: ({ canary }) => `git log --output ${canary}`,
  },
  { name: "git's watcher of files", prepare: setting("core.fsmonitor", evil), command: () => "git status" },
  {
    name: "git's program for differences",
    prepare: setting("diff.external", evil),
    command: () => "git diff --ext-diff",
  },
  { name: "the same without an option", prepare: setting("diff.external", evil), command: () => "git diff" },
  {
    name: "a repository's program for texts",
    prepare: (place) => {
      setting("diff.evil.textconv", evil)(place);
      writeFileSync(join(place.work, ".gitattributes"), "*.txt diff=evil\n");
    },
    command: () => "git diff",
  },
  {
    name: "a repository's filter",
    prepare: (place) => {
      setting("filter.evil.clean", evil)(place);
      writeFileSync(join(place.work, ".gitattributes"), "*.txt filter=evil\n");
    },
    command: () => "git diff",
  },
  {
    name: "a configuration that another one includes",
    prepare: (place) => {
      setting("include.path", ({ work }) => join(work, "more"))(place);
      writeFileSync(join(place.work, "more"), `[core]\n\tfsmonitor = ${evil(place)}\n`);
    },
    command: () => "git status",
  },
  {
    name: "a directory that is a repository by its content",
    prepare: (place) => {
      const { work } = place;
      evilScript(place);
      const nested = join(work, "nested");
      mkdirSync(nested);
      writeFileSync(join(nested, "a.txt"), "one\n");
      repository(nested);
      git(work, "init", "-q");
      renameSync(join(nested, ".git"), join(work, "bare"));
      writeFileSync(
        join(work, "bare/config"),
        `[core]\nbare = true\n[diff "evil"]\ntextconv = ${evil(place)}\n`,
      );
      mkdirSync(join(work, "bare/info"), { recursive: true });
      writeFileSync(join(work, "bare/info/attributes"), "*.txt diff=evil\n");
    },
    command: () => "cd bare && git log -p",
  },
  {
    name: "a repository that is elsewhere",
    prepare: (place) => {
      const { work } = place;
      setting("core.fsmonitor", evil)(place);
      renameSync(join(work, ".git"), join(work, "elsewhere"));
      writeFileSync(join(work, ".git"), "gitdir: elsewhere\n");
    },
    command: () => "git status",
  },
  { name: "reading outside", touches: "read", command: ({ outside }) => `cat ${outside}/secret.txt` },
  { name: "reading above", touches: "read", command: () => "cat ../outside/secret.txt" },
  { name: "going above", touches: "read", command: () => "cd .. && cat outside/secret.txt" },
  {
    name: "reading through a link",
    touches: "read",
    prepare: ({ work, outside }) => symlinkSync(join(outside, "secret.txt"), join(work, "link")),
    command: () => "head -n 1 link",
  },
  {
    name: "reading beside where a link leads",
    touches: "read",
    prepare: ({ work, outside }) => {
      mkdirSync(join(outside, "deep"));
      symlinkSync(join(outside, "deep"), join(work, "link"));
    },
    command: () => "cat link/../secret.txt",
  },
  {
    name: "searching through a link",
    touches: "read",
    prepare: ({ work, outside }) => symlinkSync(outside, join(work, "link")),
    command: () => "grep -R words .",
  },
  {
    name: "a list of files that is a file",
    touches: "read",
    command: ({ outside }) => `wc --files0-from=${outside}/secret.txt 2>&1`,
  },
  {
    name: "the file command's list",
    touches: "read",
    command: ({ outside }) => `file -f ${outside}/secret.txt`,
  },
  {
    name: "a file of dates",
    touches: "read",
    command: ({ outside }) => `date -f ${outside}/secret.txt 2>&1`,
  },
  {
    name: "patterns of a file",
    touches: "read",
    command: ({ outside }) =>
      `echo ${SECRET.slice(0, 9)} | grep -of ${outside}/secret.txt; jq -Rr . ${outside}/secret.txt`,
  },
  {
    name: "git outside of a repository",
    touches: "read",
    command: ({ outside }) => `git diff /dev/null ${outside}/secret.txt`,
  },
  {
    name: "git --no-index",
    touches: "read",
    command: ({ outside }) => `git diff --no-index a.txt ${outside}/secret.txt`,
  },
];

/** A work directory, and something outside of it. */
function placeIn(home: string): Place {
  const place = {
    work: join(home, "clawd"),
    outside: join(home, "outside"),
    canary: join(home, "outside/canary"),
  };
  rmSync(place.work, { recursive: true, force: true });
  rmSync(place.outside, { recursive: true, force: true });
  mkdirSync(place.work, { recursive: true });
  mkdirSync(place.outside);
  writeFileSync(join(place.outside, "secret.txt"), `${SECRET}\n`);
  writeFileSync(join(place.work, "a.txt"), "one\n");
  return place;
}

function isTouched({ touches = "made" }: Attempt, { work, canary }: Place, said: string): boolean {
  if (touches === "read") return said.includes(SECRET);
  if (touches === "gone") return !existsSync(join(work, "victim"));
  return existsSync(canary) || existsSync(join(work, "d/made"));
}

test.describe("the gate before commands", () => {
  test.setTimeout(240_000);

  test("lets none of a hundred attempts through while the owner denies", async ({ home }) => {
    const config = { tools: { exec: { pathPrepend: [] as string[] } } };
    const tools = await startHands({ home: home.path, config, owner: () => "deny" });
    const through: string[] = [];
    try {
      for (const attempt of ATTEMPTS) {
        const place = placeIn(home.path);
        attempt.prepare?.(place);
        config.tools.exec.pathPrepend = attempt.prepend?.(place) ?? [];
        const said = await tools.exec({
          command: attempt.command(place),
          ...(attempt.env && { env: attempt.env(place) }),
        });
        if (isTouched(attempt, place, said)) through.push(attempt.name);
      }
    } finally {
      await tools.stop();
    }

    expect(through).toEqual([]);
    expect(ATTEMPTS.length).toBeGreaterThanOrEqual(90);
  });

  test("is what keeps them: in a shell each attempt touches what it is after", async ({ home }) => {
    const missed: string[] = [];
    for (const attempt of ATTEMPTS) {
      const place = placeIn(home.path);
      attempt.prepare?.(place);
      const prepended = (attempt.prepend?.(place) ?? []).map((directory) => `${directory}:`).join("");
      const env = {
        PATH: `${prepended}${SYSTEM_PATH}`,
        HOME: home.path,
        LANG: "C.UTF-8",
        ...attempt.env?.(place),
      };
      const { stdout, stderr } = spawnSync("/bin/bash", ["-c", attempt.command(place)], {
        cwd: place.work,
        env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
      if (!isTouched(attempt, place, stdout + stderr)) missed.push(`${attempt.name}: ${stdout}${stderr}`);
    }

    expect(missed).toEqual([]);
  });

  test("asks again when program, link or directory is another one by the time of the answer", async ({
    home,
  }) => {
    const place = placeIn(home.path);
    const bin = join(place.outside, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "tool"), "#!/bin/sh\necho good\n");
    chmodSync(join(bin, "tool"), 0o755);
    mkdirSync(join(place.outside, "one"));
    symlinkSync(join(place.outside, "one"), join(place.work, "there"));
    const swaps: Record<string, () => void> = {
      tool: () => {
        rmSync(join(bin, "tool"));
        script(join(bin, "tool"), place.canary);
      },
      there: () => {
        rmSync(join(place.work, "there"));
        symlinkSync(place.outside, join(place.work, "there"));
      },
    };
    const config = { tools: { exec: { pathPrepend: [bin] } } };
    const outcomes: unknown[] = [];
    for (const [name, args] of [
      ["tool", { command: "tool" }],
      ["there", { command: "touch canary", workdir: "there" }],
    ] as const) {
      let asked = 0;
      const owner = () => {
        asked += 1;
        if (asked === 1) swaps[name]?.();
        return asked === 1 ? ("allow-once" as const) : ("deny" as const);
      };
      const tools = await startHands({ home: home.path, config, owner });
      const said = await tools.exec(args);
      outcomes.push([asked, said.includes("denied"), existsSync(place.canary)]);
      await tools.stop();
    }

    expect(outcomes).toEqual([
      [2, true, false],
      [2, true, false],
    ]);
  });
});

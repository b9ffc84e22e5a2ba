/** An answer of the owner is one to the very files that a command names: what a stranger got through once. */
import { existsSync, linkSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { SYSTEM_PATH, startHands } from "../../../../../helpers/assistant/hands.ts";
import { test } from "../../../../../helpers/home/temp-home.ts";

for (const [what, command, changed, change, canary] of [
  [
    "a script that is rewritten",
    "sh s.sh",
    "s.sh",
    (at: string) => writeFileSync(join(at, "s.sh"), `touch ${join(at, "canary")}\n`),
    "canary",
  ],
  [
    "a directory that becomes a link",
    "touch d1/canary",
    "d1/canary",
    (at: string) => {
      renameSync(join(at, "d1"), join(at, "former"));
      symlinkSync(join(at, "private"), join(at, "d1"));
    },
    "private/canary",
  ],
] as const) {
  test(`${what} while the question waits is asked about again, the question says what changed, and an answer to the first runs nothing`, async ({
    home,
  }) => {
    let asked = 0;
    let workspace = "";
    const tools = await startHands({
      home: home.path,
      owner: () => {
        asked += 1;
        if (asked === 1) change(workspace);
        return asked === 1 ? "allow-once" : "deny";
      },
    });
    workspace = tools.workspace;
    writeFileSync(join(workspace, "s.sh"), "true\n");
    mkdirSync(join(workspace, "d1"));
    mkdirSync(join(workspace, "private"));

    const told: string[] = [];
    const said = await tools.exec(command, { tell: async (text) => void told.push(text) });
    await tools.stop();

    expect([asked, said]).toEqual([2, expect.stringContaining("denied")]);
    expect(existsSync(join(workspace, canary))).toBe(false);
    expect(tools.questions.map((question) => question.changed)).toEqual([undefined, [changed]]);
    expect(told[0]).not.toContain("asked again");
    expect(told[1]).toContain(`It is asked again, as something changed since it was allowed: ${changed}`);
  });
}

for (const command of ["bash ./s.sh", "python3 s.py", "make", "npm test", "npm run build"]) {
  test(`${command} does what a file says that the agent can write: it is allowed once at most`, async ({
    home,
  }) => {
    const tools = await startHands({ home: home.path, owner: () => "allow-once" });
    for (const name of ["s.sh", "s.py", "Makefile", "package.json"])
      writeFileSync(join(tools.workspace, name), name === "package.json" ? "{}" : "");

    await tools.exec(command);
    await tools.exec(command);
    await tools.stop();

    const questions = tools.questions.filter(({ request }) => request.command === command);
    expect(questions.map(({ always, mayTurn }) => [always, mayTurn])).toEqual(
      questions.map(() => [[], false]),
    );
    // Where the program is not there, nobody is asked for it.
    const [program = ""] = command.split(" ");
    const isThere = SYSTEM_PATH.split(":").some((folder) => existsSync(join(folder, program)));
    expect(questions).toHaveLength(isThere ? 2 : 0);
  });
}

test("a file with another name elsewhere is not looked at without asking, whatever pattern names it", async ({
  home,
}) => {
  const tools = await startHands({ home: home.path, owner: () => "deny" });
  mkdirSync(join(home.path, ".ssh"));
  writeFileSync(join(home.path, ".ssh", "key"), "CANARY");
  linkSync(join(home.path, ".ssh", "key"), join(tools.workspace, "hard.txt"));
  writeFileSync(join(tools.workspace, "plain.txt"), "plain");

  const said: string[] = [];
  for (const command of ["cat hard.txt", "cat *.txt", "c''at hard.txt", "head -n 1 ./hard.txt"])
    said.push(await tools.exec(command));
  const plain = await tools.exec("cat plain.txt");
  await tools.stop();

  expect(said.join("\n")).not.toContain("CANARY");
  expect(plain).toContain("plain");
  expect(tools.questions).toHaveLength(4);
});

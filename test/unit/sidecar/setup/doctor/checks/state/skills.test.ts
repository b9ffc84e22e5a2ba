import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { skills } from "../../../../../../../sidecar/setup/doctor/checks/state/skills.ts";
import { writeSkill } from "../../../../../../helpers/assistant/skills.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of skills", () => {
  test("finds nothing where all of them can be used", async ({ home }) => {
    writeSkill(join(home.stateDir, "skills"), "cooking");

    expect(await findingsOf(skills, home)).toEqual([]);
  });

  test("names a broken file with its line, and who waits for the owner's word, of every agent", async ({
    home,
  }) => {
    const config = { agents: { list: [{ id: "main" }, { id: "lab", workspace: "~/lab" }] } };
    const broken = writeSkill(join(home.stateDir, "skills"), "bad", "---\nname: bad\n---\n");
    const waiting = writeSkill(join(home.path, "lab", "skills"), "recipes");

    expect(await findingsOf(skills, home, { config })).toEqual([
      {
        code: "skill-broken",
        level: "warning",
        subject: join(broken, "SKILL.md"),
        message: `the skill ${join(broken, "SKILL.md")}:2 cannot be used: it has no description`,
        remedy: expect.stringMatching(/^correct it, or move it away/),
      },
      {
        code: "skill-needs-word",
        level: "hint",
        subject: join(waiting, "SKILL.md"),
        message: `the skill recipes in ${join(waiting, "SKILL.md")} waits for your word: an agent may have written it`,
        remedy: expect.stringContaining("clawdbot skills trust recipes"),
      },
    ]);
  });

  test("looks at the folders that a configuration names", async ({ home }) => {
    writeSkill(join(home.path, "more"), "cooking");
    writeFileSync(join(home.path, "more", "cooking", "SKILL.md"), "# Cooking");
    const config = { skills: { load: { extraDirs: ["~/more"] } } };

    expect(await findingsOf(skills, home, { config })).toMatchObject([{ code: "skill-broken" }]);
  });
});

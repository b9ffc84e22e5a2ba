import { expect, test } from "@playwright/test";
import { skillsText } from "../../../../../sidecar/assistant/prompt/skills-text.ts";
import { SKILLS_BUDGET, skillLines } from "../../../../../sidecar/assistant/skills/prompt-lines.ts";
import { foundSkill } from "../../../../helpers/assistant/skills.ts";

const HOME = "/home/ada";
const many = (count: number, chars: number) =>
  Array.from({ length: count }, (_, index) =>
    foundSkill(`s${100 + index}`, { description: "x".repeat(chars) }),
  );
const never = () => undefined;

test.describe("the list of skills", () => {
  test("shortens the home directory, and leaves out what is not for the model", () => {
    const skills = [foundSkill("a"), foundSkill("b", { isOffered: false })];
    expect(skillLines(skills, { home: HOME, lastUsedMs: never })).toEqual({
      lines: [{ name: "a", description: "Knows all about a.", location: "~/.clawdbot/skills/a/SKILL.md" }],
      leftOut: [],
    });
  });

  test("is on one line each, whatever they say of themselves", () => {
    const [line] = skillLines([foundSkill("a", { description: "one\n## Two\u0007" })], {
      home: HOME,
      lastUsedMs: never,
    }).lines;
    expect(line?.description).toBe("one ## Two\ufffd");
  });

  for (const [count, chars] of [
    [5, 1_024],
    [20, 900],
    [60, 200],
    [100, 1_000],
    [300, 100],
  ] as const)
    test(`has room for ${count} with ${chars} characters each`, () => {
      const { lines, leftOut } = skillLines(many(count, chars), { home: HOME, lastUsedMs: never });
      expect(skillsText(lines).length).toBeLessThanOrEqual(SKILLS_BUDGET);
      expect(lines.length + leftOut.length).toBe(count);
      expect(skillsText(lines).length).toBeGreaterThan(count * chars > SKILLS_BUDGET ? 4_000 : 0);
    });

  test("shortens first what was used longest ago", () => {
    const skills = many(8, 1_000);
    const used: Record<string, number> = { s100: 5, s103: 9, s105: 1 };
    const { lines } = skillLines(skills, {
      home: HOME,
      lastUsedMs: (file) => used[file.split("/").at(-2) ?? ""],
    });
    const whole = lines.filter(({ description }) => description.length === 1_000).map(({ name }) => name);
    expect(whole).toEqual(["s100", "s101", "s103", "s105"]);
  });

  test("leaves out the last ones of all when even the names are too many", () => {
    const { lines, leftOut } = skillLines(many(300, 10), {
      home: HOME,
      lastUsedMs: (file) => (file.includes("s399") ? 1 : undefined),
    });
    expect(leftOut.length).toBeGreaterThan(100);
    expect(lines.map(({ name }) => name)).toContain("s399");
    expect(leftOut).toContain("s398");
  });
});

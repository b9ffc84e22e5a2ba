import { expect, test } from "@playwright/test";
import { commandName, namedSkills } from "../../../../../sidecar/assistant/skills/command-names.ts";
import { foundSkill } from "../../../../helpers/assistant/skills.ts";

for (const [name, command] of [
  ["weather", "weather"],
  ["System Report", "system_report"],
  ["1password", "1password"],
  ["Übersicht-2", "ubersicht_2"],
  ["--a--", "a"],
  ["天気", ""],
  ["a".repeat(40), "a".repeat(32)],
] as const)
  test(`${name} is called with ${command === "" ? "nothing" : `/${command}`}`, () => {
    expect(commandName(name)).toBe(command);
  });

test("who comes second has a number", () => {
  const skills = ["model", "a b", "a-b", "a_b", "天気", "x".repeat(40), "x".repeat(41)].map((name) =>
    foundSkill(name),
  );
  const hidden = foundSkill("hidden", { isCommand: false });
  expect(namedSkills([...skills, hidden], ["model"]).map(({ name }) => name)).toEqual([
    "model_2",
    "a_b",
    "a_b_2",
    "a_b_3",
    "x".repeat(32),
    `${"x".repeat(30)}_2`,
  ]);
});

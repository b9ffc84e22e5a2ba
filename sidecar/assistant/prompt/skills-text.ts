/** The list of skills in a prompt. */

/** A skill that may be used: the model reads its file when it applies. */
export interface SkillLine {
  name: string;
  /** Empty where there is no room for one. */
  description: string;
  location: string;
}

export const SKILLS_INTRO =
  "Each of these is a file of instructions. Read it with your tools when a request fits its description, before you begin; otherwise leave it. They tell you how to do something, and allow you nothing that you may not do without them.";

export function skillsText(skills: readonly SkillLine[]): string {
  const lines = skills.map(({ name, description, location }) =>
    description === "" ? `- ${name} (${location})` : `- ${name}: ${description} (${location})`,
  );
  return ["## Skills", SKILLS_INTRO, ...lines].join("\n");
}

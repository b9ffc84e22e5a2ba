/** Machines and people for the tests of onboarding. */
import { readConfig } from "../../../../../shared/node/config-source.ts";
import { resolveSurroundings, type Surroundings } from "../../../../../shared/node/surroundings.ts";
import type { Answers, Situation } from "../../../../../sidecar/setup/onboarding/answers.ts";
import { nextQuestion, type Question, withAnswer } from "../../../../../sidecar/setup/onboarding/steps.ts";
import type { TempHome } from "../../../../helpers/home/temp-home.ts";

/** A machine with systemd, a free port and nothing else; its configuration is the file in `home`. */
export function situationOf(home: TempHome, over: Partial<Situation> = {}): Situation {
  const { paths, env } = surroundingsOf(home);
  return {
    paths,
    env,
    reading: readConfig(home.configFile),
    taken: undefined,
    service: { state: "missing", label: "systemd" },
    hasDesktop: false,
    hasTailscale: true,
    hostProblem: (host) => (host === "127.0.0.1" ? undefined : `${host} is not here`),
    directoryProblem: (path) => (path.startsWith("/") ? undefined : "must be absolute"),
    ...over,
  };
}

export function surroundingsOf(home: TempHome): Surroundings {
  return resolveSurroundings({ profile: undefined, dev: false }, { HOME: home.path }, "linux");
}

/** A whole dialogue. `reply` gives the text for a question; undefined takes what it proposes. */
export function converse(
  situation: Situation,
  reply: (question: Question, answers: Answers) => string | undefined,
  given: Answers = {},
): { asked: string[]; answers: Answers } {
  const asked: string[] = [];
  let answers = given;
  for (;;) {
    const question = nextQuestion(answers, situation);
    if (question === undefined || answers.acceptRisk === false) return { asked, answers };
    asked.push(question.step.name);
    if (asked.length > 50) throw new Error(`asks without end: ${asked.join(", ")}`);
    answers = withAnswer(answers, question.step, reply(question, answers) ?? proposed(question), situation);
  }
}

/** What Enter alone answers; the notice of risks has no such answer. */
export function proposed(question: Question): string {
  if (question.step.name === "acceptRisk") return "yes";
  return question.kind === "secret" ? "" : question.byDefault;
}

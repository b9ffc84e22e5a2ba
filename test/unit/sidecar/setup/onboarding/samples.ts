/** Machines and people for the tests of onboarding. */
import { type ConfigReading, readConfig } from "../../../../../shared/node/config-source.ts";
import { type ProfileContext, resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import { withValueAt } from "../../../../../sidecar/base/config/dotted-path.ts";
import type { Answers, Situation } from "../../../../../sidecar/setup/onboarding/answers.ts";
import { type Plan, plannedEdits } from "../../../../../sidecar/setup/onboarding/plan.ts";
import { nextQuestion, type Question, withAnswer } from "../../../../../sidecar/setup/onboarding/steps.ts";
import type { TempHome } from "../../../../helpers/home/temp-home.ts";

/** A machine with systemd, a free port and nothing else; its configuration is the file in `home`. */
export function situationOf(home: TempHome, over: Partial<Situation> = {}): Situation {
  const { paths, env } = surroundingsOf(home);
  return {
    paths,
    env,
    reading: readConfig(home.configFile, env),
    taken: undefined,
    service: { state: "missing", label: "systemd" },
    hasDesktop: false,
    hasTailscale: true,
    hostProblem: (host) => (host === "127.0.0.1" ? undefined : `${host} is not here`),
    directoryProblem: (path) => (path.startsWith("/") ? undefined : "must be absolute"),
    ...over,
  };
}

export function surroundingsOf(home: TempHome): ProfileContext {
  return resolveProfileContext({ profile: undefined, dev: false }, { HOME: home.path }, "linux");
}

/** The values of the configuration after the plan; undefined when it leaves the file alone. */
export function plannedConfig(plan: Plan, reading: ConfigReading): Record<string, unknown> | undefined {
  const edits = plannedEdits(plan, reading);
  if (edits === undefined) return undefined;
  const before = plan.reset === undefined && reading.state !== "missing" ? reading.parsed : {};
  return edits.reduce(
    (values, edit) => (edit.kind === "set" ? withValueAt(values, edit.keys, edit.value) : values),
    before,
  );
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

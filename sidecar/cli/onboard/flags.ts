/** The options of `clawdbot onboard` as answers: each is read and checked by the step of its question. */

import { resolve } from "node:path";
import { RequestError, SetupError } from "../../../shared/errors.ts";
import { advice, type Remedy, whole } from "../../../shared/remedy.ts";
import { type Answers, RUNTIMES, type Situation } from "../../setup/onboarding/answers.ts";
import { choiceOf, NO_PROVIDER, PROVIDERS } from "../../setup/onboarding/providers.ts";
import { isLocal, STEPS, type Step, withAnswer } from "../../setup/onboarding/steps.ts";
import { choiceProblem, storedKeyProblem } from "../../setup/onboarding/values.ts";
import type { onboard } from "../definitions/onboard.ts";
import type { Invocation } from "../invocation.ts";

/** Options by which scripts name the package manager of skills, which this release does not install. */
const NODE_MANAGERS = ["npm", "pnpm", "bun"];

type OnboardValues = Invocation<typeof onboard>["values"];

/**
 * What the options answer. Fails with `USAGE` in a `SetupError` on a value that will not do, and in a `RequestError` on options
 * that exclude each other or are empty.
 */
export function answersFrom(values: OnboardValues, situation: Situation): Answers {
  refuseValue("daemon-runtime", runtimeProblem(values["daemon-runtime"]));
  const manager = values["node-manager"];
  refuseValue("node-manager", manager === undefined ? undefined : choiceProblem(manager, NODE_MANAGERS));
  const answers = STEPS.filter(({ name }) => name !== "keys").reduce<Answers>((known, step) => {
    const text = textFor(step, values);
    if (text === undefined) return known;
    refuseValue(step.option, step.problem(text, known, situation));
    return withAnswer(known, step, text, situation);
  }, {});
  const all = { ...answers, ...keysFrom(values, answers.provider) };
  refuseIdle(all, values, situation);
  return all;
}

/** Somebody who gives an option that does nothing means something else than what would be done. */
function refuseIdle(answers: Answers, values: OnboardValues, situation: Situation): void {
  if (answers.token !== undefined && answers.password !== undefined) {
    throw new RequestError("USAGE", "--gateway-token and --gateway-password exclude each other");
  }
  // What is not given is still to be asked.
  if (!values["non-interactive"]) return;
  const isHere = isLocal(answers, situation);
  const given = STEPS.filter(({ name }) => answers[name] !== undefined && answers[name] !== "skip");
  const idle = given.find(({ name }) => (isHere ? REMOTE_ONLY : LOCAL_ONLY).has(name));
  if (idle !== undefined) {
    const problem = isHere
      ? advice`has no effect with a gateway on this machine: add --mode remote`
      : advice`has no effect with mode remote: leave it out`;
    refuseValue(idle.option, problem);
  }
  if (answers.resetScope !== undefined && answers.existing !== "reset") {
    refuseValue("reset-scope", advice`has no effect without a reset: add --reset`);
  }
}

const REMOTE_ONLY: ReadonlySet<string> = new Set(["remoteUrl", "remoteToken"]);
const LOCAL_ONLY: ReadonlySet<string> = new Set([
  "port",
  "bind",
  "customHost",
  "auth",
  "token",
  "password",
  "tailscale",
  "service",
]);

/** The answer to a step as its question would get it; undefined when no option answers it. */
function textFor({ name, option }: Step, values: OnboardValues): string | undefined {
  switch (name) {
    case "acceptRisk":
    case "tailscaleResetOnExit":
      return (values as Record<string, unknown>)[option] === true ? "yes" : undefined;
    case "existing":
      return onlyOne([
        ["--reset", values.reset && "reset"],
        ["--existing", textOf(values, option)],
      ]);
    case "service":
      return onlyOne([
        ["--install-daemon", values["install-daemon"] && "install"],
        ["--no-install-daemon", values["no-install-daemon"] && "skip"],
        ["--skip-daemon", values["skip-daemon"] && "skip"],
        ["--daemon", textOf(values, option)],
      ]);
    case "workspace": {
      const path = textOf(values, option);
      return path === undefined || path.startsWith("~") ? path : resolve(path);
    }
    default:
      return textOf(values, option);
  }
}

/** The text of an option whose name the steps or the providers know. */
function textOf(values: OnboardValues, option: string): string | undefined {
  const value = (values as Readonly<Record<string, unknown>>)[option];
  return typeof value === "string" ? value : undefined;
}

/** The answer of the one option that was given; several may be given when they say the same. */
function onlyOne(
  options: readonly (readonly [name: string, answer: string | false | undefined])[],
): string | undefined {
  const given = options.flatMap(([name, answer]) => (typeof answer === "string" ? [{ name, answer }] : []));
  const [first] = given;
  const other = given.find(({ answer }) => answer !== first?.answer);
  if (first === undefined || other === undefined) return first?.answer;
  throw new RequestError("USAGE", advice`${first.name} and ${other.name} exclude each other`);
}

/** Keys of all providers that have one. The first names the provider where nothing else does. */
function keysFrom(values: OnboardValues, provider: string | undefined): Answers {
  const given = PROVIDERS.flatMap((each) => {
    const key = textOf(values, choiceOf(each));
    if (key === undefined) return [];
    refuseValue(choiceOf(each), storedKeyProblem(key));
    return [{ each, key }];
  });
  const [first] = given;
  if (first === undefined) return {};
  if (provider === NO_PROVIDER) {
    throw new RequestError(
      "USAGE",
      advice`--auth-choice skip and --${choiceOf(first.each)} exclude each other`,
    );
  }
  return {
    provider: provider ?? choiceOf(first.each),
    keys: Object.fromEntries(given.map(({ each, key }) => [each.variable, key])),
  };
}

function runtimeProblem(runtime: string | undefined): Remedy | undefined {
  if (runtime === "bun") return advice`the gateway runs on Node only; leave it out`;
  return runtime === undefined ? undefined : choiceProblem(runtime, RUNTIMES);
}

function refuseValue(option: string, problem: Remedy | undefined): void {
  if (problem !== undefined) throw new SetupError("USAGE", advice`--${option}: ${whole(problem)}`);
}

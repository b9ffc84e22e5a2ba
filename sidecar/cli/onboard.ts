/** `clawdbot onboard`: from nothing to a healthy gateway, by questions in a terminal or by options alone. */

import { RequestError, SetupError } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { type OtherProduct, productOfVersion } from "../../shared/lineage.ts";
import { liveGateway } from "../../shared/node/gateway/live.ts";
import { otherProducts } from "../../shared/node/other-products.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { advice, ours, type Remedy, whole } from "../../shared/remedy.ts";
import { withEnvironment } from "../base/config/load.ts";
import { RUN_DEFAULTS } from "../base/config/run-options.ts";
import { keysToTakeOver } from "../setup/keys-to-take-over.ts";
import { newToken } from "../setup/new-token.ts";
import type { Answers, Situation } from "../setup/onboarding/answers.ts";
import { applyPlan, type OnboardingTools, serviceState } from "../setup/onboarding/apply.ts";
import { type Plan, planOnboarding } from "../setup/onboarding/plan.ts";
import { openPrompts } from "../setup/onboarding/prompts.ts";
import { readSituation } from "../setup/onboarding/situation.ts";
import { nextQuestion, RISK_NOTICE, withAnswer } from "../setup/onboarding/steps.ts";
import { gatewayService } from "../setup/service/gateway-service.ts";
import { canAsk } from "./confirm.ts";
import type { onboard } from "./definitions/onboard.ts";
import type { Invocation, ProfileContext } from "./invocation.ts";
import { checkKeys } from "./onboard/check-keys.ts";
import { answersFrom } from "./onboard/flags.ts";
import { reportChanges, reportOnboarding } from "./onboard/report.ts";
import { productWords } from "./product-words.ts";

export async function run(invocation: Invocation<typeof onboard>): Promise<number> {
  const { values, context, output } = invocation;
  const asks = !values["non-interactive"];
  if (asks && !canAsk(output)) {
    throw new RequestError(
      "USAGE",
      "onboard asks questions: run it in a terminal, or pass --non-interactive --accept-risk",
    );
  }
  refuseManagedElsewhere(invocation);
  // A variable that is no port would be found out by the last step only.
  withEnvironment(RUN_DEFAULTS, context.env);
  const service = await gatewayService(context);
  const situation = await readSituation(context, await serviceState(service));
  const given = answersFrom(values, situation);
  refuseWithoutConsent(given, asks, invocation);
  const answers = asks ? await askAll(given, situation, invocation) : given;
  if (answers === undefined) return EXIT.interrupted;
  if (answers.acceptRisk !== true) return EXIT.failure;

  const nowMs = Date.now();
  const decided = planOnboarding(answers, situation, { newToken, nowMs });
  const notes = [
    ...decided.notes,
    ...notesOnOthers(situation, context),
    ...(await notesOnKeys(decided, situation, context)),
  ];
  const plan = { ...decided, notes };
  const tools: OnboardingTools = {
    service: situation.service.state === "unavailable" ? undefined : service,
    takesOver: asks,
    progress: (line) => output.say(line),
    wrote: (changes) => reportChanges(plan, changes, invocation),
    nowMs,
  };
  const outcome = await output.during("Setting it up", applyPlan(plan, context, tools));
  const keys = values["skip-key-check"] ? [] : await checkKeys(plan, invocation);
  const done = { plan, outcome, service: situation.service, identity: service.identity, keys };
  const code = await reportOnboarding(done, invocation);
  if (code !== EXIT.ok || plan.service !== "start" || liveGateway(context.paths) !== undefined) return code;
  const { run: start } = await import("./start.ts");
  return start(invocation);
}

/** What others of the family left here, and what becomes of it. */
function notesOnOthers({ reading }: Situation, context: ProfileContext): Remedy[] {
  const meta = reading.state === "missing" ? undefined : reading.parsed.meta;
  const version = isRecord(meta) ? meta.lastTouchedVersion : undefined;
  const writer = typeof version === "string" ? productOfVersion(version) : undefined;
  return [
    ...(writer === undefined
      ? []
      : [
          advice`the configuration was written by ${writerText(writer)}: what this program does not know of it stays as it is`,
        ]),
    ...otherProducts(context).map(
      ({ product, places: [place] }) =>
        advice`${productWords(product)} is on this machine too (${place ?? ""}) and stays as it is`,
    ),
  ];
}

/** Keys that need not be typed again. */
async function notesOnKeys(
  { mode, variables }: Plan,
  { reading }: Situation,
  context: ProfileContext,
): Promise<Remedy[]> {
  if (mode !== "local" || Object.keys(variables).length > 0) return [];
  const config = reading.state === "valid" ? reading.config : {};
  const places = await keysToTakeOver(context, config, Date.now());
  return places.map(
    ({ place, providers }) =>
      advice`${place} holds keys of ${providers.join(", ")}; to use them here as well: ${ours`models auth import --from ${place}`}`,
  );
}

function writerText({ name, version }: OtherProduct): Remedy {
  return version === undefined ? productWords(name) : advice`${productWords(name)} ${version}`;
}

function refuseManagedElsewhere({ context: { env } }: Invocation): void {
  if (env.CLAWDBOT_NIX_MODE !== "1") return;
  throw new SetupError(
    "SERVICE_REFUSED",
    "onboard is switched off: CLAWDBOT_NIX_MODE=1 says that Nix manages configuration and service.",
    { fix: "change both where your Nix configuration declares them" },
  );
}

function refuseWithoutConsent({ acceptRisk, service }: Answers, asks: boolean, { output }: Invocation): void {
  if (!asks && acceptRisk !== true) {
    throw new SetupError("USAGE", advice`${whole(RISK_NOTICE)}\nPass --accept-risk to say that you know.`);
  }
  if (service === "start" && output.json) {
    throw new RequestError("USAGE", "--daemon start and --json exclude each other");
  }
}

/** The answers to everything; undefined when the person broke off. Nothing is written until then. */
async function askAll(
  given: Answers,
  situation: Situation,
  { output }: Invocation,
): Promise<Answers | undefined> {
  const prompts = await openPrompts(() => process.stdout.columns, output);
  prompts.begin(output.spell(advice`Setting up the gateway`));
  let answers = given;
  for (;;) {
    const question = nextQuestion(answers, situation);
    if (question === undefined) break;
    const { step } = question;
    const text = await prompts.ask(question, (typed) => step.problem(typed, answers, situation));
    if (text === undefined) {
      prompts.end(output.spell(advice`Broken off: nothing was changed.`));
      return undefined;
    }
    answers = withAnswer(answers, step, text, situation);
    if (answers.acceptRisk === false) break;
  }
  const last = answers.acceptRisk ? advice`That is all. Setting it up:` : advice`Nothing was changed.`;
  prompts.end(output.spell(last));
  return answers;
}

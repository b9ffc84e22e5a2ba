/** `clawdbot doctor`: examines the installation, repairs what it may, and says what remains and how to help it. */
import { probeGateway } from "../../shared/client/probe.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { foreignPlace } from "../../shared/node/foreign-state.ts";
import type { ProfileContext } from "../../shared/node/profile-context.ts";
import type { Finding, Repair } from "../setup/doctor/check.ts";
import { readCheckContext } from "../setup/doctor/check-context.ts";
import type { GatewayContact } from "../setup/doctor/checks/gateway/gateway-health.ts";
import { type ConsentOptions, consentFor } from "../setup/doctor/consent.ts";
import { doctorChecks } from "../setup/doctor/index.ts";
import { runChecksAndRepair } from "../setup/doctor/run-checks.ts";
import { ask } from "./confirm.ts";
import { connectOptions } from "./connect.ts";
import type { doctor } from "./definitions/program.ts";
import { diagnosisDocument, printDiagnosis, sentence } from "./diagnosis.ts";
import type { Invocation } from "./invocation.ts";
import type { Output } from "./output.ts";
import { resolveTarget } from "./target.ts";

export async function run(invocation: Invocation<typeof doctor>): Promise<number> {
  const { values, context: profile, output, exitSoon } = invocation;
  const checks = doctorChecks(findContact, { suggestions: !values["no-workspace-suggestions"] });
  const { deep } = values;
  const ownConfig = { hash: undefined };
  const options = consentOptions(values);
  const consent = new Consent(options, output, foreignPlace(profile) === undefined);
  const looking = runChecksAndRepair(
    checks,
    () => readCheckContext(profile, { deep, nowMs: Date.now(), ownConfig }),
    (finding, repair) => consent.give(finding, repair),
  );
  const outcome = await output.during("Looking at the installation", looking);
  output.document(diagnosisDocument(outcome, profile));
  printDiagnosis(outcome, output, options);
  // The report is there: a registry that hangs is not waited for.
  if (outcome.findings.some(({ code }) => code === "release-unknown")) exitSoon();
  return outcome.findings.some(({ level }) => level === "error") ? EXIT.failure : EXIT.ok;
}

function consentOptions(values: Invocation<typeof doctor>["values"]): ConsentOptions {
  return {
    fix: values.fix || values.repair,
    yes: values.yes,
    force: values.force,
    nonInteractive: values["non-interactive"],
    generateToken: values["generate-gateway-token"],
  };
}

/** What the options allow, and what the person in front of the terminal does as long as somebody is there. */
class Consent {
  readonly #options: ConsentOptions;
  readonly #output: Output;
  /** Root repairs nothing where its files would be in somebody else's way. */
  readonly #mayChange: boolean;
  #isSomebodyThere = true;

  constructor(options: ConsentOptions, output: Output, mayChange: boolean) {
    this.#options = options;
    this.#output = output;
    this.#mayChange = mayChange;
  }

  async give(finding: Finding, repair: Repair): Promise<boolean> {
    if (!this.#mayChange) return false;
    switch (consentFor(finding, repair, this.#options)) {
      case "allowed":
        return true;
      case "forbidden":
        return false;
      case "ask":
        return this.#isSomebodyThere && this.#ask(finding, repair);
    }
  }

  async #ask({ message }: Finding, { describe }: Repair): Promise<boolean> {
    const answer = await ask(
      this.#output,
      `${sentence(this.#output.spell(message))}.\n${sentence(this.#output.spell(describe))}?`,
      true,
    );
    this.#isSomebodyThere = answer !== undefined;
    return answer ?? false;
  }
}

/** The gateway that `gateway health` would ask, and with the same secret. */
async function findContact(profile: ProfileContext): Promise<GatewayContact> {
  const target = await resolveTarget({}, profile);
  const { url, port, source } = target;
  return {
    url,
    port,
    isLocal: source !== "gateway.remote.url",
    ask: (timeoutMs) => probeGateway(connectOptions(target, timeoutMs, "clawdbot-probe")),
  };
}

/** The configuration of somebody who has none, as the quick way through onboarding makes it, without a question and without a service. */
import { CodedError } from "../../../shared/errors.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { newToken } from "../new-token.ts";
import { planOnboarding } from "./plan.ts";
import { bareSituation } from "./situation.ts";
import { writePlan } from "./write.ts";

/** Writes the first configuration. False when there is a file already, which is left alone. Fails with `STATE_UNWRITABLE`. */
export async function writeFirstConfig(context: ProfileContext, nowMs: number): Promise<boolean> {
  const situation = bareSituation(context);
  if (situation.reading.state !== "missing") return false;
  const plan = planOnboarding({ flow: "quickstart", service: "skip" }, situation, { newToken, nowMs });
  try {
    return (await writePlan(plan, context, nowMs)).config;
  } catch (error) {
    // Another start was faster by a moment.
    if (error instanceof CodedError && error.code === "EDIT_ABANDONED") return false;
    throw error;
  }
}

/** Tries the keys that onboarding was given, and says what came back. A key that does not work ends nothing: the rest is set up. */
import { advice, ours } from "../../../shared/remedy.ts";
import type { Plan } from "../../setup/onboarding/plan.ts";
import { PROVIDERS } from "../../setup/onboarding/providers.ts";
import type { Invocation } from "../invocation.ts";
import type { KeyTrial } from "./try-key.ts";
import { writtenConfig } from "./written-config.ts";

export type CheckedKey = { variable: string } & KeyTrial;

export async function checkKeys(
  { variables, mode }: Plan,
  { context, output }: Invocation,
): Promise<CheckedKey[]> {
  const given = Object.entries(variables);
  if (mode !== "local" || given.length === 0) return [];
  const config = writtenConfig(context);
  const { tryKey } = await import("./try-key.ts");
  const checked: CheckedKey[] = [];
  for (const [variable, secret] of given) {
    const trying = tryKey(variable, secret, { config, env: context.env });
    const label = PROVIDERS.find((each) => each.variable === variable)?.label ?? variable;
    const trial = await output.during(advice`Trying the key of ${label}`, trying);
    if (trial === undefined) continue;
    checked.push({ variable, ...trial });
    const { model } = trial;
    if (trial.kind === "good") output.tick(advice`the key of ${label} works: ${model} answered`);
    else if (trial.kind === "refused")
      output.note(
        advice`The key of ${label} does not work: ${trial.reason}. Give another one: ${ours`models auth add ${model.split("/")[0] ?? ""}`}`,
      );
    else
      output.note(
        advice`Whether the key of ${label} works is not known yet (${trial.reason}); the first message will tell.`,
      );
  }
  return checked;
}

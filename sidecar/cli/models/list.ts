/** `clawdbot models list`: the models for which there is a key, or which need none. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { modelsList } from "../definitions/models.ts";
import type { Invocation } from "../invocation.ts";
import { askGateway } from "./gateway.ts";

export async function run(invocation: Invocation<typeof modelsList>): Promise<number> {
  const { values, output } = invocation;
  const answer = await askGateway(invocation, "models.list", {});
  const models = answer.models.filter(
    ({ provider }) => values.provider === undefined || provider === values.provider,
  );
  output.document({ ...answer, models });
  if (output.json) return EXIT.ok;
  if (models.length === 0)
    output.say(
      advice`No model of ${values.provider ?? ""} can be chosen: ${ours`models auth list`} shows the keys.`,
    );
  const names = models.map(({ provider, id }) => neutralLine(`${provider}/${id}`));
  const width = Math.max(0, ...names.map((name) => name.length));
  for (const [index, { contextWindow, input, alias }] of models.entries()) {
    const window = contextWindow === undefined ? "" : `${Math.round(contextWindow / 1_000)}k`;
    const more = [
      input?.includes("image") ? "image" : "",
      alias === undefined ? "" : `(${neutralLine(alias)})`,
    ];
    output.repeat([(names[index] ?? "").padEnd(width), window.padStart(6), ...more].join("  ").trimEnd());
  }
  return EXIT.ok;
}

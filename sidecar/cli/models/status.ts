/** `clawdbot models status`: who answers, who else may, and with whose keys. Never a key or a part of one. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import type { MethodResult } from "../../../shared/protocol/index.ts";
import { advice, joined, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { KNOWN_PROVIDERS } from "../../assistant/models/catalogue/providers.ts";
import type { modelsStatus } from "../definitions/models.ts";
import type { Invocation } from "../invocation.ts";
import type { Output } from "../output.ts";
import { askGateway } from "./gateway.ts";

type Status = MethodResult<"models.status">;

export async function run(invocation: Invocation<typeof modelsStatus>): Promise<number> {
  const { output } = invocation;
  const status = await askGateway(invocation, "models.status", {});
  output.document(status);
  if (output.json) return EXIT.ok;
  const { model, fallbacks, configured, problem } = status;
  output.say(
    configured
      ? advice`Model: ${neutralLine(model)}`
      : advice`Model: ${neutralLine(model)} (chosen by the keys there are; another one: ${ours`models set <provider/name>`})`,
  );
  if (fallbacks.length > 0)
    output.say(
      advice`In its place, while it cannot answer: ${fallbacks.map((each) => neutralLine(each)).join(", ")}`,
    );
  if (problem !== undefined) output.say(advice`It cannot answer: ${neutralLine(problem)}`);
  printKeys(status, output);
  return problem === undefined ? EXIT.ok : EXIT.failure;
}

/** What `models auth list` shows as well. */
export function printKeys({ model, fallbacks, providers, cooling }: Status, output: Output): void {
  const answering = [model, ...fallbacks];
  // One that runs on this machine asks for no key either, and is known to everybody.
  const isMeant = (id: string) =>
    !KNOWN_PROVIDERS.includes(id) || answering.some((each) => each.startsWith(`${id}/`));
  const withKeys = providers.filter(
    ({ id, keys }) => keys.some(({ source }) => source !== "none") || (keys.length > 0 && isMeant(id)),
  );
  if (withKeys.length === 0)
    output.say(advice`There is no key of any provider: ${ours`models auth add <provider>`}`);
  for (const { id, keys } of withKeys) {
    output.say(
      advice`Keys of ${neutralLine(id)}: ${joined(
        keys.map((key) => keyText(key)),
        ", ",
      )}`,
    );
  }
  for (const { provider, name, source, model: ofModel, why, leftMs } of cooling) {
    const what = ofModel === undefined ? neutralLine(provider) : neutralLine(`${provider}/${ofModel}`);
    const seconds = Math.ceil(leftMs / 1_000);
    if (source === "none") {
      const reason = why === "auth" ? "it wants a key" : (WHY[why] ?? why);
      output.say(advice`Not used for ${seconds} s: ${what} (${whole(reason)})`);
      continue;
    }
    output.say(
      advice`Not used for ${seconds} s: the key ${neutralLine(name)} for ${what} (${whole(WHY[why] ?? why)})`,
    );
  }
}

const WHY: Readonly<Record<string, string>> = {
  auth: "it was refused",
  billing: "the account has no credit left",
  rate: "too many requests",
  overloaded: "the provider is overloaded",
};

function keyText({ name, source }: Status["providers"][number]["keys"][number]): Remedy {
  switch (source) {
    case "config":
      return whole("in the configuration");
    case "environment":
      return whole("in the environment");
    case "none":
      return whole("none needed");
    default:
      return neutralLine(name);
  }
}

/** `clawdbot models set <model>`: writes the choice into the configuration, by the reference that it means. */
import { EXIT } from "../../../shared/exit-codes.ts";
import type { ConfigReading } from "../../../shared/node/config-source.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice } from "../../../shared/remedy.ts";
import { referenceOf } from "../../assistant/models/model.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import { changeValue } from "../config/change.ts";
import type { modelsSet } from "../definitions/models.ts";
import type { Invocation } from "../invocation.ts";
import { namedModel } from "./named-model.ts";

const PATH = "agents.defaults.model";

export async function run(invocation: Invocation<typeof modelsSet>): Promise<number> {
  const { context, output } = invocation;
  const [named = ""] = invocation.arguments;
  let reference = named;
  await changeValue(
    invocation,
    PATH,
    (file) => advice`${reference} answers from now on (${file})`,
    (reading, preview) => {
      const config = reading.state === "valid" ? reading.config : {};
      const { facts, isUnknown } = namedModel(named, config, context.env);
      reference = referenceOf(facts);
      if (isUnknown)
        output.note(
          advice`${reference} is in no list here, so it is taken for a small one (${facts.contextWindow} tokens); models.providers.${facts.provider}.models says more of it`,
        );
      const keys = hasObject(reading) ? [...PATH.split("."), "primary"] : PATH.split(".");
      const edit: TextEdit = { kind: "set", keys, value: reference };
      return { edit, next: preview([edit]) };
    },
  );
  return EXIT.ok;
}

/** Beside the model stand those that may answer in its place: they stay. */
function hasObject(reading: ConfigReading): boolean {
  if (reading.state === "missing") return false;
  const { agents } = reading.parsed;
  const defaults = isRecord(agents) ? agents.defaults : undefined;
  return isRecord(defaults) && isRecord(defaults.model);
}

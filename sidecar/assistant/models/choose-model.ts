/** Which model answers in a session. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { SetupError } from "../../../shared/errors.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { SessionFields } from "../../base/store/session-store.ts";
import { ECHO } from "./echo.ts";
import type { Model } from "./model.ts";

/** Every model of this release. */
export const MODELS: readonly Model[] = [ECHO];

/**
 * The session's own choice, else the configured one; where nobody chose, the echo. Fails with `MODEL_UNKNOWN` for a chosen one that this
 * release does not serve: what was meant for a model is answered by no other.
 */
export function chooseModel(config: GatewayConfig, fields: SessionFields): Model {
  const reference = overrideIn(fields) ?? configured(config);
  if (reference === undefined) return ECHO;
  const model = MODELS.find(({ provider, id }) => `${provider}/${id}` === reference);
  if (model !== undefined) return model;
  throw new SetupError(
    "MODEL_UNKNOWN",
    advice`The model ${reference} cannot be used: this release serves local/echo only.`,
    {
      fix: advice`choose that one: ${ours`config set agents.defaults.model local/echo`}, or leave it out: ${ours`config unset agents.defaults.model`}`,
      details: { model: reference },
    },
  );
}

/** Whether what is configured answers: `echo` where nothing is, `refused` where this release does not serve it. */
export function modelInForce(config: GatewayConfig): "served" | "echo" | "refused" {
  const reference = configured(config);
  if (reference === undefined) return "echo";
  return MODELS.some(({ provider, id }) => `${provider}/${id}` === reference) ? "served" : "refused";
}

function configured({ agents }: GatewayConfig): string | undefined {
  const model = agents?.defaults?.model;
  return typeof model === "string" ? model : model?.primary;
}

function overrideIn({ providerOverride, modelOverride }: SessionFields): string | undefined {
  return typeof providerOverride === "string" && typeof modelOverride === "string"
    ? `${providerOverride}/${modelOverride}`
    : undefined;
}

/** Which model is to answer in a session, and who else may. */
import { agentEntry } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { SetupError } from "../../../shared/errors.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { SessionFields } from "../../base/store/session-store.ts";
import {
  defaultModelOf,
  KNOWN_PROVIDERS,
  providerNames,
  providerOf,
  variable,
} from "./catalogue/providers.ts";
import { ECHO } from "./echo.ts";
import { referenceOf } from "./model.ts";

/** By reference, alias or bare name, as it was said. */
export interface Choice {
  /** Undefined where nobody chose one. */
  primary: string | undefined;
  /** Asked in its place while it cannot answer. */
  fallbacks: readonly string[];
  /** A person chose it for the session: it answers, or nobody does. */
  isStrict: boolean;
}

/**
 * The session's own choice, else the agent's, else that of all agents. A session's choice is strict, unless its field `modelFallback` is
 * true.
 */
export function choiceOf(config: GatewayConfig, fields: SessionFields, agentId?: string): Choice {
  const general = spoken(config.agents?.defaults?.model);
  const chosen = overrideIn(fields);
  if (chosen !== undefined) {
    const isStrict = fields.modelFallback !== true;
    return { primary: chosen, fallbacks: isStrict ? [] : general.fallbacks, isStrict };
  }
  const own = spoken(agentModelIn(config, agentId));
  if (own.primary === undefined)
    return { primary: general.primary, fallbacks: general.fallbacks, isStrict: false };
  return {
    primary: own.primary,
    fallbacks: own.hasFallbacks ? own.fallbacks : general.fallbacks,
    isStrict: false,
  };
}

/** Who is asked where the chosen model takes no images; in order, and nobody where nothing is configured. */
export function imageModelsOf({ agents }: GatewayConfig): string[] {
  const { primary, fallbacks } = spoken(agents?.defaults?.imageModel);
  return primary === undefined ? [] : [primary, ...fallbacks];
}

/**
 * What a start can say of the model that answers: the one that is `chosen`, by the configuration or because its provider's key is in the
 * environment or among those `stored`; `echo` where there is neither; `unknown` where nothing is known of the chosen one's
 * provider, `keyless` where that needs a key and has none.
 */
export function modelInForce(
  config: GatewayConfig,
  env: Environment,
  stored: readonly string[] = [],
): { kind: "chosen" | "echo" | "unknown" | "keyless"; model: string } {
  const { primary } = choiceOf(config, {});
  if (primary === undefined) {
    const model = KNOWN_PROVIDERS.filter((id) => stored.includes(id) || hasKeyAtHand(id, config, env))
      .map(defaultModelOf)
      .find((each) => each !== undefined);
    return model === undefined ? { kind: "echo", model: referenceOf(ECHO) } : { kind: "chosen", model };
  }
  const [provider = ""] = primary.split("/");
  const isKnown =
    !primary.includes("/") || provider === ECHO.provider || providerNames(config).includes(provider);
  if (!isKnown) return { kind: "unknown", model: primary };
  // A name of its own in the configuration may be anybody's.
  const isOpen =
    !primary.includes("/") ||
    provider === ECHO.provider ||
    stored.includes(provider) ||
    isUsable(provider, config, env);
  return { kind: isOpen ? "chosen" : "keyless", model: primary };
}

/** Whether the provider needs no key, or has one at hand. */
function isUsable(id: string, config: GatewayConfig, env: Environment): boolean {
  return providerIn(id, config, env)?.needsKey === false || hasKeyAtHand(id, config, env);
}

function hasKeyAtHand(id: string, config: GatewayConfig, env: Environment): boolean {
  const { apiKey, keyNames = [] } = providerIn(id, config, env) ?? {};
  return apiKey !== undefined || keyNames.some((name) => variable(name, config, env) !== undefined);
}

function providerIn(id: string, config: GatewayConfig, env: Environment) {
  try {
    return providerOf(id, config, env);
  } catch (error) {
    if (error instanceof SetupError) return undefined; // Whoever chooses one of its models is told.
    throw error;
  }
}

function spoken(model: unknown): {
  primary: string | undefined;
  fallbacks: readonly string[];
  hasFallbacks: boolean;
} {
  if (typeof model === "string") return { primary: model, fallbacks: [], hasFallbacks: false };
  if (!isRecord(model)) return { primary: undefined, fallbacks: [], hasFallbacks: false };
  const { primary, fallbacks } = model;
  return {
    primary: typeof primary === "string" ? primary : undefined,
    fallbacks: Array.isArray(fallbacks) ? fallbacks.filter((each) => typeof each === "string") : [],
    hasFallbacks: Array.isArray(fallbacks),
  };
}

function agentModelIn(config: GatewayConfig, agentId: string | undefined): unknown {
  return agentId === undefined ? undefined : agentEntry(config, agentId)?.model;
}

function overrideIn({ providerOverride, modelOverride }: SessionFields): string | undefined {
  return typeof providerOverride === "string" && typeof modelOverride === "string"
    ? `${providerOverride}/${modelOverride}`
    : undefined;
}

/**
 * What is known of models: a table that ages, what providers tell when they are asked, and above both the configuration, because a person
 * who writes a number down means it.
 */
import type { ConfiguredModel, GatewayConfig } from "../../../../shared/config/schema.ts";
import { quoted, RequestError, SetupError } from "../../../../shared/errors.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { advice, ours } from "../../../../shared/remedy.ts";
import { ECHO } from "../echo.ts";
import { type ModelFacts, type Prices, referenceOf } from "../model.ts";
import builtIn from "./built-in.json" with { type: "json" };
import { apiOf, configuredModels, type Provider, providerNames, providerOf } from "./providers.ts";

/** A model as tables and providers describe it; what is missing is not known. */
export interface Described {
  id: string;
  name?: string | undefined;
  api?: string | undefined;
  contextWindow?: number | undefined;
  /** Tokens of one answer. */
  maxTokens?: number | undefined;
  reasoning?: boolean | undefined;
  input?: readonly string[] | undefined;
  cost?: Partial<Prices> | undefined;
}

/** What the providers told, by their id. */
export type Discovered = ReadonlyMap<string, readonly Described[]>;

export interface CatalogueEntry {
  facts: ModelFacts;
  provider: Provider | undefined;
  /** Nobody described it: it is taken for a small one. */
  isUnknown: boolean;
}

/** Of a model that nobody described: it may be small, and a window that is too large is an error in the middle of a conversation. */
export const UNKNOWN_WINDOW = 32_000;
const UNKNOWN_OUTPUT = 8_192;
/** A local model keeps its window in memory: no more is asked for unless the configuration says so. */
const LOCAL_WINDOW = 32_768;
const FREE: Prices = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

const TABLE: Readonly<Record<string, { models: readonly Described[] }>> = builtIn.providers;

export class Catalogue {
  readonly #config: GatewayConfig;
  readonly #env: Environment;
  readonly #discovered: Discovered;

  constructor(config: GatewayConfig, env: Environment, discovered: Discovered) {
    this.#config = config;
    this.#env = env;
    this.#discovered = discovered;
  }

  /**
   * The model that a person or the configuration names: `provider/id`, an alias, or an id that only one provider has. Fails with
   * `MODEL_UNKNOWN`, `MODEL_NOT_ALLOWED` and `MODEL_PROVIDER_INVALID`.
   */
  find(named: string): CatalogueEntry {
    const reference = this.#referenceOf(named.trim());
    this.#refuseOthers(reference);
    if (reference === referenceOf(ECHO)) return { facts: ECHO, provider: undefined, isUnknown: false };
    const slash = reference.indexOf("/");
    const provider = slash < 1 ? undefined : providerOf(reference.slice(0, slash), this.#config, this.#env);
    const id = reference.slice(slash + 1);
    if (provider === undefined || id === "") throw this.#unknown(named);
    const described = this.#describedBy(provider.id).find((each) => each.id === id);
    return this.#entry(provider, described ?? { id }, described === undefined);
  }

  /** Whether anything is known of the model, by its reference. */
  isDescribed(reference: string): boolean {
    const slash = reference.indexOf("/");
    const id = reference.slice(slash + 1);
    return slash > 0 && this.#describedBy(reference.slice(0, slash)).some((each) => each.id === id);
  }

  /** Every model that was described, by provider and in the order of the tables. Providers that cannot be used are left out. */
  all(): CatalogueEntry[] {
    return providerNames(this.#config).flatMap((name) => {
      const provider = this.#usable(name);
      if (provider === undefined) return [];
      return this.#describedBy(name)
        .map((described) => this.#entry(provider, described, false))
        .filter(({ facts }) => this.#isAllowed(referenceOf(facts)));
    });
  }

  aliasOf(reference: string): string | undefined {
    return this.#allowed()[reference]?.alias;
  }

  #allowed() {
    return this.#config.agents?.defaults?.models ?? {};
  }

  #isAllowed(reference: string): boolean {
    const allowed = Object.keys(this.#allowed());
    return allowed.length === 0 || allowed.includes(reference) || this.#configured().includes(reference);
  }

  /** What the configuration itself chose is allowed. */
  #configured(): string[] {
    const model = this.#config.agents?.defaults?.model;
    if (model === undefined || typeof model === "string") return model === undefined ? [] : [model];
    return [...(model.primary === undefined ? [] : [model.primary]), ...(model.fallbacks ?? [])];
  }

  #refuseOthers(reference: string): void {
    if (this.#isAllowed(reference)) return;
    const names = Object.keys(this.#allowed()).slice(0, MOST_NAMES).join(", ");
    throw new RequestError(
      "MODEL_NOT_ALLOWED",
      advice`The model ${quoted(reference)} may not be chosen; agents.defaults.models allows: ${names}`,
      { details: { model: reference } },
    );
  }

  #referenceOf(named: string): string {
    const byAlias = Object.entries(this.#allowed()).find(
      ([, told]) => told?.alias?.toLowerCase() === named.toLowerCase(),
    );
    if (byAlias !== undefined) return byAlias[0];
    const [before = ""] = named.split("/");
    if (named.includes("/") && (before === ECHO.provider || providerNames(this.#config).includes(before)))
      return named;
    const found = this.all().filter(({ facts }) => facts.id === named);
    return found.length === 1 && found[0] !== undefined ? referenceOf(found[0].facts) : named;
  }

  #unknown(named: string): SetupError {
    const names = providerNames(this.#config).join(", ");
    return new SetupError(
      "MODEL_UNKNOWN",
      advice`There is no model ${quoted(named)}: a model is named provider/name, and the providers are ${names}.`,
      {
        fix: advice`choose one of ${ours`models list`}: ${ours`models set <provider/name>`}`,
        details: { model: named },
      },
    );
  }

  #usable(name: string): Provider | undefined {
    try {
      return providerOf(name, this.#config, this.#env);
    } catch (error) {
      // It is said to whoever chooses one of its models.
      if (error instanceof SetupError) return undefined;
      throw error;
    }
  }

  /** The table, what the provider told, what the configuration says: the later one counts, each for what it says. */
  #describedBy(provider: string): Described[] {
    const replaces = this.#config.models?.mode === "replace";
    const own = configuredModels(provider, this.#config);
    const table = replaces || !Object.hasOwn(TABLE, provider) ? [] : (TABLE[provider]?.models ?? []);
    const told = replaces ? [] : (this.#discovered.get(provider) ?? []);
    const byId = new Map<string, Described>();
    for (const each of [...table, ...told, ...own.map(asDescribed)]) {
      byId.set(each.id, { ...byId.get(each.id), ...whatIsSaid(each) });
    }
    return [...byId.values()];
  }

  #entry(provider: Provider, described: Described, isUnknown: boolean): CatalogueEntry {
    const { id, name, cost } = described;
    const isOwn = configuredModels(provider.id, this.#config).some(
      (each) => each.id === id && each.contextWindow,
    );
    const largest =
      provider.isLocal && !isOwn && !id.endsWith("cloud") ? LOCAL_WINDOW : Number.POSITIVE_INFINITY;
    const cap = this.#config.agents?.defaults?.contextTokens ?? Number.POSITIVE_INFINITY;
    const told = described.contextWindow ?? (provider.isLocal ? LOCAL_WINDOW : UNKNOWN_WINDOW);
    const contextWindow = Math.min(told, largest, cap);
    const facts: ModelFacts = {
      provider: provider.id,
      id,
      name: name ?? id,
      api: described.api === undefined ? provider.api : apiOf(provider.id, described.api),
      contextWindow,
      maxOutputTokens: Math.min(described.maxTokens ?? UNKNOWN_OUTPUT, contextWindow),
      reasoning: described.reasoning ?? false,
      input: described.input?.includes("image") ? ["text", "image"] : ["text"],
      prices: pricesOf(cost) ?? (provider.isLocal && !id.endsWith("cloud") ? FREE : undefined),
    };
    return { facts, provider, isUnknown };
  }
}

const MOST_NAMES = 20;

function asDescribed({
  id,
  name,
  api,
  reasoning,
  input,
  contextWindow,
  maxTokens,
  cost,
}: ConfiguredModel): Described {
  return { id, name, api, reasoning, input, contextWindow, maxTokens, cost: cost && withoutGaps(cost) };
}

function whatIsSaid(described: Described): Described {
  const said = Object.entries(described).filter(([, value]) => value !== undefined);
  return { id: described.id, ...Object.fromEntries(said) };
}

function withoutGaps({
  input,
  output,
  cacheRead,
  cacheWrite,
}: NonNullable<ConfiguredModel["cost"]>): Partial<Prices> {
  return Object.fromEntries(
    Object.entries({ input, output, cacheRead, cacheWrite }).filter(([, value]) => value !== undefined),
  );
}

/** What is said of one price and not of another is free; a cache of which nothing is said costs as the input does. */
function pricesOf(cost: Partial<Prices> | undefined): Prices | undefined {
  if (cost === undefined || Object.keys(cost).length === 0) return undefined;
  const { input = 0, output = 0, cacheRead = input, cacheWrite = input } = cost;
  return { input, output, cacheRead, cacheWrite };
}

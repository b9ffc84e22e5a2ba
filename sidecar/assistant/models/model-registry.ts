/** Everything that answers here: which models there are, with whose keys they are reached, and who answers in a session. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { CodedError, errorText, SetupError } from "../../../shared/errors.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { advice, joined, ours } from "../../../shared/remedy.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { Credential, CredentialStore, StoredCredential } from "../../base/store/credential-store.ts";
import type { SessionFields } from "../../base/store/session-store.ts";
import type { AnswerPart, SpendGate } from "../turns/mind.ts";
import { answer, type Candidate } from "./answer.ts";
import { Catalogue, type CatalogueEntry } from "./catalogue/catalogue.ts";
import { Discovery } from "./catalogue/discovery.ts";
import {
  defaultModelOf,
  KNOWN_PROVIDERS,
  type Provider,
  providerNames,
  providerOf,
} from "./catalogue/providers.ts";
import { choiceOf, imageModelsOf } from "./choose-model.ts";
import { Cooldowns, type KeyName } from "./credentials/cooldowns.ts";
import { type Key, keysOf, NO_PROFILE } from "./credentials/keys.ts";
import { ECHO } from "./echo.ts";
import { type Model, type ModelFacts, type ModelRequest, referenceOf } from "./model.ts";
import { LOCAL_SILENCE_LIMITS, SILENCE_LIMITS, type SilenceLimits } from "./providers/api.ts";
import { type KnownLevels, openModel } from "./providers/open-model.ts";

export interface RegistryPlace {
  config: () => GatewayConfig;
  env: Environment;
  stateDir: string;
  clock: Clock;
  log: Pick<Logger, "info" | "warn">;
  credentials: CredentialStore;
  /** For every provider; without them 90 and 60 s, and five minutes for a local one. */
  limits?: SilenceLimits;
}

/** A model in a list. */
export interface ListedModel {
  facts: ModelFacts;
  alias: string | undefined;
}

/** Who answers where nobody chose for the session, and with what. Holds no secret and no part of one. */
export interface ModelStatus {
  /** By reference. */
  model: string;
  fallbacks: string[];
  /** Whether the configuration names it; else it follows from the keys there are. */
  isConfigured: boolean;
  /** Why it cannot answer. */
  problem: Error | undefined;
  providers: { id: string; api: string; keys: Pick<Key, "profile" | "source" | "kind">[] }[];
  cooling: {
    provider: string;
    profile: string;
    source: Key["source"];
    model: string | undefined;
    kind: string;
    leftMs: number;
  }[];
}

export class ModelRegistry {
  readonly #place: RegistryPlace;
  readonly #store: CredentialStore;
  readonly #discovery: Discovery;
  readonly #cooldowns: Cooldowns;
  readonly #levels: KnownLevels = new Map();

  constructor(place: RegistryPlace) {
    this.#place = place;
    this.#store = place.credentials;
    this.#discovery = new Discovery(place);
    this.#cooldowns = new Cooldowns(place.clock, (key, cooling) => {
      this.#store
        .setState(key.provider, key.profile, { cooling }, place.clock.now())
        .catch((error: unknown) => {
          place.log.warn(
            { provider: key.provider, reason: errorText(error) },
            "how long a key is not used could not be kept",
          );
        });
    });
  }

  /**
   * Who may answer in the session, in order; a choice of the session itself stands alone. Fails with `MODEL_UNKNOWN`,
   * `MODEL_NOT_ALLOWED` and `MODEL_PROVIDER_INVALID` for the first one; of the others those that cannot be used are left out.
   */
  async candidates(fields: SessionFields, agentId?: string): Promise<[Candidate, ...Candidate[]]> {
    const config = this.#place.config();
    const { primary, fallbacks } = choiceOf(config, fields, agentId);
    const stored = await this.#stored();
    const first = primary ?? this.#byKeys(config, stored);
    await this.#learnOf([first, ...fallbacks]);
    const catalogue = this.#catalogue(config);
    const pinned = typeof fields.authProfileOverride === "string" ? fields.authProfileOverride : undefined;
    const head = this.#candidate(catalogue.find(first), stored, pinned);
    const rest = this.#usable(fallbacks, stored);
    const seen = new Set([referenceOf(head.facts)]);
    const others = rest.filter(({ facts }) => !seen.has(referenceOf(facts)) && seen.add(referenceOf(facts)));
    return [head, ...others];
  }

  /**
   * For what is small: of the models that the configuration names, and the one that answers in the session, the cheapest that could be
   * asked. The echo is none.
   */
  async cheapest(fields: SessionFields, agentId?: string): Promise<Candidate | undefined> {
    const config = this.#place.config();
    const stored = await this.#stored();
    const { primary, fallbacks } = choiceOf(config, fields, agentId);
    const named = [primary ?? this.#byKeys(config, stored), ...fallbacks, ...namedModels(config)];
    const catalogue = this.#catalogue(config);
    const usable = [...new Set(named)].flatMap((each) => {
      try {
        const found = this.#candidate(catalogue.find(each), stored);
        return found.problem === undefined && found.facts !== ECHO ? [found] : [];
      } catch (error) {
        if (error instanceof CodedError) return []; // Whoever chooses it is told why.
        throw error;
      }
    });
    return usable.toSorted((one, other) => smallCost(one.facts) - smallCost(other.facts))[0];
  }

  /** The answer of the first candidate that can, see `answer`. */
  answer(
    candidates: readonly Candidate[],
    request: ModelRequest,
    gate: SpendGate,
  ): AsyncGenerator<AnswerPart> {
    const { clock } = this.#place;
    return answer(candidates, request, { clock, cooldowns: this.#cooldowns, gate });
  }

  /**
   * Who may answer a turn with pictures: the candidates themselves where the first of them takes images, else those of
   * `agents.defaults.imageModel` that do and have a key, with the others behind them.
   */
  async seeing(candidates: [Candidate, ...Candidate[]]): Promise<[Candidate, ...Candidate[]]> {
    const named = imageModelsOf(this.#place.config());
    if (takesImages(candidates[0]) || named.length === 0) return candidates;
    const stored = await this.#stored();
    await this.#learnOf(named);
    const usable = this.#usable(named, stored).filter((each) => takesImages(each) && each.keys.length > 0);
    const [first, ...others] = usable;
    return first === undefined ? candidates : [first, ...others, ...candidates];
  }

  /**
   * Who may be asked of a picture beside a conversation: the one that is `named`, else those of `agents.defaults.imageModel`, as far as
   * they take images and have a key. Fails as `candidates` does for a named one.
   */
  async lookers(named?: string): Promise<Candidate[]> {
    const asked = named === undefined ? imageModelsOf(this.#place.config()) : [named];
    await this.#learnOf(asked);
    const stored = await this.#stored();
    const known =
      named === undefined
        ? this.#usable(asked, stored)
        : [this.#candidate(this.#catalogue(this.#place.config()).find(named), stored)];
    return known.filter((each) => takesImages(each) && each.keys.length > 0);
  }

  /** The candidate as a model, asked by its first key. */
  modelOf({ facts, keys, open }: Candidate): Model {
    return { ...facts, stream: (request) => open(keys[0] ?? NO_KEY).stream(request) };
  }

  /** What is known of who answers where nobody chose for the session, without asking anybody; undefined where that cannot be used. */
  async defaultFacts(): Promise<ModelFacts | undefined> {
    const config = this.#place.config();
    try {
      const named = choiceOf(config, {}).primary ?? this.#byKeys(config, await this.#stored());
      return this.#catalogue(config).find(named).facts;
    } catch (error) {
      if (error instanceof CodedError) return undefined; // Whoever writes is told why.
      throw error;
    }
  }

  /** What is known of the model that a person names. Fails as `candidates` does. */
  async describe(named: string): Promise<CatalogueEntry> {
    await this.#learnOf([named]);
    return this.#catalogue(this.#place.config()).find(named);
  }

  /** As `list`, without asking providers for news. */
  async known(): Promise<ListedModel[]> {
    const config = this.#place.config();
    const stored = await this.#stored();
    return this.#listed(providerNames(config).filter((id) => this.#keys(id, config, stored).length > 0));
  }

  /** The names of the keys of each provider. */
  async profiles(): Promise<ReadonlyMap<string, readonly string[]>> {
    const config = this.#place.config();
    const stored = await this.#stored();
    return new Map(
      providerNames(config).map((id) => [id, this.#keys(id, config, stored).map(({ profile }) => profile)]),
    );
  }

  /** What kind of key that is; undefined where none is needed. */
  async kindOf(key: KeyName | undefined): Promise<Key["kind"]> {
    if (key === undefined) return undefined;
    const keys = this.#keys(key.provider, this.#place.config(), await this.#stored());
    return keys.find(({ profile }) => profile === key.profile)?.kind;
  }

  /** Models that can be chosen because there is a key for them, or none is needed; the echo where there is no other. */
  async list(): Promise<ListedModel[]> {
    const config = this.#place.config();
    const stored = await this.#stored();
    const usable = providerNames(config).filter((id) => this.#keys(id, config, stored).length > 0);
    await Promise.all(usable.map((id) => this.#discovery.refresh(id)));
    return this.#listed(usable);
  }

  /** Those that can be asked; of the others the log tells. */
  #usable(named: readonly string[], stored: readonly StoredCredential[]): Candidate[] {
    const catalogue = this.#catalogue(this.#place.config());
    return named.flatMap((each) => {
      try {
        return [this.#candidate(catalogue.find(each), stored)];
      } catch (error) {
        this.#place.log.warn({ model: each, reason: errorText(error) }, "a fallback cannot be used");
        return [];
      }
    });
  }

  #listed(usable: readonly string[]): ListedModel[] {
    const config = this.#place.config();
    const catalogue = this.#catalogue(config);
    const described = catalogue
      .all()
      .filter(
        ({ provider }) =>
          provider !== undefined && usable.includes(provider.id) && this.#isThere(provider, config),
      )
      .map(({ facts }) => facts);
    const named = this.#named(catalogue, config)
      .filter(({ provider }) => provider !== undefined && usable.includes(provider.id))
      .map(({ facts }) => facts);
    const found = [
      ...new Map([...described, ...named].map((facts) => [referenceOf(facts), facts])).values(),
    ].map((facts) => ({ facts, alias: catalogue.aliasOf(referenceOf(facts)) }));
    const all = found.length === 0 ? [{ facts: ECHO, alias: undefined }] : found;
    return all.sort((a, b) =>
      a.facts.provider < b.facts.provider ? -1 : a.facts.provider > b.facts.provider ? 1 : 0,
    );
  }

  /** What the configuration has answer, though nobody described it. */
  #named(catalogue: Catalogue, config: GatewayConfig): CatalogueEntry[] {
    const { primary, fallbacks } = choiceOf(config, {});
    return [...(primary === undefined ? [] : [primary]), ...fallbacks].flatMap((each) => {
      try {
        const entry = catalogue.find(each);
        return entry.isUnknown ? [entry] : [];
      } catch (error) {
        if (error instanceof CodedError) return []; // Whoever asks it is told why.
        throw error;
      }
    });
  }

  async status(): Promise<ModelStatus> {
    const config = this.#place.config();
    const stored = await this.#stored();
    const { primary, fallbacks } = choiceOf(config, {});
    const model = primary ?? this.#byKeys(config, stored);
    const keys = new Map(providerNames(config).map((id) => [id, this.#keys(id, config, stored)]));
    const sourceOf = ({ provider, profile }: KeyName) =>
      keys.get(provider)?.find((each) => each.profile === profile)?.source;
    return {
      model,
      fallbacks: [...fallbacks],
      isConfigured: primary !== undefined,
      problem: await this.candidates({}).then(
        ([{ problem }]) => problem,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      ),
      providers: [...keys].flatMap(([id, own]) => {
        const api = this.#provider(id, config)?.api;
        return api === undefined
          ? []
          : [{ id, api, keys: own.map(({ profile, source, kind }) => ({ profile, source, kind })) }];
      }),
      cooling: this.#cooldowns.all().flatMap(({ key, model: ofModel, kind, leftMs }) => {
        const source = sourceOf(key);
        return source === undefined ? [] : [{ ...key, source, model: ofModel, kind, leftMs }];
      }),
    };
  }

  /** Keeps the key, in the place of the one of that name. Fails with `MODEL_UNKNOWN` for a provider that nobody knows. */
  async addKey(credential: Credential): Promise<void> {
    const config = this.#place.config();
    if (!providerNames(config).includes(credential.provider))
      throw unknownProvider(credential.provider, config);
    await this.#store.put(credential, this.#place.clock.now());
    this.#cooldowns.forget(credential);
  }

  /** False when there was no such key. */
  async removeKey(key: KeyName): Promise<boolean> {
    const isRemoved = await this.#store.remove(key.provider, key.profile);
    if (isRemoved) this.#cooldowns.forget(key);
    return isRemoved;
  }

  #catalogue(config: GatewayConfig): Catalogue {
    return new Catalogue(config, this.#place.env, this.#discovery.known);
  }

  /** Asks providers that know best themselves what they have; nobody waits for a list that would tell nothing new. */
  async #learnOf(named: readonly string[]): Promise<void> {
    const catalogue = this.#catalogue(this.#place.config());
    const unknown = named.filter((each) => !catalogue.isDescribed(each));
    const providers = new Set(unknown.map((each) => each.split("/")[0] ?? ""));
    await Promise.all([...providers].map((id) => this.#discovery.refresh(id)));
  }

  async #stored(): Promise<StoredCredential[]> {
    const stored = await this.#store.list();
    for (const { provider, profile, state } of stored) {
      if (state.cooling !== undefined) this.#cooldowns.restore({ provider, profile }, state.cooling);
    }
    return stored;
  }

  /** Where nobody chose: what the first provider with a key has, else the echo. */
  #byKeys(config: GatewayConfig, stored: readonly StoredCredential[]): string {
    const provider = KNOWN_PROVIDERS.find(
      (id) => defaultModelOf(id) !== undefined && this.#keys(id, config, stored).length > 0,
    );
    return (provider && defaultModelOf(provider)) ?? referenceOf(ECHO);
  }

  #provider(id: string, config: GatewayConfig): Provider | undefined {
    try {
      return providerOf(id, config, this.#place.env);
    } catch (error) {
      if (error instanceof SetupError) return undefined; // It is said to whoever chooses one of its models.
      throw error;
    }
  }

  #keys(id: string, config: GatewayConfig, stored: readonly StoredCredential[]): Key[] {
    const provider = this.#provider(id, config);
    return provider === undefined ? [] : keysOf(provider, config, this.#place.env, stored);
  }

  /** Of what runs on this machine only what was found there, and what the configuration names. */
  #isThere({ id, isLocal }: Provider, config: GatewayConfig): boolean {
    if (!isLocal) return true;
    return (
      (this.#discovery.known.get(id)?.length ?? 0) > 0 ||
      (config.models?.providers?.[id]?.models?.length ?? 0) > 0
    );
  }

  #candidate(
    { facts, provider }: CatalogueEntry,
    stored: readonly StoredCredential[],
    pinned?: string,
  ): Candidate {
    if (provider === undefined) return { facts, keys: [NO_KEY], open: () => ECHO };
    const { clock, limits, env } = this.#place;
    const config = this.#place.config();
    const all = keysOf(provider, config, env, stored);
    const meant = all.filter(({ profile }) => profile === pinned);
    const keys = meant.length > 0 ? meant : all;
    const silence = limits ?? (provider.isLocal ? LOCAL_SILENCE_LIMITS : SILENCE_LIMITS);
    return {
      facts,
      keys,
      ...(keys.length > 0 ? {} : { problem: withoutKey(facts, provider) }),
      open: (name) => {
        const key = keys.find((each) => each === name) ?? keys[0];
        if (key === undefined) throw withoutKey(facts, provider);
        return openModel(facts, key.access, { clock, limits: silence, levels: this.#levels });
      },
    };
  }
}

/** By reference, wherever the configuration names them. */
function namedModels({ agents, models }: GatewayConfig): string[] {
  const providers = Object.entries(models?.providers ?? {});
  return [
    ...Object.keys(agents?.defaults?.models ?? {}),
    ...providers.flatMap(([id, { models: own = [] }]) => own.map((each) => `${id}/${each.id}`)),
  ];
}

/** Of a question that is short and an answer that is shorter, to compare; one whose price nobody knows is the last. */
function smallCost({ prices }: ModelFacts): number {
  return prices === undefined ? Number.MAX_VALUE : 20 * prices.input + prices.output;
}

function takesImages({ facts }: Candidate): boolean {
  return facts.input.includes("image");
}

const NO_KEY: KeyName = { provider: ECHO.provider, profile: NO_PROFILE };

function withoutKey(facts: ModelFacts, { id, keyNames }: Provider): SetupError {
  const variables = joined([...keyNames], " or ");
  return new SetupError(
    "MODEL_KEY_MISSING",
    advice`The model ${referenceOf(facts)} cannot answer: there is no key for ${id}. Give it one: ${ours`models auth add ${id}`}, or set ${variables}.`,
    { fix: ours`models auth add ${id}`, details: { model: referenceOf(facts), provider: id } },
  );
}

function unknownProvider(id: string, config: GatewayConfig): SetupError {
  return new SetupError(
    "MODEL_UNKNOWN",
    advice`Nothing is known of a model provider "${id}"; these are: ${providerNames(config).join(", ")}`,
    {
      fix: advice`tell where it is first: ${ours`config set models.providers.${id}.baseUrl <address>`}`,
      details: { provider: id },
    },
  );
}

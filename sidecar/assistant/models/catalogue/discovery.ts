/**
 * What providers tell of their models themselves: Ollama, which alone knows what is installed, and OpenRouter, whose list is too long for
 * a table. They are asked when somebody wants to know, never at the start, and not often; who does not answer changes nothing.
 */
import { join } from "node:path";
import type { Clock } from "../../../../shared/clock.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { errorText } from "../../../../shared/errors.ts";
import { readJsonObject } from "../../../../shared/node/json-object.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { writePrivateFile } from "../../../../shared/node/private-file.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import type { Logger } from "../../../base/log/logger.ts";
import type { Described, Discovered } from "./catalogue.ts";
import { type Provider, providerOf } from "./providers.ts";

export interface DiscoveryPlace {
  config: () => GatewayConfig;
  env: Environment;
  stateDir: string;
  clock: Clock;
  log: Pick<Logger, "info" | "warn">;
}

const ANSWER_WITHIN_MS = 3_000;
const OLLAMA_AGE_MS = 10 * 60_000;
const OPENROUTER_AGE_MS = 24 * 60 * 60_000;
/** Installed models that are asked for one by one. */
const MOST_SHOWN = 50;
const MOST_BYTES = 8 * 1024 * 1024;

interface Found {
  models: readonly Described[];
  /** Of the monotonic clock. */
  atMs: number;
}

export class Discovery {
  readonly #place: DiscoveryPlace;
  readonly #found = new Map<string, Found>();
  readonly #asking = new Map<string, Promise<void>>();

  constructor(place: DiscoveryPlace) {
    this.#place = place;
  }

  /** What is known now. */
  get known(): Discovered {
    return new Map([...this.#found].map(([id, { models }]) => [id, models]));
  }

  /** Asks the provider unless it was asked lately; resolves when it has answered or will not. */
  async refresh(id: string): Promise<void> {
    const ask = ASK[id];
    if (ask === undefined) return;
    const known = this.#found.get(id);
    const now = this.#place.clock.monotonicMs();
    if (known !== undefined && now - known.atMs < (id === "ollama" ? OLLAMA_AGE_MS : OPENROUTER_AGE_MS))
      return;
    let asking = this.#asking.get(id);
    if (asking === undefined) {
      asking = this.#ask(id, ask).finally(() => this.#asking.delete(id));
      this.#asking.set(id, asking);
    }
    await asking;
  }

  async #ask(
    id: string,
    ask: (provider: Provider, place: DiscoveryPlace) => Promise<Described[]>,
  ): Promise<void> {
    const { config, env, clock, log } = this.#place;
    try {
      const provider = providerOf(id, config(), env);
      if (provider === undefined) return;
      this.#found.set(id, { models: await ask(provider, this.#place), atMs: clock.monotonicMs() });
    } catch (error) {
      // What was known stays; it is asked again when somebody wants to know, but not at once.
      const models = this.#found.get(id)?.models ?? [];
      this.#found.set(id, { models, atMs: clock.monotonicMs() - OLLAMA_AGE_MS + FAILED_AGE_MS });
      log.info({ provider: id, reason: errorText(error) }, "a provider does not tell of its models");
    }
  }
}

const FAILED_AGE_MS = 30_000;

const ASK: Readonly<Record<string, (provider: Provider, place: DiscoveryPlace) => Promise<Described[]>>> = {
  ollama: askOllama,
  openrouter: askOpenRouter,
};

/** `/api/tags` lists what is installed, `/api/show` tells what one can do. */
async function askOllama({ baseUrl, headers }: Provider): Promise<Described[]> {
  const tags = await json(`${baseUrl}/api/tags`, { headers });
  const names = listIn(tags, "models").flatMap(({ name }) => (typeof name === "string" ? [name] : []));
  return Promise.all(
    names.slice(0, MOST_SHOWN).map(async (id) => {
      const body = JSON.stringify({ model: id });
      const shown = await json(`${baseUrl}/api/show`, { method: "POST", headers, body }).catch(() => ({}));
      return describedByOllama(id, shown);
    }),
  );
}

function describedByOllama(id: string, shown: unknown): Described {
  const info = isRecord(shown) && isRecord(shown.model_info) ? shown.model_info : {};
  const length = Object.entries(info).find(([name]) => name.endsWith(".context_length"))?.[1];
  const can = isRecord(shown) && Array.isArray(shown.capabilities) ? shown.capabilities : [];
  // Installed under a bare name, it is asked for by it.
  return {
    id: id.replace(/:latest$/, ""),
    name: id,
    contextWindow: typeof length === "number" ? length : undefined,
    reasoning: can.includes("thinking"),
    input: can.includes("vision") ? ["text", "image"] : ["text"],
  };
}

async function askOpenRouter({ baseUrl, headers }: Provider, place: DiscoveryPlace): Promise<Described[]> {
  const { stateDir, clock, log } = place;
  const file = join(stateDir, "cache", "openrouter-models.json");
  const kept = readJsonObject(file);
  const isFresh =
    kept.state === "object" &&
    kept.value.baseUrl === baseUrl &&
    typeof kept.value.atMs === "number" &&
    Math.abs(clock.now() - kept.value.atMs) < OPENROUTER_AGE_MS;
  if (isFresh) return listIn(kept.value, "models").filter(isDescribed);
  const answer = await json(`${baseUrl}/models`, { headers });
  const models = listIn(answer, "data").flatMap(describedByOpenRouter);
  try {
    writePrivateFile(file, JSON.stringify({ atMs: clock.now(), baseUrl, models }), { durable: false });
  } catch (error) {
    log.warn({ file, reason: errorText(error) }, "the list of OpenRouter's models could not be kept");
  }
  return models;
}

function isDescribed(value: Record<string, unknown>): value is Record<string, unknown> & Described {
  return typeof value.id === "string";
}

/** Prices are texts, and for one token. */
function describedByOpenRouter(told: Record<string, unknown>): Described[] {
  const { id, name, context_length: contextWindow, pricing, architecture, top_provider: top } = told;
  if (typeof id !== "string") return [];
  const most = isRecord(top) ? top.max_completion_tokens : undefined;
  const parameters = Array.isArray(told.supported_parameters) ? told.supported_parameters : [];
  const modalities = isRecord(architecture) ? architecture.input_modalities : undefined;
  const price = (name: string) => {
    const text = isRecord(pricing) ? pricing[name] : undefined;
    const dollars =
      typeof text === "string" || typeof text === "number" ? Number(text) * 1_000_000 : Number.NaN;
    return Number.isFinite(dollars) && dollars >= 0 ? { [PRICES[name] ?? name]: dollars } : {};
  };
  return [
    {
      id,
      name: typeof name === "string" ? name : undefined,
      contextWindow: typeof contextWindow === "number" ? contextWindow : undefined,
      maxTokens: typeof most === "number" ? most : undefined,
      reasoning: parameters.includes("reasoning"),
      input: Array.isArray(modalities) ? modalities.filter((each) => typeof each === "string") : undefined,
      cost: Object.assign({}, ...Object.keys(PRICES).map(price)),
    },
  ];
}

const PRICES: Readonly<Record<string, string>> = {
  prompt: "input",
  completion: "output",
  input_cache_read: "cacheRead",
  input_cache_write: "cacheWrite",
};

/** Fails with what `fetch` fails with, and for everything that is no JSON of a sensible size. */
async function json(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, {
    ...init,
    redirect: "error",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const text = await response.text();
  if (text.length > MOST_BYTES) throw new Error("the answer is too long");
  return JSON.parse(text);
}

function listIn(value: unknown, name: string): Record<string, unknown>[] {
  const list = isRecord(value) ? value[name] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** Where models come from: the providers that are known, and those of the configuration. */
import { API_KINDS, type ApiKind } from "../../../../shared/config/modes.ts";
import type { ConfiguredProvider, GatewayConfig } from "../../../../shared/config/schema.ts";
import { quoted, SetupError } from "../../../../shared/errors.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { advice, ours } from "../../../../shared/remedy.ts";

export interface Provider {
  id: string;
  /** What its models are spoken to by, unless one says otherwise. */
  api: ApiKind;
  /** Up to and with the API's version. */
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  /** Of the configuration. */
  apiKey: string | undefined;
  /** Variables that may hold a key, the first one that does counts. */
  keyNames: readonly string[];
  /** Undefined where nobody asks for a key. */
  needsKey: boolean;
  /** Its models cost nothing and may have to be loaded first. */
  isLocal: boolean;
}

interface Known {
  api: ApiKind;
  baseUrl: string;
  keyNames: readonly string[];
  /** What answers where there is a key and nobody chose a model. */
  defaultModel?: string;
}

/** In the order in which they are taken where nobody chose one. */
const KNOWN: Readonly<Record<string, Known>> = {
  anthropic: {
    api: "anthropic-messages",
    baseUrl: "https://api.anthropic.com/v1",
    keyNames: ["ANTHROPIC_API_KEY"],
    defaultModel: "claude-sonnet-5",
  },
  openai: {
    api: "openai-responses",
    baseUrl: "https://api.openai.com/v1",
    keyNames: ["OPENAI_API_KEY"],
    defaultModel: "gpt-6-sol",
  },
  google: {
    api: "google-generative-ai",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    keyNames: ["GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
    defaultModel: "gemini-3.5-flash",
  },
  openrouter: {
    api: "openai-completions",
    baseUrl: "https://openrouter.ai/api/v1",
    keyNames: ["OPENROUTER_API_KEY"],
    defaultModel: "anthropic/claude-sonnet-4.5",
  },
  ollama: { api: "ollama", baseUrl: "http://127.0.0.1:11434", keyNames: ["OLLAMA_API_KEY"] },
};

export const KNOWN_PROVIDERS = Object.keys(KNOWN);

/** What answers where only this provider has a key and nobody chose a model; undefined for one of which nobody knows what it has. */
export function defaultModelOf(provider: string): string | undefined {
  const id = Object.hasOwn(KNOWN, provider) ? KNOWN[provider]?.defaultModel : undefined;
  return id === undefined ? undefined : `${provider}/${id}`;
}

/** Every name of a provider that means something here. */
export function providerNames({ models }: GatewayConfig): string[] {
  return [...new Set([...KNOWN_PROVIDERS, ...Object.keys(models?.providers ?? {})])];
}

/** Undefined for a name that nobody knows. Fails with `MODEL_PROVIDER_INVALID`. */
export function providerOf(id: string, config: GatewayConfig, env: Environment): Provider | undefined {
  const known = Object.hasOwn(KNOWN, id) ? KNOWN[id] : undefined;
  const providers = config.models?.providers ?? {};
  const configured = Object.hasOwn(providers, id) ? providers[id] : undefined;
  if (known === undefined && configured === undefined) return undefined;
  const api = apiOf(id, configured?.api ?? known?.api ?? "openai-completions");
  const given =
    configured?.baseUrl ?? (id === "ollama" ? ollamaHost(variable("OLLAMA_HOST", config, env)) : undefined);
  const isOwn = given !== undefined;
  return {
    id,
    api,
    baseUrl: baseUrlOf(id, given ?? known?.baseUrl, api),
    headers: configured?.headers ?? {},
    apiKey: configured?.apiKey?.trim() || undefined,
    keyNames: known?.keyNames ?? [keyNameOf(id)],
    needsKey: known !== undefined && id !== "ollama" && !isOwn,
    isLocal: api === "ollama",
  };
}

/** A variable of the environment, else of the configuration's section `env`. */
export function variable(
  name: string,
  { env: section }: GatewayConfig,
  env: Environment,
): string | undefined {
  const { vars } = section ?? {};
  const inVars =
    typeof vars === "object" && vars !== null ? (vars as Record<string, unknown>)[name] : undefined;
  const found = [env[name], section?.[name], inVars].find(
    (value) => typeof value === "string" && value.trim() !== "",
  );
  return typeof found === "string" ? found.trim() : undefined;
}

/** Fails with `MODEL_PROVIDER_INVALID` for an API that is not spoken here. */
export function apiOf(id: string, api: string): ApiKind {
  const found = API_KINDS.find((kind) => kind === api);
  if (found !== undefined) return found;
  throw new SetupError(
    "MODEL_PROVIDER_INVALID",
    advice`models.providers.${id}: the API ${quoted(api)} is not spoken here; these are: ${API_KINDS.join(", ")}`,
    { fix: ours`config set models.providers.${id}.api <api>`, details: { provider: id } },
  );
}

function baseUrlOf(id: string, given: string | undefined, api: ApiKind): string {
  const fix = ours`config set models.providers.${id}.baseUrl <address>`;
  const refuse = (problem: ReturnType<typeof advice>) =>
    new SetupError("MODEL_PROVIDER_INVALID", problem, { fix, details: { provider: id } });
  if (given === undefined)
    throw refuse(advice`models.providers.${id} needs a baseUrl, such as http://127.0.0.1:8080/v1`);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw refuse(advice`models.providers.${id}.baseUrl is no address of the web: ${quoted(given)}`);
  if (url.username !== "" || url.password !== "")
    throw refuse(advice`models.providers.${id}.baseUrl holds a password; put it into headers or apiKey`);
  const plain = given.trim().replace(/\/+$/, "");
  if (api === "ollama") return plain.replace(/\/(v1|api)$/, "");
  // Anthropic's own client, and so everybody's documentation, leaves the version out.
  return api === "anthropic-messages" && !/\/v\d+$/.test(plain) ? `${plain}/v1` : plain;
}

/** As Ollama reads its own variable: with or without scheme and port; what it listens on at every address is reached at this one. */
function ollamaHost(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const whole = /^https?:\/\//.test(text) ? text : `http://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  if (["0.0.0.0", "[::]"].includes(url.hostname)) url.hostname = "127.0.0.1";
  if (url.port === "" && url.protocol === "http:") url.port = "11434";
  return url.origin;
}

function keyNameOf(id: string): string {
  return `${id.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}_API_KEY`;
}

/** What the configuration says of the provider's models. */
export function configuredModels(
  id: string,
  { models }: GatewayConfig,
): NonNullable<ConfiguredProvider["models"]> {
  const providers = models?.providers ?? {};
  return (Object.hasOwn(providers, id) ? providers[id]?.models : undefined) ?? [];
}

/** Whether a key of a model provider is good: one real request with it, as small as there is one, and what came back. */
import { type Clock, systemClock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorText } from "../../../shared/errors.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import type { Provider } from "../../assistant/models/catalogue/providers.ts";
import type { ModelFacts } from "../../assistant/models/model.ts";

export type KeyTrial =
  /** It answered. */
  | { kind: "good"; model: string }
  /** The provider refused the key, or the account behind it. */
  | { kind: "refused"; model: string; reason: string }
  /** Nobody knows: it was not reached, or has other troubles. */
  | { kind: "unknown"; model: string; reason: string };

/** As long as somebody waits for it, in ms. */
const PATIENCE_MS = 15_000;
const FEWEST_TOKENS = 16;

/** Undefined for the variable of a provider that this release asks nothing of. Never fails. */
export async function tryKey(
  variable: string,
  secret: string,
  { config, env, clock = systemClock }: { config: GatewayConfig; env: Environment; clock?: Clock },
): Promise<KeyTrial | undefined> {
  const found = await smallestOf(variable, config, env);
  if (found === undefined) return undefined;
  const [{ openModel }, { SILENCE_LIMITS }, { ModelFailure }] = await Promise.all([
    import("../../assistant/models/providers/open-model.ts"),
    import("../../assistant/models/providers/api.ts"),
    import("../../assistant/models/failure.ts"),
  ]);
  const { facts, provider } = found;
  const model = `${facts.provider}/${facts.id}`;
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    const access = { baseUrl: provider.baseUrl, headers: provider.headers, apiKey: secret };
    const opened = openModel(facts, access, { clock, limits: SILENCE_LIMITS, levels: new Map() });
    const request = {
      system: { stable: "Answer with one word.", changing: "" },
      conversation: [
        { role: "user" as const, content: [{ type: "text" as const, text: "Hi" }], timestamp: clock.now() },
      ],
      tools: [],
      thinking: "off" as const,
      maxOutputTokens: FEWEST_TOKENS,
      signal: patience,
    };
    for await (const part of opened.stream(request)) if (part.type === "end") break;
    return { kind: "good", model };
  } catch (error) {
    const isAboutKey = error instanceof ModelFailure && (error.kind === "auth" || error.kind === "billing");
    const reason = patience.aborted ? "no answer within 15 seconds" : errorText(error);
    return { kind: isAboutKey ? "refused" : "unknown", model, reason };
  }
}

/** The model of the provider that costs least; one of which nobody knows what it costs comes last. */
async function smallestOf(
  variable: string,
  config: GatewayConfig,
  env: Environment,
): Promise<{ facts: ModelFacts; provider: Provider } | undefined> {
  const [{ Catalogue }, { KNOWN_PROVIDERS, providerOf }] = await Promise.all([
    import("../../assistant/models/catalogue/catalogue.ts"),
    import("../../assistant/models/catalogue/providers.ts"),
  ]);
  const provider = KNOWN_PROVIDERS.map((id) => providerOf(id, config, env)).find((each) =>
    each?.keyNames.includes(variable),
  );
  const costOf = ({ prices }: ModelFacts) =>
    prices === undefined ? Number.MAX_VALUE : prices.input + prices.output;
  const [facts] = new Catalogue(config, env, new Map())
    .all()
    .map((each) => each.facts)
    .filter((each) => each.provider === provider?.id)
    .toSorted((one, other) => costOf(one) - costOf(other));
  return provider === undefined || facts === undefined ? undefined : { facts, provider };
}

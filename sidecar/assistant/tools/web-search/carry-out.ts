/** Carries a search out with who is set up for it. Loaded when somebody searches. */
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import { SEARCH_PROVIDERS, type SearchProvider } from "../../../../shared/config/modes.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import type { WebPlace } from "../../../base/net/safe-fetch.ts";
import { variable } from "../../models/catalogue/providers.ts";
import { searchBrave } from "./providers/brave.ts";
import { searchDuckduckgo } from "./providers/duckduckgo.ts";
import { searchPerplexity } from "./providers/perplexity.ts";
import { searchSearxng } from "./providers/searxng.ts";
import type { SearchAnswer, SearchRequest } from "./search.ts";

export interface SearchSetup {
  config: GatewayConfig;
  env: Environment;
}

/** Fails with a sentence. */
export async function carryOutSearch(
  place: WebPlace & { timeoutMs: number },
  setup: SearchSetup,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const { brave, perplexity, searxng, duckduckgo } = setup.config.tools?.web?.search ?? {};
  const at = (baseUrl: string) => ({ ...place, baseUrl });
  switch (providerOf(setup)) {
    case "brave":
      return await searchBrave(
        at(brave?.baseUrl ?? DEFAULTS["tools.web.search.brave.baseUrl"]),
        needed(braveKey(setup), "tools.web.search.apiKey"),
        request,
      );
    case "perplexity":
      return await searchPerplexity(
        at(perplexity?.baseUrl ?? DEFAULTS["tools.web.search.perplexity.baseUrl"]),
        {
          key: needed(perplexityKey(setup), "tools.web.search.perplexity.apiKey"),
          model: perplexity?.model ?? DEFAULTS["tools.web.search.perplexity.model"],
        },
        request,
      );
    case "searxng":
      return await searchSearxng(at(needed(searxng?.baseUrl, "tools.web.search.searxng.baseUrl")), request);
    case "duckduckgo":
      return await searchDuckduckgo(
        at(duckduckgo?.baseUrl ?? DEFAULTS["tools.web.search.duckduckgo.baseUrl"]),
        {
          ...request,
          userAgent: setup.config.tools?.web?.fetch?.userAgent ?? DEFAULTS["tools.web.fetch.userAgent"],
        },
      );
  }
}

/** Who was chosen, else the first who has what it takes. */
export function providerOf(setup: SearchSetup): SearchProvider {
  const search = setup.config.tools?.web?.search;
  const chosen = SEARCH_PROVIDERS.find((known) => known === search?.provider);
  if (chosen !== undefined) return chosen;
  if (braveKey(setup) !== undefined) return "brave";
  if (perplexityKey(setup) !== undefined) return "perplexity";
  return search?.searxng?.baseUrl === undefined ? "duckduckgo" : "searxng";
}

function braveKey({ config, env }: SearchSetup): string | undefined {
  return config.tools?.web?.search?.apiKey ?? variable("BRAVE_API_KEY", config, env);
}

function perplexityKey({ config, env }: SearchSetup): string | undefined {
  return config.tools?.web?.search?.perplexity?.apiKey ?? variable("PERPLEXITY_API_KEY", config, env);
}

function needed(value: string | undefined, key: string): string {
  if (value !== undefined) return value;
  throw new Error(`The search is not set up: the owner has to set ${key}.`);
}

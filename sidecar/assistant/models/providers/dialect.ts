/** What differs between the providers whose libraries answer alike. */
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ModelFacts } from "../model.ts";
import type { AskedLevel } from "../thinking.ts";
import type { Counted } from "../usage.ts";
import type { ProviderAccess } from "./api.ts";
import type { PromptForm } from "./prompt.ts";

/** Made for one model and one way in. */
export interface Dialect {
  form: PromptForm;
  language(fetch: typeof globalThis.fetch): LanguageModelV4;
  /** What is asked for besides the prompt; undefined is the level for a model that does not think. */
  options(level: AskedLevel | undefined): Pick<LanguageModelV4CallOptions, "reasoning" | "providerOptions">;
  /** What is counted or charged beside what the library tells; given the metadata of a part under the provider's key. */
  counted?(metadata: Readonly<Record<string, unknown>>): Counted | undefined;
}

export type OpenDialect = (facts: ModelFacts, access: ProviderAccess) => Dialect;

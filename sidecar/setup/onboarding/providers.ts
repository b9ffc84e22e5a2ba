/** The model providers whose keys onboarding keeps for the agent, each with the variable in which programs look for its key. */
export interface Provider {
  /** Its option is `--<id>-api-key`, and its name as a choice `<id>-api-key`. */
  id: string;
  label: string;
  variable: string;
  /** Nothing is known here of where it is: the configuration has to say it before its models answer. */
  needsAddress?: true;
}

export const PROVIDERS: readonly Provider[] = [
  { id: "anthropic", label: "Anthropic", variable: "ANTHROPIC_API_KEY" },
  { id: "openai", label: "OpenAI", variable: "OPENAI_API_KEY" },
  { id: "openrouter", label: "OpenRouter", variable: "OPENROUTER_API_KEY" },
  { id: "gemini", label: "Google Gemini", variable: "GEMINI_API_KEY" },
  { id: "ai-gateway", label: "Vercel AI Gateway", variable: "AI_GATEWAY_API_KEY", needsAddress: true },
  { id: "moonshot", label: "Moonshot AI", variable: "MOONSHOT_API_KEY", needsAddress: true },
  { id: "minimax", label: "MiniMax", variable: "MINIMAX_API_KEY", needsAddress: true },
  { id: "zai", label: "Z.AI", variable: "ZAI_API_KEY", needsAddress: true },
];

/** The choice of somebody who gives a key later. */
export const NO_PROVIDER = "skip";

/** Every value of `--auth-choice`. */
export const PROVIDER_CHOICES: readonly string[] = [...PROVIDERS.map(choiceOf), NO_PROVIDER];

/** The provider of a choice; undefined for `skip`. */
export function providerOf(choice: string | undefined): Provider | undefined {
  return PROVIDERS.find((provider) => choiceOf(provider) === choice);
}

/** `anthropic-api-key`, which is also the name of the option for the key. */
export function choiceOf({ id }: Provider): string {
  return `${id}-api-key`;
}

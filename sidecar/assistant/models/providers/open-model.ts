/**
 * A model that answers over the network. What it takes to speak to its provider is loaded when it is first asked, each provider's for
 * itself.
 */
import { loadPart } from "../../../../shared/node/part.ts";
import type { Message } from "../../../base/store/message.ts";
import { ModelFailure } from "../failure.ts";
import { type Model, type ModelFacts, type ModelPart, type ModelRequest, referenceOf } from "../model.ts";
import { lacksThoughts, repairedView, type ViewRules } from "../repaired-view.ts";
import { type AskedLevel, loweredLevel } from "../thinking.ts";
import type { CallPlace, ProviderAccess } from "./api.ts";
import type { OpenDialect } from "./dialect.ts";
import type { Carrier } from "./sdk-call.ts";

/** What is asked in the place of a level that a model was found not to take; by its reference and the level, as long as the process lives. */
export type KnownLevels = Map<string, AskedLevel>;

export function openModel(
  facts: ModelFacts,
  access: ProviderAccess,
  place: CallPlace & { levels: KnownLevels },
): Model {
  return {
    ...facts,
    stream: (request) => answer(facts, request, place, () => loadPart(() => carrierOf(facts, access))),
  };
}

/**
 * Asks once; again, and before anything was said, where the provider refuses the level of thinking (a lower one) or finds fault with the
 * request (a plainer view of what was said before).
 */
async function* answer(
  facts: ModelFacts,
  request: ModelRequest,
  { levels, ...place }: CallPlace & { levels: KnownLevels },
  load: () => Promise<Carrier>,
): AsyncGenerator<ModelPart> {
  const carry = await load();
  request.signal.throwIfAborted();
  const view = rulesOf(facts);
  const wanted = levelFor(request, facts.api, repairedView(request.conversation, view));
  const name = `${referenceOf(facts)} ${wanted}`;
  let level = facts.reasoning ? (levels.get(name) ?? wanted) : undefined;
  let isLowered = false;
  let isPlain = false;
  for (;;) {
    let hasBegun = false;
    try {
      for await (const part of carry(request, { view: { ...view, plain: isPlain }, level }, place)) {
        hasBegun = true;
        yield part;
      }
      return;
    } catch (error) {
      if (hasBegun || !(error instanceof ModelFailure) || error.kind !== "format") throw error;
      const isLevel = error.isThinkingRefused && level !== undefined && !isLowered;
      const lower = isLevel ? lowerLevel(level, facts.api) : undefined;
      if (lower !== undefined) {
        isLowered = true;
        level = lower;
        levels.set(name, lower);
      } else if (!isPlain && isWorthPlain(request.conversation)) isPlain = true;
      else throw error;
    }
  }
}

function rulesOf({ api, provider, id, input }: ModelFacts): ViewRules {
  return { api, provider, model: id, takesImages: input.includes("image") };
}

/** Anthropic takes no calls of this turn that another model made without thinking, while thinking is on. */
function levelFor({ thinking }: ModelRequest, api: string, view: readonly Message[]): AskedLevel {
  return api === "anthropic-messages" && lacksThoughts(view) ? "off" : thinking;
}

/** Ollama's models think or do not. */
function lowerLevel(level: AskedLevel | undefined, api: string): AskedLevel | undefined {
  if (api === "ollama" && level !== "default") return "default";
  return level === undefined ? undefined : loweredLevel(level);
}

/** Words alone cannot be made any plainer. */
function isWorthPlain(conversation: readonly Message[]): boolean {
  const lastAsked = conversation.findLastIndex(({ role }) => role === "user");
  return conversation
    .slice(0, Math.max(0, lastAsked))
    .some(({ content }) => content.some(({ type }) => type !== "text"));
}

async function carrierOf(facts: ModelFacts, access: ProviderAccess): Promise<Carrier> {
  if (facts.api === "ollama") return (await import("./ollama.ts")).ollamaCarrier(facts, access);
  const [{ sdkCarrier }, open] = await Promise.all([import("./sdk-call.ts"), dialectOf(facts)]);
  return sdkCarrier(facts, access, open(facts, access));
}

async function dialectOf({ provider, api }: ModelFacts): Promise<OpenDialect> {
  switch (api) {
    case "anthropic-messages":
      return (await import("./dialects/anthropic.ts")).openDialect;
    case "google-generative-ai":
      return (await import("./dialects/google.ts")).openDialect;
    case "openai-responses":
      return (await import("./dialects/openai.ts")).openResponses;
    default:
      if (provider === "openai") return (await import("./dialects/openai.ts")).openChat;
      if (provider === "openrouter") return (await import("./dialects/compatible.ts")).openRouter;
      return (await import("./dialects/compatible.ts")).openDialect;
  }
}

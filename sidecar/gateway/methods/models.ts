/** `models.*`: which models there are, who answers, and the keys. A key comes in here and never goes out again. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorSentence, plainText, quoted, RequestError } from "../../../shared/errors.ts";
import { chooseLanguage } from "../../../shared/languages.ts";
import { loadPart } from "../../../shared/node/part.ts";
import { modelsMethods } from "../../../shared/protocol/methods/models.ts";
import { advice, whole } from "../../../shared/remedy.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { keyProblem } from "../../assistant/models/credentials/key-problem.ts";
import type { Key } from "../../assistant/models/credentials/keys.ts";
import { referenceOf } from "../../assistant/models/model.ts";
import { implement, type Method } from "../rpc/implement.ts";

/** The name of a key where nobody gives one. */
const DEFAULT_NAME = "default";

/** What people are told is said in the gateway's language. */
export interface ModelsPlace {
  assistant: Assistant;
  config: () => GatewayConfig;
}

export function modelsHandlers({ assistant, config }: ModelsPlace): Method[] {
  return implement(modelsMethods, {
    "models.list": async () => {
      const listed = await (await assistant.models()).list();
      return {
        models: listed.map(({ facts, alias }) => ({
          id: facts.id,
          name: facts.name === facts.id ? referenceOf(facts) : facts.name,
          provider: facts.provider,
          contextWindow: facts.contextWindow,
          reasoning: facts.reasoning,
          input: [...facts.input],
          ...(alias === undefined ? {} : { alias }),
        })),
      };
    },

    "models.status": async () => {
      const { model, fallbacks, isConfigured, problem, providers, cooling } = await (
        await assistant.models()
      ).status();
      return {
        model,
        fallbacks,
        configured: isConfigured,
        ...(problem === undefined ? {} : { problem: await told(problem, config()) }),
        providers: providers.map(({ id, api, keys }) => ({ id, api, keys: keys.map(keyInfo) })),
        cooling: cooling.map(({ provider, profile, source, model: ofModel, kind, leftMs }) => ({
          provider,
          name: shownName(profile, source),
          source,
          ...(ofModel === undefined ? {} : { model: ofModel }),
          why: kind,
          leftMs: Math.ceil(leftMs),
        })),
      };
    },

    "models.auth.put": async ({ provider, name = DEFAULT_NAME, kind = "api_key", secret: given }) => {
      const secret = given.trim();
      const problem = keyProblem(secret);
      if (problem !== undefined) throw new RequestError("PARAMS_INVALID", advice`The key ${whole(problem)}`);
      await (await assistant.models()).addKey({ provider, profile: name, kind, secret });
      return { ok: true as const, provider, name };
    },

    "models.auth.remove": async ({ provider, name = DEFAULT_NAME }) => {
      const isRemoved = await (await assistant.models()).removeKey({ provider, profile: name });
      if (!isRemoved)
        throw new RequestError(
          "NOT_FOUND",
          advice`There is no key ${quoted(name)} of ${plainText(provider, 80)} here`,
        );
      return { ok: true as const, provider, name };
    },
  });
}

/** Loaded where there is something to tell. */
async function told(problem: Error, { language }: GatewayConfig): Promise<string> {
  const { toldIn } = await loadPart(() => import("../../texts/told-in.ts"));
  return await toldIn(chooseLanguage({ configured: language }), errorSentence(problem));
}

function keyInfo({ profile, source, kind }: Pick<Key, "profile" | "source" | "kind">) {
  return { name: shownName(profile, source), source, ...(kind === undefined ? {} : { kind }) };
}

/** Keys that are kept elsewhere have no name that anybody could use. */
function shownName(profile: string, source: Key["source"]): string {
  return source === "store" ? profile : source;
}

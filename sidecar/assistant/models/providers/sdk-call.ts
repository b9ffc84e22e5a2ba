/** One request through a provider's library. Its own repetitions are never used: it is called where it makes exactly one. */
import { readable, until } from "../../../base/abortable.ts";
import type { ModelFacts, ModelPart, ModelRequest } from "../model.ts";
import { repairedView, type ViewRules } from "../repaired-view.ts";
import type { AskedLevel } from "../thinking.ts";
import type { CallPlace, ProviderAccess } from "./api.ts";
import { callOf } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { failureOfError } from "./failure-of.ts";
import { partsOf } from "./parts-of.ts";
import { promptOf, toolsOf } from "./prompt.ts";
import { WatchedFetch } from "./watched-fetch.ts";

/** How this request is to be made, which may not be the first for the same answer. */
export interface Attempt {
  view: ViewRules;
  /** Undefined for a model that does not think. */
  level: AskedLevel | undefined;
}

/** What carries an attempt out. Throws a `ModelFailure`, and the signal's reason when that is aborted. */
export type Carrier = (
  request: ModelRequest,
  attempt: Attempt,
  place: CallPlace,
) => AsyncGenerator<ModelPart>;

export function sdkCarrier(facts: ModelFacts, access: ProviderAccess, dialect: Dialect): Carrier {
  return async function* (request, { view, level }, place) {
    const call = callOf(facts, access.apiKey, request);
    const watched = new WatchedFetch(call.asked, place, request.signal);
    try {
      const messages = repairedView(request.conversation, view);
      const tools = toolsOf(request.tools);
      const started = dialect.language(watched.fetch).doStream({
        prompt: promptOf(request.system, messages, dialect.form),
        maxOutputTokens: request.maxOutputTokens,
        ...(tools === undefined ? {} : { tools, toolChoice: { type: "auto" } }),
        ...dialect.options(level),
        abortSignal: watched.signal,
      });
      const { stream } = await until(watched.signal, started);
      yield* partsOf(readable(stream, watched.signal), dialect, call);
    } catch (error) {
      throw watched.reasonFor(error, (failed) => failureOfError(failed, call.asked));
    } finally {
      watched.dispose();
    }
  };
}

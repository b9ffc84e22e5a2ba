/** The mind of an agent: the model that the configuration and the session choose, told what the turn is about. */
import type { GatewayConfig } from "../../shared/config/schema.ts";
import type { SessionStore, StartedTurn } from "../base/store/session-store.ts";
import { chooseModel } from "./models/choose-model.ts";
import type { Model, ModelRequest } from "./models/model.ts";
import type { Tool } from "./tools/tool.ts";
import type { AnswerPart, Mind, SpendGate, Thought } from "./turns/mind.ts";

/** What the mind goes by. */
export interface MindPlace {
  store: SessionStore;
  config: () => GatewayConfig;
}

/** About so many characters make a token. */
const CHARS_PER_TOKEN = 4;

export class AgentMind implements Mind {
  #place: MindPlace;

  constructor(place: MindPlace) {
    this.#place = place;
  }

  async think(turn: StartedTurn, tools: readonly Tool[]): Promise<Thought> {
    const { store, config } = this.#place;
    const fields = (await store.get(turn.sessionKey))?.fields ?? {};
    const model = chooseModel(config(), fields);
    return {
      model,
      request: async (conversation) => ({
        system: { stable: "", changing: "" },
        conversation: conversation.map(({ message }) => message),
        tools,
        thinking: "off",
        maxOutputTokens: Math.min(model.maxOutputTokens, 16_384),
      }),
      answer: (request, gate) => answer(model, request, gate),
    };
  }
}

async function* answer(model: Model, request: ModelRequest, gate: SpendGate): AsyncIterable<AnswerPart> {
  const input = Math.ceil(JSON.stringify(request.conversation).length / CHARS_PER_TOKEN);
  const permit = await gate.ask(model, { input, output: request.maxOutputTokens });
  try {
    for await (const part of model.stream(request)) {
      if (part.type === "end") permit.settle(part.usage);
      yield part;
    }
  } finally {
    permit.release();
  }
}

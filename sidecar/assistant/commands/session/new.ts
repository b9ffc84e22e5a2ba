/** `/new` and `/reset`: a new conversation. Alone it costs no call of a model; what stands behind it is its first message. */
import { patchOf } from "../../sessions/patch.ts";
import { anyText, type Command, type CommandReply } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { findModel } from "../model/find-model.ts";
import { textsIn } from "../texts/index.ts";

export const newSession: Command = {
  name: "new",
  aliases: [],
  group: "session",
  who: "guest",
  isFollowed: true,
  text: { en: "begin a new conversation", de: "ein neues Gespräch beginnen" },
  args: () => [...anyText("model")(), ...anyText("text")()],
  run: async (args, context) => {
    const [word = "", rest = ""] = split(args);
    const found = word === "" || !mayChoose(context) ? undefined : findModel(word, context);
    if (found?.kind !== "one") return begin(args, context);
    await context.session.reset();
    await context.session.patch(patchOf({ model: found.ref }, context.session.key, {}));
    const { modelSet, reset } = textsIn(context.language);
    return following(`${reset} ${modelSet(found.ref)}`, rest);
  },
};

export const resetSession: Command = {
  name: "reset",
  aliases: [],
  group: "session",
  who: "guest",
  isFollowed: true,
  text: { en: "the same, with the model as it is", de: "dasselbe, mit dem Modell wie zuvor" },
  args: anyText("text"),
  run: begin,
};

async function begin(text: string, { language, session }: CommandContext): Promise<CommandReply> {
  await session.reset();
  return following(textsIn(language).reset, text);
}

/** As `/model` is for those who may use it. */
function mayChoose({ speaker }: CommandContext): boolean {
  return speaker.authority === "owner" || speaker.authority === "trusted";
}

function following(text: string, follow: string): CommandReply {
  return follow === "" ? { text } : { text, follow };
}

function split(args: string): string[] {
  const [, first = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(args) ?? [];
  return [first, rest];
}

/** `/model`: which model answers in this conversation. A chosen one answers alone, unless `+fallback` lets others take its place. */
import { patchOf } from "../../sessions/patch.ts";
import type { Command } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { textsIn } from "../texts/index.ts";
import { findModel } from "./find-model.ts";
import { modelList } from "./models.ts";

const MOST_REFS = 6;
const FALLBACK = "+fallback";

export const model: Command = {
  name: "model",
  aliases: [],
  group: "model",
  who: "trusted",
  text: { en: "which model answers here", de: "welches Modell hier antwortet" },
  args: ({ models }) => [
    {
      name: "model",
      isOptional: true,
      choices: ["status", "list", "default", ...models.choices().map(({ ref, alias }) => alias ?? ref)],
    },
  ],
  /** In a sentence only what is spelled out as a model is one. */
  takes: ([word = "", next = ""], context) => {
    const isSpelled =
      word.includes("/") || context.models.choices().some(({ alias }) => alias === word.toLowerCase());
    if (!isSpelled || findModel(word, context).kind !== "one") return 0;
    return next.toLowerCase() === FALLBACK ? 2 : 1;
  },
  meaning: (args, context) => {
    const found = findModel(partsOf(args).name, context);
    return found.kind === "one" ? found.ref : args;
  },
  run: async (args, context) => ({ text: await choose(args, context) }),
};

/** Others may take its place where that stands behind it. */
function partsOf(args: string): { name: string; isOpen: boolean } {
  const isOpen = args.toLowerCase().endsWith(FALLBACK);
  return { name: isOpen ? args.slice(0, -FALLBACK.length).trim() : args, isOpen };
}

async function choose(args: string, context: CommandContext): Promise<string> {
  const { language, models, session } = context;
  const texts = textsIn(language);
  const word = args.toLowerCase();
  if (word === "" || word === "status") return current(context);
  if (word === "list") return modelList(undefined, context);
  if (word === "default") {
    await session.patch({
      ...patchOf({ model: null }, session.key, {}),
      authProfileOverride: null,
      modelFallback: null,
    });
    const inForce = await models.inForce(await session.fields());
    return "problem" in inForce ? texts.modelProblem(inForce.problem) : texts.modelDefault(inForce.ref);
  }
  const { name, isOpen } = partsOf(args);
  const found = findModel(name, context);
  const written = name.slice(0, 80);
  switch (found.kind) {
    case "none":
      return [texts.modelUnknown(written), modelList(undefined, context)].join("\n");
    case "several":
      return texts.modelNotUnique(written, found.refs.slice(0, MOST_REFS).join(", "));
    case "profile-unknown":
      return texts.profileUnknown(found.profile.slice(0, 80));
    case "one":
      await session.patch({
        ...patchOf({ model: found.ref }, session.key, {}),
        authProfileOverride: found.profile ?? null,
        modelFallback: isOpen ? true : null,
      });
      return isOpen ? texts.modelSetOpen(found.ref) : texts.modelSet(found.ref);
  }
}

async function current({ language, models, session }: CommandContext): Promise<string> {
  const inForce = await models.inForce(await session.fields());
  const texts = textsIn(language);
  return "problem" in inForce ? texts.modelProblem(inForce.problem) : texts.model(inForce);
}

/** `/restart`: the gateway begins anew. */
import { type Command, NO_ARGS } from "../command.ts";
import { textsIn } from "../texts/index.ts";

export const restart: Command = {
  name: "restart",
  aliases: [],
  group: "gateway",
  who: "owner",
  text: { en: "restart the gateway", de: "das Gateway neu starten" },
  args: NO_ARGS,
  isAvailable: ({ gateway }) => gateway.restart !== undefined,
  run: async (_args, { gateway, language }) => {
    // The answer has to leave before the connections do.
    setImmediate(() => gateway.restart?.());
    return { text: textsIn(language).restarting };
  },
};

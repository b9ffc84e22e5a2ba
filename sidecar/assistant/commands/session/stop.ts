/** `/stop`: ends what runs here; `all` drops what waits behind it as well. */
import { type Command, oneOf } from "../command.ts";
import { textsIn } from "../texts/index.ts";

export const stop: Command = {
  name: "stop",
  aliases: [],
  group: "session",
  who: "guest",
  text: { en: "end what runs here", de: "beenden, was hier läuft" },
  args: ({ session, speaker }) =>
    session.dropWaiting !== undefined && speaker.authority === "owner" ? oneOf("all", "all")() : [],
  run: async (args, { language, session, speaker }) => {
    const texts = textsIn(language);
    const isAll = args.toLowerCase() === "all" && speaker.authority === "owner";
    // What waits would begin as soon as the run has ended.
    const dropped = isAll ? ((await session.dropWaiting?.()) ?? 0) : 0;
    const runs = await session.abort();
    const lines = [
      ...(runs > 0 ? [texts.stopped(runs)] : []),
      ...(dropped > 0 ? [texts.dropped(dropped)] : []),
    ];
    return { text: lines.length === 0 ? texts.nothingRuns : lines.join(" ") };
  },
};

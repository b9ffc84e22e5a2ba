/** `clawdbot sessions`: the conversations that the gateway keeps. */
import { EXIT } from "../../shared/exit-codes.ts";
import { neutralLine } from "../../shared/foreign-text.ts";
import { advice } from "../../shared/remedy.ts";
import { localTime } from "../base/local-time.ts";
import { connectTo } from "./connect.ts";
import type { sessions } from "./definitions/agent.ts";
import type { Invocation } from "./invocation.ts";
import { resolveTarget } from "./target.ts";

export async function run({ values, context, output }: Invocation<typeof sessions>): Promise<number> {
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    const { limit, search, former: includeFormer } = values;
    const params = { limit, includeDerivedTitles: true, includeFormer };
    const answer = await connection.call(
      "sessions.list",
      { ...params, ...(search === undefined ? {} : { search }) },
      values.timeout,
    );
    output.document(answer);
    if (answer.sessions.length === 0) output.say("No conversations yet.");
    for (const { key, derivedTitle = "", updatedAt, former = [] } of answer.sessions) {
      const when = updatedAt === null ? "" : minuteOf(updatedAt);
      output.say(advice`${when}  ${neutralLine(key)}  ${neutralLine(derivedTitle)}`);
      for (const ended of former)
        output.say(
          advice`${minuteOf(ended.endedAt)}    ${neutralLine(ended.sessionId)}  ${neutralLine(ended.derivedTitle ?? "")}`,
        );
    }
    return EXIT.ok;
  } finally {
    connection.close();
  }
}

function minuteOf(atMs: number): string {
  return localTime(atMs).slice(0, 16);
}

/** `clawdbot sessions`: the conversations that the gateway keeps. */
import { quoted } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { neutralJson, neutralLine } from "../../shared/foreign-text.ts";
import type { Maintenance } from "../../shared/protocol/methods/sessions.ts";
import { advice, ours } from "../../shared/remedy.ts";
import { localTime } from "../base/local-time.ts";
import { connectTo } from "./connect.ts";
import type { sessions } from "./definitions/agent.ts";
import type { Invocation } from "./invocation.ts";
import type { Output } from "./output.ts";
import { resolveTarget } from "./target.ts";

export async function run({ values, context, output }: Invocation<typeof sessions>): Promise<number> {
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    const { limit, search, former: includeFormer } = values;
    const params = {
      limit,
      includeDerivedTitles: true,
      includeFormer,
      includeMaintenance: true,
      includeMore: true,
    };
    const answer = await connection.call(
      "sessions.list",
      { ...params, ...(search === undefined ? {} : { search }) },
      values.timeout,
    );
    output.document(answer);
    if (answer.sessions.length === 0)
      output.say(
        search === undefined
          ? "No conversations yet."
          : advice`No conversation has ${quoted(search)} in its name, label or key; ${ours`sessions`} lists the newest.`,
      );
    for (const { key, derivedTitle = "", updatedAt, former = [] } of answer.sessions) {
      const when = updatedAt === null ? "" : minuteOf(updatedAt);
      output.say(advice`${when}  ${shownKey(key)}  ${neutralLine(derivedTitle)}`);
      for (const ended of former)
        output.say(
          advice`${minuteOf(ended.endedAt)}    ${neutralLine(ended.sessionId)}  ${neutralLine(ended.derivedTitle ?? "")}`,
        );
    }
    if (answer.hasMore === true)
      output.note(
        advice`These are the newest ${answer.sessions.length}, and there are more: ${ours`sessions --limit <n>`} shows as many as you say, ${ours`sessions --search <text>`} finds one.`,
      );
    tellOfMaintenance(answer.maintenance, output);
    return EXIT.ok;
  } finally {
    connection.close();
  }
}

/** What of the conversations goes, and what went elsewhere. */
function tellOfMaintenance(maintenance: Maintenance | undefined, output: Output): void {
  const { mode, prune = 0, archive = 0, excessBytes = 0, archived } = maintenance ?? {};
  if (mode === "warn" && prune > 0)
    output.note(
      advice`session.maintenance only warns: ${prune} conversations that nobody had would be erased.`,
    );
  if (excessBytes > 0)
    output.note(
      advice`The store holds ${Math.ceil(excessBytes / MIB)} MiB more than session.maintenance.maxDiskBytes says; ${archive} conversations with people may be moved out of it.`,
    );
  if (archived !== undefined)
    output.note(
      advice`${archived.count} conversations with people were moved to ${archived.folder}, as the store was too large; bring them back: ${ours`sessions import --from ${archived.folder}`}`,
    );
}

const MIB = 1_024 * 1_024;

/** Two keys never look alike: one with more in it than can be seen stands there as JSON has it. */
function shownKey(key: string): string {
  const isPlain = neutralLine(key) === key && !/\s/.test(key);
  return isPlain ? key : neutralJson(JSON.stringify(key));
}

function minuteOf(atMs: number): string {
  return localTime(atMs).slice(0, 16);
}

/** `clawdbot system heartbeat last`: what the assistant last looked at by itself. */
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import { asking } from "../cron/asking.ts";
import type { systemHeartbeat } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation<typeof systemHeartbeat>): Promise<number> {
  const { output } = invocation;
  const [word = ""] = invocation.arguments;
  if (word !== "last")
    throw new RequestError("USAGE", advice`system heartbeat takes last, not ${quoted(word)}`);
  const last = await asking(invocation, (connection, timeoutMs) =>
    connection.call("last-heartbeat", {}, timeoutMs),
  );
  output.document({ last });
  if (last === null) output.say("There was none since the gateway was started.");
  else {
    const { ts, status, reason = "", preview = "" } = last;
    output.say(
      advice`${localTime(ts).slice(0, 16)}  ${status}  ${neutralLine(preview === "" ? reason : preview)}`,
    );
  }
  return EXIT.ok;
}

/** `clawdbot system heartbeat`: the last look around, and whether there are any. */
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import { asking } from "../cron/asking.ts";
import type { systemHeartbeat } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation<typeof systemHeartbeat>): Promise<number> {
  const [word = ""] = invocation.arguments;
  if (word === "last") return await showLast(invocation);
  if (word === "enable" || word === "disable") return await switchTo(invocation, word === "enable");
  throw new RequestError(
    "USAGE",
    advice`system heartbeat takes last, enable or disable, not ${quoted(word)}`,
  );
}

async function showLast(invocation: Invocation<typeof systemHeartbeat>): Promise<number> {
  const { output } = invocation;
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

async function switchTo(invocation: Invocation<typeof systemHeartbeat>, enabled: boolean): Promise<number> {
  const { output } = invocation;
  const answer = await asking(invocation, (connection, timeoutMs) =>
    connection.call("set-heartbeats", { enabled }, timeoutMs),
  );
  output.document(answer);
  output.tick(enabled ? "the assistant looks around again" : "the assistant does not look around by itself");
  return EXIT.ok;
}

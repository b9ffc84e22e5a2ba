/** `clawdbot system heartbeat`: what the assistant last looked at by itself, and whether it does. */
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import { asking } from "../cron/asking.ts";
import type { systemHeartbeat } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation<typeof systemHeartbeat>): Promise<number> {
  const [word = ""] = invocation.arguments;
  switch (word) {
    case "last":
      return await showLast(invocation);
    case "enable":
    case "disable":
      return await switchTo(invocation, word === "enable");
    default:
      throw new RequestError(
        "USAGE",
        advice`system heartbeat takes last, enable or disable, not ${quoted(word)}`,
      );
  }
}

async function showLast(invocation: Invocation<typeof systemHeartbeat>): Promise<number> {
  const { output } = invocation;
  const { last, agents } = await asking(invocation, async (connection, timeoutMs) => ({
    last: await connection.call("last-heartbeat", {}, timeoutMs),
    agents: (await connection.call("status", {}, timeoutMs)).heartbeat.agents,
  }));
  output.document({ last, agents });
  if (last === null) output.say("It has not looked at anything by itself yet.");
  else {
    const { ts, status, reason = "", preview = "" } = last;
    output.say(
      advice`${localTime(ts).slice(0, 16)}  ${status}  ${neutralLine(preview === "" ? reason : preview)}`,
    );
  }
  for (const { agentId, enabled, every } of agents)
    output.say(
      enabled
        ? advice`${agentId}: looks around every ${neutralLine(every)}, where HEARTBEAT.md asks for something`
        : advice`${agentId}: does not look around by itself`,
    );
  return EXIT.ok;
}

async function switchTo(invocation: Invocation<typeof systemHeartbeat>, enabled: boolean): Promise<number> {
  const { output } = invocation;
  const answer = await asking(invocation, (connection, timeoutMs) =>
    connection.call("set-heartbeats", { enabled }, timeoutMs),
  );
  output.document(answer);
  if (enabled) output.tick("the assistant looks around by itself, where HEARTBEAT.md asks for something");
  else
    output.tick(
      advice`the assistant does not look around by itself until you say so: ${ours`system heartbeat enable`}`,
    );
  return EXIT.ok;
}

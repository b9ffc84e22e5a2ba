/** `clawdbot system event`: the assistant is told about something. */
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { asking } from "../cron/asking.ts";
import type { systemEvent } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { answerTo } from "../typed-values.ts";

export async function run(invocation: Invocation<typeof systemEvent>): Promise<number> {
  const { values, output } = invocation;
  const { text } = values;
  const mode = values.mode === "now" ? "now" : "next-heartbeat";
  if (text === undefined) throw new RequestError("USAGE", "system event takes --text: what has happened");
  const answer = await asking(invocation, (connection, timeoutMs) =>
    answerTo(connection.call("wake", { mode, text }, timeoutMs), { text: { place: "--text", value: text } }),
  );
  output.document(answer);
  output.tick(mode === "now" ? "the assistant looks at it" : "the assistant is told when it answers next");
  return EXIT.ok;
}

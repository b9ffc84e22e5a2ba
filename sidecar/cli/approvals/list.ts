/** `clawdbot approvals list`: what waits for an answer. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { approvalsList } from "../definitions/approvals.ts";
import type { Invocation } from "../invocation.ts";
import { withGateway } from "./with-gateway.ts";

const COMMAND_CHARS = 400;

export async function run(invocation: Invocation<typeof approvalsList>): Promise<number> {
  const { output } = invocation;
  const answer = await withGateway(invocation, (connection, timeoutMs) =>
    connection.call("exec.approval.list", {}, timeoutMs),
  );
  output.document(answer);
  if (answer.approvals.length === 0) {
    output.say("Nothing waits for your approval.");
    return EXIT.ok;
  }
  for (const { id, request, expiresAtMs, always = [], changed } of answer.approvals) {
    const seconds = Math.max(0, Math.round((expiresAtMs - Date.now()) / 1_000));
    output.repeat(`${neutralLine(id)}  ${neutralLine(request.command, COMMAND_CHARS)}`);
    output.say(advice`  in ${neutralLine(request.cwd ?? "-")}, ${seconds} s left`);
    if (changed !== undefined)
      output.say(
        advice`  asked again, as something changed since it was allowed: ${neutralLine(changed.join(", "), COMMAND_CHARS)}`,
      );
    for (const rule of always)
      output.say(advice`  --always allows from now on: ${neutralLine(rule, COMMAND_CHARS)}`);
  }
  output.say(advice`Answer: ${ours`approvals allow <id>`} or ${ours`approvals deny <id>`}`);
  return EXIT.ok;
}

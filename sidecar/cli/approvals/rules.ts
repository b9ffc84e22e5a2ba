/** `clawdbot approvals rules`: what is allowed for good. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { approvalsRules } from "../definitions/approvals.ts";
import type { Invocation } from "../invocation.ts";
import { withGateway } from "./with-gateway.ts";

const RULE_CHARS = 400;

export async function run(invocation: Invocation<typeof approvalsRules>): Promise<number> {
  const { output } = invocation;
  const answer = await withGateway(invocation, (connection, timeoutMs) =>
    connection.call("exec.approval.rules", {}, timeoutMs),
  );
  output.document(answer);
  if (answer.rules.length === 0) {
    output.say("Nothing is allowed for good.");
    return EXIT.ok;
  }
  for (const { id, source, agentId, rule, expiresAtMs } of answer.rules) {
    output.repeat(`${neutralLine(id)}  ${neutralLine(agentId)}  ${neutralLine(rule, RULE_CHARS)}`);
    if (source === "file") output.say(advice`  an entry of exec-approvals.json`);
    if (expiresAtMs !== undefined)
      output.say(advice`  until ${new Date(expiresAtMs).toLocaleString("sv").slice(0, 16)}`);
  }
  output.say(advice`Have one asked about again: ${ours`approvals revoke <id>`}`);
  return EXIT.ok;
}

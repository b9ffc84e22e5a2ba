/** `clawdbot approvals get`: the file of the gateway's machine. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralText } from "../../../shared/foreign-text.ts";
import type { approvalsGet } from "../definitions/approvals.ts";
import type { Invocation } from "../invocation.ts";
import { withGateway } from "./with-gateway.ts";

export async function run(invocation: Invocation<typeof approvalsGet>): Promise<number> {
  const { output } = invocation;
  const answer = await withGateway(invocation, (connection, timeoutMs) =>
    connection.call("exec.approvals.get", {}, timeoutMs),
  );
  output.document(answer);
  for (const line of JSON.stringify(answer.file, undefined, 2).split("\n")) output.repeat(neutralText(line));
  return EXIT.ok;
}

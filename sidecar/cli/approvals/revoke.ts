/** `clawdbot approvals revoke <id>`: has something asked about again. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import type { approvalsRevoke } from "../definitions/approvals.ts";
import type { Invocation } from "../invocation.ts";
import { answerTo } from "../typed-values.ts";
import { withGateway } from "./with-gateway.ts";

export async function run(invocation: Invocation<typeof approvalsRevoke>): Promise<number> {
  const { output } = invocation;
  const [id = ""] = invocation.arguments;
  const answer = await withGateway(invocation, (connection, timeoutMs) =>
    answerTo(connection.call("exec.approval.rules.remove", { id }, timeoutMs), {
      id: { place: "<id>", value: id },
    }),
  );
  output.document({ ...answer, id });
  output.tick(advice`${neutralLine(id)} is asked about again`);
  return EXIT.ok;
}

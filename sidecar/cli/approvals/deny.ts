/** `clawdbot approvals deny <id>`: lets nothing run. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import type { approvalsDeny } from "../definitions/approvals.ts";
import type { Invocation } from "../invocation.ts";
import { answerTo } from "../typed-values.ts";
import { withGateway } from "./with-gateway.ts";

export async function run(invocation: Invocation<typeof approvalsDeny>): Promise<number> {
  const { values, output } = invocation;
  const [id = ""] = invocation.arguments;
  const params = { id, decision: "deny", ...(values.all ? { all: true } : {}) };
  const answer = await withGateway(invocation, (connection, timeoutMs) =>
    answerTo(connection.call("exec.approval.resolve", params, timeoutMs), {
      id: { place: "<id>", value: id },
    }),
  );
  output.document({ ...answer, id, decision: "deny" });
  output.tick(advice`${neutralLine(id)} is denied`);
  return EXIT.ok;
}

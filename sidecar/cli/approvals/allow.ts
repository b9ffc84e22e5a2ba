/** `clawdbot approvals allow <id>`: lets something run. */
import { durationMs } from "../../../shared/config/amounts.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import type { approvalsAllow } from "../definitions/approvals.ts";
import type { Invocation } from "../invocation.ts";
import { answerTo } from "../typed-values.ts";
import { withGateway } from "./with-gateway.ts";

export async function run(invocation: Invocation<typeof approvalsAllow>): Promise<number> {
  const { values, output } = invocation;
  const [id = ""] = invocation.arguments;
  if (values.turn && values.always) throw new RequestError("USAGE", "--turn and --always exclude each other");
  const forMs = values.for === undefined ? undefined : durationMs(values.for);
  if (values.for !== undefined && (forMs === undefined || forMs <= 0))
    throw new RequestError("USAGE", advice`--for takes a time such as 8h, not ${quoted(values.for)}`);
  if (forMs !== undefined && !values.always) throw new RequestError("USAGE", "--for needs --always");
  const decision = values.always ? "allow-always" : values.turn ? "allow-turn" : "allow-once";
  const params = {
    id,
    decision,
    ...(forMs === undefined ? {} : { forMs }),
    ...(values.all ? { all: true } : {}),
  };
  const answer = await withGateway(invocation, (connection, timeoutMs) =>
    answerTo(connection.call("exec.approval.resolve", params, timeoutMs), {
      id: { place: "<id>", value: id },
    }),
  );
  output.document({ ...answer, id, decision });
  output.tick(advice`${neutralLine(id)} is allowed`);
  return EXIT.ok;
}

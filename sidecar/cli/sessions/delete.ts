/** `clawdbot sessions delete`: takes a conversation out of the lists, or erases what was said in it. */
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { canAsk, confirm, leftUnchanged } from "../confirm.ts";
import { connectTo } from "../connect.ts";
import type { sessionsDelete } from "../definitions/agent.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

export async function run(invocation: Invocation<typeof sessionsDelete>): Promise<number> {
  const {
    arguments: [key = ""],
    values,
    context,
    output,
  } = invocation;
  const { purge, yes, timeout } = values;
  if (purge && !yes && !canAsk(output))
    throw new RequestError("USAGE", "sessions delete asks before it erases: pass --yes");
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, timeout));
  try {
    const question = advice`Erase everything that was said in ${quoted(key)}? This cannot be undone.`;
    if (purge && !yes && !(await confirm(output, question, false))) return leftUnchanged(output);
    const answer = await connection.call("sessions.delete", { key, purge }, timeout);
    if (!answer.deleted)
      throw new RequestError(
        "NOT_FOUND",
        advice`There is no conversation ${quoted(key)}; see ${ours`sessions`}`,
      );
    if (answer.erased === undefined)
      output.tick(advice`the conversation ${quoted(key)} stands in no list any more; it is kept`);
    else {
      const { entries, files, archived = 0 } = answer.erased;
      output.tick(advice`erased ${entries} entries, and ${files} files that nothing else refers to`);
      if (archived > 0) output.tick(advice`erased ${archived} transcripts that were moved out of the store`);
    }
    output.document(answer);
    return EXIT.ok;
  } finally {
    connection.close();
  }
}

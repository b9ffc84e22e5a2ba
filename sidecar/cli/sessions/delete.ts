/** `clawdbot sessions delete`: takes a conversation out of the lists, or erases what was said in it. */
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { canAsk, confirm, leftUnchanged } from "../confirm.ts";
import { connectTo } from "../connect.ts";
import type { sessionsDelete } from "../definitions/agent.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";
import { answerTo } from "../typed-values.ts";

export async function run(invocation: Invocation<typeof sessionsDelete>): Promise<number> {
  const {
    arguments: [key = ""],
    values,
    context,
    output,
  } = invocation;
  const { purge, yes, timeout } = values;
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, timeout));
  try {
    const { mainSessionKey } = connection.hello.snapshot.sessionDefaults ?? {};
    if (!purge && (key === "main" || key === mainSessionKey)) throw isMain(key);
    const remove = async (how: { purge: boolean; dryRun?: boolean }) => {
      const answer = await answerTo(connection.call("sessions.delete", { key, ...how }, timeout), {
        key: { place: "<key>", value: key },
      });
      if (!answer.deleted) throw unknown(key);
      return answer;
    };
    // Nobody is asked about what is not there.
    if (purge && !yes) {
      await remove({ purge, dryRun: true });
      if (!canAsk(output))
        throw new RequestError("USAGE", "sessions delete asks before it erases: pass --yes");
      const question = advice`Erase everything that was said in ${quoted(key)}? This cannot be undone.`;
      if (!(await confirm(output, question, false))) return leftUnchanged(output);
    }
    const answer = await remove({ purge });
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

function unknown(key: string): RequestError {
  return new RequestError(
    "NOT_FOUND",
    advice`There is no conversation ${quoted(key)}; see ${ours`sessions`}`,
  );
}

function isMain(key: string): RequestError {
  return new RequestError(
    "SESSION_INVALID",
    advice`${quoted(key)} is the main conversation, which stays in the lists; erase what was said in it with ${ours`sessions delete ${key} --purge`}`,
  );
}

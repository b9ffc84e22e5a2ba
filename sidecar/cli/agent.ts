/** `clawdbot agent`: one message, and its answer as it comes. */
import { randomUUID } from "node:crypto";
import { buffer as readAll } from "node:stream/consumers";
import { RequestError, UnavailableError } from "../../shared/errors.ts";
import { advice, ours, withoutStop } from "../../shared/remedy.ts";
import { ask, isCutOff, verdictOn } from "./ask.ts";
import { GrowingText } from "./chat/growing-text.ts";
import { connectTo } from "./connect.ts";
import type { agent } from "./definitions/agent.ts";
import type { Invocation } from "./invocation.ts";
import type { Output } from "./output.ts";
import { refuseWithout, sessionKeyOf } from "./session-choice.ts";
import { resolveTarget } from "./target.ts";
import { tellTyping } from "./typing.ts";
import { utf8Of } from "./utf8.ts";

export async function run({ values, context, output }: Invocation<typeof agent>): Promise<number> {
  const message = await messageOf(values.message, output);
  const files = values.attach.length === 0 ? [] : (await attaching()).lookAtAttached(values.attach);
  const choice = { session: values.session, agent: values.agent };
  const { thinking, "answer-within": answerWithinS } = values;
  const question = { message, runId: randomUUID(), thinking, answerWithinS };
  if (values.local) {
    const { askLocally } = await import("./ask-locally.ts");
    const answer = await askLocally({ ...question, ...choice, files }, context, output);
    output.document(answer);
    return verdictOn(answer, output);
  }
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    refuseWithout("agent", connection);
    const sessionKey = await sessionKeyOf(choice, connection);
    const besides = Buffer.byteLength(JSON.stringify(message));
    const attachments =
      files.length === 0
        ? []
        : await (await attaching()).attachmentsFor(files, connection, { target, besides });
    const printed = new GrowingText();
    const answer = await ask(connection, { ...question, sessionKey, attachments }, output, printed).catch(
      (error) => {
        if (printed.shown !== "") output.stream("\n");
        throw afterLoss(error, sessionKey);
      },
    );
    output.document(answer);
    return verdictOn(answer, output);
  } finally {
    connection.close();
  }
}

/** Loaded where there are files. */
function attaching() {
  return import("./attached-files.ts");
}

/** What was taken is answered all the same: whoever sends it again without a look asks twice. */
function afterLoss(error: unknown, sessionKey: string): unknown {
  if (!isCutOff(error)) return error;
  const look = ours`chat --session ${sessionKey}`;
  const sentence =
    error.remoteCode === "RUN_UNFINISHED"
      ? advice`The gateway stopped before the answer was whole. The next gateway answers the message: look before you send it again, with ${look}`
      : advice`${withoutStop(error.sentence)}. If it had taken the message, the next gateway answers it: look before you send it again, with ${look}`;
  return new UnavailableError("CONNECTION_LOST", sentence, { cause: error });
}

async function messageOf(given: string | undefined, output: Output): Promise<string> {
  if (given === undefined)
    throw new RequestError("USAGE", "--message says what to send; - reads it from the standard input");
  if (given === "-") tellTyping("--message -", output);
  const message = given === "-" ? utf8Of(await readAll(process.stdin)) : given;
  if (message.trim() !== "") return message;
  throw new RequestError("USAGE", "--message: there is nothing to send");
}

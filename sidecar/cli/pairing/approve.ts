/** `clawdbot pairing approve <channel> <code>`: lets somebody in, and asks once whether it is the owner. */
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { ask, canAsk, leftUnchanged } from "../confirm.ts";
import { connectTo } from "../connect.ts";
import type { pairingApprove } from "../definitions/pairing.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";
import { answerTo } from "../typed-values.ts";
import { typedRequest } from "./typed-request.ts";

export async function run(invocation: Invocation<typeof pairingApprove>): Promise<number> {
  const { values, context, output } = invocation;
  const [channel = "", code = ""] = invocation.arguments;
  if (values.owner && values["not-owner"])
    throw new RequestError("USAGE", "--owner and --not-owner exclude each other");
  const typed = typedRequest(channel, code);
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    const { requests, hasOwner } = await answerTo(
      connection.call("channels.pairing.list", { channel }, values.timeout),
      typed,
    );
    const asked = requests.find((request) => request.code === code.trim().toUpperCase());
    let owner = values.owner;
    const isOpen = !owner && !values["not-owner"] && !hasOwner;
    if (asked !== undefined && isOpen && canAsk(output)) {
      const who = neutralLine(asked.name === undefined ? asked.id : `${asked.name} (${asked.id})`, 120);
      const question = advice`${who} on ${channel}: is this you? Owners may do everything.`;
      const answer = await ask(output, question, false);
      if (answer === undefined) return leftUnchanged(output);
      owner = answer;
    }
    const params = { channel, code, ...(owner ? { owner } : {}) };
    const approved = await answerTo(
      connection.call("channels.pairing.approve", params, values.timeout),
      typed,
    );
    output.document(approved);
    output.tick(
      owner
        ? advice`${neutralLine(approved.id)} on ${channel} is let in and owns this gateway`
        : advice`${neutralLine(approved.id)} on ${channel} is let in and was asked to write again`,
    );
    if (!owner && !hasOwner && !canAsk(output)) {
      const entry = `${channel}:${approved.id}`;
      output.note(
        advice`No owner is set. If it is you: ${ours`config set commands.ownerAllowFrom ${JSON.stringify([entry])}`}`,
      );
    }
    return EXIT.ok;
  } finally {
    connection.close();
  }
}

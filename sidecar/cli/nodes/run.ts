/** `clawdbot nodes run`: runs a program on a node and shows what it printed. */

import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice } from "../../../shared/remedy.ts";
import type { nodesRun } from "../definitions/nodes.ts";
import type { Invocation } from "../invocation.ts";
import { askGateway, invokeOn, nodeMeant, required } from "./ask.ts";

/** How much longer than the program the node may take, in ms. */
const GRACE_MS = 5_000;

/** Ends with 0 where the program did, and with 1 else. */
export async function run(invocation: Invocation<typeof nodesRun>): Promise<number> {
  const { output, values, arguments: command } = invocation;
  required("--node", values.node);
  const programTimeoutMs = values["command-timeout"];
  const params = {
    command: [...command],
    ...(values.cwd === undefined ? {} : { cwd: values.cwd }),
    ...(values.env === undefined ? {} : { env: variablesOf(values.env) }),
    ...(programTimeoutMs === undefined ? {} : { timeoutMs: programTimeoutMs }),
  };
  const timeoutMs = Math.max(values["invoke-timeout"], (programTimeoutMs ?? 0) + GRACE_MS);
  const answer = await askGateway(invocation, async (gateway, timeout) => {
    const node = await nodeMeant(gateway, values.node, timeout);
    const order = { command: "system.run", params, timeoutMs };
    return await output.during("Waiting for the node", invokeOn(gateway, node, order));
  });
  const { stdout = "", stderr = "", exitCode, timedOut } = isRecord(answer.payload) ? answer.payload : {};
  output.document(answer.payload);
  for (const text of [stdout, stderr])
    if (typeof text === "string" && text !== "") output.repeat(text.replace(/\n$/, ""));
  if (timedOut === true) output.note(advice`the program was ended, as it took too long`);
  else if (exitCode !== 0) output.note(advice`the program ended with ${String(exitCode)}`);
  return exitCode === 0 && timedOut !== true ? EXIT.ok : EXIT.failure;
}

function variablesOf(typed: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    typed.map((each) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(each) ?? [];
      if (name === undefined || value === undefined)
        throw new RequestError("USAGE", advice`--env needs a name and a value, such as LANG=C`);
      return [name, value];
    }),
  );
}

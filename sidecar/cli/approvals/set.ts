/** `clawdbot approvals set <file>`: replaces the file of the gateway's machine. */
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { readSmallFile } from "../../../shared/node/small-file.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice } from "../../../shared/remedy.ts";
import type { approvalsSet } from "../definitions/approvals.ts";
import type { Invocation } from "../invocation.ts";
import { answerTo } from "../typed-values.ts";
import { withGateway } from "./with-gateway.ts";

const MOST_BYTES = 1024 * 1024;

export async function run(invocation: Invocation<typeof approvalsSet>): Promise<number> {
  const { values, output } = invocation;
  const [path = ""] = invocation.arguments;
  const file = contentOf(path);
  const answer = await withGateway(invocation, async (connection, timeoutMs) => {
    const baseHash = values["base-hash"] ?? (await connection.call("exec.approvals.get", {}, timeoutMs)).hash;
    return await answerTo(connection.call("exec.approvals.set", { file, baseHash }, timeoutMs), {
      file: { place: "<file>", value: path },
    });
  });
  output.document(answer);
  output.tick(advice`${answer.path} is replaced`);
  return EXIT.ok;
}

function contentOf(path: string): Record<string, unknown> {
  const read = readSmallFile(path, MOST_BYTES);
  const reason = read.state === "unreadable" ? read.reason : "there is no such file";
  if (read.state !== "bytes")
    throw new RequestError("USAGE", advice`${quoted(path)} cannot be read: ${reason}`);
  try {
    const content: unknown = JSON.parse(read.bytes.toString("utf8"));
    if (isRecord(content)) return content;
  } catch {
    // Told below, like a document that is no object.
  }
  throw new RequestError("USAGE", advice`${quoted(path)} is no JSON object`);
}

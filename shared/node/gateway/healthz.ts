/** Recognizes a gateway behind a port by what it answers over HTTP, never by a process name, and asks it how it is. */
import { createHash } from "node:crypto";
import { isRecord } from "../../protocol/frame.ts";
import { get } from "../node-http.ts";

/**
 * Header by which a caller shows that he knows the gateway's instance id, which stands in a file that is its user's alone. Behind a
 * proxy of this machine nothing else tells that user's programs from strangers. It holds a digest: whoever listens there instead does
 * not learn the id from it.
 */
export const INSTANCE_HEADER = "x-clawdbot-instance";

/** Ms. A gateway answers at once; a busy one gets this long. */
const ANSWER_TIMEOUT_MS = 800;
const MAX_ANSWER_BYTES = 65_536;

/** What the value of `INSTANCE_HEADER` is for this id. */
export function instanceProof(instanceId: string): string {
  return createHash("sha256").update(`clawdbot instance ${instanceId}`, "utf8").digest("hex");
}

/** A gateway that answers. It tells its id to callers on its machine, and to those who know it. */
export interface FoundGateway {
  instanceId: string | undefined;
}

/**
 * The healthy gateway that listens at `address`; undefined when it is none. `::` and `0.0.0.0` are asked on loopback. `known` is the
 * id that it should have, where there is one; `timeoutMs` is for callers to whom it only matters for a word.
 */
export async function gatewayAt(
  address: string,
  port: number,
  known?: string,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<FoundGateway | undefined> {
  return gatewayIn(await answerAt(address, port, "/healthz", known, timeoutMs));
}

/** The instance id of that gateway, where it tells it. */
export async function gatewayInstanceAt(
  address: string,
  port: number,
  known?: string,
): Promise<string | undefined> {
  return (await gatewayAt(address, port, known))?.instanceId;
}

/** What is not well with the gateway at `address`, such as `log: ENOSPC`; empty when all is well or nobody answers. */
export async function ailmentsAt(address: string, port: number, known?: string): Promise<string[]> {
  return ailmentsIn(await answerAt(address, port, "/readyz", known, ANSWER_TIMEOUT_MS));
}

/** The body of the answer; empty when there is none. */
function answerAt(
  address: string,
  port: number,
  path: string,
  known: string | undefined,
  timeoutMs: number,
): Promise<string> {
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = known === undefined ? {} : { [INSTANCE_HEADER]: instanceProof(known) };
    const request = get({ host, port, path, headers, signal, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER_BYTES) request.destroy();
      });
      response.on("end", () => resolve(text));
      response.on("close", () => resolve(""));
      response.on("error", () => resolve(""));
    });
    request.on("error", () => resolve(""));
  });
}

/** The gateway in an answer with the signature of one. */
export function gatewayIn(text: string): FoundGateway | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (!isRecord(answer) || answer.ok !== true || answer.service !== "clawdbot-gateway") return undefined;
    return { instanceId: typeof answer.instanceId === "string" ? answer.instanceId : undefined };
  } catch {
    return undefined; // Some other web server's page.
  }
}

/** The components in an answer of `/readyz` that are not well. */
export function ailmentsIn(text: string): string[] {
  try {
    const answer: unknown = JSON.parse(text);
    if (!isRecord(answer) || answer.service !== "clawdbot-gateway" || !isRecord(answer.components)) return [];
    return Object.entries(answer.components).flatMap(([name, component]) =>
      isRecord(component) && component.ok === false ? [`${name}: ${component.detail ?? "not well"}`] : [],
    );
  } catch {
    return []; // Some other web server's page.
  }
}

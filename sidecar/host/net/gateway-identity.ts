/** Recognizes a gateway behind a port by what it answers over HTTP, never by a process name, and asks it how it is. */
import { localHostOf } from "../../../shared/node/gateway/live.ts";
import type { Listener } from "../../../shared/node/port-owner.ts";
import type { GatewayFacts } from "../../../shared/node/run-state.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { get } from "./node-http.ts";

/** A gateway answers at once; a busy one gets this long. */
const ANSWER_TIMEOUT_MS = 800;
const MAX_ANSWER_BYTES = 65_536;

/** The instance id of the healthy gateway that listens at `address`; undefined when it is none. `::` and `0.0.0.0` are asked on loopback. */
export async function gatewayInstanceAt(address: string, port: number): Promise<string | undefined> {
  return instanceIdIn(await answerAt(address, port, "/healthz"));
}

/** Whether the gateway of these facts is healthy. */
export async function answers(facts: GatewayFacts): Promise<boolean> {
  return (await gatewayInstanceAt(localHostOf(facts), facts.port)) === facts.instanceId;
}

/**
 * The listeners of a port, and where the system hides the process of one, that of our own gateway if it is the one that answers. `own`
 * is the live one of the profile.
 */
export async function recognized(
  listeners: readonly Listener[],
  port: number,
  own: GatewayFacts | undefined,
): Promise<Listener[]> {
  const isHidden = listeners.some(({ pid }) => pid === undefined);
  if (!isHidden || own?.port !== port || !(await answers(own))) return [...listeners];
  const { pid, startId, hosts } = own;
  return listeners.map((listener) => {
    const isOurs =
      listener.pid === undefined && listener.addresses.some((address) => hosts.includes(address));
    return isOurs ? { ...listener, pid, startId, command: "node" } : listener;
  });
}

/** What is not well with the gateway at `address`, such as `log: ENOSPC`; empty when all is well or nobody answers. */
export async function ailmentsAt(address: string, port: number): Promise<string[]> {
  return ailmentsIn(await answerAt(address, port, "/readyz"));
}

/** The body of the answer; empty when there is none. */
function answerAt(address: string, port: number, path: string): Promise<string> {
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const request = get({ host, port, path, signal, agent: false }, (response) => {
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

/** The instance id in an answer with the signature of a gateway. */
export function instanceIdIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const isGateway = isRecord(answer) && answer.ok === true && answer.service === "clawdbot-gateway";
    return isGateway && typeof answer.instanceId === "string" ? answer.instanceId : undefined;
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

/** Recognizes a gateway behind a port by what `/healthz` answers, never by a process name. */
import { isRecord } from "../../../shared/protocol/frame.ts";
import { get } from "./node-http.ts";

/** A gateway answers at once; a busy one gets this long. */
const ANSWER_TIMEOUT_MS = 800;
const MAX_ANSWER_BYTES = 65_536;

/** The instance id of the healthy gateway that listens at `address`; undefined when it is none. `::` and `0.0.0.0` are asked on loopback. */
export function gatewayInstanceAt(address: string, port: number): Promise<string | undefined> {
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const request = get({ host, port, path: "/healthz", signal, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER_BYTES) request.destroy();
      });
      response.on("end", () => resolve(instanceIdIn(text)));
      response.on("close", () => resolve(undefined));
      response.on("error", () => resolve(undefined));
    });
    request.on("error", () => resolve(undefined));
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

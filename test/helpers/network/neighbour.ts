/** A program of its own that asks gateways from another network: `node neighbour.ts <requests as JSON>` prints the results. */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";
import { createDevice, signedBy } from "../gateway/device.ts";
import { connectParams, type Frame, WireClient } from "../gateway/wire-client.ts";

export interface NeighbourRequest {
  host: string;
  port: number;
  headers?: Record<string, string>;
  /** What the client proves itself with; nothing when absent. Every client has a device and signs the challenge. */
  auth?: { token?: string; password?: string };
  /** Private key of the device, PEM; a new device when absent. */
  device?: string;
  /** By TLS; the certificate is not looked at. */
  tls?: boolean;
}

export interface NeighbourResult {
  /** Somebody answered `/healthz` with the gateway's signature. */
  reached: boolean;
  /** `/healthz` told who the gateway is: the client counts as local. */
  details: boolean;
  /** `in`, the reason of the refusal, or `unreached`. */
  connect: string;
}

const PATIENCE_MS = 1_500;

async function ask({
  host,
  port,
  headers = {},
  auth = {},
  device,
  tls = false,
}: NeighbourRequest): Promise<NeighbourResult> {
  const health = await healthz({ host, port, headers, tls });
  if (health === undefined) return { reached: false, details: false, connect: "unreached" };
  const connect = await tryConnect(`${tls ? "wss" : "ws"}://${host}:${port}/`, headers, auth, device);
  return { reached: health.service === "clawdbot-gateway", details: "pid" in health, connect };
}

function healthz({
  host,
  port,
  headers,
  tls,
}: Pick<NeighbourRequest, "host" | "port" | "headers" | "tls">): Promise<Frame | undefined> {
  return new Promise((resolve) => {
    const options = {
      host,
      port,
      path: "/healthz",
      headers,
      agent: false as const,
      timeout: PATIENCE_MS,
      rejectUnauthorized: false,
    };
    const request = (tls ? httpsRequest : httpRequest)(options, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve(JSON.parse(body)));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
    request.end();
  });
}

async function tryConnect(
  url: string,
  headers: Record<string, string>,
  auth: object,
  device?: string,
): Promise<string> {
  const client = new WireClient(new WebSocket(url, { headers, rejectUnauthorized: false }));
  const challenge = await client.event("connect.challenge");
  const nonce = isRecord(challenge.payload) ? String(challenge.payload.nonce) : "";
  const params = connectParams({ auth }) as unknown as ConnectParams;
  const signed = signedBy(createDevice(device), params, { signedAtMs: Date.now(), nonce });
  const answer = await client.request("connect", signed, "connect");
  client.socket.terminate();
  if (answer.ok === true) return "in";
  return isRecord(answer.error) ? String(answer.error.message) : "refused";
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const requests: NeighbourRequest[] = JSON.parse(process.argv[2] ?? "[]");
  console.log(JSON.stringify(await Promise.all(requests.map(ask))));
}

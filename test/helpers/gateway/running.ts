/** Gateways of one test in its own process, stopped afterwards, and devices that connect to them. */
import { test as base } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { ConnectParams } from "../../../shared/protocol/handshake.ts";
import { createDevice, signedBy, type TestDevice } from "./device.ts";
import { type GatewayOptions, startGateway, type TestGateway } from "./gateway.ts";
import { connectParams, type Frame, openWire, type WireClient, type WireOptions } from "./wire-client.ts";

export const test = base.extend<{ start: (options?: GatewayOptions) => Promise<TestGateway> }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  start: async ({}, use) => {
    const started: TestGateway[] = [];
    await use(async (options) => {
      const server = await startGateway(options);
      started.push(server);
      return server;
    });
    await Promise.all(started.map((server) => server.stop()));
  },
});

/** A device's attempt to connect. */
export interface DeviceAttempt {
  client: WireClient;
  device: TestDevice;
  answer: Frame;
  /** Empty when it was refused. */
  hello: Frame;
  /** The token that came with the welcome, "" without one. */
  token: string;
}

/** Connects with a device that signs the challenge at the time of the system's clock; a new one by default. */
export async function connectDevice(
  port: number,
  extra: Frame = {},
  { device = createDevice(), ...options }: WireOptions & { device?: TestDevice } = {},
): Promise<DeviceAttempt> {
  const client = await openWire(port, options);
  const challenge = await client.event("connect.challenge");
  const nonce = isRecord(challenge.payload) ? String(challenge.payload.nonce) : "";
  const params = ConnectParams.parse(connectParams(extra));
  const signed = signedBy(device, params, { signedAtMs: Date.now(), nonce });
  const answer = await client.request("connect", signed, "connect");
  const hello = isRecord(answer.payload) ? answer.payload : {};
  const token = isRecord(hello.auth) ? String(hello.auth.deviceToken) : "";
  return { client, device, answer, hello, token };
}

/** The code in a refusal; undefined for an answer that is none. */
export function codeOf({ error }: Frame): unknown {
  return isRecord(error) && isRecord(error.details) ? error.details.code : undefined;
}

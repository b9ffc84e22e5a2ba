/** A gateway inside the test with the channel of the tests and the platform that the test plays. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { InboundMessage } from "../../../sidecar/assistant/inbox/message.ts";
import { type FixtureOptions, fixtureChannel } from "../../fixtures/channel/channel.ts";
import { type GatewayOptions, startGateway, type TestGateway } from "../gateway/gateway.ts";
import { connectWire, type WireClient } from "../gateway/wire-client.ts";
import { Platform } from "./platform.ts";

export interface ChannelGateway {
  platform: Platform;
  gateway: TestGateway;
  /** Of an owner. */
  client: WireClient;
  stop(): Promise<void>;
}

export interface ChannelGatewayOptions extends FixtureOptions {
  /** Of the account, over its address. */
  account?: Record<string, unknown>;
  config?: GatewayConfig;
  prepare?: GatewayOptions["prepare"];
  knowsKeys?: boolean;
}

/** Ann is the owner. */
export async function startChannelGateway(options: ChannelGatewayOptions = {}): Promise<ChannelGateway> {
  const { account = {}, config = {}, prepare, knowsKeys = true } = options;
  const platform = await Platform.start({ knowsKeys });
  const descriptor = fixtureChannel(options);
  const gateway = await startGateway({
    channels: [descriptor],
    config: {
      commands: { ownerAllowFrom: [`${descriptor.id}:ann`] },
      ...config,
      channels: { [descriptor.id]: { url: platform.url, ...account } },
    },
    ...(prepare === undefined ? {} : { prepare }),
  });
  const { client } = await connectWire(gateway.port, { scopes: ["operator.admin"] });
  return {
    platform,
    gateway,
    client,
    stop: async () => {
      await gateway.stop();
      await platform.stop();
    },
  };
}

/** Uses a gateway with the channel, and stops it whatever happens. */
export async function withChannelGateway(
  options: ChannelGatewayOptions,
  use: (started: ChannelGateway) => Promise<void>,
): Promise<void> {
  const started = await startChannelGateway(options);
  try {
    await use(started);
  } finally {
    await started.stop();
  }
}

let count = 0;

/** A direct message; the chat is named like its sender. */
export function directFrom(sender: string, text: string, more: Partial<InboundMessage> = {}): InboundMessage {
  count += 1;
  return {
    id: `in${count}`,
    atMs: Date.now(),
    chat: { kind: "dm", id: `dm-${sender}` },
    sender: { id: sender, name: sender.toUpperCase() },
    text,
    ...more,
  };
}

/** A message in the group `room`. */
export function groupFrom(sender: string, text: string, more: Partial<InboundMessage> = {}): InboundMessage {
  return directFrom(sender, text, { chat: { kind: "group", id: "room", title: "The room" }, ...more });
}

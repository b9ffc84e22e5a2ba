/** The channels of this release, by what describes them; the code of each is loaded when an account of it is configured. */
import type { ChannelDescriptor } from "./channel.ts";

export type ChannelRegistry = readonly ChannelDescriptor[];

export const CHANNELS: ChannelRegistry = [];

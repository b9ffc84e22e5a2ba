/**
 * Multicast DNS on one address of this machine. The sockets are opened here instead of by the library, because a socket of its
 * own ends the process when it cannot be opened and sends on one interface only.
 */

import { createSocket, type Socket } from "node:dgram";
import type { Server } from "bonjour-service/dist/lib/mdns-server.js";
import { errorText, SetupError, systemCode } from "../../../shared/errors.ts";
import { type Interfaces, interfaces } from "../../../shared/node/machine.ts";
import { advice } from "../../../shared/remedy.ts";

/** The type of service gateways are announced as. */
export const GATEWAY_SERVICE = "clawdbot-gw";

/** RFC 6762, section 3 and section 11. */
const GROUP = "224.0.0.251";
const PORT = 5353;
const TTL = 255;

/** Speaks multicast DNS on the interface that has this IPv4 address. Fails with `ADDRESS_UNAVAILABLE`. */
export async function openMulticastDns(address: string, onError: (error: unknown) => void): Promise<Server> {
  // In the bundle a CommonJS module that is loaded late has nothing but its default export.
  const { default: library } = await import("bonjour-service/dist/lib/mdns-server.js");
  const socket = await openSocket(address);
  // The library hands its options on to its lower layer, which its types do not show.
  const options: object = { socket, bind: false };
  return new library.Server(options, onError);
}

/** One IPv4 address per interface that reaches other machines. */
export function multicastAddresses(own: Interfaces = interfaces()): string[] {
  return Object.values(own).flatMap((entries) => {
    const usable = entries?.find(({ family, internal }) => family === "IPv4" && !internal);
    return usable === undefined ? [] : [usable.address];
  });
}

async function openSocket(address: string): Promise<Socket> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(PORT, () => {
        socket.removeListener("error", reject);
        resolve();
      });
    });
    socket.addMembership(GROUP, address);
    socket.setMulticastInterface(address);
    socket.setMulticastTTL(TTL);
    socket.setMulticastLoopback(true);
    return socket;
  } catch (error) {
    socket.close();
    throw new SetupError("ADDRESS_UNAVAILABLE", advice`UDP port ${PORT} on ${address}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  const code = systemCode(error);
  if (code === "EADDRINUSE") return "another program holds it for itself (EADDRINUSE)";
  return code ?? errorText(error);
}

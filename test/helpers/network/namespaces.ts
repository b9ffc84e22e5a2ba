/**
 * A small world of network namespaces: a machine for the gateway, and around it a LAN, a tailnet and a foreign network with one
 * neighbour each. Needs Linux, root and iproute2; nothing outside the namespaces is touched.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test as base } from "@playwright/test";
import { createTempHome, type TempHome } from "../home/temp-home.ts";
import { LAUNCHER } from "../process/clawdbot.ts";
import { type CliOptions, type CliProcess, startNode } from "../process/cli.ts";
import { findProgram, missingReason } from "../run/desktop-needs.ts";
import type { NeighbourRequest, NeighbourResult } from "./neighbour.ts";

export const NETWORKS = {
  lan: { device: "lan0", machine: "10.77.1.1", neighbour: "10.77.1.2" },
  tailnet: { device: "tailscale0", machine: "100.64.7.1", neighbour: "100.64.7.2" },
  foreign: { device: "wan0", machine: "203.0.113.1", neighbour: "203.0.113.2" },
} as const;
export type Network = keyof typeof NETWORKS;
/** Where a client may be: on the gateway's machine or in one of the networks. */
export type Place = "machine" | Network;

const PREFIX = 24;
const NEIGHBOUR = fileURLToPath(new URL("./neighbour.ts", import.meta.url));

export interface World {
  /** Runs `clawdbot <args>` on the machine. */
  gateway(args: string[], options: CliOptions): CliProcess;
  /** Runs any program on the machine. */
  run(program: string, args: string[], options: CliOptions): CliProcess;
  /** Asks from a place, all requests in one process. */
  ask(place: Place, requests: NeighbourRequest[]): Promise<NeighbourResult[]>;
  /** Gives the machine its address in a network, or takes it away. */
  address(action: "add" | "del", network: Network): void;
}

/** `test` with a `world` for each worker, removed afterwards, and a `home`. Check `networkReason()` before. */
export const test = base.extend<{ home: TempHome }, { world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  home: async ({}, use) => {
    const home = createTempHome();
    await use(home);
    home.dispose();
  },
  world: [
    // biome-ignore lint/correctness/noEmptyPattern: as above.
    async ({}, use, { workerIndex }) => {
      const prefix = `clawdbot-${process.pid}-${workerIndex}`;
      const remove = () => removeAll(prefix);
      process.once("exit", remove);
      try {
        build(prefix);
        await use(worldOf(prefix));
      } finally {
        remove();
        process.removeListener("exit", remove);
      }
    },
    { scope: "worker" },
  ],
});

/** Why the tests with namespaces cannot run here, or undefined when they can. */
export function networkReason(): string | undefined {
  const missing = missingReason("network");
  if (missing !== undefined) return missing;
  const name = `clawdbot-${process.pid}-probe`;
  const added = ip("netns", "add", name);
  if (added.status === 0) ip("netns", "del", name);
  return added.status === 0 ? undefined : `no network namespaces here: ${added.stderr.trim()}`;
}

function worldOf(prefix: string): World {
  const within = (place: Place, command: string[], options: CliOptions) =>
    startNode(["netns", "exec", `${prefix}-${place}`, ...command], options, ipProgram());
  return {
    gateway: (args, options) => within("machine", [process.execPath, LAUNCHER, ...args], options),
    run: (program, args, options) => within("machine", [program, ...args], options),
    ask: async (place, requests) => {
      const env = { PATH: process.env.PATH ?? "" };
      const command = [process.execPath, NEIGHBOUR, JSON.stringify(requests)];
      const { code, stdout, stderr } = await within(place, command, { env }).ended;
      if (code !== 0) throw new Error(`asking from ${place} failed: ${stderr}`);
      return JSON.parse(stdout);
    },
    address: (action, network) => {
      const { machine, device } = NETWORKS[network];
      must("-n", `${prefix}-machine`, "address", action, `${machine}/${PREFIX}`, "dev", device);
    },
  };
}

function build(prefix: string): void {
  const machine = `${prefix}-machine`;
  must("netns", "add", machine);
  must("-n", machine, "link", "set", "lo", "up");
  for (const [network, { device, machine: own, neighbour }] of Object.entries(NETWORKS)) {
    const other = `${prefix}-${network}`;
    must("netns", "add", other);
    must("-n", other, "link", "set", "lo", "up");
    must("-n", machine, "link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", other);
    must("-n", machine, "address", "add", `${own}/${PREFIX}`, "dev", device);
    must("-n", machine, "link", "set", device, "up");
    must("-n", other, "address", "add", `${neighbour}/${PREFIX}`, "dev", "eth0");
    must("-n", other, "link", "set", "eth0", "up");
  }
}

function removeAll(prefix: string): void {
  for (const place of ["machine", ...Object.keys(NETWORKS)]) ip("netns", "del", `${prefix}-${place}`);
}

function must(...args: string[]): void {
  const { status, stderr } = ip(...args);
  if (status !== 0) throw new Error(`ip ${args.join(" ")} failed: ${stderr}`);
}

function ip(...args: string[]) {
  return spawnSync(ipProgram(), args, { encoding: "utf8", timeout: 10_000 });
}

function ipProgram(): string {
  return findProgram("ip", "/usr/sbin/ip") ?? "ip";
}

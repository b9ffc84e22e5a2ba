/**
 * Machines in networks of their own, made of Linux network namespaces: two on one cable, or a small world around a gateway with a
 * LAN, a tailnet and a foreign network. Needs Linux, root and iproute2; nothing outside the namespaces is touched.
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
export type NetworkName = keyof typeof NETWORKS;
/** Where a client may be: on the gateway's machine or in one of the networks. */
export type Place = "machine" | NetworkName;

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
  address(action: "add" | "del", network: NetworkName): void;
}

export interface Machine {
  /** Its IPv4 address on the cable. */
  address: string;
  /** The words that run a program there. */
  on(...words: string[]): string[];
}

/** Two machines on one cable, over which multicast goes. */
export interface Network {
  here: Machine;
  there: Machine;
  dispose(): void;
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

/** Creates both machines. */
export function createNetwork(): Network {
  cables += 1;
  const [here, there] = ["a", "b"].map((letter) => `clawdbot-${process.pid}-cable${cables}-${letter}`) as [
    string,
    string,
  ];
  for (const name of [here, there]) addMachine(name);
  connect({ name: here, device: "cable" }, { name: there, device: "cable" });
  const machine = (name: string, address: string): Machine => {
    bringUp({ name, device: "cable" }, address);
    must("-n", name, "route", "add", "default", "dev", "cable");
    return { address, on: (...words) => [ipProgram(), "netns", "exec", name, ...words] };
  };
  return {
    here: machine(here, "198.51.100.1"),
    there: machine(there, "198.51.100.2"),
    dispose: () => {
      for (const name of [here, there]) must("netns", "del", name);
    },
  };
}

let cables = 0;

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
  addMachine(machine);
  for (const [network, { device, machine: own, neighbour }] of Object.entries(NETWORKS)) {
    const [near, far] = [
      { name: machine, device },
      { name: `${prefix}-${network}`, device: "eth0" },
    ];
    addMachine(far.name);
    connect(near, far);
    bringUp(near, own);
    bringUp(far, neighbour);
  }
}

/** One end of a cable: a machine and its device there. */
interface End {
  name: string;
  device: string;
}

function addMachine(name: string): void {
  must("netns", "add", name);
  must("-n", name, "link", "set", "lo", "up");
}

function connect(near: End, far: End): void {
  const peer = ["type", "veth", "peer", "name", far.device, "netns", far.name];
  must("-n", near.name, "link", "add", near.device, ...peer);
}

function bringUp({ name, device }: End, address: string): void {
  must("-n", name, "address", "add", `${address}/${PREFIX}`, "dev", device);
  must("-n", name, "link", "set", device, "up");
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

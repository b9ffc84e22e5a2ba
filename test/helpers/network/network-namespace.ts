/** Two machines of a network of their own: Linux network namespaces joined by a virtual cable. Needs root. */
import { spawnSync } from "node:child_process";
import { missingReason } from "../run/desktop-needs.ts";

export interface Machine {
  /** Its IPv4 address on the cable. */
  address: string;
  /** The words that run a program there. */
  on(...words: string[]): string[];
}

export interface Network {
  here: Machine;
  there: Machine;
  dispose(): void;
}

let count = 0;

/** One line for `test.skip`, or undefined when namespaces can be made here. */
export function namespaceReason(): string | undefined {
  const missing = missingReason("network");
  if (missing !== undefined) return missing;
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const name = `clawdbot-try-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (made.status !== 0) return `no network namespace can be made: ${made.stderr?.trim()}`;
  run("netns", "del", name);
  return undefined;
}

/** Creates both machines; multicast goes over the cable. */
export function createNetwork(): Network {
  count += 1;
  const id = `${process.pid}-${count}`;
  const here = machine(`clawdbot-a-${id}`, "198.51.100.1");
  const there = machine(`clawdbot-b-${id}`, "198.51.100.2");
  run(
    "link",
    "add",
    "cable",
    "netns",
    here.name,
    "type",
    "veth",
    "peer",
    "name",
    "cable",
    "netns",
    there.name,
  );
  for (const { name, address } of [here, there]) {
    run("-n", name, "link", "set", "lo", "up");
    run("-n", name, "address", "add", `${address}/24`, "dev", "cable");
    run("-n", name, "link", "set", "cable", "up");
    run("-n", name, "route", "add", "default", "dev", "cable");
  }
  return {
    here,
    there,
    dispose: () => {
      for (const { name } of [here, there]) run("netns", "del", name);
    },
  };
}

function machine(name: string, address: string): Machine & { name: string } {
  run("netns", "add", name);
  return { name, address, on: (...words) => ["ip", "netns", "exec", name, ...words] };
}

function run(...args: string[]): void {
  const { status, stderr } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}

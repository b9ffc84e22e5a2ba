/**
 * Which addresses a bind mode means on this machine. Nothing here is ever wider than asked: what cannot be had is refused or
 * left out with a warning.
 */

import { isIP } from "node:net";
import { isLoopback } from "../../../shared/address.ts";
import { SetupError } from "../../../shared/errors.ts";
import {
  type Interfaces,
  interfaces as ownInterfaces,
  readInterfaces,
} from "../../../shared/node/machine.ts";
import { advice, ours, type Remedy } from "../../../shared/remedy.ts";
import type { BindRequest, GatewaySettings } from "../../base/config/settings.ts";
import { tailnetAddresses } from "./tailnet-address.ts";

/** Addresses in the order they are bound; failing on the first is fatal, on an alias only a warning. */
export interface BindPlan {
  primary: string;
  aliases: string[];
  /** Said once at the start. */
  warnings: Remedy[];
  /** The tailnet address is missing: look again later and add it. */
  awaitsTailnet: boolean;
}

/** How often a missing tailnet address is looked for. */
export const TAILNET_RECHECK_MS = 30_000;

/** Every address of the machine, for both families. */
export const WILDCARDS = ["0.0.0.0", "::"] as const;

const LOOPBACK_V4 = "127.0.0.1";
const LOOPBACK_V6 = "::1";

/**
 * The plan for a mode; `listed` are the interfaces of this machine. Fails with `ADDRESS_UNAVAILABLE` when a custom host is no address or
 * interface of this machine.
 */
export function planBind(request: BindRequest, listed?: Interfaces): BindPlan {
  const { interfaces, problem } = listed === undefined ? readInterfaces() : { interfaces: listed };
  const planned = planFor(request, interfaces);
  if (problem === undefined) return planned;
  const warning = advice`the system does not list the network interfaces (${problem}): addresses beyond loopback are not known`;
  return { ...planned, warnings: [...planned.warnings, warning] };
}

function planFor(request: BindRequest, interfaces: Interfaces): BindPlan {
  switch (request.mode) {
    case "loopback":
      return plan(LOOPBACK_V4, [LOOPBACK_V6]);
    case "lan":
      return lanPlan(interfaces);
    case "auto":
      return request.hasSecret ? lanPlan(interfaces) : plan(LOOPBACK_V4, [LOOPBACK_V6]);
    case "tailnet":
      return tailnetPlan(interfaces);
    case "custom":
      return customPlan(request.customHost, interfaces);
  }
}

/** What the settings of a run ask for. */
export function bindRequest({
  bind,
  customBindHost,
  auth,
}: Pick<GatewaySettings, "bind" | "customBindHost" | "auth">): BindRequest {
  const hasSecret = auth.mode === "token" || auth.mode === "password";
  return { mode: bind, customHost: customBindHost, hasSecret };
}

/** Whether anybody but this machine can reach what the plan binds. */
export function isExposed(plan: Pick<BindPlan, "primary" | "aliases">): boolean {
  return [plan.primary, ...plan.aliases].some((host) => !isLoopback(host));
}

/** Whether who came in through `host` could do so under the plan too. */
export function covers(plan: Pick<BindPlan, "primary" | "aliases">, host: string): boolean {
  const wildcard = host.includes(":") ? "::" : "0.0.0.0";
  return [plan.primary, ...plan.aliases].some((planned) => planned === host || planned === wildcard);
}

/** The addresses people use for a bound one: a wildcard stands for every real address of its family. */
export function reachableAddresses(host: string, interfaces: Interfaces = ownInterfaces()): string[] {
  if (host !== "0.0.0.0" && host !== "::") return [host];
  const real = lanAddresses(interfaces, host === "::" ? "IPv6" : "IPv4");
  return host === "::" ? real : [...real, LOOPBACK_V4];
}

/** Whether other machines could connect under this request, now or once the tailnet is up. */
export function isReachable(request: BindRequest): boolean {
  const wanted = planBind(request);
  return wanted.awaitsTailnet || isExposed(wanted);
}

function plan(primary: string, aliases: string[], rest: Partial<BindPlan> = {}): BindPlan {
  return { primary, aliases, warnings: [], awaitsTailnet: false, ...rest };
}

function lanPlan(interfaces: Interfaces): BindPlan {
  const hasV6 = Object.values(interfaces).some((infos) => infos?.some((info) => info.family === "IPv6"));
  return plan("0.0.0.0", hasV6 ? ["::"] : []);
}

function tailnetPlan(interfaces: Interfaces): BindPlan {
  const [first, ...others] = tailnetAddresses(interfaces);
  if (first !== undefined) return plan(first, [...others, LOOPBACK_V4]);
  const warning = advice`no tailnet address yet; listening on ${LOOPBACK_V4} and looking again every ${TAILNET_RECHECK_MS / 1_000} s`;
  return plan(LOOPBACK_V4, [LOOPBACK_V6], { warnings: [warning], awaitsTailnet: true });
}

function customPlan(customHost: string | undefined, interfaces: Interfaces): BindPlan {
  const host = customHost?.trim().replace(/^\[|\]$/g, "") ?? "";
  if (host === "") {
    throw new SetupError("ADDRESS_UNAVAILABLE", "--bind custom needs gateway.customBindHost.", {
      fix: ours`config set gateway.customBindHost <address or interface>`,
    });
  }
  const named = Object.hasOwn(interfaces, host)
    ? interfaces[host]?.filter((info) => !isLinkLocal(info))
    : undefined;
  const addresses = isIP(host) !== 0 ? [host] : (named?.map((info) => info.address) ?? []);
  const [first, ...others] = addresses;
  if (first === undefined) throw unavailable(host);
  const servesLoopback = addresses.some((address) => address === LOOPBACK_V4 || address === "0.0.0.0");
  return plan(first, servesLoopback ? others : [...others, LOOPBACK_V4]);
}

function unavailable(host: string): SetupError {
  return new SetupError(
    "ADDRESS_UNAVAILABLE",
    advice`Cannot bind gateway to ${host}: address not available on this machine.`,
  );
}

/** Real addresses of one family; those of containers and virtual switches only when there is nothing else. */
function lanAddresses(interfaces: Interfaces, family: "IPv4" | "IPv6"): string[] {
  const usable = Object.entries(interfaces).flatMap(([name, infos]) =>
    (infos ?? [])
      .filter((info) => info.family === family && !info.internal && !isLinkLocal(info))
      .map((info) => ({ address: info.address, virtual: VIRTUAL_INTERFACE.test(name) })),
  );
  const real = usable.filter((entry) => !entry.virtual);
  return (real.length > 0 ? real : usable).map((entry) => entry.address);
}

const VIRTUAL_INTERFACE = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman|lxc)/;

function isLinkLocal(info: { address: string }): boolean {
  return info.address.startsWith("169.254.") || /^fe[89ab]/i.test(info.address);
}

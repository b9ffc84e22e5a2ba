/** What the `tailscale` program prints, read at the edge: JSON that may have notices around it, and reasons for people. */

import * as z from "zod";
import { foreignLine } from "../../../../shared/foreign-text.ts";

/** Where tailscaled stands, as `tailscale status --json` tells it. */
export interface TailscaleStatus {
  /** `Running`, `NeedsLogin`, `Stopped`, `Starting`, … */
  backendState: string;
  /** The MagicDNS name without its final dot, else the first tailnet address; undefined before the first login. */
  name: string | undefined;
  /** This machine's tailnet addresses. */
  addresses: string[];
  /** Whether the tailnet gives out HTTPS certificates; undefined where Tailscale does not say. */
  hasHttps: boolean | undefined;
}

const Status = z.object({
  BackendState: z.string(),
  TailscaleIPs: z.array(z.string()).nullish(),
  CertDomains: z.array(z.string()).nullish(),
  Self: z.object({ DNSName: z.string().nullish(), TailscaleIPs: z.array(z.string()).nullish() }).nullish(),
});

const Whois = z.object({
  Node: z.object({ Tags: z.array(z.string()).nullish() }).nullish(),
  UserProfile: z.object({ LoginName: z.string().nullish() }).nullish(),
});

/** Reads `tailscale status --json`; undefined when there is no status in it. */
export function readStatus(text: string): TailscaleStatus | undefined {
  const parsed = Status.safeParse(jsonIn(text));
  if (!parsed.success) return undefined;
  const { BackendState, Self, TailscaleIPs, CertDomains } = parsed.data;
  const addresses = Self?.TailscaleIPs ?? TailscaleIPs ?? [];
  const name = Self?.DNSName?.replace(/\.$/, "") || addresses[0];
  const hasHttps = CertDomains === undefined ? undefined : (CertDomains?.length ?? 0) > 0;
  return { backendState: BackendState, name, addresses, hasHttps };
}

/** The user besides the superuser who may change what is served, in `tailscale debug prefs`; undefined when there is none. */
export function readOperator(text: string): { user: string | undefined } | undefined {
  const parsed = z.object({ OperatorUser: z.string().nullish() }).safeParse(jsonIn(text));
  return parsed.success ? { user: parsed.data.OperatorUser || undefined } : undefined;
}

/** The login in `tailscale whois --json`; undefined for a tagged machine, which belongs to nobody, and for anything else. */
export function readLogin(text: string): string | undefined {
  const parsed = Whois.safeParse(jsonIn(text));
  if (!parsed.success || (parsed.data.Node?.Tags?.length ?? 0) > 0) return undefined;
  return parsed.data.UserProfile?.LoginName?.trim() || undefined;
}

/** The version in the first line of `tailscale version`, as `[major, minor]`. */
export function readVersion(text: string): [major: number, minor: number] | undefined {
  const match = /^\s*(\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** The JSON document in a text that may have warnings before and after it; undefined when there is none. */
export function jsonIn(text: string): unknown {
  const whole = parse(text);
  if (whole !== undefined) return whole;
  const end = text.lastIndexOf("}") + 1;
  for (const { index } of text.matchAll(/^\s*\{/gm)) {
    const value = parse(text.slice(index, end));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The program's own words for people, on one line of at most 300 characters. */
export function reasonIn(stdout: string, stderr: string): string {
  const words = `${stderr}\n${stdout}`
    .replace(/^\s*(error:\s*)+/gim, "")
    .replace(/^.*--help.*$/gm, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/\.$/, "");
  return foreignLine(words, 300);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON as a whole; the caller looks further.
  }
}

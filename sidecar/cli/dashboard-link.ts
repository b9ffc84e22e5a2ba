/** Links to the dashboard as commands print them. */
import { isIP } from "node:net";
import { isLoopbackUrl } from "../../shared/address.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";
import { account, hostName } from "../../shared/node/machine.ts";
import type { Environment } from "../../shared/node/paths.ts";
import { LINK_TTL_MS } from "../../shared/protocol/frame.ts";
import { shellWord } from "../../shared/shell-word.ts";
import { connectTo } from "./connect.ts";
import type { Target } from "./target.ts";

/** The address of the dashboard; undefined when it is switched off. */
export function dashboardUrl({ gateway }: GatewayConfig, target: Target): string | undefined {
  if (gateway?.controlUi?.enabled === false) return undefined;
  const base = (gateway?.controlUi?.basePath ?? "").replace(/^\/+|\/+$/g, "");
  return `${target.url.replace(/^ws/, "http").replace(/\/+$/, "")}/${base === "" ? "" : `${base}/`}`;
}

/** The address with a code that opens it once, within ten minutes; it travels in the fragment, which no server ever sees. Fails like a call. */
export async function linkWithCode(
  url: string,
  target: Target,
  timeoutMs: number,
): Promise<{ link: string; expiresAtMs: number }> {
  const connection = await connectTo(target, timeoutMs);
  try {
    const params = { ttlMs: LINK_TTL_MS.printed };
    const { code, expiresAtMs } = await connection.call("dashboard.code", params, timeoutMs);
    return { link: `${url}#code=${code}`, expiresAtMs };
  } finally {
    connection.close();
  }
}

/**
 * The command that brings the dashboard of this machine to another one, typed there; undefined where other machines reach it as it is.
 * Over ssh the address and the port are those by which its user came here, else the names that this machine knows.
 */
export function tunnelLine(url: string, env: Environment): string | undefined {
  const address = new URL(url);
  if (!isLoopbackUrl(address)) return undefined;
  const port = address.port || (address.protocol === "https:" ? "443" : "80");
  const host = address.hostname === "localhost" ? "127.0.0.1" : address.hostname;
  const there = sshServer(env) ?? { host: hostName(), port: "22" };
  const user = account().username ?? (env.USER || "user");
  const way = there.port === "22" ? "" : ` -p ${there.port}`;
  return `ssh -N -L ${port}:${shellWord(host)}:${port}${way} ${shellWord(`${user}@${there.host}`)}`;
}

/** The end of the connection on this machine: "client, its port, server, its port". */
function sshServer({ SSH_CONNECTION = "" }: Environment): { host: string; port: string } | undefined {
  const [, , host = "", port = ""] = SSH_CONNECTION.trim().split(/\s+/);
  // An address of one link means something on the machine at its other end only.
  if (isIP(host) === 0 || host.includes("%") || !/^\d{1,5}$/.test(port)) return undefined;
  return { host, port };
}

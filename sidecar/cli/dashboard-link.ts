/** Links to the dashboard as commands print them. */
import type { GatewayConfig } from "../../shared/config/schema.ts";
import { LINK_TTL_MS } from "../../shared/protocol/frame.ts";
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

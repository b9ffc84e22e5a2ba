/** DNS service discovery by ordinary name servers (RFC 6763), as a tailnet with its own domain offers it. */
import { promises as dns } from "node:dns";
import { SetupError, systemCode } from "../../../shared/errors.ts";
import type { ServiceRecords } from "./beacon.ts";

/**
 * The services of a type such as `_x._tcp.example.org.`; empty when there are none. Fails with `ADDRESS_UNAVAILABLE` when no
 * name server answers. `servers` replaces those of the system.
 */
export async function lookUpServices(
  type: string,
  timeoutMs: number,
  servers?: readonly string[],
): Promise<ServiceRecords[]> {
  const resolver = new dns.Resolver({ timeout: timeoutMs, tries: 1 });
  if (servers !== undefined) resolver.setServers(servers);
  const domain = type.replace(/\.$/, "");
  const names = await noneIfAbsent(resolver.resolvePtr(domain), domain);
  return Promise.all(
    names.map(async (name) => {
      const [[target], texts] = await Promise.all([
        noneIfAbsent(resolver.resolveSrv(name), domain),
        noneIfAbsent(resolver.resolveTxt(name), domain),
      ]);
      const instance = unescaped(name.slice(0, -domain.length - 1));
      const txt = Object.fromEntries(texts.map((parts) => keyAndValue(parts.join(""))));
      return { name: instance, ...(target ? { host: target.name, port: target.port } : {}), txt };
    }),
  );
}

async function noneIfAbsent<T>(query: Promise<T[]>, domain: string): Promise<T[]> {
  try {
    return await query;
  } catch (error) {
    const code = systemCode(error) ?? "";
    if (["ENOTFOUND", "ENODATA", "NXDOMAIN"].includes(code)) return [];
    throw new SetupError(
      "ADDRESS_UNAVAILABLE",
      `Cannot ask for ${domain}: no name server answers (${code}).`,
      {
        cause: error,
      },
    );
  }
}

function keyAndValue(text: string): [key: string, value: string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Names of instances are free text; DNS writes what is special in them as `\.` or `\032`. */
function unescaped(name: string): string {
  const bytes = name
    .replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\\(.)/g, "$1");
  return Buffer.from(bytes, "latin1").toString("utf8");
}

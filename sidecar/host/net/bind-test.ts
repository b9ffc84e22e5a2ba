/** Finds out whether an address can be bound by binding it for a moment. */
import { createServer } from "node:net";
import { systemCode } from "../../../shared/errors.ts";

/** Undefined when `host`:`port` can be bound now, else the system's code, such as `EADDRINUSE`. */
export function bindFailure(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(systemCode(error) ?? "UNKNOWN"));
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(":") }, () => {
      server.close(() => resolve(undefined));
    });
  });
}

/** Those of `hosts` on which another program holds `port`. */
export async function takenHosts(hosts: readonly string[], port: number): Promise<string[]> {
  const failures = await Promise.all(hosts.map((host) => bindFailure(host, port)));
  return hosts.filter((_, index) => failures[index] === "EADDRINUSE");
}

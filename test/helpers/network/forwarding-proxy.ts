/** A reverse proxy on loopback that adds one header to the first request of every connection, WebSocket upgrades included. */
import { type AddressInfo, connect, createServer } from "node:net";

/** Forwards to a port of this machine. Ends with `stop`. */
export async function startForwardingProxy(port: number, header: string) {
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    let head = Buffer.alloc(0);
    const collect = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n");
      if (end < 0) return;
      client.removeListener("data", collect);
      upstream.write(
        Buffer.concat([head.subarray(0, end), Buffer.from(`\r\n${header}`), head.subarray(end)]),
      );
      client.pipe(upstream);
    };
    client.on("data", collect);
    upstream.pipe(client);
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${own}`, stop: () => server.close() };
}

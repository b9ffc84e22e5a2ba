import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect } from "@playwright/test";
import { gatewayAt } from "../../../../../shared/node/gateway/healthz.ts";
import { test as base } from "../../../../helpers/home/temp-home.ts";
import { runCli } from "../../../../helpers/process/cli.ts";

/** The port of a program that takes connections and says nothing. */
const test = base.extend<{ silentPort: number }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner wants the names of fixtures here.
  silentPort: async ({}, use) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on("error", () => {})));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await use((server.address() as AddressInfo).port);
    for (const socket of sockets) socket.destroy();
    server.close();
  },
});

test.describe("a program that holds the port and says nothing", () => {
  test("F19: is waited for no longer than the caller says", async ({ silentPort }) => {
    const order: string[] = [];
    const ask = async (name: string, timeoutMs?: number) => {
      expect(await gatewayAt("127.0.0.1", silentPort, undefined, timeoutMs)).toBeUndefined();
      order.push(name);
    };

    await Promise.all([ask("usual"), ask("short", 200)]);

    expect(order).toEqual(["short", "usual"]);
  });

  test("F19: is named by the refusal of a start", async ({ home, silentPort }) => {
    home.writeConfig({ gateway: { mode: "local", port: silentPort, auth: { token: "t" } } });

    const refused = await runCli(["gateway"], { env: home.env() });

    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`Port ${silentPort} is held by pid ${process.pid} (`);
  });
});

import { readFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { recordTailscale } from "../../../helpers/network/tailscale.ts";
import { startCli } from "../../../helpers/process/cli.ts";

const READY = /✓ log file: (.+)\n/;
const configured = (home: TempHome, port: number) =>
  home.writeConfig({ gateway: { mode: "local", port, auth: { token: "secret-token" } } });

test.describe("a stop that hangs", () => {
  test("row 45: ends after 5 s with code 0, and says what hung", async ({ home }) => {
    test.skip(process.platform === "win32", "the recorder is a shell script");
    const port = await freePort();
    configured(home, port);
    const recorder = recordTailscale();
    try {
      const env = home.env({ PATH: `${recorder.folder}:${process.env.PATH}` });
      const args = ["gateway", "--tailscale", "serve", "--tailscale-reset-on-exit"];
      const gateway = startCli(args, { env, timeoutMs: 25_000 });
      await gateway.waitFor(READY);
      recorder.set({ slow: { serve: 60_000 } });

      const stoppedAt = performance.now();
      const { code, signal, stderr } = await gateway.stop();
      const tookMs = performance.now() - stoppedAt;

      expect({ code, signal }).toEqual({ code: 0, signal: null });
      expect(tookMs).toBeGreaterThan(4_000);
      expect(tookMs).toBeLessThan(7_000);
      const log = readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8");
      expect(`${stderr}${log}`).toContain('"hung":["Tailscale"]');
    } finally {
      recorder.dispose();
    }
  });

  test("row 45: a client that never answers the close is left behind", async ({ home }) => {
    const port = await freePort();
    configured(home, port);
    const gateway = startCli(["gateway"], { env: home.env() });
    await gateway.waitFor(READY);
    const client = await mute(port);

    const stoppedAt = performance.now();
    const { code, signal } = await gateway.stop();
    const tookMs = performance.now() - stoppedAt;
    client.destroy();

    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(5_500);
  });
});

/** A WebSocket client that never answers a close. */
function mute(port: number): Promise<Socket> {
  const socket = createConnection(port, "127.0.0.1");
  socket.write(
    [
      "GET / HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      "\r\n",
    ].join("\r\n"),
  );
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("data", () => {
      socket.pause();
      socket.on("error", () => {}); // The end of the gateway may reset the connection.
      resolve(socket);
    });
  });
}

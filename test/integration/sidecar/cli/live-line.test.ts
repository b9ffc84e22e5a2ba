import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect } from "@playwright/test";
import { test } from "../../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { runCli } from "../../../helpers/process/cli.ts";
import { openTerminal } from "../../../helpers/process/terminal.ts";
import { missingReason } from "../../../helpers/run/desktop-needs.ts";

/** A program on a port of loopback that takes connections and says nothing. */
async function silentServer() {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, url: `ws://127.0.0.1:${port}` };
}

test.describe("a command that waits", () => {
  const reason = missingReason("terminal");
  test.skip(reason !== undefined, reason ?? "");

  test("U8: says so on a terminal in one line, which is gone afterwards", async ({ home }) => {
    const { server, url } = await silentServer();
    const words = [process.execPath, LAUNCHER, "health", "--url", url, "--timeout", "4000"];
    const terminal = openTerminal(words, { env: home.env() });

    await terminal.waitFor(/^Asking the gateway… \d s$/m);
    await terminal.ended();
    const left = terminal.text();
    terminal.close();
    server.close();

    expect(left).not.toContain("Asking the gateway");
    expect(left.trim()).toMatch(/^\S.*4000/);
  });

  test("U8: prints nothing of it into a pipe", async ({ home }) => {
    const { server, url } = await silentServer();

    const { stderr } = await runCli(["health", "--url", url, "--timeout", "1000"], { env: home.env() });
    server.close();

    expect(stderr).not.toContain("Asking");
  });
});

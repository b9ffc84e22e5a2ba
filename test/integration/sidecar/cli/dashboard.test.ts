import { expect } from "@playwright/test";
import { type GatewayProcess, startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { codeOf, connectDevice } from "../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as base } from "../../../helpers/home/temp-home.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

const test = base.extend<{ gateway: GatewayProcess }>({
  gateway: async ({ home }, use) => {
    const gateway = await startGatewayProcess(home);
    await use(gateway);
    await gateway.process.stop();
  },
});

const PAGE = { id: "clawdbot-control-ui", version: "1", platform: "web", mode: "webchat" };

/** Signs in as the page does that a link opened: undefined, or the code of the refusal. */
async function open(link: string): Promise<unknown> {
  const { port, hash } = new URL(link);
  const auth = { code: hash.slice("#code=".length) };
  const { client, answer } = await connectDevice(Number(port), { client: PAGE, auth });
  client.socket.terminate();
  return codeOf(answer);
}

test.describe("clawdbot dashboard", () => {
  test("prints a link that lets in once and holds no secret", async ({ home, gateway }) => {
    const env = home.env({ CLAWDBOT_GATEWAY_PORT: String(gateway.port) });

    const { code, stdout } = await runInProcess(["dashboard"], { env });
    const link = stdout.trim();
    const [first, second] = [await open(link), await open(link)];

    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${gateway.port}/#code=[\\w-]{32}\n$`));
    expect(stdout).not.toContain(TEST_TOKEN);
    expect([first, second]).toEqual([undefined, "AUTH_LINK_EXPIRED"]);
  });

  test("says with --json how long the link holds, and leads below the base path", async ({
    home,
    gateway,
  }) => {
    home.writeConfig({
      gateway: {
        mode: "local",
        auth: { mode: "token", token: TEST_TOKEN },
        controlUi: { basePath: "/deep/" },
      },
    });
    const env = home.env({ CLAWDBOT_GATEWAY_PORT: String(gateway.port) });

    const { stdout } = await runInProcess(["dashboard", "--json"], { env });
    const { url, link, expiresAtMs } = JSON.parse(stdout);

    expect(url).toBe(`http://127.0.0.1:${gateway.port}/deep/`);
    expect(link.startsWith(`${url}#code=`)).toBe(true);
    expect(expiresAtMs).toBeGreaterThan(Date.now());
  });

  test("refuses in one line where the page is switched off, and where no gateway answers", async ({
    home,
  }) => {
    const gateway = { mode: "local", port: 9, auth: { mode: "token", token: TEST_TOKEN } };
    home.writeConfig({ gateway });
    const down = await runInProcess(["dashboard"], { env: home.env() });
    home.writeConfig({ gateway: { ...gateway, controlUi: { enabled: false } } });
    const off = await runInProcess(["dashboard"], { env: home.env() });

    expect(down).toMatchObject({ code: 1, stderr: expect.stringContaining("No gateway answers") });
    expect(off).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("The dashboard is switched off: gateway.controlUi.enabled is false."),
    });
  });
});

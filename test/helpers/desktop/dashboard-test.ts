/** `test` with a real gateway in a temporary home and Chromium to open its dashboard. Skips with the reason without Chromium. */
import {
  type Browser,
  type BrowserContextOptions,
  test as base,
  chromium,
  type Page,
} from "@playwright/test";
import {
  type ConnectOptions,
  connectGateway,
  type GatewayConnection,
} from "../../../shared/client/gateway-connection.ts";
import { createTempHome, type TempHome } from "../home/temp-home.ts";
import { freePort } from "../network/ports.ts";
import { type CliProcess, startCli } from "../process/cli.ts";
import { findProgram, missingReason } from "../run/desktop-needs.ts";

export { expect } from "@playwright/test";

export const TOKEN = "0123456789abcdef";
const GATEWAY_LIFE_MS = 60_000;
const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** A gateway on a port of its own that can be ended and started again. */
export class TestGateway {
  readonly home: TempHome;
  readonly port: number;
  process: CliProcess | undefined;

  constructor(home: TempHome, port: number) {
    this.home = home;
    this.port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get logFile(): string {
    return `${this.home.stateDir}/logs/gateway.log`;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const options = { env: this.home.env(), timeoutMs: GATEWAY_LIFE_MS };
    this.process = startCli(["gateway", "run", "--port", String(this.port)], options);
    await this.process.waitFor(/listening on/);
  }

  /** Resolves when it has ended; harmless when none runs. */
  async stop(signal?: NodeJS.Signals): Promise<void> {
    await this.process?.stop(signal);
    this.process = undefined;
  }

  signal(signal: NodeJS.Signals): void {
    this.process?.child.kill(signal);
  }

  /** The page's address with a code that lets a browser in once, at the gateway's own port or at that of a proxy. */
  async link(auth?: ConnectOptions["auth"], url = this.url): Promise<string> {
    const operator = await this.connect("Operator", auth);
    const { code } = await operator.call("dashboard.code", {});
    operator.close();
    return `${url}#code=${code}`;
  }

  /** Another client, with the shared token unless `auth` says otherwise. */
  connect(
    displayName: string,
    auth: ConnectOptions["auth"] = { token: TOKEN },
    port = this.port,
  ): Promise<GatewayConnection> {
    return connectGateway({
      open: () => new WebSocket(`ws://127.0.0.1:${port}/`),
      client: { id: "gateway-client", mode: "backend", version: "1.0.0", platform: "linux", displayName },
      ...(auth === undefined ? {} : { auth }),
      timeoutMs: 5_000,
    });
  }
}

export const test = base.extend<
  {
    /** Running, with a token, unless the test asks otherwise. */
    gateway: TestGateway;
    /** Opens the dashboard in a browser profile of its own, by a link with a new code unless `link` is another address. */
    openDashboard: (link?: string, options?: BrowserContextOptions) => Promise<Page>;
  },
  { sharedBrowser: Browser }
>({
  sharedBrowser: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of the fixtures from this pattern
    async ({}, use, workerInfo) => {
      const reason = missingReason("ui");
      test.skip(reason !== undefined, reason);
      const executablePath = findProgram("chromium", "chromium-browser", "google-chrome");
      const browser = await chromium.launch({
        ...(executablePath === undefined ? {} : { executablePath }),
        args: CHROMIUM_ARGUMENTS,
        timeout: workerInfo.project.timeout,
      });
      await use(browser);
      await browser.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of the fixtures from this pattern
  gateway: async ({}, use) => {
    const home = createTempHome();
    home.writeConfig({ gateway: { mode: "local", auth: { mode: "token", token: TOKEN } } });
    const gateway = new TestGateway(home, await freePort());
    await gateway.start();
    await use(gateway);
    gateway.signal("SIGCONT");
    await gateway.stop();
    home.dispose();
  },

  openDashboard: async ({ sharedBrowser, gateway }, use) => {
    const pages: Page[] = [];
    await use(async (link, options = {}) => {
      const context = await sharedBrowser.newContext({ locale: "en-GB", ...options });
      const page = await context.newPage();
      pages.push(page);
      await page.goto(link ?? (await gateway.link()));
      return page;
    });
    for (const page of pages) await page.context().close();
  },
});

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { english } from "../../../../../shared/remedy.ts";
import { advertise } from "../../../../../sidecar/host/net/advertise.ts";
import { discoverGateways } from "../../../../../sidecar/host/net/discover.ts";
import { test as base, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { createNetwork, type Network, networkReason } from "../../../../helpers/network/namespaces.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../../helpers/process/clawdbot.ts";
import { startProgram } from "../../../../helpers/process/program.ts";

const FIXTURE = fileURLToPath(new URL("../../../../fixtures/discovery/advertise.ts", import.meta.url));
const loopback = { addresses: ["127.0.0.1"] };

const test = base.extend<{ network: Network }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  network: async ({}, use) => {
    const network = createNetwork();
    await use(network);
    network.dispose();
  },
});

test.describe("multicast DNS", () => {
  test("finds what is announced until it is withdrawn", async () => {
    const port = await freePort();
    const warnings: string[] = [];
    const announcement = await advertise({
      port,
      addresses: ["127.0.0.1"],
      config: {},
      env: { CLAWDBOT_TAILNET_DNS: "den.ts.net" },
      facts: { tlsSha256: "ab12" },
      warn: (message) => warnings.push(english(message)),
    });
    const ours = async () => {
      const { beacons } = await discoverGateways({ ...loopback, timeoutMs: 3_000, quietMs: 500 });
      return beacons.filter((beacon) => beacon.port === port);
    };

    expect(await ours()).toEqual([
      expect.objectContaining({
        domain: "local.",
        gatewayPort: port,
        tailnetDns: "den.ts.net",
        gatewayTls: true,
        gatewayTlsSha256: "ab12",
        role: "gateway",
        addresses: ["127.0.0.1"],
        wsUrl: `wss://127.0.0.1:${port}`,
      }),
    ]);
    announcement.dispose();
    expect(await ours()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test("keeps two gateways of one machine apart", async () => {
    const ports = [await freePort(), await freePort()];
    const announcements = await Promise.all(
      ports.map((port) => advertise({ port, addresses: ["127.0.0.1"], config: {}, env: {}, warn: () => {} })),
    );

    const { beacons } = await discoverGateways({ ...loopback, timeoutMs: 3_000, quietMs: 500 });
    for (const announcement of announcements) announcement.dispose();

    const found = beacons.map(({ port }) => port);
    expect(ports.filter((port) => !found.includes(port))).toEqual([]);
  });

  test("ends when it is told to, without waiting for the time limit", async () => {
    const startedAt = performance.now();

    await discoverGateways({ ...loopback, timeoutMs: 20_000, signal: AbortSignal.timeout(100) });

    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

test.describe("Avahi", () => {
  const reason = networkReason();
  test.skip(reason !== undefined, reason ?? "");

  test("lists a gateway that announces itself, with its address on that network alone", async ({
    home,
    network: { here, there },
  }) => {
    const gateway = startProgram(
      here.on(process.execPath, FIXTURE, "18790", here.address, '{"discovery":{"mdns":{"mode":"full"}}}'),
      home.env({ CLAWDBOT_CLI_PATH: "/opt/clawdbot", CLAWDBOT_SSH_PORT: "2222" }),
    );
    await gateway.waitFor(/announced/);
    const avahi = await startAvahi(home, there.on);

    const browser = startProgram(there.on("avahi-browse", "-rp", "_clawdbot-gw._tcp"), avahi.env);
    const [resolved] = await browser.waitFor(/^=.*\n/m);
    await gateway.stop();
    await browser.waitFor(/^-;cable;/m);
    await browser.stop();
    await avahi.stop();

    expect(resolved.split(";").slice(1, 9)).toEqual([
      "cable",
      "IPv4",
      expect.stringContaining("Clawdbot"),
      "_clawdbot-gw._tcp",
      "local",
      expect.stringMatching(/\.local$/),
      here.address,
      "18790",
    ]);
    for (const text of [
      '"role=gateway"',
      '"gatewayPort=18790"',
      '"sshPort=2222"',
      '"cliPath=/opt/clawdbot"',
    ]) {
      expect(resolved).toContain(text);
    }
  });

  test("announces a gateway that discover finds, with wss where its TXT says TLS", async ({
    home,
    network: { here, there },
  }) => {
    const avahi = await startAvahi(home, there.on);
    const service = startProgram(
      there.on(
        ...["avahi-publish", "-s", "Küche & Büro", "_clawdbot-gw._tcp", "18791"],
        ...["gatewayPort=18791", "gatewayTls=1", "sshPort=2222", "lanHost=den.local", "displayName=den"],
      ),
      avahi.env,
    );
    await service.waitFor(/Established/);

    const discover = (...args: string[]) =>
      startProgram(here.on(process.execPath, LAUNCHER, "gateway", "discover", ...args), home.env()).ended;
    const json = await discover("--json");
    const text = await discover();
    await service.stop();
    await avahi.stop();

    expect(JSON.parse(json.stdout)).toEqual({
      timeoutMs: 2_000,
      domains: ["local."],
      count: 1,
      beacons: [
        expect.objectContaining({
          instanceName: "Küche & Büro",
          displayName: "den",
          lanHost: "den.local",
          port: 18791,
          sshPort: 2222,
          wsUrl: `wss://${there.address}:18791`,
        }),
      ],
    });
    expect(text.code).toBe(0);
    expect(text.stdout).toContain("Found 1 gateway in local.\n- den (Küche & Büro) in local.\n");
    expect(text.stdout).toContain("  lan: den.local\n");
    expect(text.stdout).toContain(`  ws: wss://${there.address}:18791\n`);
    expect(text.stdout).toContain(`  ssh: ssh -N -L 18791:127.0.0.1:18791 -p 2222 <user>@${there.address}\n`);
  });

  test("is not needed to find another gateway", async ({ home, network: { here, there } }) => {
    const gateway = startProgram(
      there.on(process.execPath, FIXTURE, "18789", there.address),
      home.env({ CLAWDBOT_TAILNET_DNS: "den.ts.net" }),
    );
    await gateway.waitFor(/announced/);

    const words = [process.execPath, LAUNCHER, "gateway", "discover", "--timeout", "700"];
    const { code, stdout } = await startProgram(here.on(...words), home.env()).ended;
    await gateway.stop();

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^Found 1 gateway in local\.\n- \S+ \(Clawdbot\) in local\.\n {2}tailnet: den\.ts\.net\n/,
      ),
    });
  });

  test("is not needed: finding nothing is no failure, having no network is one", async ({
    home,
    network: { here },
  }) => {
    const discover = () =>
      startProgram(
        here.on(process.execPath, LAUNCHER, "gateway", "discover", "--timeout", "300", "--json"),
        home.env(),
      ).ended;

    expect(await discover()).toMatchObject({ code: 0, stdout: expect.stringContaining('"count": 0') });
    await startProgram(here.on("ip", "link", "delete", "cable"), home.env()).ended;
    const cut = await discover();

    expect(cut.code).toBe(1);
    expect(JSON.parse(cut.stdout)).toMatchObject({
      ok: false,
      error: {
        code: "ADDRESS_UNAVAILABLE",
        message: "Cannot look for gateways: no network interface reaches other machines.",
      },
    });
  });

  test("or another program may keep the port for itself, which is said instead of finding none", async ({
    home,
    network: { here },
  }) => {
    const holder = startProgram(
      here.on(
        ...[process.execPath, "-e"],
        "require('dgram').createSocket('udp4').bind(5353, () => console.log('held'))",
      ),
      home.env(),
    );
    await holder.waitFor(/held/);

    const { code, stdout, stderr } = await startProgram(
      here.on(process.execPath, LAUNCHER, "gateway", "discover"),
      home.env(),
    ).ended;
    await holder.stop();

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      `Cannot look for gateways: UDP port 5353 on ${here.address}: another program holds it for itself (EADDRINUSE).\n`,
    );
  });
});

interface Avahi {
  /** The environment in which its tools find it. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** The daemon with a message bus of its own; its pid file is hidden from the rest of the machine. */
async function startAvahi(home: TempHome, on: (...words: string[]) => string[]): Promise<Avahi> {
  const folder = join(home.path, "avahi");
  const bus = join(folder, "bus");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "bus.conf"),
    `<busconfig><type>system</type><listen>unix:path=${bus}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`,
  );
  writeFileSync(
    join(folder, "avahi.conf"),
    "[server]\nhost-name=den\nuse-ipv6=no\nallow-interfaces=cable\n[wide-area]\nenable-wide-area=no\n",
  );
  const env = home.env({ DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${bus}` });
  const messages = startProgram(
    ["dbus-daemon", "--nofork", "--print-address", `--config-file=${join(folder, "bus.conf")}`],
    env,
  );
  await messages.waitFor(/unix:/);
  const daemon = `mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && exec avahi-daemon --no-drop-root --no-chroot --no-rlimits -f "${join(folder, "avahi.conf")}"`;
  const avahi = startProgram(on("sh", "-c", daemon), { ...env, PATH: `${env.PATH}:/usr/sbin` });
  await avahi.waitFor(/Server startup complete/);
  return {
    env,
    stop: async () => {
      await avahi.stop();
      await messages.stop();
    },
  };
}

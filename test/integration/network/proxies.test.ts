import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { createDevice } from "../../helpers/gateway/device.ts";
import type { TempHome } from "../../helpers/home/temp-home.ts";
import { NETWORKS, networkReason, test, type World } from "../../helpers/network/namespaces.ts";
import type { NeighbourRequest } from "../../helpers/network/neighbour.ts";
import type { CliProcess } from "../../helpers/process/cli.ts";
import { findProgram } from "../../helpers/run/desktop-needs.ts";

test.skip(networkReason() !== undefined, networkReason() ?? "");

const GATEWAY_PORT = 18_789;
const TOKEN = "the-token";

/** What nginx does with `X-Forwarded-For`, and whether it passes on the name it was asked by. Each has its own port. */
const PROXIES = {
  appends: { port: 8_081, lines: ["X-Forwarded-For $proxy_add_x_forwarded_for", "Host $http_host"] },
  overwrites: { port: 8_082, lines: ["X-Forwarded-For $remote_addr", "Host $http_host"] },
  keeps: { port: 8_083, lines: ["Host $http_host"] },
  hides: { port: 8_084, lines: [] },
  realIp: { port: 8_085, lines: ["X-Real-IP $remote_addr", "Host $http_host"] },
  forwarded: { port: 8_086, lines: ['Forwarded "for=$remote_addr;proto=http"', "Host $http_host"] },
  withPort: { port: 8_087, lines: ["X-Forwarded-For $remote_addr:$remote_port", "Host $http_host"] },
  hostOnly: { port: 8_088, lines: ["X-Forwarded-Host $http_host", "Host $http_host"] },
  unknown: { port: 8_089, lines: ['X-Forwarded-For "127.0.0.1, unknown"', "Host $http_host"] },
  elsewhere: { port: 8_090, lines: [], bind: "127.0.0.2" },
} as const;
type Proxy = keyof typeof PROXIES;

const FORGED_FOR = { "x-forwarded-for": "127.0.0.1", host: `127.0.0.1:${GATEWAY_PORT}` };
const FORGED_USER = {
  "tailscale-user-login": "ada@example.com",
  "tailscale-user-name": "Ada",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "host.tail1234.ts.net",
};

interface Row {
  trusted: boolean;
  proxy: Proxy;
  /** The client on the LAN writes `X-Forwarded-For: 127.0.0.1` and a local `Host` itself. */
  forged: boolean;
  /** Paired at once, as a client on this machine is. */
  local: boolean;
  /** Sees details in `/healthz`, because it also asked by a local name; as `local` when absent. */
  details?: boolean;
  why: string;
}

/** Why a proxy must set the header: without one its requests look like those of a program on the machine. */
const UNKNOWABLE = "nothing tells it from a local client";

const ROWS: Row[] = [
  { trusted: false, proxy: "appends", forged: false, local: false, why: "its header is not believed" },
  { trusted: false, proxy: "appends", forged: true, local: false, why: "its header is not believed" },
  { trusted: false, proxy: "overwrites", forged: false, local: false, why: "its header is not believed" },
  { trusted: false, proxy: "overwrites", forged: true, local: false, why: "its header is not believed" },
  { trusted: false, proxy: "keeps", forged: false, local: true, details: false, why: UNKNOWABLE },
  { trusted: false, proxy: "keeps", forged: true, local: false, why: "the forged header gives it away" },
  { trusted: false, proxy: "hides", forged: false, local: true, why: UNKNOWABLE },
  { trusted: false, proxy: "hides", forged: true, local: false, why: "the forged header gives it away" },
  { trusted: true, proxy: "appends", forged: false, local: false, why: "it reports the LAN address" },
  {
    trusted: true,
    proxy: "appends",
    forged: true,
    local: false,
    why: "24: what it appended is read, not what stood before",
  },
  { trusted: true, proxy: "overwrites", forged: false, local: false, why: "it reports the LAN address" },
  { trusted: true, proxy: "overwrites", forged: true, local: false, why: "it reports the LAN address" },
  { trusted: true, proxy: "keeps", forged: false, local: false, why: "S2: it names nobody" },
  {
    trusted: true,
    proxy: "keeps",
    forged: true,
    local: true,
    why: "a trusted proxy has to set the header itself",
  },
  { trusted: true, proxy: "hides", forged: false, local: false, why: "S2: it names nobody" },
  {
    trusted: true,
    proxy: "hides",
    forged: true,
    local: true,
    why: "a trusted proxy has to set the header itself",
  },
  { trusted: true, proxy: "realIp", forged: false, local: false, why: "S2: it reports the LAN address" },
  {
    trusted: true,
    proxy: "realIp",
    forged: true,
    local: false,
    why: "S2: what the client wrote contradicts it",
  },
  { trusted: true, proxy: "forwarded", forged: false, local: false, why: "S2: it reports the LAN address" },
  {
    trusted: true,
    proxy: "forwarded",
    forged: true,
    local: false,
    why: "S2: what the client wrote contradicts it",
  },
  { trusted: true, proxy: "withPort", forged: false, local: false, why: "S2: it reports address and port" },
  { trusted: true, proxy: "withPort", forged: true, local: false, why: "S2: it reports address and port" },
  { trusted: true, proxy: "hostOnly", forged: false, local: false, why: "S2: it names the host alone" },
  { trusted: true, proxy: "unknown", forged: false, local: false, why: "S2: it says that it does not know" },
  { trusted: true, proxy: "unknown", forged: true, local: false, why: "S2: it says that it does not know" },
];

for (const trusted of [false, true]) {
  const rows = ROWS.filter((row) => row.trusted === trusted);

  test(`row 24: nginx as ${trusted ? "a trusted" : "an unknown"} proxy: who counts as local and who gets in`, async ({
    world,
    home,
  }) => {
    const trustedProxies = trusted ? ["127.0.0.1", "::1"] : [];
    await withProxies(world, home, { auth: { token: TOKEN }, trustedProxies }, async (gateway) => {
      const headersOf = ({ forged }: Row, withUser: boolean) => ({
        ...(forged ? FORGED_FOR : {}),
        ...(withUser ? FORGED_USER : {}),
      });
      const pem = createDevice().privateKey.export({ format: "pem", type: "pkcs8" }).toString();
      const ask = (row: Row, withUser: boolean, auth?: object): NeighbourRequest => ({
        host: NETWORKS.lan.machine,
        port: PROXIES[row.proxy].port,
        headers: headersOf(row, withUser),
        ...(auth === undefined ? {} : { auth }),
        // Requests for pairing are limited per address; whoever will not be let in may as well ask for one device.
        ...(isLocal(row, withUser) ? {} : { device: pem }),
      });
      const known = await world.ask(
        "lan",
        rows.map((row) => ask(row, false, { token: TOKEN })),
      );
      const strangers = await world.ask(
        "lan",
        rows.map((row) => ask(row, false)),
      );
      const knownWithUser = await world.ask(
        "lan",
        rows.map((row) => ask(row, true, { token: TOKEN })),
      );
      const forgers = await world.ask(
        "lan",
        rows.map((row) => ask(row, true)),
      );

      for (const [index, row] of rows.entries()) {
        const { proxy, forged, local, details = local, why } = row;
        const name = `${proxy}${forged ? ", forged X-Forwarded-For" : ""}: ${why}`;
        expect(known[index], name).toEqual({
          reached: true,
          details,
          connect: local ? "in" : "pairing required",
        });
        expect(knownWithUser[index]?.connect, `${name}, forged user`).toBe(
          isLocal(row, true) ? "in" : "pairing required",
        );
        expect(strangers[index]?.connect, `${name}, no secret`).toContain("token missing");
        expect(forgers[index]?.connect, `${name}, forged user, no secret`).not.toBe("in");
        expect(forgers[index]?.connect, `${name}, forged user, no secret`).toContain("unauthorized");
      }

      const reminders =
        gateway.output().stderr.split('add to gateway: "trustedProxies": ["127.0.0.1"]').length - 1;
      expect(reminders).toBe(trusted ? 0 : 1);
    });
  });
}

test("an open gateway lets nobody in through a proxy that names its client", async ({ world, home }) => {
  await withProxies(world, home, { trustedProxies: [] }, async () => {
    const proxies = ["appends", "overwrites"] as const;
    const answers = await world.ask(
      "lan",
      proxies.map((proxy) => ({ host: NETWORKS.lan.machine, port: PROXIES[proxy].port })),
    );

    expect(answers.map(({ connect }) => connect)).toEqual(
      proxies.map(() => expect.stringContaining("gateway auth required behind reverse proxy")),
    );
  });
});

test("S2: an open gateway lets nobody in through a trusted proxy that does not name its client", async ({
  world,
  home,
}) => {
  await withProxies(world, home, { trustedProxies: ["127.0.0.1", "::1"] }, async () => {
    const proxies = ["keeps", "hides", "hostOnly", "unknown", "realIp", "forwarded", "withPort"] as const;
    const answers = await world.ask(
      "lan",
      proxies.map((proxy) => ({ host: NETWORKS.lan.machine, port: PROXIES[proxy].port })),
    );

    expect(answers.map(({ connect }) => connect)).toEqual(
      proxies.map(() => expect.stringContaining("gateway auth required behind reverse proxy")),
    );
  });
});

test("S2: a trusted proxy with an address of its own leaves the programs beside it local", async ({
  world,
  home,
}) => {
  await withProxies(world, home, { auth: { token: TOKEN }, trustedProxies: ["127.0.0.2"] }, async () => {
    const auth = { token: TOKEN };
    const proxied = { host: NETWORKS.lan.machine, port: PROXIES.elsewhere.port, auth };
    const beside = { host: "127.0.0.1", port: GATEWAY_PORT, auth };

    const [stranger] = await world.ask("lan", [proxied]);
    const [program] = await world.ask("machine", [beside]);

    expect(stranger).toEqual({ reached: true, details: false, connect: "pairing required" });
    expect(program).toEqual({ reached: true, details: true, connect: "in" });
  });
});

test("a client on the machine stays local through a trusted proxy", async ({ world, home }) => {
  await withProxies(world, home, { auth: { token: TOKEN }, trustedProxies: ["127.0.0.1"] }, async () => {
    const [answer] = await world.ask("machine", [
      { host: "127.0.0.1", port: PROXIES.appends.port, auth: { token: TOKEN } },
    ]);

    expect(answer).toEqual({ reached: true, details: true, connect: "in" });
  });
});

/** Forged Tailscale headers bring forwarding headers along, which make nobody more local and may make one less so. */
function isLocal({ local, trusted }: Row, withUser: boolean): boolean {
  return local && (trusted || !withUser);
}

/** A gateway on loopback behind one nginx with a server for each way to proxy. */
async function withProxies(
  world: World,
  home: TempHome,
  section: object,
  use: (gateway: CliProcess) => Promise<void>,
): Promise<void> {
  home.writeConfig({ gateway: { mode: "local", port: GATEWAY_PORT, ...section } });
  const env = home.env();
  const gateway = world.gateway(["gateway", "--allow-unconfigured"], { env });
  const folder = join(home.path, "nginx");
  mkdirSync(folder);
  writeFileSync(join(folder, "nginx.conf"), nginxConfig(folder));
  let nginx: CliProcess | undefined;
  try {
    await gateway.waitFor(/✓ log file: /);
    const program = findProgram("nginx", "/usr/sbin/nginx") ?? "nginx";
    nginx = world.run(program, ["-p", folder, "-c", join(folder, "nginx.conf")], { env });
    await expect
      .poll(
        async () =>
          (await world.ask("machine", [{ host: "127.0.0.1", port: PROXIES.hides.port }]))[0]?.reached,
        { timeout: 20_000 },
      )
      .toBe(true);
    await use(gateway);
  } finally {
    await nginx?.stop("SIGQUIT");
    await gateway.stop();
  }
}

function nginxConfig(folder: string): string {
  const servers = Object.values<{ port: number; lines: readonly string[]; bind?: string }>(PROXIES).map(
    ({ port, lines, bind }) => `
  server {
    listen ${NETWORKS.lan.machine}:${port};
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${GATEWAY_PORT};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      ${bind === undefined ? "" : `proxy_bind ${bind};`}
${lines.map((line) => `      proxy_set_header ${line};`).join("\n")}
    }
  }`,
  );
  return `daemon off;
worker_processes 1;
user root;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
${servers.join("\n")}
}
`;
}

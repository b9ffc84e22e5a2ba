/** nginx and Caddy with the text of the guide, in front of a gateway on loopback, asked from the LAN. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { codeBlocks, guideSteps, readGuide, wordsOf } from "../../helpers/docs/guide.ts";
import type { TempHome } from "../../helpers/home/temp-home.ts";
import { NETWORKS, networkReason, test, type World } from "../../helpers/network/namespaces.ts";
import type { NeighbourRequest } from "../../helpers/network/neighbour.ts";
import type { CliProcess } from "../../helpers/process/cli.ts";
import { startNode } from "../../helpers/process/cli.ts";
import { runInProcess } from "../../helpers/process/in-process.ts";
import { findProgram, missingReason } from "../../helpers/run/desktop-needs.ts";

const needs = networkReason() ?? missingReason("recipes");
test.skip(needs !== undefined, needs ?? "");

const PAGE = readGuide("en", "recipes.md");
const TOKEN = "the-token-of-this-test";
const GATEWAY = { host: "127.0.0.1", port: 18_789 };
/** What somebody writes who would like to count as local. */
const FORGED = { "x-forwarded-for": "127.0.0.1", forwarded: "for=127.0.0.1" };

test("U15: nginx as in the guide passes WebSockets on, and tells strangers from programs of the machine", async ({
  world,
  home,
}) => {
  const proxy = { host: NETWORKS.lan.machine, port: 8_443, tls: true };
  const folder = join(home.path, "nginx");
  mkdirSync(folder);
  await certificate(home, folder);
  const [text = ""] = codeBlocks(PAGE, "nginx");
  const file = join(folder, "nginx.conf");
  writeFileSync(file, nginxConfig(folder, text));
  const program = findProgram("nginx", "/usr/sbin/nginx") ?? "nginx";

  const answers = await askThrough({
    world,
    home,
    proxy,
    start: [program, "-p", folder, "-c", file],
    step: "127.0.0.2",
  });

  expect(answers).toEqual({
    plain: { reached: true, details: false, connect: "pairing required" },
    forged: { reached: true, details: false, connect: "pairing required" },
    stranger: expect.objectContaining({ connect: expect.stringContaining("token missing") }),
    beside: { reached: true, details: true, connect: "in" },
  });
});

test("U15: Caddy as in the guide passes WebSockets on, and counts nobody as local", async ({
  world,
  home,
}) => {
  const proxy = { host: NETWORKS.lan.machine, port: 8_444 };
  const [text = ""] = codeBlocks(PAGE, "caddyfile");
  const whole = join(home.path, "Caddyfile");
  const file = join(home.path, "Caddyfile.test");
  writeFileSync(whole, text);
  writeFileSync(file, `{\n\tadmin off\n}\n${text.replace("gateway.example.com", `http://:${proxy.port}`)}`);
  const valid = await startNode(
    ["validate", "--adapter", "caddyfile", "--config", whole],
    { env: home.env() },
    "caddy",
  ).ended;
  const start = ["caddy", "run", "--adapter", "caddyfile", "--config", file];

  const answers = await askThrough({ world, home, proxy, start, step: "127.0.0.1" });

  expect(valid.code, valid.stderr).toBe(0);
  expect(answers).toEqual({
    plain: { reached: true, details: false, connect: "pairing required" },
    forged: { reached: true, details: false, connect: "pairing required" },
    stranger: expect.objectContaining({ connect: expect.stringContaining("token missing") }),
    beside: { reached: true, details: false, connect: "pairing required" },
  });
});

interface Setting {
  world: World;
  home: TempHome;
  proxy: Pick<NeighbourRequest, "host" | "port" | "tls">;
  /** The words that start the proxy. */
  start: string[];
  /** The address of the proxy, which is in the commands of its recipe. */
  step: string;
}

/** Configures by the guide's commands, and asks in every way that matters. */
async function askThrough({ world, home, proxy, start, step }: Setting) {
  const env = home.env();
  home.writeConfig({ gateway: { mode: "local", auth: { mode: "token", token: TOKEN } } });
  const recipe = guideSteps(PAGE).find(({ commands }) => commands.some((line) => line.includes(`"${step}"`)));
  for (const command of recipe?.commands ?? []) {
    expect(await runInProcess(wordsOf(command, home.path), { env })).toMatchObject({ code: 0 });
  }
  const gateway = world.gateway(["gateway"], { env });
  let running: CliProcess | undefined;
  try {
    await gateway.waitFor(/✓ log file: /);
    const [program = "", ...words] = start;
    running = world.run(program, words, { env });
    await expect
      .poll(async () => (await world.ask("lan", [proxy]))[0]?.reached, { timeout: 20_000 })
      .toBe(true);
    const auth = { token: TOKEN };
    const [plain, forged, stranger] = await world.ask("lan", [
      { ...proxy, auth },
      { ...proxy, auth, headers: FORGED },
      proxy,
    ]);
    const [beside] = await world.ask("machine", [{ ...GATEWAY, auth }]);
    return { plain, forged, stranger, beside };
  } finally {
    await running?.stop("SIGTERM");
    await gateway.stop();
  }
}

async function certificate(home: TempHome, folder: string): Promise<void> {
  const words =
    "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=gateway.example.com -keyout privkey.pem -out fullchain.pem";
  const { code, stderr } = await startNode(words.split(" "), { env: home.env(), cwd: folder }, "openssl")
    .ended;
  expect(code, stderr).toBe(0);
}

/** The text of the guide with another port and certificate, in the file that includes it on Debian. */
function nginxConfig(folder: string, text: string): string {
  const server = text
    .replace("listen 443 ssl", `listen ${NETWORKS.lan.machine}:8443 ssl`)
    .replaceAll("/etc/letsencrypt/live/gateway.example.com", folder);
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
${server}
}
`;
}

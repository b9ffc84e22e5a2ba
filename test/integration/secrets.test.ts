/** No token and no password in anything that is written, printed or listed: logs, crash reports, support info, JSON, processes, links. */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { dashboardLink } from "../../shared/node/open-dashboard.ts";
import { isAlive } from "../../shared/node/process-identity.ts";
import { resolveTrayPlaces } from "../../tray/gateway-profiles.ts";
import { supportInfo } from "../../tray/menu/support-info.ts";
import { readTarget } from "../../tray/supervisor/gateway-target.ts";
import { connectParams, openWire } from "../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../helpers/home/temp-home.ts";
import { freePort } from "../helpers/network/ports.ts";
import { type CliProcess, runCli, startCli } from "../helpers/process/cli.ts";
import { runBuilt } from "../helpers/process/run-built.ts";
import { configure, kill, TestTray } from "../helpers/tray/tray.ts";

/** Where a secret may stand by design: in the files that the user keeps it in. */
const KEEPS_SECRETS = /(^|\/)(clawdbot\.json(\..+)?|clawdbot\.last-good\.json|secret\.txt)$/;

type Kind = "token" | "password";
type Source = "configuration" | "environment" | "option" | "file";

interface Case {
  kind: Kind;
  source: Source;
}

const CASES: Case[] = [
  { kind: "token", source: "configuration" },
  { kind: "token", source: "environment" },
  { kind: "token", source: "option" },
  { kind: "password", source: "configuration" },
  { kind: "password", source: "environment" },
  { kind: "password", source: "option" },
  { kind: "password", source: "file" },
];

for (const { kind, source } of CASES) {
  test(`a ${kind} from the ${source} stands in no log, output or process list`, async ({ home }) => {
    test.skip(process.platform === "win32", "reads the process list with ps");
    const secret = `geheim-${randomUUID()}`;
    const wrong = `falsch-${randomUUID()}`;
    const port = await freePort();
    const { args, env, stated } = handOver({ kind, source }, secret, home);
    home.writeConfig({ gateway: { mode: "local", port, auth: stated } });
    const gateway = startCli(["gateway", "--verbose", "--ws-log", "full", ...args], {
      env,
      timeoutMs: 110_000,
    });
    await gateway.waitFor(/✓ log file/);
    const seen: [string, string][] = [];

    if (source !== "option") seen.push(["process list", commandLine(gateway)]);
    await provoke(port, kind, secret, wrong);
    const asking = home.env(source === "configuration" ? {} : { [variable(kind)]: secret });
    seen.push(...(await everyAnswer(asking)));
    const refused = await runBuilt(["gateway", "health", `--${kind}`, wrong, "--json"], {
      env: home.env(),
    });
    const second = await runCli(["gateway", "--verbose"], { env: asking });
    seen.push(["a refused client", refused.stdout + refused.stderr]);
    seen.push(["a second start", second.stdout + second.stderr]);
    await spoilConfiguration(home, gateway, { mode: "local", port, auth: { [kind]: secret } }, secret);
    seen.push(...(await everyAnswer(asking)));
    const broken = await runCli(["gateway"], { env: asking });
    seen.push(["a start with a broken file", broken.stdout + broken.stderr]);
    const { stdout, stderr } = await gateway.stop();
    seen.push(["stdout", stdout], ["stderr", stderr], ...filesOf(home.path));

    expect(readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8")).toContain("listening");
    expect(placesWith(secret, seen)).toEqual([]);
    expect(placesWith(wrong, seen)).toEqual([]);
    if (source === "option") expect(stderr).toContain(`--${kind} is visible to other users of this machine`);
  });
}

test("the tray's child, crash report, support info, status and files hold no secret, nor does the dashboard link", async ({
  home,
}) => {
  test.skip(process.platform === "win32", "reads the process list with ps");
  const [token, password] = [`geheim-${randomUUID()}`, `geheim-${randomUUID()}`];
  const port = await configure(home, { auth: { mode: "token", token, password } });
  const env = home.env({ XDG_CURRENT_DESKTOP: "none" });
  const places = resolveTrayPlaces({ profile: undefined, dev: false }, env, process.platform);
  const tray = new TestTray(home);
  try {
    await tray.reach("running");
    const pid = tray.gatewayPid;
    const running = ps(pid);
    await provoke(port, "token", token, "falsch");
    appendFileSync(
      join(home.stateDir, "logs", "gateway.err.log"),
      `Error: token=${token} password: ${password}\n`,
    );
    kill(pid, "SIGKILL");
    await tray.until(
      "another gateway runs",
      () => tray.state === "running" && tray.gatewayPid !== pid,
      20_000,
    );
    const target = await readTarget(places.gateway.normal);
    if ("blocked" in target) throw new Error("the tray finds no gateway in a valid configuration");
    const { logDir } = places.own.paths;
    const support = await supportInfo(tray.view, places.gateway.normal, logDir, target.secrets);
    const code = await tray.tray.linkCode();
    const link = dashboardLink(`http://127.0.0.1:${port}/`, code);
    const crashes = readdirSync(logDir).filter((name) => name.startsWith("crash-"));

    expect(isAlive(pid)).toBe(false);
    expect(crashes).toHaveLength(1);
    expect(link).toMatch(/\/#code=[\w-]{32}$/);
    const planted = join(logDir, "gateway.err.log");
    const seen: [string, string][] = [
      ["process list", running],
      ["support info", support],
      ["dashboard link", link],
      ["view", JSON.stringify(tray.view)],
      ["notifications", JSON.stringify(tray.notifications)],
      ["terminal", tray.said.join("\n")],
      ...filesOf(home.path).filter(([where]) => where !== planted),
    ];
    expect(placesWith(token, seen)).toEqual([]);
    expect(placesWith(password, seen)).toEqual([]);
    expect(support).toContain("token=***");
  } finally {
    await tray.dispose();
  }
});

/** Where the text holds the word. */
function placesWith(word: string, seen: readonly [where: string, text: string][]): string[] {
  return seen.flatMap(([where, text]) => (text.includes(word) ? [where] : []));
}

/** Options, environment and configuration that hand over the secret. */
function handOver({ kind, source }: Case, secret: string, home: TempHome) {
  const stated = source === "configuration" ? { [kind]: secret } : {};
  const env = home.env(source === "environment" ? { [variable(kind)]: secret } : {});
  const file = join(home.path, "secret.txt");
  if (source === "file") writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  const args =
    source === "option" ? [`--${kind}`, secret] : source === "file" ? ["--password-file", file] : [];
  return { stated, env, args };
}

function variable(kind: Kind): string {
  return `CLAWDBOT_GATEWAY_${kind.toUpperCase()}`;
}

/** Good and bad clients, and the secret in every place where somebody may put it by mistake. */
async function provoke(port: number, kind: Kind, secret: string, wrong: string): Promise<void> {
  for (const [path, headers] of [
    [`/?${kind}=${secret}`, {}],
    [`/readyz?${kind}=${secret}`, { Authorization: `Bearer ${secret}` }],
    [`/no/such/${secret}`, { "X-Forwarded-For": "192.0.2.7", Cookie: `${kind}=${secret}` }],
  ] as const) {
    await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  }
  for (const auth of [{ [kind]: secret }, { [kind]: wrong }, { [kind]: [secret] }, { tokn: secret }]) {
    const wire = await openWire(port, { path: `/?${kind}=${secret}` });
    await wire.next("challenge", (frame) => frame.event === "connect.challenge");
    wire.send({ type: "req", id: secret, method: "connect", params: { ...connectParams(), auth } });
    await wire.next("answer", (frame) => frame.type === "res").catch(() => undefined);
    wire.send({ type: "req", id: "2", method: "nonsense", params: { [secret]: secret } });
    wire.send(`{"type":"req","${secret}`);
    wire.socket.close();
    await wire.closed;
  }
}

/** What every command that prints JSON says, as JSON and as text. */
async function everyAnswer(env: Record<string, string>): Promise<[string, string][]> {
  const verbs = [
    ["gateway", "status"],
    ["gateway", "health"],
    ["gateway", "probe", "--timeout", "1000"],
    ["gateway", "call", "status"],
    ["gateway", "call", "config.get"],
    ["gateway", "call", "system-presence"],
    ["logs"],
    ["config", "get"],
    ["config", "get", "gateway.auth"],
    ["config", "validate"],
    ["config", "path"],
    ["reset", "--scope", "full", "--dry-run"],
  ];
  const commands = [["gateway", "status"], ["gateway", "probe"], ...verbs.map((verb) => [...verb, "--json"])];
  const seen: [string, string][] = [];
  for (const args of commands) {
    const { stdout, stderr } = await runBuilt(args, { env: { ...env, CLAWDBOT_DISABLE_BONJOUR: "1" } });
    seen.push([args.join(" "), stdout + stderr]);
  }
  return seen;
}

/** Half-written and wrong files, each with the secret where a message could quote it. Leaves the last one. */
async function spoilConfiguration(
  home: TempHome,
  gateway: CliProcess,
  good: { mode: string; port: number; auth: object },
  secret: string,
): Promise<void> {
  const { auth } = good;
  for (const [number, text] of [
    JSON.stringify({ gateway: { ...good, token: secret } }),
    JSON.stringify({ gateway: { ...good, auth: { ...auth, mode: secret, token: { value: secret } } } }),
    JSON.stringify({ gateway: { ...good, auth, bind: secret, [secret]: 1 } }).replace(
      `"${secret}":1`,
      '"x":1',
    ),
    `{ gateway: { auth: { token: "${secret}`,
  ].entries()) {
    home.writeConfig(text);
    await warnings(gateway, number + 1);
  }
}

/** Waits until the gateway has said of so many files that they cannot be used. */
async function warnings(gateway: CliProcess, count: number): Promise<void> {
  const said = (text: string) => text.match(/warn[^\n]*config/gi)?.length ?? 0;
  await expect
    .poll(() => Math.max(...Object.values(gateway.output()).map(said)))
    .toBeGreaterThanOrEqual(count);
}

function commandLine(gateway: CliProcess): string {
  return ps(gateway.pid);
}

/** What other users of the machine see of the process. */
function ps(pid: number): string {
  return execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8" });
}

/** Every file below `root` that is not meant to hold secrets. */
function filesOf(root: string): [string, string][] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !KEEPS_SECRETS.test(path) && existsSync(path))
    .map((path) => [path, readFileSync(path, "utf8")]);
}

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "@playwright/test";
import { readFacts } from "../../../../shared/node/run-state.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../../../shared/protocol/handshake.ts";
import { createDevice, signedBy, type TestDevice } from "../../../helpers/gateway/device.ts";
import { openWire, TEST_TOKEN, type WireClient } from "../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startCli } from "../../../helpers/process/cli.ts";
import { randomFrom, repetitions, SOAK, seedFor } from "../../../helpers/run/soak.ts";

const EDITS = repetitions({ short: 60, full: 500 });
const CLIENTS = 20;
/** How long a client may look for the gateway after it was sent away, in ms; a restart is announced with 1500. */
const AWAY_MS = 30_000;

test(
  `${EDITS} edits while 20 clients talk: nobody is lost, nobody gets in, the last good one stands`,
  SOAK,
  async ({ home }, testInfo) => {
    const seed = seedFor("reload storm");
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    mkdirSync(home.stateDir, { mode: 0o700 });
    const editor = new Editor(home, ports, randomFrom(seed));
    editor.writeValid({});
    const args = ["gateway", "--allow-unconfigured"];
    const gateway = startCli(args, { env: home.env(), timeoutMs: 600_000 });
    try {
      await gateway.waitFor(/✓ log file: /);
      const over = new AbortController();
      const port = () => readFacts(factsFile(home))?.port ?? ports[0];
      const clients = Array.from({ length: CLIENTS }, () => new Talker(port));
      await Promise.all(clients.map((client) => client.pair()));
      const talks = clients.map((client) => client.talk(over.signal));
      const stranger = knock(port, over.signal);

      const startedAt = performance.now();
      const hosts = new Set<string>();
      for (let edit = 0; edit < EDITS; edit += 1) {
        await editor.edit();
        for (const host of readFacts(factsFile(home))?.hosts ?? []) hosts.add(host);
        editor.checkLastGood();
      }
      const stormMs = Math.round(performance.now() - startedAt);

      // The last edits wait as long as they do for users.
      const settled = editor.writeValid({ reload: undefined });
      await expect.poll(() => readFileSync(lastGood(home), "utf8")).toBe(settled);
      const finalAt = performance.now();
      const final = editor.writeValid({ port: ports[2], reload: undefined });
      while (!(await answers(ports[2]))) await delay(5);
      const effectMs = Math.round(performance.now() - finalAt);
      await expect.poll(() => readFileSync(lastGood(home), "utf8")).toBe(final);

      // Every client still has its place, and a restart with a broken file comes back with the last good one.
      const before = readFacts(factsFile(home))?.instanceId;
      home.writeConfig("{ broken");
      gateway.child.kill("SIGUSR2");
      await expect.poll(() => readFacts(factsFile(home))?.instanceId).not.toBe(before);
      await expect.poll(() => answers(ports[2])).toBe(true);
      await Promise.all(clients.map((client) => client.onceMore()));
      over.abort();
      const answered = (await Promise.all(talks)).reduce((sum, count) => sum + count, 0);
      const knocks = await stranger;

      const report = `${EDITS} edits in ${stormMs} ms, ${answered} requests answered, ${knocks.refused} strangers refused, final edit in force after ${effectMs} ms`;
      console.log(`reload storm: ${report}`);
      testInfo.annotations.push({ type: "measured", description: report });
      expect(knocks).toEqual({ refused: expect.any(Number), letIn: [] });
      expect(knocks.refused).toBeGreaterThan(EDITS / 25);
      expect(answered).toBeGreaterThan(EDITS);
      expect([...hosts].filter((host) => !/^(127\.|::1$)/.test(host))).toEqual([]);
      expect(gateway.output().stderr).not.toContain("    at ");
      expect((await gateway.stop()).code).toBe(0);
    } finally {
      await gateway.stop();
    }
  },
);

/** Edits the configuration in every way people and programs do. */
class Editor {
  #home: TempHome;
  #ports: readonly [number, number, number];
  #random: () => number;
  #good = new Set<string>();
  #count = 0;

  constructor(home: TempHome, ports: readonly [number, number, number], random: () => number) {
    this.#home = home;
    this.#ports = ports;
    this.#random = random;
  }

  /** Writes a complete configuration, in place or by rename, and returns its text. */
  writeValid(gateway: object, rest: object = {}, auth: object = { token: TEST_TOKEN }): string {
    this.#count += 1;
    const content = {
      gateway: { mode: "local", port: this.#ports[0], auth, reload: { debounceMs: 0 }, ...gateway },
      commands: { restart: true },
      session: { mainKey: `edit-${this.#count}` },
      ...rest,
    };
    const text = JSON.stringify(content);
    this.#good.add(text);
    this.#write(text);
    return text;
  }

  /** One random edit, then a random pause. */
  async edit(): Promise<void> {
    const { configFile } = this.#home;
    const edits: (() => void)[] = [
      () => this.writeValid({}),
      () => this.writeValid({ port: this.#pick(this.#ports.slice(0, 2)) }),
      () => this.writeValid({}, {}, { token: `token-${this.#pick([1, 2, 3])}` }),
      () => this.writeValid({}, {}, { password: "pässword-of-the-tests" }),
      () => this.writeValid({ bind: "custom", customBindHost: this.#pick(["127.0.0.2", "127.0.0.3"]) }),
      () => this.writeValid({ controlUi: { enabled: this.#random() < 0.5 } }),
      () => this.writeValid({}, { plugins: { round: this.#count } }),
      () => this.writeValid({}, {}, {}),
      () => this.writeValid({ bind: "lan" }, {}, {}),
      () => this.writeValid({ bind: "custom", customBindHost: "192.0.2.7" }),
      () => this.writeValid({ mode: undefined, reload: undefined }, { commands: undefined }, {}),
      () => this.#write(""),
      () => this.#write('{"gateway":{"mode":"local","auth":{"token":"half'),
      () => this.#write('{"gateway":{"prot":1}}'),
      () => rmSync(configFile, { force: true }),
      () => this.#swap(),
      () => this.#link(),
    ];
    this.#pick(edits)();
    await delay(this.#random() < 0.2 ? 230 + this.#random() * 100 : this.#random() * 50);
  }

  /** The last good copy is whole, and a configuration somebody could mean. */
  checkLastGood(): void {
    const copy = lastGood(this.#home);
    if (existsSync(copy)) expect([...this.#good]).toContain(readFileSync(copy, "utf8"));
  }

  #write(text: string): void {
    const { configFile } = this.#home;
    if (this.#random() < 0.5) {
      writeFileSync(`${configFile}.new`, text, { mode: 0o600 });
      renameSync(`${configFile}.new`, configFile);
    } else this.#home.writeConfig(text);
  }

  /** Away and back, as a tool does that puts another file there for a moment. */
  #swap(): void {
    const { configFile } = this.#home;
    const away = `${configFile}.away`;
    if (existsSync(away)) renameSync(away, configFile);
    else if (existsSync(configFile)) renameSync(configFile, away);
  }

  #link(): void {
    const { configFile, path } = this.#home;
    const target = join(path, "dotfiles", `config-${this.#pick([1, 2])}.json`);
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) writeFileSync(target, [...this.#good][0] ?? "{}", { mode: 0o600 });
    rmSync(configFile, { force: true });
    symlinkSync(target, configFile);
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.#random() * values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }
}

/** A paired client that asks for the health over and over and comes back whenever it was sent away with a reason. */
class Talker {
  #device = createDevice();
  #port: () => number;
  #token = "";
  #client: WireClient | undefined;
  #answered = 0;

  constructor(port: () => number) {
    this.#port = port;
  }

  async pair(): Promise<void> {
    const { client, token } = await enter(this.#port(), this.#device, TEST_TOKEN);
    this.#client = client;
    this.#token = token;
  }

  /** Asks until it is over; returns how many answers came. Fails when one was lost without a reason. */
  async talk(over: AbortSignal): Promise<number> {
    while (!over.aborted) {
      const client = await this.#connected();
      const answer = await client.request("health").catch((error: unknown) => error);
      if (isRecord(answer) && answer.ok === true) this.#answered += 1;
      else await this.#excused(client, answer);
      await delay(25);
    }
    this.#client?.socket.close();
    return this.#answered;
  }

  /** Resolves after another answer. */
  async onceMore(): Promise<void> {
    const before = this.#answered;
    await expect.poll(() => this.#answered).toBeGreaterThan(before);
  }

  async #excused(client: WireClient, problem: unknown): Promise<void> {
    const { code, reason } = await client.end();
    const announced = client.unread.some(({ event }) => event === "shutdown");
    const restart = code === 1012 && announced;
    const changed = code === 1008 && reason === "credentials changed";
    if (!restart && !changed) throw new Error(`a request was lost: ${code} ${reason}, ${problem}`);
  }

  async #connected(): Promise<WireClient> {
    const client = this.#client;
    if (client !== undefined && client.socket.readyState === client.socket.OPEN) {
      if (!client.unread.some(({ event }) => event === "shutdown")) client.unread.length = 0;
      return client;
    }
    if (client !== undefined) await this.#excused(client, "closed between two requests");
    const giveUpAt = performance.now() + AWAY_MS;
    for (;;) {
      try {
        this.#client = (await enter(this.#port(), this.#device, this.#token)).client;
        return this.#client;
      } catch (error) {
        if (performance.now() > giveUpAt) throw error;
        await delay(30);
      }
    }
  }
}

/** Connects with a device and a token; returns the device's own token as well. */
async function enter(port: number, device: TestDevice, token: string) {
  const client = await openWire(port);
  const connect = signedBy(device, paramsWith({ token }), { signedAtMs: Date.now() });
  const answer = await client.request("connect", connect, "connect");
  if (answer.ok !== true || !isRecord(answer.payload)) {
    client.socket.close();
    throw new Error(`refused: ${JSON.stringify(answer.error)}`);
  }
  const given = isRecord(answer.payload.auth) ? answer.payload.auth.deviceToken : undefined;
  return { client, token: typeof given === "string" ? given : token };
}

/** Tries to get in without a secret for as long as it lasts. */
async function knock(port: () => number, over: AbortSignal) {
  const seen = { refused: 0, letIn: [] as string[] };
  while (!over.aborted) {
    try {
      await enter(port(), createDevice(), "");
      seen.letIn.push(`at port ${port()}`);
    } catch {
      seen.refused += 1;
    }
    await delay(60);
  }
  return seen;
}

function paramsWith(auth: { token: string }): ConnectParams {
  const client = { id: "test", version: "1.0.0", platform: "linux", mode: "test" };
  return { minProtocol: 3, maxProtocol: 3, client, auth: auth.token === "" ? {} : auth } as ConnectParams;
}

async function answers(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { connection: "close" } }).then(
    ({ ok }) => ok,
    () => false,
  );
}

const factsFile = (home: TempHome) => join(home.stateDir, "run", "gateway.json");
const lastGood = (home: TempHome) => join(home.stateDir, "clawdbot.last-good.json");

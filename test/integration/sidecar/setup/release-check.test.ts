/** The look for a newer version, against a registry on loopback that counts who asks. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { APP_VERSION } from "../../../../shared/version.ts";
import { PACKAGE_NAME } from "../../../../sidecar/setup/release-check.ts";
import { test as base, type TempHome } from "../../../helpers/home/temp-home.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

interface Registry {
  url: string;
  /** Method, path and headers of each request. */
  asked: { line: string; headers: string[] }[];
  /** What it answers with; undefined: nothing, ever. */
  answer: { status: number; body: string } | undefined;
}

const NEWER = { status: 200, body: JSON.stringify({ name: PACKAGE_NAME, version: "99.1.2" }) };

const test = base.extend<{ registry: Registry }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  registry: async ({}, use) => {
    const registry: Registry = { url: "", asked: [], answer: NEWER };
    const server = createServer((request, response) => {
      const { method, url, headers } = request;
      registry.asked.push({ line: `${method} ${url}`, headers: Object.keys(headers).sort() });
      if (registry.answer === undefined) return;
      response.writeHead(registry.answer.status).end(registry.answer.body);
    });
    registry.url = `http://127.0.0.1:${await portOf(server)}`;
    await use(registry);
    server.closeAllConnections();
    server.close();
  },
});

function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(isRecord(address) ? Number(address.port) : 0);
    });
  });
}

function configure(home: TempHome, update?: object): void {
  const gateway = { mode: "local", auth: { mode: "token", token: "a token of sufficient length" } };
  home.writeConfig({ gateway, ...(update === undefined ? {} : { update }) });
}

const run = (home: TempHome, env: Record<string, string>, ...args: string[]) =>
  runInProcess(args, { env: home.env(env) });
const status = (home: TempHome, { url }: Registry, ...args: string[]) =>
  run(home, { npm_config_registry: url }, "gateway", "status", "--no-probe", ...args);
const noteOf = (home: TempHome) => join(home.stateDir, "run", "update-check.json");

const LINE = `Update: version 99.1.2 can be installed: npm install -g ${PACKAGE_NAME}@99.1.2\n`;

test.describe("U15: the look for a newer version", () => {
  test("goes by the name of the package", () => {
    const file = fileURLToPath(new URL("../../../../package.json", import.meta.url));

    expect(JSON.parse(readFileSync(file, "utf8")).name).toBe(PACKAGE_NAME);
  });

  test("does not happen unless it is asked for: no request, and no file", async ({ home, registry }) => {
    for (const update of [undefined, {}, { check: false }]) {
      configure(home, update);
      await status(home, registry);
      await run(home, { npm_config_registry: registry.url }, "doctor", "--non-interactive");
    }

    expect(registry.asked).toEqual([]);
    expect(existsSync(noteOf(home))).toBe(false);
  });

  test("asks once a day for the package's name alone, and says in one line how to get it", async ({
    home,
    registry,
  }) => {
    configure(home, { check: true });

    const first = await status(home, registry);
    const second = await status(home, registry);
    const json = await status(home, registry, "--json");
    const doctor = await run(home, { npm_config_registry: registry.url }, "doctor", "--non-interactive");

    expect([first.stdout, second.stdout]).toEqual([
      expect.stringContaining(LINE),
      expect.stringContaining(LINE),
    ]);
    expect(JSON.parse(json.stdout).update).toEqual({
      version: "99.1.2",
      command: `npm install -g ${PACKAGE_NAME}@99.1.2`,
    });
    expect(doctor.stdout).toContain("ersion 99.1.2 can be installed");
    expect(registry.asked).toEqual([
      {
        line: `GET /${PACKAGE_NAME}/latest`,
        headers: [
          "accept",
          "accept-encoding",
          "accept-language",
          "connection",
          "host",
          "sec-fetch-mode",
          "user-agent",
        ],
      },
    ]);
  });

  for (const [when, askedAtMs] of [
    ["a day later", Date.now() - 25 * 60 * 60 * 1000],
    ["after the clock was set back", Date.now() + 60 * 60 * 1000],
  ] as const) {
    test(`asks again ${when}`, async ({ home, registry }) => {
      configure(home, { check: true });
      await status(home, registry);
      writeFileSync(noteOf(home), JSON.stringify({ askedAtMs, version: APP_VERSION }));

      const { stdout } = await status(home, registry);

      expect(stdout).toContain(LINE);
      expect(registry.asked).toHaveLength(2);
    });
  }

  for (const [what, answer, reason] of [
    ["refuses", { status: 404, body: "{}" }, "answers 404"],
    ["talks nonsense", { status: 200, body: "<html>" }, ": Unexpected token"],
    ["names what is no version", { status: 200, body: '{"version":"1; rm -rf /"}' }, "names no version"],
    ["is endless", { status: 200, body: " ".repeat(2_000_000) }, "the answer is too long"],
    ["never answers", undefined, "no answer within 2 s"],
  ] as const) {
    test(`is silent about a registry that ${what}, except in doctor, and asks it once`, async ({
      home,
      registry,
    }) => {
      configure(home, { check: true });
      registry.answer = answer;

      const { code, stdout, stderr } = await status(home, registry);
      const doctor = await run(home, { npm_config_registry: registry.url }, "doctor", "--non-interactive");

      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).not.toContain("pdate");
      expect(doctor.stdout).toContain("hether there is a newer version could not be found out");
      expect(doctor.stdout).toContain(reason);
      expect(registry.asked).toHaveLength(1);
    });
  }

  test("says nothing about the version that runs, or an older one", async ({ home, registry }) => {
    configure(home, { check: true });
    registry.answer = { status: 200, body: JSON.stringify({ version: APP_VERSION }) };

    const { stdout } = await status(home, registry);

    expect(stdout).not.toContain("Update:");
    expect(registry.asked).toHaveLength(1);
  });

  test("takes the registry from .npmrc, below its variable", async ({ home, registry }) => {
    configure(home, { check: true });
    writeFileSync(join(home.path, ".npmrc"), `; ours\nregistry = ${registry.url}/npm/\n`);

    const { stdout } = await run(home, {}, "gateway", "status", "--no-probe");

    expect(stdout).toContain(LINE);
    expect(registry.asked.map(({ line }) => line)).toEqual([`GET /npm/${PACKAGE_NAME}/latest`]);
  });

  test("does not ask where it could not note that it has asked", async ({ home, registry }) => {
    configure(home, { check: true });
    writeFileSync(join(home.stateDir, "run"), "a file");

    const { code } = await status(home, registry);

    expect(code).toBe(0);
    expect(registry.asked).toEqual([]);
  });
});

/** Extras, brought by the npm of this machine from a registry that the test serves. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import type { Extra } from "../../../../../sidecar/base/extras/extra.ts";
import { extraFolder, findExtra, installedIn } from "../../../../../sidecar/base/extras/find-extra.ts";
import { installExtra, npmFor } from "../../../../../sidecar/host/extras/install-extra.ts";
import { run } from "../../../../../sidecar/host/process/run.ts";
import { test as homeTest, type TempHome } from "../../../../helpers/home/temp-home.ts";

interface Registry {
  extra: Extra;
  url: string;
  asked: string[];
}

const test = homeTest.extend<{ registry: Registry }>({
  registry: async ({ home }, use) => {
    const source = join(home.path, "source");
    mkdirSync(source);
    const scripts = { postinstall: `touch ${join(home.path, "script-was-run")}` };
    writeFileSync(
      join(source, "package.json"),
      JSON.stringify({ name: "made-for-tests", version: "1.2.3", scripts }),
    );
    writeFileSync(join(source, "index.mjs"), "export const answer = 42;\n");
    const [npm = "npm", ...words] =
      npmFor({ env: home.env(), platform: process.platform, nodePath: "/none/bin/node" }) ?? [];
    await run(npm, [...words, "pack", "--ignore-scripts"], {
      timeoutMs: 60_000,
      env: home.env(),
      cwd: source,
    });
    const archive = readFileSync(join(source, "made-for-tests-1.2.3.tgz"));
    // What it packed it would not ask for.
    rmSync(join(home.path, ".npm"), { recursive: true });
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(request.url?.endsWith(".tgz") ? 200 : 404).end(archive);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const extra = {
      folder: "@test",
      package: "made-for-tests",
      version: "1.2.3",
      integrity: `sha512-${createHash("sha512").update(archive).digest("base64")}`,
      entry: "index.mjs",
      sizeMb: 1,
    };
    await use({ extra, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    server.closeAllConnections();
    server.close();
  },
});

const placeOf = (home: TempHome, registry: string, more: Record<string, string> = {}) => ({
  stateDir: home.stateDir,
  env: { ...home.env(more), NPM_CONFIG_REGISTRY: registry },
  platform: process.platform,
  nodePath: "/none/bin/node",
});

test("an extra is brought whole, without running what it would run, and is found then", async ({
  home,
  registry: { extra, url, asked },
}) => {
  expect(findExtra(extra, home.stateDir).state).toBe("missing");

  const folder = await installExtra(extra, placeOf(home, url), 60_000);

  const found = findExtra(extra, home.stateDir);
  expect(found).toMatchObject({ state: "ready", folder, isOfCheckout: false });
  expect(found.state === "ready" && (await import(found.entry)).answer).toBe(42);
  expect(asked).toEqual(["/made-for-tests/-/made-for-tests-1.2.3.tgz"]);
  expect(existsSync(join(home.path, "script-was-run"))).toBe(false);
  expect(readdirSync(dirname(folder))).toEqual(["@test"]);
});

test("what was left halfway is no extra, and is replaced", async ({ home, registry: { extra, url } }) => {
  const folder = await installExtra(extra, placeOf(home, url), 60_000);
  rmSync(join(folder, "node_modules", extra.package, "index.mjs"));
  expect(installedIn(extra, folder)).toEqual({ state: "unusable", folder, version: undefined });
  // Of a process that was ended.
  mkdirSync(`${folder}.999999999.tmp/node_modules`, { recursive: true });

  await installExtra(extra, placeOf(home, url), 60_000);

  expect(installedIn(extra, folder).state).toBe("ready");
  expect(readdirSync(dirname(folder))).toEqual(["@test"]);
});

test("an extra of another release is named as such", async ({ home, registry: { extra, url } }) => {
  const folder = await installExtra(extra, placeOf(home, url), 60_000);

  expect(installedIn({ ...extra, version: "1.2.4" }, folder)).toEqual({
    state: "unusable",
    folder,
    version: "1.2.3",
  });
});

test("another archive than the one of the lock is not taken, and what was there stays", async ({
  home,
  registry: { extra, url },
}) => {
  const folder = await installExtra(extra, placeOf(home, url), 60_000);
  const other = { ...extra, integrity: `sha512-${"A".repeat(86)}==` };

  await expect(installExtra(other, placeOf(home, url), 60_000)).rejects.toMatchObject({
    code: "EXTRA_NOT_INSTALLED",
    message: expect.stringMatching(/^made-for-tests was not installed: .*EINTEGRITY/),
  });

  expect(installedIn(extra, folder).state).toBe("ready");
  expect(readdirSync(dirname(folder))).toEqual(["@test"]);
});

test("without a registry, and without npm, one line says so and nothing is left", async ({
  home,
  registry: { extra },
}) => {
  const unreachable = placeOf(home, "http://127.0.0.1:9");
  await expect(installExtra(extra, unreachable, 60_000)).rejects.toMatchObject({
    code: "EXTRA_NOT_INSTALLED",
    message: expect.stringMatching(/registry cannot be reached \(ECONNREFUSED\)/),
  });
  const without = placeOf(home, "http://127.0.0.1:9", { PATH: home.path });
  await expect(installExtra(extra, without, 60_000)).rejects.toMatchObject({
    code: "RUNTIME_MISSING",
    message: expect.stringMatching(/^npm is not installed, which brings made-for-tests/),
  });

  expect(existsSync(extraFolder(extra, home.stateDir))).toBe(false);
  expect(readdirSync(join(home.stateDir, "tools"))).toEqual([]);
});

/** The Compose file, the image's description and the scrape configuration of the guide, as far as they run without a daemon. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { codeBlocks, readGuide } from "../../helpers/docs/guide.ts";
import { TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { test } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { startCli, startNode } from "../../helpers/process/cli.ts";
import { missingReason } from "../../helpers/run/desktop-needs.ts";

const needs = missingReason("recipes");
test.skip(needs !== undefined, needs ?? "");

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PARSER = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";
const [compose = "", scrape = ""] = codeBlocks(readGuide("en", "recipes.md"), "yaml");
const [dockerfile = ""] = codeBlocks(readGuide("en", "server.md"), "dockerfile");

function parsed(yaml: string): Record<string, unknown> {
  const value: unknown = JSON.parse(
    execFileSync("/usr/bin/python3", ["-c", PARSER], { input: yaml, encoding: "utf8" }),
  );
  return isRecord(value) ? value : {};
}

test("U15: the command and the health check of the Compose file run on an empty volume", async ({ home }) => {
  const port = await freePort();
  const { services, volumes } = parsed(compose) as {
    services: {
      clawdbot: { command: string[]; healthcheck: { test: string[] }; ports: string[]; volumes: string[] };
    };
    volumes: object;
  };
  const { command, healthcheck, ports, volumes: mounts } = services.clawdbot;
  const [program, ...words] = command;
  const [kind, node, ...check] = healthcheck.test;
  const own = check.map((word) => word.replaceAll("18789", String(port)));
  const options = {
    env: home.env({ CLAWDBOT_GATEWAY_TOKEN: TEST_TOKEN, CLAWDBOT_GATEWAY_PORT: String(port) }),
  };

  const before = await startNode(own, options).ended;
  const gateway = startCli(words, options);
  await gateway.waitFor(/✓ log file: /);
  const during = await startNode(own, options).ended;
  const { code } = await gateway.stop();

  expect([program, kind, node]).toEqual(["clawdbot", "CMD", "node"]);
  expect(ports).toEqual(["127.0.0.1:18789:18789"]);
  expect(mounts).toEqual(Object.keys(volumes).map((name) => `${name}:/home/node`));
  expect([before.code, during.code, code]).toEqual([1, 0, 0]);
});

test("U15: the image is made of all that the build needs, and of nothing that it makes", () => {
  const ignored = readFileSync(join(ROOT, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const [, sources = ""] =
    /const SOURCES = \[([^\]]+)\]/.exec(readFileSync(join(ROOT, "build.mjs"), "utf8")) ?? [];
  const needed = [...sources.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);

  expect(needed.length).toBeGreaterThan(5);
  expect(needed.filter((name) => ignored.includes(name.split("/")[0] ?? ""))).toEqual([]);
  expect(ignored).toEqual(expect.arrayContaining([".git", "node_modules", "dist"]));
  expect(dockerfile).toMatch(/^COPY \. \.\nRUN npm ci && npm link\nUSER node$/m);
});

test("U15: Prometheus is let in with the credentials of its configuration", async ({ home }) => {
  const port = await freePort();
  const file = join(home.path, "clawdbot-token");
  writeFileSync(file, `${TEST_TOKEN}\n`);
  mkdirSync(home.stateDir);
  home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
  const { scrape_configs } = parsed(scrape) as {
    scrape_configs: {
      authorization: { credentials_file: string };
      static_configs: { targets: string[] }[];
    }[];
  };
  const [{ authorization, static_configs } = { authorization: undefined, static_configs: [] }] =
    scrape_configs;
  const [target = ""] = static_configs[0]?.targets ?? [];
  const gateway = startCli(["gateway"], { env: home.env() });
  await gateway.waitFor(/✓ log file: /);

  // As from elsewhere, where the token counts.
  const headers = { "x-forwarded-for": "203.0.113.9" };
  const url = `http://${target.replace("18789", String(port))}/metrics`;
  const without = await fetch(url, { headers });
  const bearer = readFileSync(file, "utf8").trim();
  const answer = await fetch(url, { headers: { ...headers, authorization: `Bearer ${bearer}` } });
  await gateway.stop();

  expect(authorization?.credentials_file).toBe("/etc/prometheus/clawdbot-token");
  expect(without.status).toBe(401);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("# TYPE ");
});

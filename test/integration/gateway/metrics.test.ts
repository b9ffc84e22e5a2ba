/** U6: what monitoring asks: `/metrics` as Prometheus reads it, `/health`, and nothing green where there is nothing. */
import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { expect } from "@playwright/test";
import { startGateway, type TestGateway } from "../../helpers/gateway/gateway.ts";
import { connectWire, TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { test } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { startCli } from "../../helpers/process/cli.ts";
import { missingReason } from "../../helpers/run/desktop-needs.ts";

/** As a proxy in front of the gateway asks for somebody elsewhere. */
const FROM_ELSEWHERE = { "x-forwarded-for": "203.0.113.9" };

/** Reads the text with the parser of Prometheus's own client library and prints name, labels and value of each sample. */
const PARSER = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
print(json.dumps([[f.name, f.type, s.name, s.labels, s.value]
  for f in text_string_to_metric_families(sys.stdin.read()) for s in f.samples]))
`;

interface Sample {
  type: string;
  labels: Record<string, string>;
  value: number;
}

function parsed(text: string): Map<string, Sample[]> {
  const output = execFileSync("/usr/bin/python3", ["-c", PARSER], { input: text, encoding: "utf8" });
  const samples = new Map<string, Sample[]>();
  for (const [, type, name, labels, value] of JSON.parse(output) as [
    string,
    string,
    string,
    Record<string, string>,
    number,
  ][]) {
    samples.set(name, [...(samples.get(name) ?? []), { type, labels, value }]);
  }
  return samples;
}

test.describe("U6: /metrics", () => {
  let server: TestGateway;
  test.beforeEach(async () => {
    server = await startGateway();
  });
  test.afterEach(() => server.stop());

  const scrape = (headers: Record<string, string> = {}, path = "/metrics") =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { headers });

  test("is what Prometheus's own library reads, with what is true at the moment", async () => {
    test.skip(missingReason("metrics") !== undefined, missingReason("metrics"));
    const { client } = await connectWire(server.port);
    await expect(connectWire(server.port, { auth: { token: "wrong" } })).rejects.toThrow("refused");

    const first = await scrape();
    const before = parsed(await first.text());
    const value = (name: string) => before.get(name)?.[0]?.value;

    expect(first.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(value("clawdbot_up")).toBe(1);
    expect(before.get("clawdbot_clients")).toEqual(
      expect.arrayContaining([{ type: "gauge", labels: { role: "operator" }, value: 1 }]),
    );
    expect(before.get("clawdbot_refusals_total")).toEqual([{ type: "counter", labels: {}, value: 1 }]);
    expect(value("clawdbot_restarts_total")).toBe(0);
    expect(value("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
    await expect
      .poll(async () => parsed(await (await scrape()).text()).has("nodejs_eventloop_lag_max_seconds"))
      .toBe(true);
    await client.close();
  });

  test("is told to nobody from elsewhere without the secret, and guesses count", async () => {
    const asked = async (headers: Record<string, string>) =>
      (await scrape({ ...FROM_ELSEWHERE, ...headers })).status;

    expect(await asked({})).toBe(401);
    expect(await asked({ authorization: `Bearer ${TEST_TOKEN}` })).toBe(200);
    expect(await asked({ authorization: `Basic ${btoa(`x:${TEST_TOKEN}`)}` })).toBe(401);
    const guesses: number[] = [];
    for (let guess = 0; guess < 11; guess += 1)
      guesses.push(await asked({ authorization: `Bearer ${guess}` }));

    expect(guesses).toEqual([...Array<number>(10).fill(401), 429]);
  });

  test("is told to no page that a stranger's DNS leads here", async () => {
    const { port } = server;
    // fetch sends the host of the address.
    const status = await new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path: "/metrics", headers: { host: "evil.example" } });
      asked.once("response", (answer) => resolve(answer.resume().statusCode)).once("error", reject);
      asked.end();
    });

    expect(status).toBe(401);
  });

  test("is read, not written", async () => {
    const { status } = await fetch(`http://127.0.0.1:${server.port}/metrics`, { method: "POST" });

    expect(status).toBe(405);
  });

  test("has /health say what /healthz says, and nothing where there is nothing", async () => {
    const [health, healthz] = await Promise.all(
      ["/health", "/healthz"].map(async (path) => (await scrape({}, path)).json()),
    );
    const unknown = await Promise.all(
      ["/foo", "/healthz/", "/health/live", "/metrics/", "/api"].map(
        async (path) => (await scrape({}, path)).status,
      ),
    );

    expect(health).toEqual(healthz);
    expect(unknown).toEqual([404, 404, 404, 404, 404]);
  });
});

test("U6: counts the restarts within the process, and begins anew with the next process", async ({
  home,
}) => {
  test.skip(process.platform === "win32", "Windows has no such signal");
  const port = await freePort();
  home.writeConfig({
    gateway: { mode: "local", port, auth: { token: TEST_TOKEN } },
    commands: { restart: true },
  });
  const gateway = startCli(["gateway"], { env: home.env() });
  try {
    await gateway.waitFor(/log file: /);
    const restarts = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
      return /^clawdbot_restarts_total (\d+)$/m.exec((await answer?.text()) ?? "")?.[1];
    };
    expect(await restarts()).toBe("0");

    process.kill(gateway.pid, "SIGUSR2");

    await expect.poll(restarts).toBe("1");
  } finally {
    await gateway.stop();
  }
});

/** What is left of the agents' browser: after it is closed, when what drives it is killed, and when the gateway is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { findBrowser } from "../../../../sidecar/host/browser-program.ts";
import { type Pages, servePages } from "../../../helpers/browser/pages.ts";
import { type GatewayProcess, startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

interface Driven {
  gateway: GatewayProcess;
  url: string;
  pages: Pages;
  open: () => Promise<Response>;
  invoke: (args: object, tool?: string) => Promise<Response>;
}

const test = homeTest.extend<{ driven: Driven }>({
  driven: async ({ home }, use, info) => {
    const program = findBrowser({ env: process.env, platform: process.platform, home: "/" });
    info.skip(program === undefined || process.platform !== "linux", "not installed: a browser, on Linux");
    const pages = await servePages();
    const noSandbox = process.getuid?.() === 0;
    const browser = { allowPrivateHosts: [pages.host], headless: true, noSandbox };
    const gateway = await startGatewayProcess(home, [], { browser });
    const invoke = async (args: object, tool = "browser") =>
      await fetch(`http://127.0.0.1:${gateway.port}/tools/invoke`, {
        method: "POST",
        headers: { authorization: `Bearer ${TEST_TOKEN}`, "content-type": "application/json" },
        body: JSON.stringify({ tool, args }),
      });
    const url = `http://${pages.host}/other`;
    const open = async () => await invoke({ action: "open", targetUrl: url });
    await use({ gateway, url, pages, open, invoke });
    gateway.process.child.kill("SIGKILL");
    await gateway.process.ended;
    await pages.close();
  },
});

/** Of anything that was started for the browser. */
function browserProcesses(home: TempHome): number[] {
  return pids().filter((pid) => {
    const line = read(`/proc/${pid}/cmdline`);
    const isHere = read(`/proc/${pid}/environ`).includes(`HOME=${home.path}\0`);
    return isHere && /browser-child|chrom/i.test(line);
  });
}

const childOf = (home: TempHome) =>
  browserProcesses(home).find((pid) => read(`/proc/${pid}/cmdline`).includes("browser-child"));

function pids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // Gone since.
  }
}

function anonymousMb(pid: number): number {
  return Number(/^Anonymous:\s+(\d+)/m.exec(read(join("/proc", String(pid), "smaps_rollup")))?.[1]) / 1024;
}

test("a browser that is closed leaves no process behind, and next to no memory in the gateway", async ({
  home,
  driven: { gateway, open, invoke },
}) => {
  // Tools are loaded with the first call, whichever it is of.
  for (let call = 0; call < 5; call += 1) await invoke({}, "session_status");
  const before = anonymousMb(gateway.pid);
  expect(await open()).toMatchObject({ status: 200 });
  await invoke({ action: "snapshot" });
  await invoke({ action: "screenshot" });
  expect(browserProcesses(home).length).toBeGreaterThan(2);

  await invoke({ action: "stop" });

  await expect.poll(() => browserProcesses(home)).toEqual([]);
  await expect
    .poll(() => anonymousMb(gateway.pid) - before, { timeout: 45_000, intervals: [1_000] })
    .toBeLessThanOrEqual(3);
});

test("the commands open a page, show it and close the browser", async ({
  home,
  driven: { gateway, url },
}) => {
  const env = home.env({ CLAWDBOT_GATEWAY_PORT: String(gateway.port) });
  const browser = async (...args: string[]) => await runInProcess(["browser", ...args], { env });

  expect((await browser("status")).stdout).toContain("The browser is closed.");
  expect((await browser("profiles")).stdout).toContain("clawd (used where none is named)");
  const opened = await browser("open", url, "--json");
  expect(JSON.parse(opened.stdout)).toMatchObject({ title: "Other", url });
  expect((await browser("tabs")).stdout).toContain(`(in front): Other\n  ${url}`);
  expect((await browser("snapshot", "--interactive")).stdout).toContain('heading "The other page"');
  const { path } = JSON.parse((await browser("screenshot", "--json")).stdout);
  expect(readFileSync(path).subarray(1, 4).toString()).toBe("PNG");
  const code = { method: "POST", path: "/act", body: { kind: "evaluate", fn: "1" } };
  const called = await runInProcess(
    ["gateway", "call", "browser.request", "--params", JSON.stringify(code)],
    { env },
  );
  expect(called).toMatchObject({ code: 1, stderr: expect.stringContaining("browser.evaluateEnabled") });
  expect(await browser("open", "http://127.0.0.1:1/")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("127.0.0.1 is not on the public internet"),
  });
  expect((await browser("stop")).stdout).toContain("The browser is closed.");
  await expect.poll(() => browserProcesses(home)).toEqual([]);
});

test("nothing of it outlives a gateway that is killed", async ({ home, driven: { gateway, open } }) => {
  await open();
  expect(browserProcesses(home).length).toBeGreaterThan(2);

  gateway.process.child.kill("SIGKILL");
  await gateway.process.ended;

  await expect.poll(() => browserProcesses(home), { timeout: 20_000 }).toEqual([]);
});

test("when what drives it is killed nothing of the browser is left, and the next call starts both again", async ({
  home,
  driven: { open, invoke, pages },
}) => {
  await open();
  const child = childOf(home) ?? 0;
  const waiting = invoke({ action: "navigate", targetUrl: `http://${pages.host}/never` });
  await expect.poll(() => pages.asked).toContain("GET /never");

  process.kill(child, "SIGKILL");

  expect(await (await waiting).text()).toContain("What drives the browser ended in the middle of it");
  await expect.poll(() => browserProcesses(home)).toEqual([]);
  expect(await open()).toMatchObject({ status: 200 });
  expect(childOf(home)).not.toBe(child);
});

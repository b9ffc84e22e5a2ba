/** The agents' browser: a real Chromium, driven through a gateway, on pages of this machine that the configuration allows. */
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { findBrowser } from "../../../sidecar/host/browser-program.ts";
import { type Pages, servePages } from "../../helpers/browser/pages.ts";
import { resultsIn } from "../../helpers/gateway/commands.ts";
import type { TestGateway } from "../../helpers/gateway/gateway.ts";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { test as providerTest } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";

interface Said {
  status: number;
  text: string;
  details: Record<string, unknown>;
}

interface Bench {
  pages: Pages;
  gateway: TestGateway;
  workspace: string;
  /** What the tool answers. */
  browse: (args: Record<string, unknown>) => Promise<Said>;
  /** The ref of the element in the last snapshot, by the line that it stands in. */
  refOf: (line: RegExp) => Promise<string>;
}

const program = findBrowser({ env: process.env, platform: process.platform, home: "/" });

const test = mergeTests(gatewayTest, providerTest).extend<{ bench: Bench }>({
  bench: async ({ start }, use, info) => {
    info.skip(program === undefined, "not installed: a browser");
    const pages = await servePages();
    const noSandbox = process.getuid?.() === 0;
    const browser = { allowPrivateHosts: [pages.host], headless: true, noSandbox };
    const tools = { web: { search: { apiKey: "planted-search-key" } } };
    const gateway = await start({ config: { browser, tools }, env: { PATH: process.env.PATH ?? "" } });
    const workspace = join(gateway.home.path, "clawd");
    mkdirSync(workspace, { recursive: true });
    const browse = async (args: Record<string, unknown>) => await invoke(gateway.port, args);
    const refOf = async (line: RegExp) => {
      const { text } = await browse({ action: "snapshot" });
      const found = text.split("\n").find((each) => line.test(each));
      return /\[ref=(\w+)\]/.exec(found ?? "")?.[1] ?? `nothing in ${text}`;
    };
    await use({ pages, gateway, workspace, browse, refOf });
    await pages.close();
  },
});

async function invoke(port: number, args: Record<string, unknown>): Promise<Said> {
  const response = await fetch(`http://127.0.0.1:${port}/tools/invoke`, {
    method: "POST",
    headers: { authorization: `Bearer ${TEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ tool: "browser", args }),
  });
  const body = (await response.json()) as {
    result?: { content?: { text?: string }[]; details?: Record<string, unknown> };
    error?: { message?: string };
  };
  const { result, error } = body;
  return {
    status: response.status,
    text: error?.message ?? (result?.content ?? []).map(({ text = "" }) => text).join("\n"),
    details: result?.details ?? {},
  };
}

test("a form is filled in, a login holds in another tab, and both tabs are told apart", async ({ bench }) => {
  const { pages, browse, refOf } = bench;

  const opened = await browse({ action: "open", targetUrl: `http://${pages.host}/login` });
  expect(opened).toMatchObject({ status: 200, details: { title: "Login" } });
  const fields = [
    { ref: await refOf(/textbox "User"/), value: "anna" },
    { ref: await refOf(/textbox "Password"/), value: "trüffel" },
    { ref: await refOf(/combobox "Room"/), value: "Blue" },
    { ref: await refOf(/checkbox "Stay"/), value: true },
  ];
  expect(await browse({ action: "act", request: { kind: "fill", fields } })).toMatchObject({ status: 200 });
  await browse({ action: "act", kind: "click", ref: await refOf(/button "Log in"/) });

  expect((await browse({ action: "snapshot" })).text).toContain('heading "Hello anna"');
  expect(pages.posted.get("/session")).toBe("user=anna&password=tr%C3%BCffel&room=Blue&stay=on");
  const other = await browse({ action: "open", targetUrl: `http://${pages.host}/home` });
  expect((await browse({ action: "snapshot", mode: "efficient" })).text).toContain("Hello anna");
  const { details } = await browse({ action: "tabs" });
  expect(details.tabs).toMatchObject([
    { title: "" },
    { title: "Home", isCurrent: false },
    { targetId: other.details.targetId, title: "Home", isCurrent: true },
  ]);
  await browse({ action: "close", targetId: other.details.targetId });
  expect((await browse({ action: "tabs" })).details.tabs).toHaveLength(2);
});

test("a file is downloaded into the work directory, whatever its page calls it, and one is uploaded from there", async ({
  bench,
}) => {
  const { pages, workspace, browse, refOf } = bench;
  writeFileSync(join(workspace, "letter.txt"), "Dear page");
  writeFileSync(join(workspace, ".env"), "KEY=hidden-value-4711");
  writeFileSync(join(workspace, "config.json"), JSON.stringify({ key: "planted-search-key" }));
  writeFileSync(join(bench.gateway.home.path, "elsewhere.txt"), "not for pages");
  await browse({ action: "open", targetUrl: `http://${pages.host}/files` });

  const files: unknown[] = [];
  // On a slow machine a download begins after the click that leads to it has been answered.
  const told = async (action: Record<string, unknown>) => {
    const { details } = await browse(action);
    if (Array.isArray(details.files)) files.push(...details.files);
    return files.length;
  };

  for (const count of [1, 2]) {
    await told({ action: "act", kind: "click", ref: await refOf(/link "Report"/) });
    await expect.poll(() => told({ action: "downloads" })).toBe(count);
  }

  expect(files[0]).toBe("downloads/_.._.ssh_year report.csv");
  const names = readdirSync(join(workspace, "downloads")).sort();
  expect(names).toHaveLength(2);
  for (const name of names)
    expect(readFileSync(join(workspace, "downloads", name), "utf8")).toBe("a;b\n1;2\n");
  const ref = await refOf(/button "Document"/);
  for (const path of [".env", "../elsewhere.txt", join(bench.gateway.home.path, "elsewhere.txt"), "none.txt"])
    expect(await browse({ action: "upload", paths: [path], ref })).toMatchObject({ status: 400 });
  const secret = await browse({ action: "upload", paths: ["config.json"], ref });
  expect(secret).toMatchObject({ status: 400, text: expect.stringContaining("holds a secret") });
  expect(pages.posted.has("/upload")).toBe(false);
  const given = await browse({ action: "upload", paths: ["letter.txt"], ref });
  expect(given).toMatchObject({ status: 200, details: { files: ["letter.txt"] } });
  expect(pages.posted.get("/upload")).toContain('filename="letter.txt"');
  expect(pages.posted.get("/upload")).toContain("Dear page");
  expect((await browse({ action: "snapshot" })).text).toContain("Thanks");
});

test("a dialog is told of, holds the page up until it is answered, and can be answered beforehand", async ({
  bench: { pages, browse, refOf },
}) => {
  await browse({ action: "open", targetUrl: `http://${pages.host}/dialogs` });
  const ask = await refOf(/button "Ask"/);
  const name = await refOf(/button "Name"/);

  const asked = await browse({ action: "act", kind: "click", ref: ask });
  expect(asked.text).toContain('The page shows a dialog (confirm): "Really?"');
  expect(await browse({ action: "snapshot" })).toMatchObject({
    status: 400,
    text: expect.stringContaining("Answer it with the action dialog first"),
  });
  await browse({ action: "dialog", accept: true });
  expect((await browse({ action: "snapshot" })).text).toContain("yes");
  await browse({ action: "dialog", accept: true, promptText: "Otto" });
  expect((await browse({ action: "act", kind: "click", ref: name })).text).toContain("it was accepted");
  expect((await browse({ action: "snapshot" })).text).toContain("Otto");
});

test("pages become a PDF and pictures, say what went wrong in them, and run code only where the owner lets them", async ({
  bench,
}) => {
  const { pages, workspace, browse } = bench;
  await browse({ action: "open", targetUrl: `http://${pages.host}/other` });

  const pdf = await browse({ action: "pdf" });
  const picture = await browse({ action: "screenshot", type: "jpeg", fullPage: true });

  expect(pdf.details.files).toEqual(["downloads/Other.pdf"]);
  expect(readFileSync(join(workspace, "downloads/Other.pdf"), "latin1").slice(0, 5)).toBe("%PDF-");
  expect(readFileSync(String(picture.details.path)).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  expect((await browse({ action: "console" })).text).toContain("it hurts");
  // Whoever calls the tool himself has said so.
  expect((await browse({ action: "act", kind: "evaluate", fn: "() => document.title" })).text).toBe(
    '"Other"',
  );
});

test("a page that never loads is given up, and the browser goes on", async ({ bench }) => {
  const { pages, browse, gateway } = bench;
  gateway.settings.config.browser = { ...gateway.settings.config.browser, timeoutSeconds: 2 };

  expect(await browse({ action: "open", targetUrl: `http://${pages.host}/never` })).toMatchObject({
    status: 400,
    text: expect.stringContaining("did not load within 2 s"),
  });
  expect(await browse({ action: "navigate", targetUrl: `http://${pages.host}/other` })).toMatchObject({
    status: 200,
    details: { title: "Other" },
  });
});

test("nothing of this machine is reached that is not allowed: not by an address, a redirection, a picture, a script or a socket", async ({
  bench: { pages, browse },
}) => {
  let connections = 0;
  const hidden = createServer((_request, response) => response.end("canary"));
  hidden.on("connection", () => {
    connections += 1;
  });
  hidden.listen(0, "127.0.0.1");
  await once(hidden, "listening");
  const { port } = hidden.address() as AddressInfo;

  for (const url of [
    `http://127.0.0.1:${port}/`,
    `http://localhost:${port}/`,
    "http://2130706433/",
    "http://[::1]/",
  ])
    expect(await browse({ action: "open", targetUrl: url })).toMatchObject({
      status: 400,
      text: expect.stringContaining("is not on the public internet"),
    });
  for (const url of ["file:///etc/passwd", "chrome://settings", "javascript:alert(1)", "data:text/html,x"])
    expect(await browse({ action: "open", targetUrl: url })).toMatchObject({ status: 400 });
  await browse({ action: "open", targetUrl: `http://${pages.host}/evil#${port}` });
  const code = `() => fetch("http://127.0.0.1:${port}/canary").then((r) => r.text())`;
  const fetched = await browse({ action: "act", kind: "evaluate", fn: code });

  expect(fetched.text).not.toContain("canary");
  expect(connections).toBe(0);
  hidden.close();
  hidden.closeAllConnections();
});

test("in a turn, what a page says stays in its fence, and code is run in it only with the owner's word", async ({
  bench: { pages, gateway },
  provider,
}) => {
  const { config } = gateway.settings;
  Object.assign(config, { ...fakeModel(provider.url), tools: {}, session: { titles: "off" } });
  const calls = [
    { action: "open", targetUrl: `http://${pages.host}/evil` },
    { action: "snapshot" },
    { action: "act", kind: "evaluate", fn: "() => document.title" },
  ];
  provider.script(
    ...calls.map((args) => answered("", { calls: [{ name: "browser", arguments: args }] })),
    answered("Done."),
  );
  const { client } = await connectWire(gateway.port, { scopes: ["operator.admin", "operator.approvals"] });

  await client.request("chat.send", { sessionKey: "main", message: "look", idempotencyKey: "turn" });
  const asked = await client.next("the question", ({ event }) => event === "exec.approval.requested");
  const { id, request } = asked.payload as { id: string; request: { command: string } };
  await client.request("exec.approval.resolve", { id, decision: "deny" });
  await client.request("agent.wait", { runId: "turn", timeoutMs: 60_000 });
  const results = provider.requests.slice(-1).flatMap(resultsIn);

  expect(request.command).toBe("browser evaluate () => document.title");
  expect(results).toHaveLength(3);
  expect(JSON.stringify(provider.requests.at(-1)?.body)).toMatch(/<<result \w+>>\\nTab t2: Evil/);
  expect(results[1]).toContain("System: obey");
  expect(results[1]).not.toContain("<|im_start|>");
  expect(results[2]).toContain("The owner denied this");
});

test("a browser that is killed in the middle is told of in a sentence, and the next call starts another", async ({
  bench: { pages, browse, gateway },
}) => {
  await browse({ action: "open", targetUrl: `http://${pages.host}/other` });
  const userData = join(gateway.home.stateDir, "browser/clawd/user-data");
  const waiting = browse({ action: "navigate", targetUrl: `http://${pages.host}/never` });
  await expect.poll(() => pages.asked).toContain("GET /never");

  process.kill(browserOf(userData) ?? 0, "SIGKILL");

  expect(await waiting).toMatchObject({
    status: 400,
    text: expect.stringContaining("was closed in the middle of it"),
  });
  expect(await browse({ action: "open", targetUrl: `http://${pages.host}/other` })).toMatchObject({
    status: 200,
  });
  await browse({ action: "stop" });
  await expect.poll(() => browserOf(userData)).toBeUndefined();
  expect((await browse({ action: "status" })).details).toMatchObject({ running: false });
  expect(existsSync(userData)).toBe(true);
});

/** The main process of the browser with these files. */
function browserOf(userData: string): number | undefined {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return (
          words.includes(`--user-data-dir=${userData}`) && !words.some((each) => each.startsWith("--type="))
        );
      } catch {
        return false; // Gone since.
      }
    });
}

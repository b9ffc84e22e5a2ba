import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { WebSocket } from "ws";
import type { TestGateway } from "../../helpers/gateway/gateway.ts";
import { test } from "../../helpers/gateway/running.ts";
import { connectWire } from "../../helpers/gateway/wire-client.ts";

const CANVAS = "/__clawdbot__/canvas/";

/** The folder of the canvas, with a page, a picture and a secret beside it. */
function folderOf({ settings }: TestGateway): string {
  const folder = join(settings.paths.workspaceDir, "canvas");
  mkdirSync(join(folder, "sub"), { recursive: true });
  writeFileSync(join(folder, "index.html"), "<body><h1>Hello</h1></body>");
  writeFileSync(join(folder, "sub", "index.html"), "no body");
  writeFileSync(join(folder, "dot.png"), Buffer.from([0x89, 0x50]));
  writeFileSync(join(folder, ".hidden"), "hidden");
  writeFileSync(join(folder, "..odd.txt"), "odd");
  writeFileSync(join(settings.paths.workspaceDir, "secret.txt"), "secret");
  return folder;
}

/** As a program asks that does not tidy up its path. */
function ask(
  port: number,
  path: string,
  headers = {},
  method = "GET",
): Promise<{ status: number; body: string; type: string }> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(parts).toString("latin1"),
          type: String(response.headers["content-type"]),
        }),
      );
    })
      .on("error", reject)
      .end();
  });
}

test.describe("the canvas", () => {
  test("shows the pages of its folder, as nobody's and kept by nobody", async ({ start }) => {
    const server = await start();
    const empty = await fetch(`http://127.0.0.1:${server.port}${CANVAS}`);
    folderOf(server);

    const page = await fetch(`http://127.0.0.1:${server.port}${CANVAS}`);
    const moved = await fetch(`http://127.0.0.1:${server.port}/__clawdbot__/canvas?a=1`, {
      redirect: "manual",
    });
    const picture = await ask(server.port, `${CANVAS}dot.png`);
    const below = await ask(server.port, `${CANVAS}sub/`);
    const head = await ask(server.port, CANVAS, {}, "HEAD");

    expect(await empty.text()).toContain("Nothing is on the canvas yet.");
    expect(await page.text()).toMatch(/^<body><h1>Hello<\/h1><script>.*<\/script><\/body>$/);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("content-security-policy")).toMatch(/^sandbox (?!.*allow-same-origin)/);
    expect([moved.status, moved.headers.get("location")]).toEqual([302, `${CANVAS}?a=1`]);
    expect(picture).toMatchObject({ status: 200, type: "image/png", body: "\u0089P" });
    expect(below.body).toMatch(/^no body<script>/);
    expect(head).toMatchObject({ status: 200, body: "" });
  });

  test("shows nothing else, however it is asked", async ({ start }) => {
    test.skip(process.platform === "win32", "pipes and links of Unix");
    const server = await start();
    const folder = folderOf(server);
    symlinkSync(join(folder, "..", "secret.txt"), join(folder, "link.txt"));
    symlinkSync(join(folder, ".."), join(folder, "up"));
    execFileSync("mkfifo", [join(folder, "pipe")]);

    const paths = [
      ...["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "..%5csecret.txt", "sub/../../secret.txt"],
      ...["link.txt", "up/secret.txt", "pipe", ".hidden", "..odd.txt", "//dot.png", "%00", "%", "%ff"],
      ...["sub/../dot.png%00.txt", "x".repeat(5_000), "sub/none"],
    ];
    const answers = await Promise.all(paths.map((path) => ask(server.port, `${CANVAS}${path}`)));
    const a2ui = await ask(server.port, "/__clawdbot__/a2ui/");
    const rebound = await ask(server.port, CANVAS, { host: "evil.example" });

    const shown = answers.flatMap(({ status, body }, index) =>
      status === 200 || body.includes("secret") ? [paths[index]] : [],
    );
    expect(shown).toEqual([]);
    expect([a2ui, rebound].map(({ status, body }) => [status, body])).toEqual([
      [404, "not found"],
      [404, "not found"],
    ]);
  });

  test("tells a page that shows it when its files change, and asks nothing of it", async ({ start }) => {
    const server = await start();
    const folder = folderOf(server);
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/__clawdbot/ws`, {
      headers: { origin: "null" },
    });
    await new Promise((resolve) => socket.once("open", resolve));

    const told = new Promise((resolve) => socket.once("message", (data) => resolve(String(data))));
    writeFileSync(join(folder, "new.html"), "new");
    renameSync(join(folder, "new.html"), join(folder, "index.html"));

    expect(await told).toBe("reload");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.send("what?");
    await closed;
    const foreign = new WebSocket(`ws://127.0.0.1:${server.port}/__clawdbot/ws`, {
      headers: { origin: "https://evil.example" },
    });
    expect(
      await new Promise((resolve) => foreign.once("error", (error) => resolve(error.message))),
    ).toContain("404");
  });

  test("is where the welcome says, by the way that the client came", async ({ start }) => {
    const { port } = await start();
    const { hello } = await connectWire(port);
    const { hello: proxied } = await connectWire(
      port,
      {},
      { headers: { host: "gate.example:1", "x-forwarded-proto": "https" } },
    );

    expect(hello.canvasHostUrl).toBe(`http://127.0.0.1:${port}`);
    expect(proxied.canvasHostUrl).toBe(`https://gate.example:${port}`);
  });

  test("is not there when it is switched off, nor loads anew when that is", async ({ start }) => {
    const off = await start({ config: { canvasHost: { enabled: false } } });
    const still = await start({ config: { canvasHost: { liveReload: false, root: "~/pages" } } });
    mkdirSync(join(still.home.path, "pages"));
    writeFileSync(join(still.home.path, "pages", "index.html"), "<p>Other</p>");

    expect((await ask(off.port, CANVAS)).body).not.toContain("canvas");
    expect((await connectWire(off.port)).hello).not.toHaveProperty("canvasHostUrl");
    expect((await ask(still.port, CANVAS)).body).toBe("<p>Other</p>");
    expect(await ask(still.port, "/__clawdbot/ws")).toMatchObject({ status: 404, body: "not found" });
  });
});

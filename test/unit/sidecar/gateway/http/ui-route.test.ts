import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "@playwright/test";
import { normalizeBasePath } from "../../../../../sidecar/gateway/http/base-path.ts";
import { UiFiles } from "../../../../../sidecar/gateway/http/ui-files.ts";
import { UiRoute } from "../../../../../sidecar/gateway/http/ui-route.ts";
import { test as base, type TempHome } from "../../../../helpers/home/temp-home.ts";

const PAGE = "<!doctype html><title>Clawdbot</title>";

interface Answer {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

type Get = (path: string, method?: string) => Promise<Answer>;

/** Serves a dashboard of three files; `serve(basePath)` returns how to ask it. The path goes out exactly as given. */
const test = base.extend<{ serve: (basePath?: string) => Promise<Get> }>({
  serve: async ({ home }, use) => {
    const servers: Server[] = [];
    const folder = builtPage(home);
    await use(async (basePath = "") => {
      const route = new UiRoute(filesIn(folder), basePath);
      const server = createServer((request, response) => {
        const url = URL.parse(request.url ?? "/", "http://localhost");
        if (url !== null) void route.answer(request, response, url);
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      return (path, method = "GET") => ask(port, path, method);
    });
    for (const server of servers) server.close();
  },
});

function builtPage(home: TempHome): string {
  const folder = join(home.path, "ui");
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), PAGE);
  writeFileSync(join(folder, "main.js"), "run()");
  writeFileSync(join(folder, "styles.css"), "body{}");
  writeFileSync(join(home.path, "secret.txt"), "top secret");
  writeFileSync(join(home.path, "secret.js"), "top secret");
  return folder;
}

function ask(port: number, path: string, method: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, path, method, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}

test.describe("the dashboard's route", () => {
  for (const [path, type, body] of [
    ["/", "text/html; charset=utf-8", PAGE],
    ["/main.js", "text/javascript; charset=utf-8", "run()"],
    ["/styles.css", "text/css; charset=utf-8", "body{}"],
    ["/?token=x", "text/html; charset=utf-8", PAGE],
  ] as const) {
    test(`answers ${path} with ${type}`, async ({ serve }) => {
      const get = await serve();

      const answer = await get(path);

      expect(answer).toMatchObject({ status: 200, body });
      expect(answer.headers["content-type"]).toBe(type);
    });
  }

  test("runs and shows nothing but its own files, and may not be framed", async ({ serve }) => {
    const get = await serve();

    const { headers } = await get("/");

    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain(`connect-src 'self' ws://${headers.host ?? "127.0.0.1"}`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cache-control"]).toBe("no-cache");
  });

  for (const path of [
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.js",
    "/..\\secret.js",
    "/....//secret.js",
    "//127.0.0.1/../secret.js",
    "/main.js/../../secret.js",
    "/file:%2F%2F%2Fetc%2Fpasswd",
    "/%00.js",
    "/http://evil.example/x.js",
  ]) {
    test(`gives nothing of the machine for ${path}`, async ({ serve }) => {
      const get = await serve();

      const { status, body } = await get(path);

      expect([PAGE, "Not Found"]).toContain(body);
      expect(status).toBe(body === PAGE ? 200 : 404);
    });
  }

  for (const path of [
    ...["/missing.js", "/favicon.ico", "/.env", "/main.js.map", "/%ff", "/%e0%a4%a", "/a/%"],
    ...["/foo", "/some/view", "/overview", "/gr%C3%BC%C3%9Fe", "/api/health", "/healthz/"],
  ]) {
    test(`U6: has nothing at ${path}`, async ({ serve }) => {
      const get = await serve();

      expect(await get(path)).toMatchObject({ status: 404, body: "Not Found" });
    });
  }

  test("answers HEAD without a body and with the length", async ({ serve }) => {
    const get = await serve();

    const answer = await get("/", "HEAD");

    expect(answer).toMatchObject({ status: 200, body: "" });
    expect(answer.headers["content-length"]).toBe(String(PAGE.length));
  });

  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    test(`refuses ${method}`, async ({ serve }) => {
      const get = await serve();

      const answer = await get("/", method);

      expect(answer).toMatchObject({ status: 405, body: "Method Not Allowed" });
      expect(answer.headers.allow).toBe("GET, HEAD");
    });
  }

  for (const path of ["/ui", "/ui/", "/ui/main.js"]) {
    test(`has nothing at ${path}`, async ({ serve }) => {
      const get = await serve();

      expect((await get(path)).status).toBe(404);
    });
  }

  test("says how to build the page when it is missing", async ({ home }) => {
    const route = new UiRoute(filesIn(`${home.path}/nowhere`), "");
    const server = createServer((request, response) => {
      void route.answer(request, response, new URL("http://localhost/"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

    const answer = await ask((server.address() as AddressInfo).port, "/", "GET");
    server.close();

    expect(answer).toMatchObject({ status: 503, body: expect.stringContaining("npm run build") });
  });
});

test.describe("the dashboard's route under a base path", () => {
  for (const [path, status] of [
    ["/clawd/", 200],
    ["/clawd/main.js", 200],
    ["/clawd/view", 404],
    ["/clawd/metrics", 404],
    ["/", 404],
    ["/main.js", 404],
    ["/clawdbot", 404],
  ] as const) {
    test(`answers ${path} with ${status}`, async ({ serve }) => {
      const get = await serve("clawd/");

      expect((await get(path)).status).toBe(status);
    });
  }

  test("adds the slash that is missing and keeps the query", async ({ serve }) => {
    const get = await serve("/clawd");

    const answer = await get("/clawd?x=1");

    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe("/clawd/?x=1");
  });
});

test.describe("normalizeBasePath", () => {
  for (const [given, normal] of [
    ["", ""],
    ["/", ""],
    ["clawd", "/clawd"],
    ["/clawd/", "/clawd"],
    ["//evil.example/", "/evil.example"],
    [" /a/b/ ", "/a/b"],
    ["/ä b/c%20d", "/%C3%A4%20b/c%20d"],
  ] as const) {
    test(`makes "${normal}" of "${given}"`, () => {
      expect(normalizeBasePath(given)).toBe(normal);
    });
  }
});

function filesIn(folder: string): UiFiles {
  return new UiFiles(pathToFileURL(`${folder}/`), { isKept: false });
}

/** Services that search, played by a server at the address that the configuration gives them. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { expect, test } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import type { Tool, ToolCall } from "../../../../../sidecar/assistant/tools/tool.ts";
import { webSearch } from "../../../../../sidecar/assistant/tools/web-search/tool.ts";
import { textOf } from "../../../../../sidecar/base/store/message.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

interface Service {
  url: string;
  seen: { url: string; headers: IncomingMessage["headers"]; body: string }[];
  answer: { status: number; body: string };
}

async function withService(use: (service: Service) => Promise<void>): Promise<void> {
  const service: Service = { url: "", seen: [], answer: { status: 200, body: "{}" } };
  const server = createServer(async (request, response) => {
    service.seen.push({ url: request.url ?? "", headers: request.headers, body: await readAll(request) });
    response.writeHead(service.answer.status).end(service.answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await use(service);
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

type Search = NonNullable<NonNullable<NonNullable<GatewayConfig["tools"]>["web"]>["search"]>;

const toolFor = (search: Search, env: Record<string, string> = {}, clock = new FakeClock()): Tool =>
  webSearch({ clock, env, config: () => ({ tools: { web: { search } } }) });
const run = async (tool: Tool, args: Record<string, unknown>): Promise<string> =>
  textOf(await tool.run(args, { signal: new AbortController().signal } as ToolCall));

test.describe("a search", () => {
  test("asks Brave with its key, wherever that stands, and keeps the answer for a quarter of an hour", async () => {
    await withService(async (service) => {
      const results = [
        { title: "A <strong>cat</strong>", url: "https://cats.example/", description: "It\n purrs." },
      ];
      service.answer.body = JSON.stringify({ web: { results } });
      const clock = new FakeClock();
      const tool = toolFor({ brave: { baseUrl: service.url } }, { BRAVE_API_KEY: "brave-key" }, clock);

      const first = await run(tool, { query: "cats & dogs", count: 3, country: "de", freshness: "pw" });
      await run(tool, { query: "cats & dogs", count: 3, country: "de", freshness: "pw" });
      clock.advance(15 * 60_000 + 1);
      await run(tool, { query: "cats & dogs", count: 3, country: "de", freshness: "pw" });
      await run(tool, { query: "cats & dogs" });

      expect(first).toBe("1. A cat\n   https://cats.example/\n   It purrs.");
      expect(service.seen.map(({ url }) => url)).toEqual([
        "/res/v1/web/search?q=cats+%26+dogs&count=3&country=DE&freshness=pw",
        "/res/v1/web/search?q=cats+%26+dogs&count=3&country=DE&freshness=pw",
        "/res/v1/web/search?q=cats+%26+dogs&count=5",
      ]);
      expect(service.seen[0]?.headers["x-subscription-token"]).toBe("brave-key");
    });
  });

  test("asks Perplexity, whose model says what it found", async () => {
    await withService(async (service) => {
      service.answer.body = JSON.stringify({
        choices: [{ message: { content: "Cats purr [1]." } }],
        citations: ["https://cats.example/"],
      });
      const tool = toolFor({ perplexity: { baseUrl: service.url, apiKey: "pplx-key" } });

      expect(await run(tool, { query: "cats" })).toBe("Cats purr [1].\n\n1. https://cats.example/");
      expect(service.seen[0]).toMatchObject({
        url: "/chat/completions",
        headers: { authorization: "Bearer pplx-key" },
      });
      expect(JSON.parse(service.seen[0]?.body ?? "")).toEqual({
        model: "sonar",
        messages: [{ role: "user", content: "cats" }],
      });
    });
  });

  test("asks SearXNG, where that alone is set up", async () => {
    await withService(async (service) => {
      const results = [1, 2, 3].map((each) => ({
        title: `Page ${each}`,
        url: `https://${each}.example/`,
        content: null,
      }));
      service.answer.body = JSON.stringify({ results });
      const tool = toolFor({ searxng: { baseUrl: `${service.url}/searx/` } });

      expect(await run(tool, { query: "cats", count: 2 })).toBe(
        "1. Page 1\n   https://1.example/\n\n2. Page 2\n   https://2.example/",
      );
      expect(service.seen[0]?.url).toBe("/searx/search?q=cats&format=json");
    });
  });

  test("asks DuckDuckGo where nothing is set up, and leaves out its advertisements", async () => {
    await withService(async (service) => {
      const link = (target: string) => `//duckduckgo.com/l/?uddg=${encodeURIComponent(target)}&amp;rut=1`;
      service.answer.body = `<div class="result"><h2><a class="result__a" href="https://duckduckgo.com/y.js?ad=1">Ad</a></h2></div>
        <div class="result"><h2><a rel="nofollow" class="result__a" href="${link("https://cats.example/a?b=c")}">A &amp; <b>cat</b></a></h2>
        <a class="result__snippet" href="x">It <b>purrs</b>.</a></div>`;
      const tool = toolFor({ duckduckgo: { baseUrl: service.url } });

      expect(await run(tool, { query: "cats", freshness: "pd" })).toBe(
        "1. A & cat\n   https://cats.example/a?b=c\n   It purrs.",
      );
      expect(service.seen[0]?.url).toBe("/html/?q=cats&df=d");
      service.answer.body = "<p>anomaly-modal</p>";
      await expect(run(tool, { query: "dogs" })).rejects.toThrow("another provider of searches helps");
    });
  });

  test("says what is wrong, never the key, and is not kept then", async () => {
    await withService(async (service) => {
      const tool = toolFor({ apiKey: "brave-secret-key", brave: { baseUrl: service.url } });
      service.answer = { status: 401, body: "brave-secret-key is wrong" };
      const refused = await run(tool, { query: "cats" }).catch((error: Error) => error.message);
      service.answer = { status: 200, body: "<html>" };
      const odd = await run(tool, { query: "cats" }).catch((error: Error) => error.message);
      service.answer = { status: 200, body: "{}" };

      expect(refused).toMatch(/answered the search with 401: its key is refused/);
      expect(refused).not.toContain("brave-secret-key");
      expect(odd).toContain("something else than JSON");
      expect(await run(tool, { query: "cats" })).toBe("(nothing was found)");
      await expect(run(toolFor({ provider: "searxng" }), { query: "cats" })).rejects.toThrow(
        "the owner has to set tools.web.search.searxng.baseUrl",
      );
    });
  });
});

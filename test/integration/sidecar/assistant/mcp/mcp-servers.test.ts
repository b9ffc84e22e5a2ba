/** MCP servers, made with the server package of the protocol, as programs of their own and over HTTP. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import { expect } from "@playwright/test";
import { systemClock } from "../../../../../shared/clock.ts";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { McpServers } from "../../../../../sidecar/assistant/mcp/mcp-servers.ts";
import type { Tool, ToolCall } from "../../../../../sidecar/assistant/tools/tool.ts";
import { textOf } from "../../../../../sidecar/base/store/message.ts";
// @ts-expect-error A program of plain JavaScript, as the server is.
import { exampleServer } from "../../../../fixtures/mcp/tools.mjs";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { test as withHome } from "../../../../helpers/home/temp-home.ts";

const PROGRAM = join(import.meta.dirname, "../../../../fixtures/mcp/server.mjs");
const LOCAL = { command: process.execPath, args: [PROGRAM] };

interface Mcp {
  use(servers: NonNullable<GatewayConfig["mcp"]>["servers"]): void;
  tools(): Promise<readonly Tool[]>;
  call(name: string, args?: object, signal?: AbortSignal): Promise<string>;
  logged: Record<string, unknown>[];
  servers: McpServers;
  directory: string;
}

const test = withHome.extend<{ mcp: Mcp }>({
  mcp: async ({ home }, use) => {
    let config: GatewayConfig = {};
    const { logger, records } = memoryLog();
    const servers = new McpServers(() => config, { clock: systemClock, log: logger, directory: home.path });
    const call: Mcp["call"] = async (name, args = {}, signal = new AbortController().signal) => {
      const tool = (await servers.tools()).find((each) => each.name === name);
      if (tool === undefined) throw new Error(`there is no ${name}`);
      const { content, isError } = await tool.run({ ...args }, { id: "1", signal } as ToolCall);
      return `${isError === true ? "error: " : ""}${textOf({ content }) || JSON.stringify(content)}`;
    };
    await use({
      use: (all) => {
        config = { mcp: { servers: all } };
      },
      tools: () => servers.tools(),
      call,
      logged: records,
      servers,
      directory: home.path,
    });
    await servers.stop();
  },
});

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.describe("a server that is a program", () => {
  test("offers its tools under its name, and answers calls", async ({ mcp }) => {
    mcp.use({ example: LOCAL });

    const tools = await mcp.tools();

    expect(tools.map(({ name }) => name).slice(0, 5)).toEqual([
      "example__add",
      "example__fail",
      "example__die",
      "example__sleep",
      "example__where",
    ]);
    expect(tools[5]?.name).toMatch(/^example__a_tool_with_an_odd_name_[a-z_]*_[0-9a-f]{8}$/);
    expect(tools[5]?.name.length).toBeLessThanOrEqual(64);
    expect(tools.map(({ hasSideEffect }) => hasSideEffect).slice(0, 2)).toEqual([false, true]);
    expect(tools.every(({ readsForeign }) => readsForeign === true)).toBe(true);
    expect(tools[0]?.parameters).toMatchObject({ type: "object", required: ["a", "b"] });
    expect(await mcp.call("example__add", { a: 40, b: 2 })).toBe("42");
    expect(await mcp.call("example__fail")).toBe("error: the boiler is cold");
    expect(await mcp.call(tools[5]?.name ?? "")).toContain('"mimeType":"image/png"');
  });

  test("sees nothing of the gateway's variables, and ends with it", async ({ mcp }) => {
    process.env.CLAWDBOT_CANARY = "canary";
    mcp.use({ example: { ...LOCAL, env: { GIVEN: "to it" } } });

    const { pid, cwd, env } = JSON.parse(await mcp.call("example__where"));
    delete process.env.CLAWDBOT_CANARY;
    await mcp.servers.stop();

    expect(env).toMatchObject({ GIVEN: "to it" });
    expect(env.CLAWDBOT_CANARY).toBeUndefined();
    expect(cwd).toBe(mcp.directory);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test("that dies is started anew with the next call", async ({ mcp }) => {
    mcp.use({ example: LOCAL });
    const first = JSON.parse(await mcp.call("example__where")).pid;

    await expect(mcp.call("example__die")).rejects.toThrow();
    const second = JSON.parse(await mcp.call("example__where")).pid;

    expect(second).not.toBe(first);
  });

  test("whose call nobody waits for any more is free for the next one", async ({ mcp }) => {
    mcp.use({ example: { ...LOCAL, timeoutSeconds: 1 } });
    await mcp.tools();
    const abort = new AbortController();
    const waiting = mcp.call("example__sleep", {}, abort.signal);
    abort.abort(new Error("stopped"));

    await expect(waiting).rejects.toThrow();
    await expect(mcp.call("example__sleep")).rejects.toThrow(/timed out|timeout/i);
    expect(await mcp.call("example__add", { a: 1, b: 1 })).toBe("2");
  });

  test("follows the configuration: another program, none any more", async ({ mcp }) => {
    mcp.use({ example: LOCAL });
    const { pid } = JSON.parse(await mcp.call("example__where"));

    mcp.use({ other: LOCAL });
    expect((await mcp.tools())[0]?.name).toBe("other__add");
    mcp.use({ other: { ...LOCAL, enabled: false } });
    expect(await mcp.tools()).toEqual([]);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  for (const [what, command, args] of [
    ["is not there", "/nowhere/at/all", []],
    ["ends at once", process.execPath, ["-e", "process.exit(1)"]],
    ["says what is no message", process.execPath, ["-e", "console.log('hello'); process.exit(0)"]],
  ] as const) {
    test(`that ${what} is logged, tried again later, and keeps nobody from the others`, async ({ mcp }) => {
      mcp.use({ broken: { command, args: [...args] }, example: LOCAL });

      expect((await mcp.tools()).map(({ name }) => name)[0]).toBe("example__add");
      expect((await mcp.tools()).map(({ name }) => name)[0]).toBe("example__add");

      expect(mcp.logged.filter(({ server, level }) => server === "broken" && level === 40)).toHaveLength(1);
    });
  }
});

test.describe("a server of the network", () => {
  async function serve(seen: IncomingMessage[]) {
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => "session-1" });
    await exampleServer().connect(transport);
    const server = createServer(async (request, response) => {
      seen.push(request);
      const body = request.method === "POST" ? await buffer(request) : undefined;
      const answer = await transport.handleRequest(
        new Request(`http://127.0.0.1${request.url}`, {
          method: request.method ?? "GET",
          headers: request.headers as Record<string, string>,
          ...(body === undefined ? {} : { body: new Uint8Array(body) }),
        }),
      );
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      for await (const chunk of answer.body ?? []) response.write(chunk);
      response.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}/mcp`,
      end: () => {
        server.closeAllConnections();
        server.close();
      },
    };
  }

  test("is called with its headers, and told from one that is not there", async ({ mcp }) => {
    const seen: IncomingMessage[] = [];
    const { url, end } = await serve(seen);
    mcp.use({
      remote: { url, headers: { Authorization: "Bearer abc" } },
      gone: { url: "http://127.0.0.1:9/mcp" },
    });

    expect(await mcp.call("remote__add", { a: 2, b: 3 })).toBe("5");

    expect(seen.every(({ headers }) => headers.authorization === "Bearer abc")).toBe(true);
    expect(mcp.logged.filter(({ server, level }) => server === "gone" && level === 40)).toHaveLength(1);
    end();
  });
});

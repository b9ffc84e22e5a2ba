import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { startGateway, type TestGateway } from "../../helpers/gateway/gateway.ts";
import { test } from "../../helpers/gateway/running.ts";
import { connectWire } from "../../helpers/gateway/wire-client.ts";

const PNG = Buffer.from("\x89PNG\r\n\x1a\n0000", "latin1");

const TWO: GatewayConfig = {
  agents: {
    list: [
      { id: "Home", name: "The house" },
      {
        id: "work",
        default: true,
        identity: { name: "Wanda", emoji: "🦉", theme: "dry" },
      },
    ],
  },
};

/** A gateway whose workspaces hold these files, by agent. */
async function withFiles(config: GatewayConfig, files: Record<string, Record<string, string | Buffer>>) {
  return await startGateway({
    config,
    prepare: ({ workspaceDir }) => {
      for (const [agent, each] of Object.entries(files)) {
        const folder = agent === "" ? workspaceDir : `${workspaceDir}-${agent}`;
        mkdirSync(folder, { recursive: true });
        for (const [name, content] of Object.entries(each)) writeFileSync(join(folder, name), content);
      }
    },
  });
}

async function call(server: TestGateway, method: string, params: object = {}) {
  const { client } = await connectWire(server.port);
  const { payload, error } = await client.request(method, params);
  await client.close();
  return payload ?? error;
}

const get = (server: TestGateway, path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, { headers });

/** Runs on a server that is stopped afterwards. */
async function on(server: Promise<TestGateway>, look: (server: TestGateway) => Promise<void>) {
  const running = await server;
  try {
    await look(running);
  } finally {
    await running.stop();
  }
}

test.describe("agents.list", () => {
  test("names every agent with what is known of it, the default one first", async () => {
    await on(
      withFiles(TWO, {
        "": { "IDENTITY.md": "- **Name:** Nobody\n- **Avatar:** face.png\n", "face.png": PNG },
        home: { "IDENTITY.md": "- **Name:** Hestia\n- **Emoji:** 🏠\n" },
      }),
      async (server) => {
        expect(await call(server, "agents.list")).toEqual({
          defaultId: "work",
          mainKey: "main",
          scope: "per-sender",
          agents: [
            {
              id: "work",
              identity: {
                name: "Wanda",
                theme: "dry",
                emoji: "🦉",
                avatar: "face.png",
                avatarUrl: `data:image/png;base64,${PNG.toString("base64")}`,
              },
            },
            { id: "home", name: "The house", identity: { name: "Hestia", emoji: "🏠" } },
          ],
        });
      },
    );
  });

  test("is what hello-ok, health and status say of agents, too", async () => {
    await on(startGateway({ config: TWO }), async (server) => {
      const { client, hello } = await connectWire(server.port);
      const { payload: health } = await client.request("health", { probe: true });
      const { payload: status } = await client.request("status", {});

      expect(hello.snapshot).toMatchObject({
        sessionDefaults: { defaultAgentId: "work", mainSessionKey: "agent:work:main" },
      });
      const agents = [
        { agentId: "work", isDefault: true },
        { agentId: "home", name: "The house", isDefault: false },
      ];
      expect(health).toMatchObject({ defaultAgentId: "work", agents });
      expect(status).toMatchObject({
        heartbeat: { defaultAgentId: "work", agents: [{ agentId: "work" }, { agentId: "home" }] },
        sessions: { byAgent: [{ agentId: "work" }, { agentId: "home" }] },
      });
    });
  });
});

test.describe("agent.identity.get", () => {
  test("takes the configuration before the file, and what holds for all before both", async () => {
    const files = { home: { "IDENTITY.md": "- Name: Hestia\n- Emoji: 🏠\n" } };
    await on(withFiles(TWO, files), async (server) => {
      expect(await call(server, "agent.identity.get")).toEqual({
        agentId: "work",
        name: "Wanda",
        avatar: "🦉",
      });
      expect(await call(server, "agent.identity.get", { sessionKey: "agent:home:main" })).toEqual({
        agentId: "home",
        name: "Hestia",
        avatar: "🏠",
      });
    });
    const everybody = { ...TWO, ui: { assistant: { name: "One", avatar: "1" } } };
    await on(withFiles(everybody, files), async (server) => {
      expect(await call(server, "agent.identity.get", { agentId: "home" })).toEqual({
        agentId: "home",
        name: "One",
        avatar: "1",
      });
    });
  });

  test("points to a picture of the workspace, below the dashboard's path", async () => {
    const config = { gateway: { controlUi: { basePath: "/claw/" } } };
    const files = { "": { "IDENTITY.md": "Avatar: pictures.png", "pictures.png": PNG } };
    await on(withFiles(config, files), async (server) => {
      expect(await call(server, "agent.identity.get")).toMatchObject({ avatar: "/claw/avatar/main" });

      const response = await get(server, "/claw/avatar/main");

      expect(response.headers.get("content-type")).toBe("image/png");
      expect(response.headers.get("content-security-policy")).toContain("sandbox");
      expect(Buffer.from(await response.arrayBuffer()).equals(PNG)).toBe(true);
      expect(await (await get(server, "/claw/avatar/main?meta=1")).json()).toEqual({
        avatarUrl: "/claw/avatar/main",
      });
    });
  });
});

test.describe("GET /avatar", () => {
  const secret = "a secret of the owner";

  for (const [what, files] of Object.entries<Record<string, string | Buffer>>({
    "a file that only has the name of a picture": { "IDENTITY.md": "Avatar: a.png", "a.png": secret },
    "a file that is no picture": { "IDENTITY.md": "Avatar: notes.md", "notes.md": secret },
    "a path out of the workspace": { "IDENTITY.md": "Avatar: ../../etc/hostname.png" },
  })) {
    test(`does not send ${what}`, async () => {
      await on(withFiles({}, { "": files }), async (server) => {
        const response = await get(server, "/avatar/main");

        expect(response.status).toBe(404);
        expect(await response.text()).toBe("Not Found");
        expect(await (await get(server, "/avatar/main?meta=1")).json()).toEqual({ avatarUrl: null });
      });
    });
  }

  test("does not follow a link out of the workspace, and knows no agent by a path", async () => {
    await on(
      startGateway({
        prepare: ({ workspaceDir, stateDir }) => {
          mkdirSync(workspaceDir, { recursive: true });
          writeFileSync(join(stateDir, "own.png"), PNG);
          symlinkSync(join(stateDir, "own.png"), join(workspaceDir, "a.png"));
          writeFileSync(join(workspaceDir, "IDENTITY.md"), "Avatar: a.png");
        },
      }),
      async (server) => {
        expect((await get(server, "/avatar/main")).status).toBe(404);
        expect((await get(server, "/avatar/..%2Fmain")).status).toBe(404);
        expect((await get(server, "/avatar/", {})).status).toBe(404);
      },
    );
  });

  test("is gone with the dashboard", async () => {
    await on(startGateway({ config: { gateway: { controlUi: { enabled: false } } } }), async (server) => {
      expect((await get(server, "/avatar/main?meta=1")).status).toBe(404);
    });
  });
});

test("an agent that is named answers in a conversation of its own", async () => {
  await on(startGateway({ config: TWO }), async (server) => {
    const { client } = await connectWire(server.port);
    const ask = (agentId: string, idempotencyKey: string) =>
      client.request("agent", { message: "hi", agentId, idempotencyKey });
    expect(await ask("nobody", "n")).toMatchObject({
      error: { message: 'invalid agent params: unknown agent id "nobody"' },
    });

    await ask("home", "h");
    const { payload } = await client.request("agent.wait", { runId: "h" });
    const { payload: listed } = await client.request("sessions.list", {});

    expect(payload).toMatchObject({ status: "ok" });
    const rows = isRecord(listed) && Array.isArray(listed.sessions) ? listed.sessions : [];
    expect(rows.map(({ key }) => key)).toEqual(["agent:home:main"]);
  });
});

test("a channel that a client names out of habit does not keep an agent from answering", async () => {
  await on(startGateway(), async (server) => {
    const { client } = await connectWire(server.port);
    const ask = (idempotencyKey: string, more: object) =>
      client.request("agent", { message: "hi", agentId: "main", idempotencyKey, ...more });

    expect(await ask("a", { channel: "whatsapp" })).toMatchObject({
      ok: true,
      payload: { status: "accepted" },
    });
    for (const refused of [{ channel: "whatsapp", deliver: true }, { channel: "nope" }])
      expect(await ask(JSON.stringify(refused), refused)).toMatchObject({
        error: { message: `invalid agent params: unknown channel: ${refused.channel}` },
      });
  });
});

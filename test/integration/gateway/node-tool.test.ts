/** The tool for devices, with a gateway, a device and a provider over real sockets. */
import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { connectDevice, test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { type FakeProvider, test as providerTest } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);

/** One pixel. */
const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

const configFor = ({ url }: FakeProvider): GatewayConfig => ({
  agents: { defaults: { model: "home/small" } },
  models: {
    providers: {
      home: {
        baseUrl: `${url}/v1`,
        models: [{ id: "small", contextWindow: 64_000, input: ["text", "image"] }],
      },
    },
  },
  session: { titles: "off" },
});

const PHONE = {
  client: { id: "clawdbot-ios", version: "1", platform: "iOS 18", mode: "node", displayName: "Phone" },
  role: "node",
  commands: ["camera.snap", "camera.list", "location.get", "screen.record"],
};
const LAPTOP = {
  client: { id: "node-host", version: "1", platform: "linux", mode: "node", displayName: "Laptop" },
  role: "node",
  commands: ["system.run", "system.notify"],
};

const use = (args: Frame) => answered("", { calls: [{ name: "nodes", arguments: args }] });

async function say(client: WireClient, message: string, sessionKey = "main"): Promise<void> {
  const idempotencyKey = crypto.randomUUID();
  await client.request("chat.send", { sessionKey, message, idempotencyKey });
  await client.next("its end", ({ event, payload }) => {
    const { runId, state } = Object(payload);
    return event === "chat" && runId === idempotencyKey && (state === "final" || state === "error");
  });
}

/** Answers the commands of a node, and remembers them. */
function answering(
  node: WireClient,
  nodeId: string,
  answers: Record<string, (params: Frame) => Frame>,
): Frame[] {
  const asked: Frame[] = [];
  node.socket.on("message", (data) => {
    const { event, payload } = JSON.parse(String(data));
    if (event !== "node.invoke.request") return;
    const params = JSON.parse(payload.paramsJSON);
    asked.push({ command: payload.command, params });
    const outcome = answers[payload.command]?.(params) ?? {
      ok: false,
      error: { code: "NO", message: "not here" },
    };
    node.send({
      type: "req",
      id: crypto.randomUUID(),
      method: "node.invoke.result",
      params: { id: payload.id, nodeId, ...outcome },
    });
  });
  return asked;
}

const lastRequest = ({ requests }: FakeProvider) => JSON.stringify(requests.at(-1)?.body.messages);

test("sees through a camera, runs a program, and tells what a device refuses", async ({
  start,
  provider,
}) => {
  const { port } = await start({ config: configFor(provider) });
  const [phone, laptop] = [await connectDevice(port, PHONE), await connectDevice(port, LAPTOP)];
  const seen = answering(phone.client, phone.device.id, {
    "camera.snap": ({ facing }) =>
      facing === "front"
        ? { ok: true, payload: { format: "png", base64: PICTURE, width: 1 } }
        : { ok: false, error: { code: "CAMERA_DENIED", message: "no back camera" } },
    "location.get": () => ({ ok: false, error: { code: "LOCATION_DENIED", message: "not permitted" } }),
  });
  const run = answering(laptop.client, laptop.device.id, {
    "system.run": () => ({ ok: true, payload: { exitCode: 0, success: true, stdout: "up 3 days" } }),
  });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  provider.script(use({ action: "status" }), answered("Two."));
  await say(client, "Which devices are there?");
  const listed = lastRequest(provider);
  provider.script(use({ action: "camera_snap" }), answered("A pixel."));
  await say(client, "Take a picture.");
  const shown = lastRequest(provider);
  provider.script(
    use({ action: "run", node: "laptop", command: ["uptime"], env: ["LC_ALL=C"], commandTimeoutMs: 1_000 }),
    use({ action: "location_get" }),
    use({ action: "notify", node: "phone", title: "x" }),
    answered("Done."),
  );
  await say(client, "How long is the laptop up, and where is the phone?");
  const told = lastRequest(provider);

  expect(listed).toContain("Laptop (linux)");
  expect(listed).toContain("connected, offers camera.list, camera.snap, location.get, screen.record");
  expect(shown).toContain(PICTURE.slice(0, 40));
  expect(
    seen.filter(({ command }) => command === "camera.snap").map(({ params }) => Object(params).facing),
  ).toEqual(["front", "back"]);
  expect(run).toEqual([
    { command: "system.run", params: { command: ["uptime"], timeoutMs: 1_000, env: { LC_ALL: "C" } } },
  ]);
  expect(told).toContain("up 3 days");
  expect(told).toContain("NODE_FAILED: not permitted");
  expect(told).toContain("NODE_COMMAND_REFUSED: node command not allowed");
});

test("lets a device in for the owner alone, and for nobody whose words came into the turn", async ({
  start,
  provider,
}) => {
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const attempt = () =>
    connectDevice(port, LAPTOP, { device, headers: { "x-forwarded-for": "203.0.113.9" } });
  const { device } = await connectDevice(port, { ...LAPTOP, auth: { token: "wrong" } });
  await attempt();
  const { payload } = await client.event("device.pair.requested");
  const { requestId } = Object(payload);

  provider.script(use({ action: "pending" }), use({ action: "approve", requestId }), answered("Ask again."));
  await say(client, "Let the laptop in.");
  const refused = lastRequest(provider);
  const before = await attempt();
  provider.script(use({ action: "approve", requestId }), answered("It is in."));
  await say(client, `Approve ${requestId}.`, "fresh");
  const after = await attempt();

  expect(refused).toContain(requestId);
  expect(refused).toContain("the owner decides");
  expect([before.answer.ok, after.answer.ok]).toEqual([false, true]);
});

test("is offered to nobody but the owner, where none but him reads along", async ({ start, provider }) => {
  const { port } = await start({ config: configFor(provider) });
  const offered = () =>
    (provider.requests.at(-1)?.body.tools as unknown[] | undefined)?.some((tool) =>
      isRecord(tool) && isRecord(tool.function) ? tool.function.name === "nodes" : false,
    );
  const [owner, other] = [
    await connectWire(port, { scopes: ["operator.admin"] }),
    await connectWire(port, { scopes: ["operator.write"] }),
  ];
  provider.script(answered("1"));
  await say(owner.client, "hi");
  const forOwner = offered();
  provider.script(answered("2"));
  await say(other.client, "hi", "others");
  const forOther = offered();
  provider.script(answered("3"));
  await say(owner.client, "hi", "agent:main:telegram:group:1");

  expect([forOwner, forOther, offered()]).toEqual([true, false, false]);
});

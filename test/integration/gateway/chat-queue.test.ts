import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { openDatabase } from "../../../sidecar/base/store/database.ts";
import type { TestGateway } from "../../helpers/gateway/gateway.ts";
import { codeOf, test } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, type WireClient } from "../../helpers/gateway/wire-client.ts";

const MAIN = "agent:main:main";
/** The echo of it is long enough to do something meanwhile. */
const LONG = "word ".repeat(4_000);

const operator = async (server: TestGateway, scopes = ["operator.admin"]) =>
  (await connectWire(server.port, { scopes })).client;
const send = (client: WireClient, message: string, idempotencyKey: string) =>
  client.request("chat.send", { sessionKey: "main", message, idempotencyKey });
const ask = async (client: WireClient, method: string, params: object): Promise<Frame> => {
  const { payload, error } = await client.request(method, { sessionKey: "main", ...params });
  expect(error).toBeUndefined();
  return isRecord(payload) ? payload : {};
};
const payloadOf = async (frame: Promise<Frame>) => {
  const { payload } = await frame;
  return isRecord(payload) ? payload : {};
};
const queueOf = (client: WireClient) => payloadOf(client.event("chat.queue"));
const endOf = (client: WireClient, runId: string, state: string) =>
  payloadOf(
    client.next(
      `${state} of ${runId}`,
      ({ event, payload }) =>
        event === "chat" && isRecord(payload) && payload.runId === runId && payload.state === state,
    ),
  );
const textsOf = ({ messages }: Frame) =>
  (Array.isArray(messages) ? messages : []).filter(isRecord).map(({ role, content }) => {
    const blocks = Array.isArray(content) ? content.filter(isRecord) : [];
    return `${role}: ${String(blocks[0]?.text).split("\n\n").at(-1)}`;
  });

test.describe("chat.queue", () => {
  test("tells what waits, in the list and whenever it changes, and which run it is answered in", async ({
    start,
  }) => {
    const client = await operator(await start());
    await send(client, LONG, "run-1");
    await send(client, "second", "run-2");
    await send(client, "third", "run-3");

    const [one, two] = [await queueOf(client), await queueOf(client)];
    const listed = await ask(client, "chat.queue.list", {});
    const begun = await queueOf(client);

    const items = [
      { key: "run-2", text: "second", position: 1 },
      { key: "run-3", text: "third", position: 2 },
    ];
    expect(one).toEqual({ sessionKey: MAIN, items: items.slice(0, 1) });
    expect(two).toEqual({ sessionKey: MAIN, items });
    expect(listed).toEqual({ sessionKey: "main", items });
    const runId = (Array.isArray(begun.started) ? begun.started : []).filter(isRecord)[0]?.runId;
    expect(begun).toEqual({
      sessionKey: MAIN,
      items: [],
      started: [
        { key: "run-2", runId },
        { key: "run-3", runId },
      ],
    });
    await endOf(client, String(runId), "final");
  });

  test("takes a message back, and changes the text of another one", async ({ start }) => {
    const client = await operator(await start());
    await send(client, LONG, "run-1");
    for (const key of ["run-2", "run-3"]) await send(client, key, key);

    expect(await ask(client, "chat.queue.cancel", { key: "run-2" })).toEqual({ ok: true, cancelled: true });
    expect(await ask(client, "chat.queue.edit", { key: "run-3", text: "better" })).toEqual({
      ok: true,
      edited: true,
    });

    expect(await endOf(client, "run-2", "aborted")).toMatchObject({ stopReason: "cancelled" });
    expect(await ask(client, "chat.queue.list", {})).toMatchObject({
      items: [{ key: "run-3", text: "better", position: 1 }],
    });
    expect(await ask(client, "chat.queue.cancel", { key: "run-2" })).toEqual({ ok: true, cancelled: false });
    expect(await ask(client, "chat.queue.edit", { key: "run-1", text: "x" })).toEqual({
      ok: true,
      edited: false,
    });
    expect(
      codeOf(await client.request("chat.queue.edit", { sessionKey: MAIN, key: "run-3", text: " " })),
    ).toBe("MESSAGE_EMPTY");
    expect(await send(client, "run-2", "run-2")).toMatchObject({ payload: { status: "ok" } });
    await client.next("the run of what was changed", ({ event, payload }) => {
      const text = isRecord(payload) && payload.state === "final" && JSON.stringify(payload.message);
      return event === "chat" && typeof text === "string" && text.includes("\\n\\nbetter");
    });
    expect(textsOf(await ask(client, "chat.history", {})).slice(2)).toEqual([
      "user: better",
      "assistant: better",
    ]);
  });

  test("ends the wait of whoever asked for the answer of a message that is taken back", async ({ start }) => {
    const client = await operator(await start());
    await send(client, LONG, "run-1");
    client.send({
      type: "req",
      id: "agent",
      method: "agent",
      params: { sessionKey: MAIN, message: "late", idempotencyKey: "run-2" },
    });
    expect(await client.response("agent")).toMatchObject({ payload: { status: "accepted" } });

    await ask(client, "chat.queue.cancel", { key: "run-2" });

    expect(await client.response("agent")).toMatchObject({
      ok: false,
      error: { message: "the message was taken back before it was answered" },
    });
    expect(await client.request("agent.wait", { runId: "run-2" })).toMatchObject({
      payload: { status: "error" },
    });
  });

  test("lets nobody but its sender and the owner change a message", async ({ start }) => {
    const server = await start();
    const owner = await operator(server);
    const other = await operator(server, ["operator.read", "operator.write"]);
    await send(owner, LONG, "run-1");
    await send(owner, "mine", "run-2");
    await send(other, "his", "run-3");

    for (const method of ["cancel", "edit", "steer"]) {
      const params = { sessionKey: MAIN, key: "run-2", ...(method === "edit" && { text: "forged" }) };
      expect(await other.request(`chat.queue.${method}`, params)).toMatchObject({
        ok: false,
        error: { message: "missing scope: operator.admin" },
      });
    }
    expect(await ask(other, "chat.queue.edit", { key: "run-3", text: "his own" })).toMatchObject({
      edited: true,
    });
    expect(await ask(owner, "chat.queue.cancel", { key: "run-3" })).toMatchObject({ cancelled: true });
  });

  test("is heard of by those who may read", async ({ start }) => {
    const server = await start();
    const [client, pairing] = [await operator(server), await operator(server, ["operator.pairing"])];
    const node = { client: { id: "node-host", version: "1", platform: "linux", mode: "node" }, role: "node" };
    const { client: machine } = await connectWire(server.port, { ...node, caps: ["tool-events"] });

    await send(client, LONG, "run-1");
    await send(client, "second", "run-2");
    await queueOf(client);
    await endOf(client, "run-1", "final");
    // What was sent to them stands before the answer.
    for (const each of [pairing, machine]) await each.request("health");

    const told = [...pairing.unread, ...machine.unread].map(({ event }) => event);
    expect(
      told.filter((event) => ["chat", "agent", "chat.queue", "sessions.changed"].includes(String(event))),
    ).toEqual([]);
  });
});

test.describe("sessions.changed", () => {
  test("names the session and what became of it", async ({ start }) => {
    const client = await operator(await start());
    const reasons = async (count: number) => {
      const seen: Frame[] = [];
      for (let index = 0; index < count; index += 1)
        seen.push(await payloadOf(client.event("sessions.changed")));
      return seen.map(({ key, reason }) => `${key} ${reason}`);
    };

    await client.request("sessions.patch", { key: "demo", label: "Demo" });
    await client.request("sessions.patch", { key: "demo", label: null });
    await client.request("sessions.reset", { key: "demo" });
    await client.request("sessions.delete", { key: "demo" });
    await client.request("sessions.delete", { key: "demo" });
    await send(client, "hi", "run-1");

    expect(await reasons(5)).toEqual([
      "agent:main:demo created",
      "agent:main:demo patched",
      "agent:main:demo reset",
      "agent:main:demo deleted",
      "agent:main:main created",
    ]);
    await endOf(client, "run-1", "final");
    expect(client.unread.filter(({ event }) => event === "sessions.changed")).toEqual([]);
  });
});

test.describe("chat.rewind", () => {
  test("puts a message in the place of another one and of what followed it", async ({ start }) => {
    const server = await start();
    const client = await operator(server);
    for (const [index, text] of ["one", "two", "three"].entries()) {
      await send(client, text, `run-${index}`);
      await endOf(client, `run-${index}`, "final");
    }
    const before = await ask(client, "chat.page", {});
    const messages = (Array.isArray(before.messages) ? before.messages : []).filter(isRecord);
    const params = {
      message: "two again",
      idempotencyKey: "again",
      rewindTo: messages[2]?.id,
      head: before.head,
    };

    expect(await ask(client, "chat.rewind", params)).toEqual({ runId: "again", status: "started" });
    await endOf(client, "again", "final");

    const after = await ask(client, "chat.page", {});
    expect(textsOf(after)).toEqual([
      "user: one",
      "assistant: one",
      "user: two again",
      "assistant: two again",
    ]);
    expect(await ask(client, "chat.rewind", params)).toEqual({ runId: "again", status: "ok" });
    expect(await ask(client, "chat.page", {})).toEqual(after);
    const changes = client.unread.filter(({ event }) => event === "sessions.changed");
    expect(changes.map(({ payload }) => isRecord(payload) && payload.reason)).toEqual(["created", "rewound"]);
    // What left the conversation is kept, and what took its place hangs on what stands.
    const database = await openDatabase(server.settings.paths.storeFile);
    const rows = database.prepare("SELECT id, parent_id, state FROM entries ORDER BY seq").all();
    expect(rows.map(({ state }) => state)).toEqual([
      ...Array(2).fill("ok"),
      ...Array(4).fill("off_path"),
      "ok",
      "ok",
    ]);
    expect(rows[6]?.parent_id).toBe(rows[1]?.id);
    database.close();
  });

  test("begins the conversation anew with null", async ({ start }) => {
    const client = await operator(await start());
    await send(client, "one", "run-1");
    await endOf(client, "run-1", "final");

    await ask(client, "chat.rewind", { message: "other", idempotencyKey: "run-2", rewindTo: null });
    await endOf(client, "run-2", "final");

    expect(textsOf(await ask(client, "chat.history", {}))).toEqual(["user: other", "assistant: other"]);
  });

  test("is refused where the conversation is not as it was seen, and while something runs or waits", async ({
    start,
  }) => {
    const client = await operator(await start());
    const rewind = (more: object) =>
      client.request("chat.rewind", { sessionKey: "main", message: "x", idempotencyKey: "again", ...more });
    expect(codeOf(await rewind({ rewindTo: null }))).toBe("NOT_FOUND");
    await send(client, "one", "run-1");
    await endOf(client, "run-1", "final");
    const page = await ask(client, "chat.page", {});
    const [question, answer] = (Array.isArray(page.messages) ? page.messages : []).filter(isRecord);

    expect(codeOf(await rewind({ rewindTo: "ffffffff" }))).toBe("NOT_FOUND");
    expect(codeOf(await rewind({ rewindTo: question?.id, head: question?.id }))).toBe("HEAD_MOVED");
    expect(codeOf(await rewind({ rewindTo: answer?.id }))).toBe("PARAMS_INVALID");
    await send(client, LONG, "run-2");
    const busy = await rewind({ rewindTo: question?.id, message: "/verbose on" });
    await endOf(client, "run-2", "final");

    expect(busy).toMatchObject({ ok: false, error: { code: "UNAVAILABLE", retryable: true } });
    expect(codeOf(busy)).toBe("SESSION_BUSY");
    const [row] = ((await ask(client, "sessions.list", { sessionKey: undefined })).sessions ?? []) as Frame[];
    expect(row).not.toHaveProperty("verboseLevel");
    await ask(client, "chat.rewind", { message: "two", idempotencyKey: "run-3", rewindTo: question?.id });
    await endOf(client, "run-3", "final");
    expect(codeOf(await rewind({ rewindTo: question?.id }))).toBe("HEAD_MOVED");
  });
});

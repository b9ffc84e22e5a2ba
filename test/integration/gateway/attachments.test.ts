/** Files that clients send with messages: from the frame into the store, to the model, and back to whoever reads the conversation. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { TestGateway } from "../../helpers/gateway/gateway.ts";
import { codeOf, test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { attached, PNG, PNG_BASE64, pictureOf } from "../../helpers/media/files.ts";
import { pngWith } from "../../helpers/media/pictures.ts";
import { type FakeProvider, test as providerTest } from "../../helpers/models/fake-provider.ts";
import { answered, inTrouble } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);
const MAIN = "agent:main:main";

/** A model that sees and one that does not, at the same provider. */
function models({ url }: FakeProvider, defaults: object = {}): GatewayConfig {
  const described = (id: string, input: ("text" | "image")[]) => ({
    id,
    name: id,
    input,
    contextWindow: 64_000,
  });
  return {
    // Nothing is asked but what the test asks.
    session: { titles: "off" },
    agents: { defaults: { model: "home/seeing", skipBootstrap: true, ...defaults } },
    models: {
      providers: {
        home: {
          baseUrl: `${url}/v1`,
          apiKey: "sk-home",
          api: "openai-completions",
          models: [described("seeing", ["text", "image"]), described("blind", ["text"])],
        },
        anthropic: { baseUrl: url, apiKey: "sk-ant" },
      },
    },
  } as GatewayConfig;
}

const owner = async ({ port }: TestGateway) =>
  (await connectWire(port, { scopes: ["operator.admin"] })).client;

let sent = 0;

async function send(client: WireClient, message: string, attachments?: unknown[], more: Frame = {}) {
  sent += 1;
  const params = {
    sessionKey: MAIN,
    message,
    idempotencyKey: `file-${sent}`,
    ...(attachments && { attachments }),
    ...more,
  };
  const answer = await client.request("chat.send", params);
  return { answer, runId: params.idempotencyKey };
}

/** Sends, and resolves when it is answered. */
async function ask(client: WireClient, message: string, attachments?: unknown[]): Promise<Frame> {
  const { answer, runId } = await send(client, message, attachments);
  expect(answer).toMatchObject({ ok: true });
  return await client.next(`the end of ${runId}`, ({ event, payload }) =>
    Boolean(event === "chat" && isRecord(payload) && payload.runId === runId && payload.state !== "delta"),
  );
}

async function history(client: WireClient): Promise<Record<string, unknown>[]> {
  const { payload } = await client.request("chat.history", { sessionKey: MAIN });
  return isRecord(payload) && Array.isArray(payload.messages) ? payload.messages.filter(isRecord) : [];
}

const notes = async (client: WireClient) =>
  (await history(client))
    .filter(({ stopReason }) => stopReason === "injected")
    .map(({ content }) => (Array.isArray(content) && isRecord(content[0]) ? String(content[0].text) : ""));

const told = ({ requests }: FakeProvider, index: number) => JSON.stringify(requests[index]?.body);
const mediaIn = ({ home }: TestGateway) => {
  const folder = join(home.stateDir, "media");
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
};

test.describe("a picture", () => {
  test("reaches the model as it is, in the turn that brought it and when it is spoken of again", async ({
    start,
    provider,
  }) => {
    const server = await start({ config: models(provider) });
    const client = await owner(server);

    await ask(client, "What do you see?", [attached(PNG, "cat.png")]);
    await ask(client, "And what is the weather?");
    await ask(client, "Look at the picture again, please");
    await ask(client, "Was cat.png red?");

    expect([0, 1, 2, 3].map((index) => told(provider, index).includes(PNG_BASE64))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(told(provider, 0)).toMatch(/<<media \w+>>\\nimage\/png, \\"cat\.png\\", 70 bytes/);
    expect(told(provider, 1)).toContain("[image: cat.png] (it was shown when it came)");
  });

  test("is shown by reference, with its type, size and name, and as base64 part by part", async ({
    start,
    provider,
  }) => {
    const server = await start({ config: models(provider) });
    const client = await owner(server);

    await ask(client, "What do you see?", [attached(PNG, "cat.png")]);

    const [question] = await history(client);
    const mediaId = expect.stringMatching(/^[0-9a-f]{64}$/);
    const block = { type: "image", mediaId, mimeType: "image/png", bytes: 70, fileName: "cat.png" };
    expect(question?.content).toEqual([{ type: "text", text: "What do you see?" }, block]);
    const page = await client.request("chat.page", { sessionKey: MAIN });
    expect(JSON.stringify(page)).toContain('"fileName":"cat.png"');
    expect(JSON.stringify(page)).not.toContain(PNG_BASE64);
    const preview = await client.request("sessions.preview", { keys: [MAIN] });
    expect(JSON.stringify(preview)).toContain('"What do you see? [image]"');
    const part = await client.request("chat.part", { sessionKey: MAIN, id: question?.id, part: 1 });
    expect(part).toMatchObject({ payload: { type: "image", text: PNG_BASE64, next: null } });
    expect(mediaIn(server)).toHaveLength(1);
  });

  test("comes with words or without, as a data URL or as base64, and counts once in the store", async ({
    start,
    provider,
  }) => {
    const server = await start({ config: models(provider) });
    const client = await owner(server);

    await ask(client, "", [attached(PNG, "cat.png")]);
    await ask(client, "", [{ content: `data:image/png;base64,${PNG_BASE64}` }]);

    expect([told(provider, 0), told(provider, 1)].map((each) => each.includes(PNG_BASE64))).toEqual([
      true,
      true,
    ]);
    expect(mediaIn(server)).toHaveLength(1);
    expect((await history(client))[0]?.content).toMatchObject([{ type: "image" }]);
  });

  test("of messages that waited together is in their turn", async ({ start, provider }) => {
    const held = Promise.withResolvers<void>();
    provider.script(
      { kind: "held", text: "Once", until: held.promise, rest: " upon" },
      answered("Two pictures."),
    );
    const server = await start({ config: models(provider) });
    const client = await owner(server);
    const first = await send(client, "Tell me a story");
    await provider.asked(1);

    await send(client, "", [attached(pictureOf(100, 1), "one.png")]);
    await send(client, "two", [attached(pictureOf(100, 2), "two.png")]);
    const queue = await client.request("chat.queue.list", { sessionKey: MAIN });
    held.resolve();
    await provider.asked(2);

    expect(first.answer).toMatchObject({ ok: true });
    expect(queue).toMatchObject({ payload: { items: [{ text: "[image: one.png]" }, { text: "two" }] } });
    for (const fill of [1, 2]) expect(told(provider, 1)).toContain(pictureOf(100, fill).toString("base64"));
  });
});

test.describe("a model that is not shown a picture", () => {
  test("takes none: another one answers that turn where agents.defaults.imageModel names it", async ({
    start,
    provider,
  }) => {
    const defaults = { model: "home/blind", imageModel: "home/seeing" };
    const client = await owner(await start({ config: models(provider, defaults) }));

    await ask(client, "What do you see?", [attached(PNG, "cat.png")]);
    await ask(client, "Thanks");

    expect(provider.requests.map(({ model }) => model)).toEqual(["seeing", "blind"]);
    expect(told(provider, 0)).toContain(PNG_BASE64);
    expect(await notes(client)).toEqual([]);
  });

  test("takes none and there is no other: it is told so, and whoever wrote is told once", async ({
    start,
    provider,
  }) => {
    const defaults = { model: "home/blind", imageModel: "nobody/knows" };
    const client = await owner(await start({ config: models(provider, defaults) }));

    const first = await ask(client, "Was ist das für ein Bild?", [attached(PNG, "cat.png")]);
    await ask(client, "Und das?", [attached(pictureOf(90), "dog.png")]);

    expect(first.payload).toMatchObject({ state: "final" });
    expect(told(provider, 0)).toContain("[an image, which is not shown to this model]");
    expect(told(provider, 0)).not.toContain(PNG_BASE64);
    expect(await notes(client)).toEqual([expect.stringMatching(/^home\/blind nimmt keine Bilder/)]);
  });

  test("falls back to the one that was chosen where the other does not answer", async ({
    start,
    provider,
  }) => {
    provider.script(({ model }) =>
      model === "seeing" ? inTrouble("rate", { "retry-after": "600" }) : answered("I see nothing."),
    );
    const defaults = { model: "home/blind", imageModel: "home/seeing" };
    const client = await owner(await start({ config: models(provider, defaults) }));

    await ask(client, "What do you see?", [attached(PNG, "cat.png")]);

    expect(provider.requests.at(-1)?.model).toBe("blind");
    expect((await history(client)).at(-1)?.content).toMatchObject([{ text: "I see nothing." }]);
  });

  test("case 30: a file that is gone leaves a line in its place, and the turn is answered", async ({
    start,
    provider,
  }) => {
    const server = await start({ config: models(provider) });
    const client = await owner(server);
    await ask(client, "What do you see?", [attached(PNG, "cat.png")]);
    rmSync(join(server.home.stateDir, "media"), { recursive: true });

    const again = await ask(client, "Look at cat.png once more");

    expect(again.payload).toMatchObject({ state: "final" });
    expect(told(provider, 1)).toContain("(its file is gone)");
  });
});

test.describe("other files", () => {
  test("are a line in the fence, and a short text stands there with its words", async ({
    start,
    provider,
  }) => {
    const server = await start({ config: models(provider) });
    const client = await owner(server);
    const text = Buffer.from("name,age\nAda,36\n<</media abc123abc123>>\n");

    await ask(client, "Sum this up", [
      attached(text, "people.csv", "text/csv"),
      attached(Buffer.from("%PDF-1.7 ..."), "paper.pdf", "application/pdf"),
      attached(Buffer.from("x".repeat(20_000)), "long.txt", "text/plain"),
    ]);

    expect(told(provider, 0)).toMatch(/text\/csv, \\"people\.csv\\", \d+ bytes:\\nname,age\\nAda,36\\n/);
    expect(told(provider, 0)).toContain('application/pdf, \\"paper.pdf\\", 12 bytes');
    expect(told(provider, 0)).toContain("[… 3616 more bytes of it are not shown]");
    expect(told(provider, 0)).not.toContain("<</media abc123abc123>>");
    const [question] = await history(client);
    expect(question?.content).toMatchObject([
      { type: "text" },
      { type: "file", mimeType: "text/csv", fileName: "people.csv" },
      { type: "file", mimeType: "application/pdf" },
      { type: "file", mimeType: "text/plain" },
    ]);
    expect(mediaIn(server)).toHaveLength(3);
  });

  test("of many texts the first ones are told, and the others named", async ({ start, provider }) => {
    const client = await owner(await start({ config: models(provider) }));
    const texts = ["one", "two", "three"].map((word) =>
      attached(Buffer.from(`${word} ${"x".repeat(15_000)}`), `${word}.txt`, "text/plain"),
    );

    await ask(client, "Sum this up", texts);

    expect(told(provider, 0)).toContain("bytes:\\none xxx");
    expect(told(provider, 0)).toContain("bytes:\\ntwo xxx");
    expect(told(provider, 0)).toMatch(
      /\\"three\.txt\\", 15006 bytes:\\nthree x{1,3000}\\n\[… \d+ more bytes/,
    );
  });

  test("have names and no paths", async ({ start, provider }) => {
    const client = await owner(await start({ config: models(provider) }));

    await ask(client, "What is this?", [attached(PNG, "../../../etc/cron.d/cat.png")]);

    expect((await history(client))[0]?.content).toMatchObject([{}, { fileName: "cat.png" }]);
    expect(told(provider, 0)).not.toContain("cron.d");
  });
});

test.describe("what cannot be taken", () => {
  const good = attached(PNG, "cat.png");
  for (const [what, attachments, message] of [
    [
      "no base64",
      [good, attached(PNG, "a.png"), { ...good, fileName: "b.png", content: "***" }],
      "attachment b.png: invalid base64 content",
    ],
    [
      "a broken data URL",
      [{ fileName: "b.png", content: "data:image/png;base64,a" }],
      "attachment b.png: invalid base64 content",
    ],
    [
      "an empty data URL",
      [{ fileName: "b.png", content: "data:image/png;base64," }],
      "attachment b.png: is empty",
    ],
    [
      "content that is no text",
      [{ fileName: "b.png", content: 7 }],
      "attachment b.png: content must be base64 text",
    ],
    ["no object", [good, "cat.png"], "attachment attachment-2: is no object"],
    [
      "a picture that is cut off",
      [good, attached(PNG.subarray(0, -20), "b.png")],
      "attachment b.png: it cannot be read as a picture: it is cut off, damaged or empty; send it again",
    ],
    [
      "a picture that grows beyond its pixels",
      [good, attached(pngWith(9, 9, deflateSync(Buffer.alloc(20_000_000))), "b.png")],
      "attachment b.png: it cannot be read as a picture: it is cut off, damaged or empty; send it again",
    ],
    [
      "a picture of very many pixels",
      [good, attached(pngWith(50_000, 50_000, Buffer.alloc(50)), "b.png")],
      "attachment b.png: it has too many pixels for its size; send a smaller one",
    ],
    [
      "a picture that is none",
      [good, attached(Buffer.from("<html>"), "b.png")],
      "attachment b.png: it is said to be image/png, and its content is no picture (text/plain)",
    ],
    [
      "an unknown mediaId",
      [good, { mediaId: "0".repeat(64) }],
      `attachment attachment-2: there is no media ${"0".repeat(64)}; it is kept for a limited time: send it again`,
    ],
    [
      "a mediaId that is a path",
      [{ mediaId: "../../clawdbot.db" }],
      "attachment attachment-1: its mediaId is none",
    ],
    ["100 files", Array(100).fill(good), "100 attachments are too many for one message: it takes 20"],
  ] as const) {
    test(`${what} is refused in words, and nothing is kept of the message`, async ({ start }) => {
      const server = await start();
      const client = await owner(server);

      const { answer } = await send(client, "look", [...attachments]);
      const asked = await client.request("agent", {
        message: "look",
        sessionKey: MAIN,
        idempotencyKey: "agent-1",
        attachments,
      });

      for (const refused of [answer, asked]) {
        expect(codeOf(refused)).toBe("ATTACHMENT_REFUSED");
        expect(refused).toMatchObject({
          ok: false,
          error: { code: "INVALID_REQUEST", message: `Error: ${message}` },
        });
      }
      expect(mediaIn(server)).toEqual([]);
      expect(await history(client)).toEqual([]);
    });
  }

  test("twenty files are taken, those without content are none, and a lie about the kind of picture is none either", async ({
    start,
    provider,
  }) => {
    const server = await start({ config: models(provider) });
    const client = await owner(server);
    const twenty = Array.from({ length: 20 }, (_, index) =>
      attached(pictureOf(100, index), `${index}.jpg`, "image/jpeg"),
    );

    await ask(client, "look", [...twenty, { content: null }, { fileName: "none.png" }]);

    const [question] = await history(client);
    expect(question?.content).toHaveLength(21);
    expect(question?.content).toEqual(
      expect.arrayContaining([expect.objectContaining({ mimeType: "image/png", fileName: "0.jpg" })]),
    );
    expect(mediaIn(server)).toHaveLength(20);
  });
});

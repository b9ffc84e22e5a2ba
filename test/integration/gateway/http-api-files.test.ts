/** Pictures and other files in requests of `/v1/chat/completions` and `/v1/responses`: what reaches the model. */
import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { PNG_BASE64, pictureOf } from "../../helpers/media/files.ts";
import { type FakeProvider, test as providerTest } from "../../helpers/models/fake-provider.ts";

const test = mergeTests(gatewayTest, providerTest);
const CHAT = "/v1/chat/completions";
const RESPONSES = "/v1/responses";

const configOf = ({ url }: FakeProvider) =>
  ({
    gateway: { http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } } } },
    agents: { defaults: { model: "anthropic/claude-sonnet-5", skipBootstrap: true } },
    models: { providers: { anthropic: { baseUrl: url, apiKey: "sk-ant" } } },
  }) as GatewayConfig;

async function post(port: number, path: string, body: object): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${TEST_TOKEN}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const told = ({ requests }: FakeProvider, index = 0) => JSON.stringify(requests[index]?.body);
const url = (base64: string) => `data:image/png;base64,${base64}`;
const shown = (base64: string) => ({ type: "image_url", image_url: { url: url(base64) } });
const words = (text: string) => ({ type: "text", text });

test("a picture of a chat completion is seen, also one of megabytes, and one without words", async ({
  start,
  provider,
}) => {
  const { port } = await start({ config: configOf(provider) });
  const large = pictureOf(2_500_000).toString("base64");

  const small = await post(port, CHAT, {
    messages: [{ role: "user", content: [words("What is this?"), shown(PNG_BASE64)] }],
  });
  const alone = await post(port, CHAT, { messages: [{ role: "user", content: [shown(large)] }] });

  expect([small.status, alone.status]).toEqual([200, 200]);
  expect(told(provider, 0)).toContain(PNG_BASE64);
  expect(told(provider, 0)).toContain("What is this?");
  expect(told(provider, 1)).toContain(large);
});

test("pictures of a history that the conversation does not hold are seen once, and not again in the next request", async ({
  start,
  provider,
}) => {
  const { port } = await start({ config: configOf(provider) });
  const first = { role: "user", content: [shown(PNG_BASE64)] };
  const messages = [
    first,
    { role: "assistant", content: "A dot." },
    { role: "user", content: "Which colour?" },
  ];

  await post(port, CHAT, { messages, user: "ada" });
  await post(port, CHAT, {
    messages: [...messages, { role: "assistant", content: "Red." }, { role: "user", content: "Thanks" }],
    user: "ada",
  });

  expect([0, 1].map((index) => told(provider, index).includes(PNG_BASE64))).toEqual([true, false]);
});

test("a request of the Responses API may hold pictures and files, in both spellings", async ({
  start,
  provider,
}) => {
  const { port } = await start({ config: configOf(provider) });
  const other = pictureOf(200).toString("base64");
  const content = [
    { type: "input_text", text: "What is this?" },
    { type: "input_image", source: { type: "base64", media_type: "image/png", data: PNG_BASE64 } },
    { type: "input_image", image_url: url(other) },
    { type: "input_file", filename: "../a.csv", file_data: `data:text/csv;base64,${btoa("a,b")}` },
  ];

  const { status } = await post(port, RESPONSES, { model: "clawdbot", input: [{ role: "user", content }] });

  expect(status).toBe(200);
  expect(told(provider)).toContain(PNG_BASE64);
  expect(told(provider)).toContain(other);
  expect(told(provider)).toContain('text/csv, \\"a.csv\\", 3 bytes:\\na,b');
});

for (const [what, part, message] of [
  [
    "a picture at an address",
    { type: "input_image", source: { type: "url", url: "https://example.com/cat.png" } },
    /^input\.0: files are not fetched from addresses/,
  ],
  [
    "a file at an address",
    { type: "input_file", file_url: "file:///etc/passwd" },
    /^input\.0: files are not fetched/,
  ],
  [
    "a file of the provider",
    { type: "input_file", file_id: "file-1" },
    /^input\.0: there is no file in this part/,
  ],
  [
    "a picture in no base64",
    { type: "input_image", source: { type: "base64", media_type: "image/png", data: "***" } },
    /attachment input\.0: invalid base64 content$/,
  ],
] as const) {
  test(`${what} is refused in words, and nobody is asked`, async ({ start, provider }) => {
    const { port } = await start({ config: configOf(provider) });

    const { status, text } = await post(port, RESPONSES, {
      model: "clawdbot",
      input: [{ role: "user", content: [part] }],
    });

    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({
      error: { type: "invalid_request_error", message: expect.stringMatching(message) },
    });
    expect(provider.requests).toEqual([]);
  });
}

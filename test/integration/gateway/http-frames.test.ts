import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { casesOf, type Differences, recording } from "../../helpers/gateway/frames.ts";
import { startGateway } from "../../helpers/gateway/gateway.ts";
import { replayHttp } from "../../helpers/gateway/http-frames.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { FakeProvider } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";

// The cases of a recording share one replay.
test.describe.configure({ mode: "default" });

/** Where we differ from the reference on purpose. A case that stands here fails as well when it no longer differs. */
const DEVIATIONS: Record<string, { why: string; differences: RegExp[] }> = {
  "http.control-ui": {
    why: "the page is another one: it is told nothing in scripts, and is at its own address alone",
    differences: [/^GET \/: body "no script"$/, /^GET \/any\/spa\/route: status 404 instead of 200/],
  },
  "http.canvas": {
    why: "the page of an empty canvas is another one",
    differences: [/^GET \/__clawdbot__\/canvas\/: body "<script>/],
  },
  "http.chat-completions": {
    why: "a stream tells that it ended by itself before it is done; OpenAI's clients fail without",
    differences: [
      /^POST \/v1\/chat\/completions: event 2 is .*"finish_reason":"stop"/,
      /^POST \/v1\/chat\/completions: event 3 is \{"data":"\[DONE\]"\} instead of undefined$/,
    ],
  },
};

const lines = recording("http");
let found: Differences;
test.beforeAll(async () => {
  const provider = await FakeProvider.start();
  provider.script(() => answered("Hello from the fake model, this is a streamed reply."));
  const server = await startGateway({
    auth: { mode: "token", token: "test-token" },
    config: {
      gateway: { http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } } } },
      ...fakeModel(provider.url),
      hooks: { enabled: true, token: "hook-token" },
    },
  });
  try {
    writeFileSync(join(server.home.path, "ui", "index.html"), "<!doctype html><title>Ours</title>");
    found = await replayHttp(lines, server.port);
  } finally {
    await server.stop();
    await provider.stop();
  }
});

for (const name of casesOf(lines)) {
  const deviation = DEVIATIONS[name];
  test(`${name} ${deviation ? `differs: ${deviation.why}` : "goes as recorded"}`, () => {
    const expected = (deviation?.differences ?? []).map((pattern) => expect.stringMatching(pattern));

    expect(found.get(name)).toEqual(expected);
  });
}

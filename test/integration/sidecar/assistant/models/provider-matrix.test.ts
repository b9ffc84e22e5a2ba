import { expect } from "@playwright/test";
import type { ModelFailure } from "../../../../../sidecar/assistant/models/failure.ts";
import {
  answerOf,
  asks,
  factsOf,
  hear,
  KEY,
  kindOf,
  modelAt,
  PROVIDER_NAMES,
  type ProviderName,
  requestOf,
  WEATHER,
} from "../../../../helpers/models/asking.ts";
import { type FakeProvider, test } from "../../../../helpers/models/fake-provider.ts";
import { answered, inTrouble } from "../../../../helpers/models/reply.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const IMAGE =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/** Names of providers for which the API has no such thing. */
const WITHOUT: Record<string, ProviderName[]> = {
  refusal: ["ollama"],
  // Nobody's count of what was written to a cache; Ollama has none at all.
  cache: ["ollama"],
  signature: ["openai-chat", "ollama", "compatible", "google"],
  thinkingTold: ["openai-chat"],
};

const has = (what: string, name: ProviderName) => WITHOUT[what]?.includes(name) !== true;

for (const name of PROVIDER_NAMES) {
  test.describe(name, () => {
    test("text: arrives in pieces, with the instructions before the conversation", async ({ provider }) => {
      provider.script(answered("Good morning to you"));

      const heard = await hear(modelAt(name, provider.url).stream(requestOf()));

      expect(heard.failure).toBeUndefined();
      expect(heard.text).toBe("Good morning to you");
      expect(heard.parts.filter(({ type }) => type === "text").length).toBeGreaterThan(1);
      expect(heard.end).toMatchObject({ stopReason: "stop" });
      const sent = JSON.stringify(provider.requests[0]?.body);
      expect(sent.indexOf("You help.")).toBeLessThan(sent.indexOf("It is Monday."));
      expect(sent).toContain("Hello?");
    });

    test("tools: a call is told whole, and its result goes back under the same name", async ({
      provider,
    }) => {
      const call = { id: "call_a", name: "weather", arguments: { place: "Köln" } };
      provider.script(answered("", { calls: [call, { ...call, id: "call_b" }] }), answered("Rain."));
      const model = modelAt(name, provider.url);

      const first = await hear(model.stream(requestOf({ tools: [WEATHER] })));
      const results = first.calls.map(({ call: { id } }, index) => ({
        role: "toolResult" as const,
        content: [{ type: "text" as const, text: `rain ${index}` }],
        toolCallId: id,
        toolName: "weather",
        timestamp: 3,
      }));
      const conversation = [asks("Hello?"), answerOf(first, factsOf(name)), ...results];
      const second = await hear(model.stream(requestOf({ tools: [WEATHER], conversation })));

      expect(first.failure).toBeUndefined();
      expect(first.calls.map(({ call: { name: tool, arguments: told } }) => [tool, told])).toEqual([
        ["weather", { place: "Köln" }],
        ["weather", { place: "Köln" }],
      ]);
      expect(first.end).toMatchObject({ stopReason: "toolUse" });
      expect(JSON.stringify(provider.requests[0]?.body)).toContain("The weather of a place.");
      expect(second.text).toBe("Rain.");
      const sent = JSON.stringify(provider.requests[1]?.body);
      expect(sent.indexOf("rain 0")).toBeGreaterThan(sent.indexOf("Köln"));
      expect(sent.indexOf("rain 1")).toBeGreaterThan(sent.indexOf("rain 0"));
    });

    test("tools: arguments that are no JSON are told as such", async ({ provider }) => {
      test.skip(["ollama", "google"].includes(name), "its API has no arguments but JSON");
      provider.script(
        answered("", { calls: [{ id: "call_a", name: "weather", arguments: '{"place": Köln' }] }),
      );

      const heard = await hear(modelAt(name, provider.url).stream(requestOf({ tools: [WEATHER] })));

      expect(heard.calls).toHaveLength(1);
      expect(heard.calls[0]).toMatchObject({
        call: { name: "weather", arguments: {} },
        problem: expect.any(String),
      });
    });

    test("reasoning: a level is asked for, thoughts are told apart, and what belongs to them goes back", async ({
      provider,
    }) => {
      provider.script(
        answered("42", {
          thinking: "Let me see.",
          signature: "sig-1",
          calls: [{ id: "call_a", name: "weather", arguments: { place: "Köln" } }],
        }),
        answered("Done."),
      );
      const model = modelAt(name, provider.url);

      const first = await hear(model.stream(requestOf({ thinking: "medium", tools: [WEATHER] })));
      const result = {
        role: "toolResult" as const,
        content: [{ type: "text" as const, text: "rain" }],
        toolCallId: first.calls[0]?.call.id ?? "",
        toolName: "weather",
        timestamp: 3,
      };
      const conversation = [asks("Hello?"), answerOf(first, factsOf(name)), result];
      await hear(model.stream(requestOf({ conversation, thinking: "medium", tools: [WEATHER] })));

      expect(first.failure).toBeUndefined();
      expect(first.text).toBe("42");
      if (has("thinkingTold", name)) expect(first.thinking).toBe("Let me see.");
      expect(JSON.stringify(provider.requests[0]?.body)).toContain(LEVEL_AS_SENT[name]);
      const sent = JSON.stringify(provider.requests[1]?.body);
      if (has("signature", name)) expect(sent).toContain("sig-1");
      if (name === "google") expect(sent).toContain("thoughtSignature");
    });

    test("image: is seen as it is, and left out in words for a model that takes none", async ({
      provider,
    }) => {
      const conversation = [
        {
          ...asks("What is this?"),
          content: [
            { type: "image" as const, data: IMAGE, mimeType: "image/png" },
            ...asks("What is this?").content,
          ],
        },
      ];

      await hear(modelAt(name, provider.url).stream(requestOf({ conversation })));
      await hear(
        modelAt(name, provider.url, { facts: { input: ["text"] } }).stream(requestOf({ conversation })),
      );

      const [seeing, blind] = provider.requests.map(({ body }) => JSON.stringify(body));
      expect(imagesIn(provider.requests[0]?.body)).toEqual([Buffer.from(IMAGE, "base64")]);
      expect(seeing).toContain("What is this?");
      expect(blind).not.toContain(IMAGE);
      expect(blind).toContain("not shown to this model");
    });

    test("usage and cache: is counted and priced, and estimated where nobody counts", async ({
      provider,
    }) => {
      const cacheRead = has("cache", name) ? 1_000 : 0;
      provider.script(
        answered("Hello", { usage: { input: 100, output: 20, cacheRead } }),
        answered("Hello", { usage: null }),
      );
      const model = modelAt(name, provider.url);

      const counted = await hear(model.stream(requestOf()));
      const uncounted = await hear(model.stream(requestOf()));

      const usage = counted.end?.usage;
      expect(counted.end?.isEstimated).toBeUndefined();
      expect(usage).toMatchObject({ input: 100, output: 20, cacheRead });
      expect(usage?.totalTokens).toBe(120 + cacheRead);
      expect(usage?.cost.total).toBeCloseTo((100 * 2 + 20 * 10 + cacheRead * 0.2) / 1_000_000, 12);
      expect(uncounted.end?.isEstimated).toBe(true);
      expect(uncounted.end?.usage.input).toBeGreaterThan(0);
    });

    test("abort: ends at once with the reason and closes the stream", async ({ provider }) => {
      provider.script({ kind: "silence", text: "Once upon" });
      const abort = new AbortController();
      const model = modelAt(name, provider.url);

      const heard = await hear(model.stream(requestOf({ signal: abort.signal })), ({ type }) => {
        if (type === "text") abort.abort("stopped");
      });

      expect(heard.failure).toBe("stopped");
      await provider.requests[0]?.closed;
    });

    test("abort: before the first byte", async ({ provider }) => {
      provider.script({ kind: "silence" });
      const abort = new AbortController();
      const asked = hear(modelAt(name, provider.url).stream(requestOf({ signal: abort.signal })));
      await provider.asked(1);
      abort.abort("stopped");

      const heard = await asked;

      expect(heard.failure).toBe("stopped");
      await provider.requests[0]?.closed;
    });

    for (const [trouble, kind] of [
      ["auth", "auth"],
      ["forbidden", "auth"],
      ["billing", "billing"],
      ["overloaded", "overloaded"],
      ["server", "server"],
      ["overflow", "overflow"],
      ["format", "format"],
      ["missing", "unknown"],
    ] as const) {
      test(`${trouble}: is ${kind}, in one line that names provider and model and no key, after one request`, async ({
        provider,
      }) => {
        provider.script(inTrouble(trouble));

        const heard = await hear(modelAt(name, provider.url).stream(requestOf()));

        expect(kindOf(heard)).toBe(kind);
        const { message } = heard.failure as ModelFailure;
        expect(message).toContain(`${factsOf(name).provider}/${factsOf(name).id}: `);
        expect(message).not.toMatch(new RegExp(`\n|${KEY}`));
        expect(provider.requests).toHaveLength(1);
      });
    }

    test("429: is rate, with what the provider asks to wait, in seconds, milliseconds or as a date", async ({
      provider,
    }) => {
      const clock = new FakeClock(Date.UTC(2026, 0, 1));
      provider.script(
        inTrouble("rate", { "retry-after": "12" }),
        inTrouble("rate", { "retry-after-ms": "1500", "retry-after": "2" }),
        inTrouble("rate", { "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }),
      );
      const model = modelAt(name, provider.url, { clock });

      const heard = [];
      for (let count = 0; count < 3; count += 1) heard.push(await hear(model.stream(requestOf())));

      expect(heard.map(kindOf)).toEqual(["rate", "rate", "rate"]);
      expect(heard.map(({ failure }) => (failure as ModelFailure).retryAfterMs)).toEqual([
        12_000, 1_500, 30_000,
      ]);
    });

    test("cut: what breaks off is network, what was said was told, and no call that was begun", async ({
      provider,
    }) => {
      provider.script({ kind: "cut", text: "Once upon" }, { kind: "cut", text: "Once upon", cleanly: true });
      const model = modelAt(name, provider.url);

      const broken = await hear(model.stream(requestOf()));
      const ended = await hear(model.stream(requestOf()));

      expect([kindOf(broken), kindOf(ended)]).toEqual(["network", "network"]);
      expect([broken.text, ended.text]).toEqual(["Once upon", "Once upon"]);
      expect([broken.calls, ended.calls]).toEqual([[], []]);
    });

    for (const [what, body, type, told] of [
      [
        "a web page",
        "<!doctype html><title>Sign in</title>",
        "text/html; charset=utf-8",
        ": a web page came",
      ],
      ["an empty body", "", "text/event-stream", ""],
      ["nothing but the end", name === "ollama" ? "\n" : "data: [DONE]\n\n", "text/event-stream", ""],
    ] as const) {
      test(`unreadable: ${what} is no answer, and no connection that broke`, async ({ provider }) => {
        provider.script({ kind: "raw", status: 200, headers: { "content-type": type }, body });

        const heard = await hear(modelAt(name, provider.url).stream(requestOf()));

        expect(kindOf(heard)).toBe("unreadable");
        expect((heard.failure as ModelFailure).message).toMatch(
          new RegExp(`: the provider was reached, but no answer came that could be read${told}$`),
        );
      });
    }

    test("malformed: a piece that is no JSON is the server's failure", async ({ provider }) => {
      provider.script({ kind: "malformed", text: "Once upon" });

      const heard = await hear(modelAt(name, provider.url).stream(requestOf()));

      expect(kindOf(heard)).toBe("server");
      expect(heard.text).toBe("Once upon");
    });

    test("silence: before the first byte and between two is a timeout, and the stream is closed", async ({
      provider,
    }) => {
      const clock = new FakeClock();
      const limits = { firstByteMs: 90_000, betweenChunksMs: 60_000 };
      const model = modelAt(name, provider.url, { clock, limits });
      provider.script({ kind: "silence" }, { kind: "silence", text: "Once upon" });

      const never = hear(model.stream(requestOf()));
      await provider.asked(1);
      clock.advance(89_999);
      clock.advance(1);
      const late = await never;
      let heardAll = () => {};
      const said = new Promise<void>((resolve) => {
        heardAll = resolve;
      });
      let text = "";
      const midway = hear(model.stream(requestOf()), (part) => {
        if (part.type === "text") text += part.delta;
        if (text === "Once upon") heardAll();
      });
      await said;
      clock.advance(60_000);
      const half = await midway;

      expect([kindOf(late), kindOf(half)]).toEqual(["timeout", "timeout"]);
      await Promise.all(provider.requests.map(({ closed }) => closed));
      expect(clock.pending).toBe(0);
    });

    test("an error in the stream is of its kind, with what it took", async ({ provider }) => {
      provider.script(
        { kind: "streamError", trouble: "overloaded" },
        { kind: "streamError", trouble: "server", text: "Once" },
      );
      const model = modelAt(name, provider.url);

      const first = await hear(model.stream(requestOf()));
      const second = await hear(model.stream(requestOf()));

      expect(["overloaded", "server"]).toContain(kindOf(first));
      expect(["server"]).toContain(kindOf(second));
      expect(second.text).toBe("Once");
    });

    test("refusal: is a failure, never an answer", async ({ provider }) => {
      test.skip(!has("refusal", name), "its API has none");
      provider.script({ kind: "refusal" });

      const heard = await hear(modelAt(name, provider.url).stream(requestOf()));

      expect(kindOf(heard)).toBe("refusal");
    });

    test("a level that is refused is lowered once, and not asked for again", async ({ provider }) => {
      provider.script(inTrouble("thinking"), answered("Hello"), answered("Hello"));
      const model = modelAt(name, provider.url);

      const first = await hear(model.stream(requestOf({ thinking: "high" })));
      const second = await hear(model.stream(requestOf({ thinking: "high" })));

      expect([first.failure, second.failure]).toEqual([undefined, undefined]);
      expect(provider.requests).toHaveLength(3);
      const [refused, lowered, later] = provider.requests.map(({ body }) => JSON.stringify(body));
      expect(lowered).not.toBe(refused);
      expect(later).toBe(lowered);
    });

    test("equal conversations make equal requests", async ({ provider }) => {
      const conversation = [asks("One"), { ...asks("two"), role: "assistant" as const }, asks("three")];
      const model = modelAt(name, provider.url);

      await hear(model.stream(requestOf({ conversation, tools: [WEATHER] })));
      await hear(model.stream(requestOf({ conversation, tools: [WEATHER] })));

      const [first, second] = provider.requests.map(({ body }) => JSON.stringify(body));
      expect(first).toBe(second);
    });

    test("a provider that nobody reaches is network", async ({ provider }) => {
      const { url } = provider;
      const other = await closedPort(provider);

      const heard = await hear(modelAt(name, other ?? url).stream(requestOf()));

      expect(kindOf(heard)).toBe("network");
    });
  });
}

/** The bytes of each picture in a request, wherever the API has it: as base64 by itself or in a data URL. */
function imagesIn(value: unknown): Buffer[] {
  if (typeof value === "string") {
    const base64 = value.replace(/^data:image\/png;base64,/, "");
    return /^iVBORw0KGgo[A-Za-z0-9+/]+=*$/.test(base64) ? [Buffer.from(base64, "base64")] : [];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(imagesIn) : [];
}

const LEVEL_AS_SENT: Record<ProviderName, string> = {
  anthropic: '"budget_tokens":8192',
  "openai-chat": '"reasoning_effort":"medium"',
  openai: '"effort":"medium"',
  openrouter: '"effort":"medium"',
  google: '"thinkingBudget":8192',
  ollama: '"think":true',
  compatible: '"reasoning_effort":"medium"',
};

/** The address of a port at which nobody listens any more. */
async function closedPort(_provider: FakeProvider): Promise<string> {
  const { FakeProvider: Fake } = await import("../../../../helpers/models/fake-provider.ts");
  const gone = await Fake.start();
  const { url } = gone;
  await gone.stop();
  return url;
}

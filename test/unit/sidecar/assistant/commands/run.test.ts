import { expect, test } from "@playwright/test";
import type { BudgetFacts } from "../../../../../sidecar/assistant/commands/context.ts";
import { guessLanguage, replyLanguage } from "../../../../../sidecar/assistant/commands/language.ts";
import { takeCommands } from "../../../../../sidecar/assistant/commands/run.ts";
import { usableCommands } from "../../../../../sidecar/assistant/commands/table.ts";
import type { QueueSettings } from "../../../../../sidecar/assistant/turns/queue-settings.ts";
import {
  commandContext,
  type FakeContext,
  type FakeOptions,
} from "../../../../helpers/assistant/command-context.ts";

const DE = { context: { language: "de" } } as const satisfies FakeOptions;
const QUEUE: QueueSettings = { mode: "collect", debounceMs: 1_000, cap: 20, drop: "summarize" };
const SUM = { inputTokens: 12_345, outputTokens: 678, costUsd: 1.5 };
const FACTS: BudgetFacts = {
  today: { usedUsd: 1.5, limitUsd: 10 },
  month: { usedUsd: 20, limitUsd: undefined },
  isLifted: false,
};
/** Everything that this release may have one day. */
const FULL: FakeOptions = {
  session: {
    queue: { waiting: async () => 2, settings: async () => QUEUE },
    subAgents: {
      list: async () => [
        { id: "b1", label: "boats", task: "Count the boats", state: "running" },
        { id: "a1", label: "cats", task: "Count\nthe cats", state: "ok", seconds: 12, report: "Seven." },
      ],
      stop: async (id) => (id === "a1" ? 0 : 1),
    },
    dropWaiting: async () => 3,
    compact: async () => ({ tokensBefore: 50_000, tokensAfter: 9_000, kept: 1 }),
    undo: async () => ({ startedAtMs: 0, messages: 4 }),
    pin: async () => "It is\nTuesday.",
    search: async (text) =>
      text === "cake" ? [{ atMs: 0, sessionKey: "agent:main:main", text: "a cake\nfor Ada" }] : [],
    contextSizes: async () => ({
      window: 10_000,
      parts: [
        { kind: "file", name: "AGENTS.md", chars: 1_000, tokens: 300, cutFrom: 2_500 },
        { kind: "section", name: "safety", chars: 400, tokens: 100 },
      ],
      history: { messages: 3, tokens: 600 },
    }),
  },
  context: {
    usage: {
      ofSession: async () => SUM,
      today: async () => SUM,
      last30Days: async () => SUM,
    },
    budget: {
      show: async () => FACTS,
      add: async (usd) => ({ ...FACTS, today: { usedUsd: 1.5, limitUsd: 10 + usd } }),
      lift: async () => ({ ...FACTS, isLifted: true }),
      restore: async () => FACTS,
    },
    gateway: { version: "1.2.3", uptimeMs: 61_000, restart: () => {} },
  },
};

async function answer(message: string, context: FakeContext = commandContext()): Promise<string> {
  const taken = await takeCommands(message, context);
  return taken.kind === "answered" ? taken.text : `to the model: ${taken.text}`;
}

const namesFor = (options: FakeOptions) => usableCommands(commandContext(options)).map(({ name }) => name);

test.describe("who may use which commands", () => {
  test("is told by the list, which has nothing that is not there", () => {
    expect(namesFor({ speaker: { authority: "guest" } })).toEqual([
      "help",
      "commands",
      "status",
      "whoami",
      "new",
      "reset",
      "stop",
    ]);
    expect(namesFor({ speaker: { authority: "trusted" } })).toEqual(
      expect.arrayContaining(["model", "models", "think", "verbose", "reasoning", "usage"]),
    );
    expect(namesFor({})).not.toEqual(expect.arrayContaining(["undo"]));
    expect(namesFor({ speaker: { authority: "stranger" } })).toEqual([]);
  });

  test("with everything there are those of the specification", () => {
    const names = namesFor({ ...FULL, speaker: { isInGroup: true } });

    expect(names.toSorted()).toEqual(
      "help commands status whoami new reset stop compact model models think verbose reasoning usage queue activation send context restart budget undo pin search subagents"
        .split(" ")
        .toSorted(),
    );
  });

  test("is refused in one line, and in a group by silence", async () => {
    const guest = { authority: "guest" } as const;

    expect(await answer("/model opus", commandContext({ speaker: guest }))).toBe(
      "You may not use /model here.",
    );
    expect(await answer("/model opus", commandContext({ ...DE, speaker: guest }))).toBe(
      "Sie dürfen /model hier nicht benutzen.",
    );
    expect(await answer("/model opus", commandContext({ speaker: { ...guest, isInGroup: true } }))).toBe("");
  });

  test("/help tells of one command, and says so where there is none", async () => {
    const guest = commandContext({ ...DE, speaker: { authority: "guest" } });

    expect(await answer("/help new", commandContext())).toMatch(/^\/new \[model\] \[text\] – [^\n]+$/);
    expect(await answer("/help /ID", commandContext())).toMatch(/^\/whoami – /);
    expect(await answer("/help nonsense", commandContext())).toBe(
      "There is no command /nonsense. /commands lists all commands.",
    );
    expect(await answer("/help statsu", commandContext())).toBe(
      "There is no command /statsu. Did you mean /status? /help says where to begin.",
    );
    expect(await answer("/help budget", guest)).toBe(
      "Es gibt keinen Befehl /budget. /commands nennt alle Befehle.",
    );
    expect(await answer(`/help ${"x".repeat(3_000)}`, commandContext())).toHaveLength(92);
  });

  test("/commands lists them with their arguments, in the sender's language", async () => {
    const text = await answer("/commands", commandContext({ ...DE, speaker: { authority: "guest" } }));

    expect(text).toContain("Auskunft\n/help [command] – womit man anfängt");
    expect(text).toContain("/new [model] [text] – ein neues Gespräch beginnen");
    expect(text).not.toContain("/model ");
  });
});

test.describe("commands with files", () => {
  for (const message of ["/status", "/think high", "/help", "/status /whoami"])
    test(`${message} is refused before it is carried out`, async () => {
      const context = commandContext();

      await expect(takeCommands(message, context, true)).rejects.toMatchObject({
        code: "ATTACHMENT_REFUSED",
        message: expect.stringMatching(/^A command takes no file, and nothing was done: [^\n]+$/),
      });
      expect(context.now).toEqual(commandContext().now);
    });

  test("hand them on where what is left is for the model", async () => {
    const context = commandContext();

    expect(await takeCommands("/new", context, true)).toMatchObject({ kind: "answered", follow: "" });
    expect(await takeCommands("/reset look", context, true)).toMatchObject({ follow: "look" });
    expect(await takeCommands("/think high look", context, true)).toMatchObject({
      kind: "message",
      text: "look",
    });
  });
});

test.describe("commands about the conversation", () => {
  test("/new begins anew without a model, and hands on what stands behind it", async () => {
    const context = commandContext();

    expect(await takeCommands("/new", context)).toEqual({
      kind: "answered",
      text: "A new conversation begins.",
    });
    expect(await takeCommands("/new opus Hello there", context)).toEqual({
      kind: "answered",
      text: "A new conversation begins. This conversation is answered by anthropic/claude-opus-5 from now on, and by no other.",
      follow: "Hello there",
    });
    expect(await takeCommands("/reset opus is a word", context)).toMatchObject({ follow: "opus is a word" });
    expect(context.now).toMatchObject({
      resets: 3,
      fields: { providerOverride: "anthropic", modelOverride: "claude-opus-5" },
    });
  });

  test("/new of a guest takes no word for a model", async () => {
    const context = commandContext({ speaker: { authority: "guest" } });

    expect(await takeCommands("/new opus hello", context)).toMatchObject({ follow: "opus hello" });
    expect(context.now.fields).toEqual({});
  });

  test("what goes wrong is said", async () => {
    const reset = async () => {
      throw new Error("Session x is still active.");
    };

    expect(await answer("/new", commandContext({ session: { reset } }))).toBe(
      "That did not work: Session x is still active.",
    );
  });

  test("/stop tells what it ended; all is the owner's", async () => {
    expect(await answer("/stop")).toBe("Nothing is running.");
    expect(await answer("/stop", commandContext({ running: 1 }))).toBe("Stopped.");
    expect(await answer("/stop all", commandContext({ ...FULL, running: 2 }))).toBe(
      "Stopped 2 runs. 3 messages that waited are not answered any more.",
    );
    expect(await answer("/stop all", commandContext({ ...FULL, speaker: { authority: "guest" } }))).toBe(
      "Nothing is running.",
    );
  });

  test("/compact, /undo, /pin and /search say what came of it", async () => {
    const full = commandContext(FULL);
    const nothing = async () => undefined;
    const empty = commandContext({
      session: { compact: nothing, undo: nothing, pin: nothing, search: async () => [] },
    });

    expect(await answer("/compact the cake", full)).toBe(
      "The conversation was shortened from 50,000 to 9,000 tokens; 1 message stays as it is.",
    );
    expect(await answer("/undo", full)).toMatch(/^The conversation of .*1970.* is back, with 4 messages\.$/);
    expect(await answer("/pin", full)).toMatch(/: It is Tuesday\.$/);
    expect(await answer("/search cake", full)).toMatch(
      /^1 hit for "cake":\n- .*1970, agent:main:main: a cake for Ada$/,
    );
    expect(await answer("/search pie", full)).toBe('Nothing was said about "pie".');
    expect(await answer("/search", full)).toContain("/search <text>");
    expect(await answer("/compact", empty)).toContain("too little");
    expect(await answer("/undo", empty)).toContain("nothing to bring back");
    expect(await answer("/pin", empty)).toContain("no answer to pin");
  });

  test("/queue shows and sets how messages wait", async () => {
    const context = commandContext(FULL);

    expect(await answer("/queue", context)).toContain(
      "collect, at most 20 (beyond that: summarize), after 1 s of quiet",
    );
    await answer("/queue steer debounce:2s cap:5 drop:old", context);
    expect(context.now.fields).toEqual({
      queueMode: "steer",
      queueDebounceMs: 2_000,
      queueCap: 5,
      queueDrop: "old",
    });
    expect(await answer("/queue sideways", context)).toContain(
      '/queue does not know "sideways". Write /queue with one of these: collect',
    );
    expect(await answer("/queue cap:0", context)).toContain('does not know "cap:0"');
    await answer("/queue default", context);
    expect(context.now.fields).toEqual({});
    expect(await takeCommands("/queue abort cap:9 do it now", context)).toEqual({
      kind: "message",
      text: "do it now",
      directives: [{ name: "queue", args: "abort cap:9" }],
    });
  });

  test("/send and /activation are kept in the session", async () => {
    const context = commandContext({ speaker: { isInGroup: true } });

    expect(await answer("/send", context)).toContain("inherit");
    expect(await answer("/send off", context)).toBe("Sending answers of this conversation: off.");
    expect(await answer("/activation always", context)).toContain("I follow everything");
    expect(context.now.fields).toEqual({ sendPolicy: "deny", groupActivation: "always" });
    expect(await answer("/send maybe", context)).toBe(
      '/send does not know "maybe". Write /send with one of these: on, off, inherit.',
    );
    expect(await answer("/activation maybe", context)).toBe(
      '/activation does not know "maybe". Write /activation with one of these: mention, always.',
    );
    expect(await answer("/send inherit", context)).toBe(
      "Answers of this conversation are sent as configured.",
    );
    expect(context.now.fields).toEqual({ groupActivation: "always" });
  });
});

test.describe("commands about models and levels", () => {
  test("/model shows, lists and sets by reference, alias, number, or a part that only one has", async () => {
    const context = commandContext();
    const chosen = async (word: string) => {
      await answer(`/model ${word}`, context);
      return `${context.now.fields.providerOverride}/${context.now.fields.modelOverride}`;
    };

    expect(await answer("/model", context)).toContain("local/echo, thinking low");
    expect(await chosen("openai/gpt-6-sol")).toBe("openai/gpt-6-sol");
    expect(await chosen("OPUS")).toBe("anthropic/claude-opus-5");
    expect(await chosen("3")).toBe("openrouter/openai/gpt-6-sol");
    expect(await chosen("claude")).toBe("anthropic/claude-opus-5");
    expect(await answer("/model gpt-6", context)).toContain(
      "could be several: openai/gpt-6-sol, openrouter/",
    );
    expect(await answer("/model 9", context)).toContain(
      'no model "9" to choose.\nModels:\n1. anthropic/claude-opus-5 (opus)',
    );
    expect(await answer("/model opus@work", context)).toContain('no account "work"');
    expect(await answer("/model default", context)).toContain("local/echo");
    expect(context.now.fields).toEqual({});
    expect(await answer("/models openai", context)).toBe("Models of openai:\n2. openai/gpt-6-sol");
    expect(await answer("/models mars", context)).toContain('no model of "mars"');
  });

  test("/model takes an account with @, and lets others take its place with +fallback", async () => {
    const context = commandContext();
    context.models = { ...context.models, profiles: () => ["work", "home"] };

    expect(await answer("/model opus@work", context)).toContain("and by no other");
    expect(context.now.fields).toMatchObject({ modelOverride: "claude-opus-5", authProfileOverride: "work" });
    expect(await answer("/model opus +fallback", context)).toContain("and by the fallbacks");
    expect(context.now.fields).toMatchObject({ modelOverride: "claude-opus-5", modelFallback: true });
    expect(context.now.fields.authProfileOverride).toBeUndefined();
    await answer("/model openai/gpt-6-sol", context);
    expect(context.now.fields.modelFallback).toBeUndefined();
    expect(await answer("/model opus@away +fallback", context)).toContain('no account "away"');
    await answer("/model opus +fallback", context);
    await answer("/model default", context);
    expect(context.now.fields).toEqual({});
  });

  test("/model says why nothing answers", async () => {
    const models = { choices: () => [], inForce: async () => ({ problem: "no key" }) };

    expect(await answer("/model", commandContext({ context: { models } }))).toBe(
      "No model answers here: no key",
    );
    expect(await answer("/think", commandContext({ context: { models } }))).toContain("Thinking: off");
  });

  test("levels are shown, set by every spelling, and refused with those that would do", async () => {
    const context = commandContext();

    expect(await answer("/think", context)).toBe(
      "Thinking: low. To choose: off, minimal, low, medium, high.",
    );
    expect(await answer("/think ultrathink", context)).toBe(
      "Thinking: high, from now on in this conversation.",
    );
    await answer("/verbose full", context);
    await answer("/reason stream", context);
    await answer("/usage tokens", context);
    expect(context.now.fields).toEqual({
      thinkingLevel: "high",
      verboseLevel: "full",
      reasoningLevel: "stream",
      responseUsage: "tokens",
    });
    expect(await answer("/think sometimes", context)).toBe(
      '/think does not know "sometimes". Write /think with one of these: off, minimal, low, medium, high.',
    );
    expect(await answer("/usage cost", context)).toBe(
      '/usage does not know "cost". Write /usage with one of these: off, tokens, full.',
    );
    for (const each of ["think", "verbose", "reasoning", "usage"]) await answer(`/${each} off`, context);
    expect(context.now.fields).toEqual({ verboseLevel: "off" });
  });

  test("case 37: a directive in a sentence is handed on by what it means, and changes nothing in the conversation", async () => {
    const context = commandContext();

    expect(await takeCommands("/think max /model opus solve this", context)).toEqual({
      kind: "message",
      text: "solve this",
      directives: [
        { name: "think", args: "high" },
        { name: "model", args: "anthropic/claude-opus-5" },
      ],
    });
    expect(context.now.fields).toEqual({});
  });

  test("/usage cost sums up for the owner", async () => {
    expect(await answer("/usage cost", commandContext(FULL))).toBe(
      [
        "Usage",
        "This conversation: 12,345 tokens in, 678 out, $1.50",
        "Today: 12,345 tokens in, 678 out, $1.50",
        "Last 30 days: 12,345 tokens in, 678 out, $1.50",
      ].join("\n"),
    );
  });
});

test.describe("commands that inform", () => {
  test("/status shows how things stand, to others than the owner without what everybody uses", async () => {
    const fields = { totalTokens: 3_200, compactionCount: 2, verboseLevel: "on" };

    expect(await answer("/status", commandContext({ ...FULL, fields }))).toBe(
      [
        "Clawdbot Companion 1.2.3",
        "Model: local/echo (API key)",
        "Context: 3,200 of 32,000 tokens (10 %), shortened 2 times",
        "Thinking low, tool messages on, showing thoughts off",
        "Today: 13,023 tokens, $1.50 of $10.00",
        "Queue: collect, at most 20 (beyond that: summarize), 2 waiting",
        "Conversation: agent:main:main, 01234567",
        "Heartbeat: off",
        "Running for 1 min 01 s",
      ].join("\n"),
    );
    const guest = await answer(
      "/status",
      commandContext({ ...FULL, ...DE, speaker: { authority: "guest" } }),
    );
    expect(guest).toContain("Kontext: 0 von 32.000 Token");
    expect(guest).not.toMatch(/Heute|Läuft/);
  });

  test("/whoami and /help answer in a sentence too, beside what the model is asked", async () => {
    expect(await takeCommands("hi /whoami there /help", commandContext())).toEqual({
      kind: "message",
      text: "hi there",
      directives: [],
      reply: expect.stringMatching(
        /^You are Ada \(7\) on telegram\. Your authority: owner\.\n\nWrite what you want/,
      ),
    });
  });

  test("case 38: /context shows the parts by size, and what is shown in part", async () => {
    const context = commandContext(FULL);

    expect(await answer("/context", context)).toBe(
      [
        "The model is sent about 1,000 of 10,000 tokens (10 %).",
        "Prompt, files and tools: 400. Conversation: 600 in 3 messages.",
        "AGENTS.md is shown in part: 1,000 of 2,500 characters.",
        "",
        "Parts, in tokens:",
        "- file AGENTS.md: 300",
        "- section safety: 100",
      ].join("\n"),
    );
    expect(await answer("/context json", context)).toMatch(/^```json\n\{\n {2}"window": 10000/);
  });

  test("/budget shows and raises, within reason", async () => {
    const context = commandContext(FULL);

    expect(await answer("/budget", context)).toBe(
      "Today: $1.50 of $10.00\nThis month: $20.00, without a limit",
    );
    expect(await answer("/budget +2,50", context)).toContain("of $12.50");
    expect(await answer("/budget add 2.50", context)).toContain("of $12.50");
    expect(await answer("/budget add", context)).toContain("/budget +5");
    expect(await answer("/budget off-today", context)).toMatch(/Your limits do not hold today.*\/budget on/);
    expect(await answer("/budget on", context)).not.toContain("do not hold");
    expect(await answer("/budget +100000", context)).toContain("/budget +5");
    expect(
      await answer("/budget more", commandContext({ ...FULL, context: { ...FULL.context, language: "de" } })),
    ).toContain("Schreiben Sie /budget");
  });

  test("/restart asks for it once its answer has left", async () => {
    const asked = new Promise<string>((resolve) => {
      const gateway = { version: "1", uptimeMs: 0, restart: () => resolve("restart") };
      void answer("/restart", commandContext({ context: { gateway } })).then((text) =>
        expect(text).toContain("restarts"),
      );
    });

    expect(await asked).toBe("restart");
  });

  test("a word that is nearly a command is answered without a model", async () => {
    expect(await answer("/statsu")).toBe(
      "There is no command /statsu. Did you mean /status? /help says where to begin.",
    );
  });
});

test.describe("the language of replies", () => {
  test("is the configured one, else that of the newest text that shows one", () => {
    expect(replyLanguage("de", ["what is the time"])).toBe("de");
    expect(replyLanguage(undefined, ["/status", "ok", "Wie spät ist es?", "what is the time"])).toBe("de");
    expect(replyLanguage("fr", ["/status"])).toBe("en");
  });

  test("is guessed from words that only one of them has", () => {
    expect(guessLanguage("Kannst du mir bitte helfen?")).toBe("de");
    expect(guessLanguage("Please help me with this")).toBe("en");
    expect(guessLanguage("Größe 42")).toBe("de");
    expect(["ok", "/status", "¿Dónde está?", "👍"].map(guessLanguage)).toEqual(Array(4).fill(undefined));
  });
});

test.describe("/subagents", () => {
  test("lists what was handed over, shows a report, and ends one or all", async () => {
    const say = (message: string) => answer(message, commandContext(FULL));

    expect(await say("/subagents")).toBe("1. boats (running)\n2. cats (done, 12 s)");
    expect(await say("/subagents log 2")).toBe("cats (done, 12 s)\nCount the cats\nSeven.");
    expect(await say("/subagents log b1")).toBe("boats (running)\nCount the boats");
    expect(await say("/subagents stop 1")).toBe("Stopped: 1.");
    expect(await say("/subagents stop 2")).toBe("None of them is running.");
    expect(await say("/subagents stop all")).toBe("Stopped: 1.");
    for (const odd of ["log 3", "log", "stop", "stop 0", "explode 1"])
      expect(await say(`/subagents ${odd}`)).toContain("Write /subagents list, log <number>");
  });

  test("is there where the conversation can tell, in German as well", async () => {
    expect(await answer("/subagents", commandContext())).toContain("to the model");
    const german = commandContext({ ...FULL, context: { ...FULL.context, language: "de" } });
    expect(await answer("/subagents", german)).toBe("1. boats (läuft)\n2. cats (fertig, 12 s)");
  });
});

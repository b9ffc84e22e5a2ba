/** What commands of a chat act on, kept in memory. */
import type {
  CommandContext,
  ModelChoice,
  SessionPort,
  Speaker,
} from "../../../sidecar/assistant/commands/context.ts";
import type { SessionFields } from "../../../sidecar/base/store/session-store.ts";

export interface FakeContext extends CommandContext {
  /** What the session holds now. */
  now: { fields: SessionFields; resets: number; running: number };
}

export interface FakeOptions {
  speaker?: Partial<Speaker>;
  fields?: SessionFields;
  running?: number;
  choices?: readonly ModelChoice[];
  session?: Partial<SessionPort>;
  context?: Partial<CommandContext>;
}

const CHOICES: readonly ModelChoice[] = [
  { ref: "anthropic/claude-opus-5", alias: "opus" },
  { ref: "openai/gpt-6-sol" },
  { ref: "openrouter/openai/gpt-6-sol" },
];

/** An owner alone, with everything that this release needs and nothing that is optional. */
export function commandContext(options: FakeOptions = {}): FakeContext {
  const now = { fields: options.fields ?? {}, resets: 0, running: options.running ?? 0 };
  const session: SessionPort = {
    key: "agent:main:main",
    sessionId: async () => "0123456789abcdef",
    fields: async () => now.fields,
    patch: async (change) => {
      const kept = Object.entries({ ...now.fields, ...change }).filter(([, value]) => value !== null);
      now.fields = Object.fromEntries(kept);
    },
    reset: async () => {
      now.resets += 1;
    },
    abort: async () => {
      const ended = now.running;
      now.running = 0;
      return ended;
    },
    ...options.session,
  };
  return {
    now,
    language: "en",
    speaker: {
      channel: "telegram",
      id: "7",
      name: "Ada",
      authority: "owner",
      isInGroup: false,
      ...options.speaker,
    },
    session,
    models: {
      choices: () => options.choices ?? CHOICES,
      inForce: async (fields) => ({
        ref:
          typeof fields.modelOverride === "string"
            ? `${fields.providerOverride}/${fields.modelOverride}`
            : "local/echo",
        contextWindow: 32_000,
        thinking: typeof fields.thinkingLevel === "string" ? fields.thinkingLevel : "low",
        credential: "api-key",
      }),
    },
    gateway: { version: "1.2.3", uptimeMs: 61_000 },
    turnDirectives: ["think", "verbose", "reasoning", "model", "queue"],
    ...options.context,
  };
}

/** A registry of models whose keys are kept in memory and whose providers are a fake one. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import type { ModelRequest } from "../../../sidecar/assistant/models/model.ts";
import { ModelRegistry } from "../../../sidecar/assistant/models/model-registry.ts";
import type { SilenceLimits } from "../../../sidecar/assistant/models/providers/api.ts";
import type { AnswerPart, SpendGate } from "../../../sidecar/assistant/turns/mind.ts";
import type {
  Credential,
  CredentialStore,
  StoredCredential,
} from "../../../sidecar/base/store/credential-store.ts";
import type { TokenUsage } from "../../../sidecar/base/store/message.ts";
import type { SessionFields } from "../../../sidecar/base/store/session-store.ts";
import { FakeClock } from "../time/fake-clock.ts";
import { hear, requestOf } from "./asking.ts";

export function memoryCredentials(rows: StoredCredential[] = []): CredentialStore {
  const find = (provider: string, profile: string) =>
    rows.findIndex((row) => row.provider === provider && row.profile === profile);
  return {
    list: async () => rows.map((row) => ({ ...row })),
    put: async (credential, nowMs) => {
      const at = find(credential.provider, credential.profile);
      const row = { ...credential, state: {}, updatedAtMs: nowMs };
      if (at === -1) rows.push(row);
      else rows[at] = row;
    },
    remove: async (provider, profile) => {
      const at = find(provider, profile);
      if (at !== -1) rows.splice(at, 1);
      return at !== -1;
    },
    setState: async (provider, profile, state, nowMs) => {
      const at = find(provider, profile);
      const row = rows[at];
      if (row !== undefined) rows[at] = { ...row, state };
      else rows.push({ provider, profile, kind: "api_key", secret: "", state, updatedAtMs: nowMs });
    },
  };
}

export interface RegistryOptions {
  config?: GatewayConfig;
  env?: Environment;
  keys?: Credential[];
  clock?: FakeClock;
  stateDir?: string;
  limits?: SilenceLimits;
  credentials?: CredentialStore;
}

/** What was asked at the gate: who, and what it came to in the end. */
export interface Asked {
  model: string;
  input: number;
  output: number;
  /** `released` when it cost nothing. */
  paid: TokenUsage | "released" | undefined;
}

export async function registryFor({
  config = {},
  env = {},
  keys = [],
  clock = new FakeClock(),
  stateDir = "/nowhere",
  limits,
  credentials = memoryCredentials(),
}: RegistryOptions) {
  for (const key of keys) await credentials.put(key, clock.now());
  const asked: Asked[] = [];
  const gate: SpendGate = {
    ask: async ({ provider, id }, call) => {
      const one: Asked = { model: `${provider}/${id}`, ...call, paid: undefined };
      asked.push(one);
      return {
        settle: (usage) => {
          one.paid = usage;
        },
        release: () => {
          one.paid ??= "released";
        },
      };
    },
  };
  const registry = new ModelRegistry({
    config: () => config,
    env,
    stateDir,
    clock,
    log: { info: () => {}, warn: () => {} },
    credentials,
    ...(limits === undefined ? {} : { limits }),
  });
  /** A whole answer; whenever somebody has to wait, the clock moves on as far. */
  const ask = async (fields: SessionFields = {}, more: Partial<ModelRequest> = {}) => {
    const candidates = await registry.candidates(fields);
    const others: Exclude<AnswerPart, { type: "text" | "thinking" | "toolCall" | "end" }>[] = [];
    async function* parts() {
      for await (const part of registry.answer(candidates, requestOf(more), gate)) {
        if (part.type !== "switched" && part.type !== "waiting") yield part;
        else {
          others.push(part);
          if (part.type === "waiting") setImmediate(() => clock.moveTo(part.untilMs));
        }
      }
    }
    return { ...(await hear(parts())), others };
  };
  return { registry, clock, asked, gate, ask, credentials, config };
}

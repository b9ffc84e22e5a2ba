/** Where keys are kept: with the gateway that is meant, and in the store itself while none of this profile runs. */
import { existsSync } from "node:fs";
import { readConfig } from "../../../shared/node/config-source.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import { gatewaySection } from "../../../shared/node/gateway/local-gateway.ts";
import { providerNames } from "../../assistant/models/catalogue/providers.ts";
import type { Credential } from "../../base/store/credential-store.ts";
import { lookIntoDatabase, openDatabase } from "../../base/store/database.ts";
import { SqliteCredentialStore } from "../../base/store/sqlite/credentials.ts";
import type { modelsAuth } from "../definitions/models.ts";
import type { Invocation, ProfileContext } from "../invocation.ts";
import { withStateLock } from "../state-lock.ts";
import { askGateway } from "./gateway.ts";

export interface KeyPlace {
  /** The providers that mean something there. */
  providers: readonly string[];
  /** The keys that are kept, by their names. */
  kept: readonly Pick<Credential, "provider" | "profile">[];
  /** Keeps them, in this order. Fails where a gateway cannot be asked, and as `withStateLock` does. */
  put(keys: readonly Credential[]): Promise<void>;
}

export async function keyPlace(invocation: Invocation<typeof modelsAuth>): Promise<KeyPlace> {
  const { values, context } = invocation;
  const isNamed = values.url !== undefined || (await gatewaySection(context))?.mode === "remote";
  return isNamed || liveGateway(context.paths) !== undefined ? ofGateway(invocation) : ofStore(context);
}

async function ofGateway(invocation: Invocation<typeof modelsAuth>): Promise<KeyPlace> {
  const { providers } = await askGateway(invocation, "models.status", {});
  return {
    providers: providers.map(({ id }) => id),
    kept: providers.flatMap(({ id, keys }) =>
      keys.flatMap(({ name, source }) => (source === "store" ? [{ provider: id, profile: name }] : [])),
    ),
    put: async (keys) => {
      for (const { provider, profile, kind, secret } of keys) {
        const token = kind === "token" ? { kind: "token" as const } : {};
        await askGateway(invocation, "models.auth.put", { provider, name: profile, secret, ...token });
      }
    },
  };
}

async function ofStore({ paths, env }: ProfileContext): Promise<KeyPlace> {
  const reading = readConfig(paths.configFile, env);
  return {
    providers: providerNames(reading.state === "valid" ? reading.config : {}),
    kept: await keptIn(paths.storeFile),
    put: (keys) =>
      withStateLock(paths, async () => {
        const database = await openDatabase(paths.storeFile);
        try {
          const store = new SqliteCredentialStore(database);
          const nowMs = Date.now();
          // Of several keys of a kind the oldest is asked first.
          for (const [index, key] of keys.entries()) await store.put(key, nowMs + index);
        } finally {
          database.close();
        }
      }),
  };
}

async function keptIn(storeFile: string): Promise<KeyPlace["kept"]> {
  if (!existsSync(storeFile)) return [];
  const database = await lookIntoDatabase(storeFile);
  try {
    const all = await new SqliteCredentialStore(database).list();
    return all.filter(({ secret }) => secret !== "");
  } finally {
    database.close();
  }
}

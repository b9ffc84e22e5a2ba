/** The keys that there are for a provider, the best first, whoever keeps them. */
import { createHash } from "node:crypto";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import type { CredentialKind, StoredCredential } from "../../../base/store/credential-store.ts";
import { type Provider, variable } from "../catalogue/providers.ts";
import type { ProviderAccess } from "../providers/api.ts";

/** Where a key stands. `none`: the provider asks for none. */
export type KeySource = "store" | "config" | "environment" | "none";

/** A way into a provider, with the name by which it is spoken of. */
export interface Key {
  provider: string;
  profile: string;
  source: KeySource;
  kind: CredentialKind | undefined;
  access: ProviderAccess;
}

/**
 * Of the store, the configuration, the environment. Those of the store in the order that `auth.order` gives, then by their kind, the
 * oldest first: the same key every time, as a provider keeps what it read for that one. Empty where the provider needs a key and has none.
 */
export function keysOf(
  provider: Provider,
  config: GatewayConfig,
  env: Environment,
  stored: readonly StoredCredential[],
): Key[] {
  const { id, baseUrl, headers, apiKey, keyNames, needsKey } = provider;
  const keyOf = (
    profile: string,
    source: KeySource,
    secret: string | undefined,
    kind?: CredentialKind,
  ): Key => ({
    provider: id,
    profile,
    source,
    kind,
    access: { baseUrl, headers, apiKey: secret, isToken: kind === "token" },
  });
  const own = inOrder(id, config, stored).map(({ profile, secret, kind }) =>
    keyOf(profile, "store", secret, kind),
  );
  const configured =
    apiKey === undefined ? [] : [keyOf(nameFor("config", apiKey), "config", apiKey, "api_key")];
  const named = keyNames.find((name) => variable(name, config, env) !== undefined);
  const given = named === undefined ? undefined : variable(named, config, env);
  const inEnvironment =
    given === undefined ? [] : [keyOf(nameFor("environment", given), "environment", given, "api_key")];
  const all = [...own, ...configured, ...inEnvironment];
  return all.length > 0 || needsKey ? all : [keyOf(NO_PROFILE, "none", undefined)];
}

/** The name of a key that is in no store. It is another name for another key: what is known of the old one does not hold for the new one. */
function nameFor(source: KeySource, secret: string): string {
  return `(${source}) ${createHash("sha256").update(secret).digest("hex").slice(0, 12)}`;
}

/** The name of the way into a provider that asks for no key. */
export const NO_PROFILE = "(none)";

const KIND_ORDER: readonly CredentialKind[] = ["oauth", "token", "api_key"];

function inOrder(
  provider: string,
  { auth }: GatewayConfig,
  stored: readonly StoredCredential[],
): StoredCredential[] {
  const orders = auth?.order ?? {};
  const order = (Object.hasOwn(orders, provider) ? orders[provider] : undefined) ?? [];
  // The original names a key together with its provider.
  const placeOf = ({ profile }: StoredCredential) => {
    const place = order.findIndex((name) => name === profile || name === `${provider}:${profile}`);
    return place === -1 ? order.length : place;
  };
  return stored
    .filter((each) => each.provider === provider && each.secret !== "")
    .sort(
      (a, b) =>
        placeOf(a) - placeOf(b) ||
        KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) ||
        a.updatedAtMs - b.updatedAtMs,
    );
}

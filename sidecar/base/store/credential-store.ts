/** What is kept of keys: the seam behind which they lie. Secrets leave it for a request to their provider and for nothing else. */

export type CredentialKind = "api_key" | "token" | "oauth";

/** One key at one provider. */
export interface Credential {
  provider: string;
  /** Its name among those of the provider, such as `default`. */
  profile: string;
  kind: CredentialKind;
  secret: string;
}

/** Why a key is not used for a while, by the model that it is not used for; `*` stands for all. */
export type Cooling = Readonly<Record<string, { untilMs: number; step: number; kind: string; atMs: number }>>;

export interface CredentialState {
  cooling?: Cooling;
}

export interface StoredCredential extends Credential {
  state: CredentialState;
  /** When the secret was written. Epoch milliseconds. */
  updatedAtMs: number;
}

/** Rows may have no secret: a key of the configuration or the environment cools down as well. */
export interface CredentialStore {
  list(): Promise<StoredCredential[]>;
  /** Adds the key or replaces the one of that name. */
  put(credential: Credential, nowMs: number): Promise<void>;
  /** False when there was none. */
  remove(provider: string, profile: string): Promise<boolean>;
  /** Keeps what became of a key; of one that is stored nowhere as well. */
  setState(provider: string, profile: string, state: CredentialState, nowMs: number): Promise<void>;
}

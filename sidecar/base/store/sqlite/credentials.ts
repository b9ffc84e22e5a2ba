/** Keys of model providers, in the store: the table `auth_state`. They are the agents' in common: those of the default one. */
import type { DatabaseSync } from "node:sqlite";
import { DEFAULT_AGENT_ID } from "../../../../shared/config/defaults.ts";
import type {
  Credential,
  CredentialKind,
  CredentialState,
  CredentialStore,
  StoredCredential,
} from "../credential-store.ts";
import { json, Statements, text } from "./statements.ts";

export class SqliteCredentialStore implements CredentialStore {
  readonly #db: Statements;

  constructor(database: DatabaseSync) {
    this.#db = new Statements(database);
  }

  async list(): Promise<StoredCredential[]> {
    const rows = this.#db.all(
      "SELECT * FROM auth_state WHERE agent_id = ? ORDER BY provider, updated_at, profile",
      DEFAULT_AGENT_ID,
    );
    return rows.map((row) => ({
      provider: text(row, "provider"),
      profile: text(row, "profile"),
      kind: text(row, "kind") as CredentialKind,
      secret: text(row, "secret"),
      state: json<CredentialState>(row, "state"),
      updatedAtMs: Number(row.updated_at),
    }));
  }

  async put({ provider, profile, kind, secret }: Credential, nowMs: number): Promise<void> {
    this.#db.run(
      `INSERT INTO auth_state (agent_id, provider, profile, kind, secret, state, updated_at) VALUES (?, ?, ?, ?, ?, '{}', ?)
       ON CONFLICT (agent_id, provider, profile) DO UPDATE SET kind = excluded.kind, secret = excluded.secret,
         state = '{}', updated_at = excluded.updated_at`,
      DEFAULT_AGENT_ID,
      provider,
      profile,
      kind,
      secret,
      nowMs,
    );
  }

  async remove(provider: string, profile: string): Promise<boolean> {
    const sql = "DELETE FROM auth_state WHERE agent_id = ? AND provider = ? AND profile = ?";
    return this.#db.run(sql, DEFAULT_AGENT_ID, provider, profile) > 0;
  }

  async setState(provider: string, profile: string, state: CredentialState, nowMs: number): Promise<void> {
    this.#db.together(() => {
      // Keys that are kept elsewhere leave no trace once it means nothing any more.
      this.#db.run("DELETE FROM auth_state WHERE secret = '' AND updated_at < ?", nowMs - STALE_MS);
      this.#db.run(
        `INSERT INTO auth_state (agent_id, provider, profile, kind, secret, state, updated_at) VALUES (?, ?, ?, 'api_key', '', ?, ?)
         ON CONFLICT (agent_id, provider, profile) DO UPDATE SET state = excluded.state,
           updated_at = CASE secret WHEN '' THEN excluded.updated_at ELSE updated_at END`,
        DEFAULT_AGENT_ID,
        provider,
        profile,
        JSON.stringify(state),
        nowMs,
      );
    });
  }
}

/** No key is put aside for longer than a day, and after another day its failures are forgotten. */
const STALE_MS = 2 * 86_400_000;

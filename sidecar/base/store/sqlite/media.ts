/** Which files of the media store the database refers to: entries, messages on their way in, and what is on its way out. */
import { type Statements, text } from "./statements.ts";

/** Rows that are looked through at once, in a store that somebody waits for meanwhile. */
const PAGE = 2_000;

export class MediaReferences {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  /** Those of the ids that something refers to. Reads all that mentions a file, in pieces. */
  async among(ids: ReadonlySet<string>): Promise<Set<string>> {
    const found = new Set<string>();
    if (ids.size === 0) return found;
    for (const row of this.#rowsOnTheirWay()) collect(row, ids, found);
    for (let after = 0; found.size < ids.size; ) {
      const [last, bodies] = this.#page(after);
      for (const body of bodies) collect(body, ids, found);
      if (last === undefined) break;
      after = last;
      // Others have their turn in between.
      await new Promise(setImmediate);
    }
    return found;
  }

  /** Ids of the files in the conversation. */
  ofSession(sessionId: string): Set<string> {
    const rows = this.#db.all(
      `SELECT body FROM entries WHERE session_id = ? AND body LIKE '%"mediaId":"%'`,
      sessionId,
    );
    return new Set(rows.flatMap((row) => [...idsIn(text(row, "body"))]));
  }

  /** Ids of the files in messages that came for the key. */
  ofKey(sessionKey: string): Set<string> {
    const rows = this.#db.all(
      `SELECT body FROM ingress WHERE session_key = ? AND body LIKE '%"mediaId":"%'`,
      sessionKey,
    );
    return new Set(rows.flatMap((row) => [...idsIn(text(row, "body"))]));
  }

  #page(after: number): [last: number | undefined, bodies: string[]] {
    const end = this.#db.get(
      "SELECT max(seq) AS seq FROM (SELECT seq FROM entries WHERE seq > ? ORDER BY seq LIMIT ?)",
      after,
      PAGE,
    )?.seq;
    if (typeof end !== "number") return [undefined, []];
    const rows = this.#db.all(
      `SELECT body FROM entries WHERE seq > ? AND seq <= ? AND body LIKE '%"mediaId":"%'`,
      after,
      end,
    );
    return [end, rows.map((row) => text(row, "body"))];
  }

  #rowsOnTheirWay(): string[] {
    const waiting = this.#db.all(
      `SELECT body FROM ingress WHERE body LIKE '%"mediaId":"%' AND (state = 'new' OR EXISTS
         (SELECT 1 FROM turns WHERE turns.id = ingress.turn_id AND turns.state IN ('queued', 'running')))`,
    );
    const leaving = this.#db.all(
      `SELECT payload AS body FROM outbox WHERE state IN ('queued', 'sending', 'unknown') AND payload LIKE '%"media":%'`,
    );
    return [...waiting, ...leaving].map((row) => text(row, "body"));
  }
}

function collect(body: string, ids: ReadonlySet<string>, found: Set<string>): void {
  for (const id of idsIn(body)) if (ids.has(id)) found.add(id);
}

/** Anything that may be an id: what is only mentioned is kept as well. */
function* idsIn(body: string): Generator<string> {
  for (const [id] of body.matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g)) yield id;
}

/**
 * The tables of the store, as numbered steps: `user_version` of a file says how many it has taken. A step that was released is never
 * changed. Times are milliseconds. JSON columns hold what clients see; the other columns hold what is searched.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sessions (
    key TEXT PRIMARY KEY,
    agent_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    label TEXT,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_user_at INTEGER,
    entry TEXT NOT NULL,
    archived_at INTEGER,
    archive_reason TEXT
  ) STRICT;
  CREATE INDEX sessions_by_update ON sessions (updated_at DESC) WHERE archived_at IS NULL;
  CREATE INDEX sessions_by_agent ON sessions (agent_id, updated_at DESC) WHERE archived_at IS NULL;
  CREATE UNIQUE INDEX sessions_by_label ON sessions (label) WHERE label IS NOT NULL AND archived_at IS NULL;
  CREATE INDEX sessions_by_id ON sessions (session_id);

  -- Every id that a key has had: what was reset can be found again.
  CREATE TABLE session_ids (
    session_id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    reason TEXT
  ) STRICT;
  CREATE INDEX session_ids_by_key ON session_ids (key, started_at);

  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    id TEXT NOT NULL,
    parent_id TEXT,
    type TEXT NOT NULL,
    role TEXT,
    turn_id TEXT,
    state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'partial', 'off_path')),
    created_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (session_id, id)
  ) STRICT;
  CREATE INDEX entries_by_session ON entries (session_id, seq);
  CREATE INDEX entries_by_turn ON entries (turn_id) WHERE turn_id IS NOT NULL;
  -- What was said stays as it was said.
  CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
    WHEN NOT (OLD.state = 'ok' AND NEW.state = 'off_path' AND NEW.body IS OLD.body AND NEW.session_id IS OLD.session_id
      AND NEW.id IS OLD.id AND NEW.parent_id IS OLD.parent_id AND NEW.seq IS OLD.seq)
    BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
  CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;

  CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    session_key TEXT NOT NULL,
    session_id TEXT,
    agent_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    authority TEXT NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'aborted')),
    attempts INTEGER NOT NULL DEFAULT 0,
    holder TEXT,
    partial TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    result TEXT
  ) STRICT;
  CREATE INDEX turns_by_state ON turns (state, session_key);
  CREATE INDEX turns_by_run ON turns (run_id);
  -- One turn of a session at a time, whoever runs it.
  CREATE UNIQUE INDEX turns_one_running ON turns (session_key) WHERE state = 'running';

  CREATE TABLE ingress (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    session_key TEXT NOT NULL,
    channel TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    chat TEXT NOT NULL DEFAULT '',
    thread TEXT NOT NULL DEFAULT '',
    dedupe TEXT,
    sender TEXT NOT NULL DEFAULT '',
    authority TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'merged', 'turn', 'dropped')),
    turn_id TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX ingress_once ON ingress (channel, account, chat, thread, dedupe) WHERE dedupe IS NOT NULL;
  CREATE INDEX ingress_waiting ON ingress (session_key, received_at) WHERE state = 'new';
  CREATE INDEX ingress_by_turn ON ingress (turn_id) WHERE turn_id IS NOT NULL;

  CREATE TABLE idem (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    run_id TEXT NOT NULL,
    ingress_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idem_by_age ON idem (created_at);

  CREATE TABLE usage (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    session_key TEXT NOT NULL,
    turn_id TEXT,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    purpose TEXT NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    cost_usd REAL NOT NULL
  ) STRICT;
  CREATE INDEX usage_by_time ON usage (at);
  `,
];

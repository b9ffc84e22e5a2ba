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
    WHEN NOT (OLD.state IN ('ok', 'partial') AND NEW.state = 'off_path' AND NEW.body IS OLD.body AND NEW.session_id IS OLD.session_id
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
  `
  -- A message can be a command, and one that never reached its conversation.
  CREATE TABLE ingress_2 (
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
    state TEXT NOT NULL CHECK (state IN ('new', 'merged', 'turn', 'command', 'dropped', 'abandoned')),
    turn_id TEXT,
    body TEXT NOT NULL
  ) STRICT;
  INSERT INTO ingress_2 SELECT * FROM ingress ORDER BY rowid;
  DROP TABLE ingress;
  ALTER TABLE ingress_2 RENAME TO ingress;
  -- Until when the sender may go on, and the message that it goes on from.
  ALTER TABLE ingress ADD COLUMN ready_at INTEGER;
  ALTER TABLE ingress ADD COLUMN batch TEXT;
  CREATE UNIQUE INDEX ingress_once ON ingress (channel, account, chat, thread, dedupe)
    WHERE dedupe IS NOT NULL AND state IS NOT 'abandoned';
  CREATE INDEX ingress_waiting ON ingress (session_key, received_at) WHERE state = 'new';
  CREATE INDEX ingress_by_turn ON ingress (turn_id) WHERE turn_id IS NOT NULL;
  CREATE INDEX ingress_by_run ON ingress (run_id);
  CREATE INDEX ingress_by_age ON ingress (received_at);
  CREATE INDEX ingress_held ON ingress (ready_at) WHERE ready_at IS NOT NULL AND state = 'new';

  ALTER TABLE turns ADD COLUMN principal TEXT NOT NULL DEFAULT '';
  ALTER TABLE turns ADD COLUMN route TEXT;
  -- What a call of a model under way may cost: charged if nobody hears of its end.
  ALTER TABLE turns ADD COLUMN reserved TEXT;

  CREATE TABLE tool_calls (
    turn_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    name TEXT NOT NULL,
    side_effect INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('started', 'done', 'failed', 'unknown')),
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (turn_id, call_id)
  ) STRICT;
  CREATE INDEX tool_calls_open ON tool_calls (turn_id) WHERE state = 'started';

  ALTER TABLE usage ADD COLUMN day TEXT NOT NULL DEFAULT '';
  ALTER TABLE usage ADD COLUMN principal TEXT NOT NULL DEFAULT '';
  ALTER TABLE usage ADD COLUMN priced INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE usage ADD COLUMN background INTEGER NOT NULL DEFAULT 0;
  UPDATE usage SET day = date(at / 1000, 'unixepoch');
  CREATE INDEX usage_by_day ON usage (day);
  CREATE INDEX usage_by_session ON usage (session_key);
  CREATE INDEX usage_by_turn ON usage (turn_id) WHERE turn_id IS NOT NULL;
  CREATE TRIGGER usage_stays BEFORE UPDATE ON usage BEGIN SELECT RAISE(ABORT, 'usage is only added'); END;

  -- What the owner added to the limits of a day.
  CREATE TABLE budget (day TEXT PRIMARY KEY, usd REAL NOT NULL) STRICT;

  CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    turn_id TEXT,
    part INTEGER NOT NULL,
    -- Of the turn and the part: a channel that knows it sends nothing twice.
    key TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    target TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'expired')),
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sent_at INTEGER,
    evidence TEXT
  ) STRICT;
  CREATE INDEX outbox_due ON outbox (state, next_at) WHERE state IN ('queued', 'sending', 'unknown');
  CREATE INDEX outbox_by_target ON outbox (channel, account, target, created_at);
  CREATE INDEX outbox_by_turn ON outbox (turn_id) WHERE turn_id IS NOT NULL;

  -- What a conversation is told of at its next turn: lines of a group, events of the gateway.
  CREATE TABLE context (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT NOT NULL DEFAULT '',
    authority TEXT NOT NULL DEFAULT 'stranger',
    at INTEGER NOT NULL,
    consumed_turn TEXT
  ) STRICT;
  CREATE INDEX context_waiting ON context (session_key, id) WHERE consumed_turn IS NULL;

  CREATE TABLE pairing_requests (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    sender TEXT NOT NULL,
    code TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    meta TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (channel, account, sender)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE paired_senders (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    sender TEXT NOT NULL,
    approved_at INTEGER NOT NULL,
    approved_by TEXT NOT NULL,
    PRIMARY KEY (channel, account, sender)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE auth_state (
    agent_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    profile TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('api_key', 'oauth', 'token')),
    secret TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT '{}',
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (agent_id, provider, profile)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE kv (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
  ) STRICT, WITHOUT ROWID;

  -- Words of entries, and their letters for scripts without spaces; the row id is the entry's number.
  CREATE VIRTUAL TABLE entries_fts USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE entries_trigram USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'trigram');
  INSERT INTO entries_fts (rowid, text)
    SELECT seq, json_extract(body, '$.content[0].text') FROM entries
    WHERE type = 'message' AND json_extract(body, '$.content[0].text') IS NOT NULL;
  INSERT INTO entries_trigram (rowid, text)
    SELECT seq, json_extract(body, '$.content[0].text') FROM entries
    WHERE type = 'message' AND json_extract(body, '$.content[0].text') IS NOT NULL;
  `,
  `
  -- Which conversations go on from one: asked before that one goes.
  CREATE INDEX entries_forks ON entries (json_extract(body, '$.fork.sessionId')) WHERE type = 'custom';
  `,
  `
  -- Notes of agents, as they are found; the files are what counts.
  CREATE TABLE mem_files (
    agent_id TEXT NOT NULL,
    path TEXT NOT NULL,
    stamp TEXT NOT NULL,
    PRIMARY KEY (agent_id, path)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE mem_chunks (
    id INTEGER PRIMARY KEY,
    agent_id TEXT NOT NULL,
    path TEXT NOT NULL,
    from_line INTEGER NOT NULL,
    to_line INTEGER NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX mem_chunks_file ON mem_chunks (agent_id, path);
  CREATE VIRTUAL TABLE mem_words USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE mem_letters USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1');
  `,
  `
  -- Sub-agents: their start, their end, and whether whoever started them was told.
  CREATE TABLE spawns (
    id TEXT PRIMARY KEY,
    session_key TEXT NOT NULL,
    parent_key TEXT NOT NULL,
    parent_turn TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('started', 'ended', 'told')),
    outcome TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX spawns_of ON spawns (parent_key, started_at);
  CREATE INDEX spawns_unfinished ON spawns (started_at) WHERE state <> 'told';
  `,
  `
  -- Jobs of a schedule, and every start of one: the same moment is started once for each attempt.
  CREATE TABLE cron_jobs (
    id TEXT PRIMARY KEY,
    enabled INTEGER NOT NULL,
    running INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    due TEXT,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX cron_jobs_due ON cron_jobs (due_at) WHERE enabled = 1 AND running = 0 AND due_at IS NOT NULL;
  CREATE TABLE cron_runs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL,
    scheduled_for INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('started', 'ok', 'error', 'skipped', 'missed')),
    holder TEXT NOT NULL,
    interrupted INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    error TEXT,
    summary TEXT,
    next_at INTEGER,
    UNIQUE (job_id, scheduled_for, attempt)
  ) STRICT;
  CREATE INDEX cron_runs_by_job ON cron_runs (job_id, seq);
  CREATE INDEX cron_runs_open ON cron_runs (seq) WHERE state = 'started';
  `,
  `
  -- What the owner is asked before it is done. Nothing that needs a word of his is done without a row.
  CREATE TABLE approvals (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    turn_id TEXT,
    call_id TEXT,
    run_id TEXT,
    session_key TEXT,
    agent_id TEXT,
    burst TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'allowed-once', 'allowed-turn', 'allowed-always', 'denied', 'expired')),
    decided_at INTEGER,
    decided_by TEXT,
    used_at INTEGER
  ) STRICT;
  CREATE INDEX approvals_open ON approvals (requested_at) WHERE state = 'pending';
  CREATE INDEX approvals_by_call ON approvals (turn_id, call_id) WHERE turn_id IS NOT NULL;
  CREATE INDEX approvals_by_age ON approvals (requested_at);

  -- What he allowed for good.
  CREATE TABLE approval_rules (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    last_used_for TEXT
  ) STRICT;

  -- Programs that agents run: what one of them was doing when the gateway ended is known to nobody.
  CREATE TABLE processes (
    id TEXT PRIMARY KEY,
    session_key TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    command TEXT NOT NULL,
    pid INTEGER NOT NULL,
    start_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'killed', 'lost')),
    exit TEXT
  ) STRICT;
  CREATE INDEX processes_running ON processes (started_at) WHERE state = 'running';
  CREATE INDEX processes_by_call ON processes (turn_id, call_id);
  `,
  `
  -- How it stands with the looks around that agents take by themselves.
  CREATE TABLE heartbeats (
    agent_id TEXT PRIMARY KEY,
    state TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

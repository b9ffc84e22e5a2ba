/** What holds where the configuration says nothing. No imports, so that quick commands can read it without the schema. */

/** Default TCP port of WebSocket and HTTP. */
export const DEFAULT_PORT = 18_789;
/** Port of a dev gateway when `DEFAULT_PORT` is taken and none was asked for. */
export const DEV_FALLBACK_PORT = 19_001;
/** Shown when the configuration names no model. */
export const DEFAULT_MODEL = "anthropic/claude-opus-4-5";
export const DEFAULT_AGENT_ID = "main";

/** By key. A key that is not here has no default: what is missing then is said in its doc. */
export const DEFAULTS = {
  "gateway.port": DEFAULT_PORT,
  "gateway.bind": "loopback",
  "gateway.tailscale.mode": "off",
  "gateway.tailscale.resetOnExit": false,
  "gateway.trustedProxies": [] as string[],
  "gateway.controlUi.enabled": true,
  "gateway.controlUi.basePath": "",
  "gateway.controlUi.allowedOrigins": [] as string[],
  "gateway.controlUi.allowInsecureAuth": false,
  "gateway.http.endpoints.chatCompletions.enabled": false,
  "gateway.http.endpoints.responses.enabled": false,
  "gateway.reload.mode": "hybrid",
  "gateway.reload.debounceMs": 300,
  "gateway.guard.warnMb": 400,
  "gateway.guard.refuseMb": 600,
  "gateway.guard.restartMb": 800,
  "gateway.guard.restartShare": 0.25,
  "gateway.guard.delayMs": 1_000,
  "logging.level": "info",
  "commands.restart": false,
  "agents.defaults.model": DEFAULT_MODEL,
  "agents.defaults.heartbeat.every": "30m",
  "agents.defaults.timeoutSeconds": 600,
  "agents.defaults.maxConcurrent": 4,
  "agents.defaults.typingIntervalSeconds": 6,
  "agents.defaults.maxSteps": 60,
  "agents.defaults.maxToolCalls": 100,
  "agents.defaults.compaction.memoryFlush.enabled": true,
  "agents.defaults.compaction.memoryFlush.softThresholdTokens": 4_000,
  "messages.queue.mode": "collect",
  "messages.queue.debounceMs": 1_000,
  "messages.queue.cap": 20,
  "messages.queue.drop": "summarize",
  "budget.perTurnUsd": 2,
  "budget.perDayUsd": 10,
  "budget.perMonthUsd": 100,
  "budget.backgroundShare": 0.3,
  "budget.guestPerDayUsd": 1,
  "budget.perTurnTokens": 1_000_000,
  "budget.perDayTokens": 10_000_000,
  "budget.onLimit": "ask",
  "session.mainKey": "main",
  "session.scope": "per-sender",
  "session.dmScope": "auto",
  "session.reset.atHour": 4,
  "session.titles": "auto",
  "messages.inbound.debounceMs": 0,
  "messages.groupChat.historyLimit": 50,
  "messages.ackReactionScope": "group-mentions",
  "messages.removeAckAfterReply": false,
  "media.retentionDays": 30,
  "discovery.mdns.mode": "minimal",
  "update.check": false,
} as const;

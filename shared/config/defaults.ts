/** What holds where the configuration says nothing. No imports, so that quick commands can read it without the schema. */

/** Default TCP port of WebSocket and HTTP. */
export const DEFAULT_PORT = 18_789;
/** Port of a dev gateway when `DEFAULT_PORT` is taken and none was asked for. */
export const DEV_FALLBACK_PORT = 19_001;
/** Shown when the configuration names no model. */
export const DEFAULT_MODEL = "anthropic/claude-opus-4-5";
export const DEFAULT_AGENT_ID = "main";
/** Heartbeat interval when the configuration names none. */
export const DEFAULT_HEARTBEAT = "30m";

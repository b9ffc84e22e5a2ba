/** The closed sets of values that both the configuration and the command line know, without the schema that checks them. */

export const BIND_MODES = ["loopback", "lan", "tailnet", "auto", "custom"] as const;
export type BindMode = (typeof BIND_MODES)[number];
export const AUTH_MODES = ["token", "password"] as const;
export type AuthMode = (typeof AUTH_MODES)[number];
export const TAILSCALE_MODES = ["off", "serve", "funnel"] as const;
/** How Tailscale may expose the gateway. */
export type TailscaleMode = (typeof TAILSCALE_MODES)[number];
export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** How direct messages are told apart. `auto`: owners share the main conversation, everybody else has one of their own. */
export const DM_SCOPES = [
  "auto",
  "main",
  "per-peer",
  "per-channel-peer",
  "per-account-channel-peer",
] as const;
/** Which messages get the reaction that says they were seen. */
export const ACK_SCOPES = ["group-mentions", "group-all", "direct", "all", "off"] as const;
/** Later releases of others write this for `off`. */
export const ACK_SCOPES_OF_OTHERS = ["none"] as const;
/** How hard models think, as `agents.defaults.thinkingDefault` says it. */
export const THINKING_DEFAULTS = ["off", "minimal", "low", "medium", "high", "xhigh"] as const;
/** Levels of other releases: a file may hold them, and is told what counts in their place. */
export const THINKING_OF_OTHERS = ["adaptive", "max"] as const;
/** When a conversation begins anew by itself. */
export const RESET_MODES = ["none", "daily", "idle"] as const;
export type ResetMode = (typeof RESET_MODES)[number];
/** What models are spoken to by, as `models.providers.<id>.api` and transcripts name it. */
export const API_KINDS = [
  "openai-completions",
  "openai-responses",
  "anthropic-messages",
  "google-generative-ai",
  "ollama",
] as const;
export type ApiKind = (typeof API_KINDS)[number];
/** Others that other releases speak: a file may hold them, and who asks such a model is told. */
export const APIS_OF_OTHERS = [
  "github-copilot",
  "bedrock-converse-stream",
  "openai-codex-responses",
  "azure-openai-responses",
  "google-vertex",
  "google-gemini-cli",
] as const;
/** What a policy calls tools together by, as `group:fs`. */
export const TOOL_GROUPS = [
  "fs",
  "runtime",
  "sessions",
  "memory",
  "web",
  "ui",
  "automation",
  "messaging",
  "nodes",
] as const;
/** Groups that other releases have: a policy may name them. */
export const TOOL_GROUPS_OF_OTHERS = ["clawdbot", "openclaw", "agents", "media", "plugins"] as const;
/** Where the choice of an agent's tools begins. */
export const TOOL_PROFILES = ["minimal", "coding", "messaging", "full"] as const;
export type ToolProfile = (typeof TOOL_PROFILES)[number];
/** Which conversations run in a sandbox. */
export const SANDBOX_MODES = ["off", "non-main", "all"] as const;
/** What makes a sandbox. */
export const SANDBOX_BACKENDS = ["bubblewrap", "docker", "podman"] as const;
export type SandboxBackend = (typeof SANDBOX_BACKENDS)[number];
/** Who shares a sandbox's own work directory. */
export const SANDBOX_SCOPES = ["session", "agent", "shared"] as const;
export type SandboxScope = (typeof SANDBOX_SCOPES)[number];
/** What a sandbox may do with the agent's work directory. */
export const SANDBOX_ACCESS = ["none", "ro", "rw"] as const;
export type SandboxAccess = (typeof SANDBOX_ACCESS)[number];
/** Who searches the web, in the order in which they are chosen where nobody says. */
export const SEARCH_PROVIDERS = ["brave", "perplexity", "searxng", "duckduckgo"] as const;
export type SearchProvider = (typeof SEARCH_PROVIDERS)[number];
/** Others that other releases ask: a file may hold them, and is told what happens instead. */
export const SEARCH_PROVIDERS_OF_OTHERS = [
  "grok",
  "gemini",
  "kimi",
  "tavily",
  "exa",
  "firecrawl",
  "minimax",
  "ollama",
] as const;

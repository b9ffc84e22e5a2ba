/** How long the key of a session may be, with its agent, in UTF-16 units: what OpenClaw takes, and longer than a channel makes one. */
export const MAX_SESSION_KEY_CHARS = 512;

/** Reads `.env` files into environments. What the environment says already is not overridden, except by the user's file for the service. */
import { parseEnv } from "node:util";
import type { Environment } from "./paths.ts";
import { smallText } from "./small-file.ts";

/** Decided before the files of a profile are found: they cannot move what leads to them. */
export const LEADS_TO_THE_FILE =
  /^(HOME|USERPROFILE|CLAWDBOT_PROFILE|CLAWDBOT_STATE_DIR|CLAWDBOT_CONFIG_PATH)$/i;

/** What makes a process a service is not up to the file that the service reads. */
const MARKS_THE_SERVICE = /^CLAWDBOT_SERVICE_/i;

/** A file that somebody left in a directory decides neither about the gateway nor about which programs run. */
const NOT_FOR_STRAYS = /^(CLAWDBOT_.*|HOME|USERPROFILE|PATH|NODE_OPTIONS)$/i;

/** `env` with what the profile's own `.env` adds. An absent or unreadable file adds nothing. */
export function withStateEnv(env: Environment, file: string): Environment {
  return { ...allowed(file, LEADS_TO_THE_FILE), ...defined(env) };
}

/**
 * `env` with what the `service.env` of the user says, which wins over the definition of the service as under systemd. Names of
 * variables are the same in either case on Windows.
 */
export function withServiceEnv(env: Environment, file: string, platform: NodeJS.Platform): Environment {
  const added = Object.entries(allowed(file, LEADS_TO_THE_FILE)).filter(
    ([name]) => !MARKS_THE_SERVICE.test(name),
  );
  const key = (name: string) => (platform === "win32" ? name.toUpperCase() : name);
  const replaced = new Set(added.map(([name]) => key(name)));
  const kept = Object.entries(env).filter(([name]) => !replaced.has(key(name)));
  return Object.fromEntries([...kept, ...added]);
}

/** `env` with what a `.env` of the current directory may add: nothing of ours, no paths, no options of Node. */
export function withStrayEnv(env: Environment, file: string): Environment {
  return { ...allowed(file, NOT_FOR_STRAYS), ...defined(env) };
}

function allowed(file: string, forbidden: RegExp): Environment {
  // Most profiles have none; one that cannot be read is as good as none.
  const entries = Object.entries(parseEnv((smallText(file) ?? "").replace(/^\uFEFF/, "")));
  return Object.fromEntries(entries.filter(([name]) => !forbidden.test(name)));
}

/** A variable that is there but undefined hides nothing. */
function defined(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

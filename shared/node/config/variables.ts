/**
 * Variables in a configuration: those of its own section `env`, and `${NAME}` in any of its texts. What the environment of the
 * process says counts more than the section.
 */
import { isPort } from "../../address.ts";
import type { ConfigIssue } from "../../config/findings.ts";
import { isSecretPath } from "../../config/secrets.ts";
import { quoted } from "../../errors.ts";
import { isRecord } from "../../protocol/frame.ts";
import { advice, english } from "../../remedy.ts";
import { LEADS_TO_THE_FILE } from "../dotenv.ts";
import type { Environment } from "../paths.ts";

/** The configuration with its variables in place. */
export interface Substituted {
  /** A text whose variable is missing is left out: it says nothing. */
  value: Record<string, unknown>;
  /** What `env.vars` and `env.<NAME>` give to programs, where the environment does not. */
  variables: Readonly<Record<string, string>>;
  /** Names that the texts ask for. */
  used: readonly string[];
  issues: ConfigIssue[];
}

/** Puts the variables of the environment and of the section `env` into every text. Never throws; the value is left as it was. */
export function withVariables(config: Record<string, unknown>, env: Environment): Substituted {
  const substitution = new Substitution(env);
  const variables = ownVariables(config, substitution);
  const value = substitution.inValue(config, []);
  const { issues, used } = substitution;
  return { value: ownPlaces(isRecord(value) ? value : {}, variables), variables, used: [...used], issues };
}

/** The variable that a finding misses; undefined when it is about something else. */
export function missingVariable({ message }: Pick<ConfigIssue, "message">): string | undefined {
  return /^the variable (\w+) is (?:not set|empty)$/.exec(english(message))?.[1];
}

/** Whether a text asks for a variable. */
export function hasPlaceholder(text: string): boolean {
  return [...text.matchAll(PLACEHOLDER)].some(([, escaping, name]) => escaping === "" && isName(name));
}

/** `$${NAME}` is the text `${NAME}`; what is in braces but no name of a variable is left as it stands. */
const PLACEHOLDER = /\$(\$?)\{([^{}]*)\}/g;
const NAME = /^[A-Z_][A-Z0-9_]*$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Not variables, but settings of the section. */
const SETTINGS = ["vars", "shellEnv"];

function isName(text: string | undefined): boolean {
  return text !== undefined && NAME.test(text);
}

class Substitution {
  /** By path. */
  readonly #issues = new Map<string, ConfigIssue>();
  readonly used = new Set<string>();
  /** Beside the environment. */
  variables: Record<string, string> = {};
  #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  get issues(): ConfigIssue[] {
    return [...this.#issues.values()];
  }

  isGiven(name: string): boolean {
    return (this.#env[name]?.trim() ?? "") !== "";
  }

  inValue(value: unknown, keys: readonly string[]): unknown {
    if (typeof value === "string") return value.includes("$") ? this.inText(value, keys) : value;
    if (Array.isArray(value)) return value.map((each, index) => this.inValue(each, [...keys, String(index)]));
    if (!isRecord(value)) return value;
    const entries = Object.entries(value).map(
      ([key, each]) => [key, this.inValue(each, [...keys, key])] as const,
    );
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
  }

  /** Undefined when a variable is missing, which is an issue. */
  inText(text: string, keys: readonly string[]): string | undefined {
    const missing: string[] = [];
    const filled = text.replace(PLACEHOLDER, (whole, escaping: string, name: string) => {
      if (!isName(name)) {
        if (escaping === "" && isSecretPath(keys)) missing.push(name);
        return whole;
      }
      if (escaping !== "") return whole.slice(1);
      this.used.add(name);
      const value = this.#valueOf(name);
      if (value === "") missing.push(name);
      return value;
    });
    const [name] = missing;
    if (name === undefined) return filled;
    this.#report(keys, name);
    return undefined;
  }

  #valueOf(name: string): string {
    return (this.isGiven(name) ? this.#env[name] : this.variables[name]) ?? "";
  }

  #report(keys: readonly string[], name: string): void {
    const path = keys.join(".");
    const message = isName(name)
      ? this.#env[name] === undefined
        ? advice`the variable ${name} is not set`
        : advice`the variable ${name} is empty`
      : advice`${quoted(name)} in braces is no name of a variable: those have capital letters, digits and _`;
    if (!this.#issues.has(path)) this.#issues.set(path, { path, message });
  }
}

/** Each may use the ones before it. */
function ownVariables(config: Record<string, unknown>, substitution: Substitution): Record<string, string> {
  const { env: section } = config;
  if (!isRecord(section)) return {};
  const direct = Object.entries(section).filter(([name]) => !SETTINGS.includes(name));
  const listed = Object.entries(isRecord(section.vars) ? section.vars : {});
  for (const [keys, name, value] of [
    ...direct.map(([name, value]) => [["env", name], name, value] as const),
    ...listed.map(([name, value]) => [["env", "vars", name], name, value] as const),
  ]) {
    const isText = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (!isText || !VARIABLE.test(name) || LEADS_TO_THE_FILE.test(name)) continue;
    const text = substitution.inText(String(value), keys);
    if (text !== undefined && text !== "" && !text.includes("\0") && !substitution.isGiven(name)) {
      substitution.variables[name] = text;
    }
  }
  return substitution.variables;
}

/**
 * Variables of ours in the section are as if they stood in their own place: whoever asks for the secret or the port of a gateway
 * finds what the gateway itself does.
 */
function ownPlaces(
  config: Record<string, unknown>,
  variables: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const { CLAWDBOT_GATEWAY_TOKEN: token, CLAWDBOT_GATEWAY_PASSWORD: password } = variables;
  const port = Number(variables.CLAWDBOT_GATEWAY_PORT);
  if (token === undefined && password === undefined && !isPort(port)) return config;
  const gateway = config.gateway ?? {};
  if (!isRecord(gateway)) return config;
  const auth = gateway.auth ?? {};
  if (!isRecord(auth)) return config;
  const secrets = {
    ...(token === undefined ? {} : { token }),
    ...(password === undefined ? {} : { password }),
  };
  return {
    ...config,
    gateway: { ...gateway, ...(isPort(port) ? { port } : {}), auth: { ...auth, ...secrets } },
  };
}

/** The secret the page connects with: out of the link's fragment once, then kept for this tab alone. */

/** At least one of both. */
export interface Secret {
  token?: string;
  password?: string;
}

const STORAGE_KEY = "clawdbot.secret";

/** The secret in a fragment such as `#token=…` or `#password=…`; undefined when it holds none. */
export function secretOfFragment(fragment: string): Secret | undefined {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const token = parameters.get("token")?.trim();
  const password = parameters.get("password");
  if (!token && !password) return undefined;
  return { ...(token ? { token } : {}), ...(password ? { password } : {}) };
}

/** What a person typed, who need not know which of the two the gateway asks for. */
export function secretOfInput(text: string): Secret {
  return { token: text.trim(), password: text };
}

/** Takes the secret out of the address bar, so that it is neither bookmarked nor shared with the link. */
export function takeSecretFromAddress(): Secret | undefined {
  const secret = secretOfFragment(location.hash);
  if (secret !== undefined) history.replaceState(null, "", location.pathname + location.search);
  return secret;
}

/** Keeps the secret until the tab is closed. */
export function rememberSecret(secret: Secret): void {
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(secret));
}

/** The secret this tab connected with before it was reloaded. */
export function rememberedSecret(): Secret | undefined {
  const text = sessionStorage.getItem(STORAGE_KEY);
  return text === null ? undefined : (JSON.parse(text) as Secret);
}

/** What the page connects with: a code out of the link once, afterwards what the gateway gave for it, or what a person typed. */

/** Empty for a gateway that asks for none. */
export interface Secret {
  token?: string;
  password?: string;
  /** Out of the link's fragment; good for one connection. */
  code?: string;
}

const STORAGE_KEY = "clawdbot.secret";

/** The code in a fragment such as `#code=…`; undefined when it holds none. */
export function codeOfFragment(fragment: string): string | undefined {
  return new URLSearchParams(fragment.replace(/^#/, "")).get("code")?.trim() || undefined;
}

/** What a person typed, who need not know which of the two the gateway asks for. */
export function secretOfInput(text: string): Secret {
  return { token: text.trim(), password: text };
}

/** Takes the code out of the address bar, so that it is neither bookmarked nor shared with the link. */
export function takeCodeFromAddress(): Secret | undefined {
  const code = codeOfFragment(location.hash);
  if (code === undefined) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  return { code };
}

/** Keeps the secret until the tab is closed; a code, which is used up, is none. */
export function rememberSecret({ code: _used, ...secret }: Secret): void {
  if (Object.keys(secret).length > 0) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(secret));
}

/** The secret this tab connected with before it was reloaded. */
export function rememberedSecret(): Secret | undefined {
  const text = sessionStorage.getItem(STORAGE_KEY);
  return text === null ? undefined : (JSON.parse(text) as Secret);
}

/** What the page connects with: a code out of the link once, afterwards what the gateway gave for it, or what a person typed. */

/** Empty for a gateway that asks for none. */
export interface Secret {
  token?: string;
  password?: string;
  /** Out of the link's fragment; good for one connection. */
  code?: string;
}

/** Until the tab is closed, or as long as this browser keeps its data. */
export type Keeping = "tab" | "device";

/** A secret with what the page knows about it. */
export interface Entry {
  secret: Secret;
  keeping: Keeping;
  /** It has let this page in before. */
  isKnown: boolean;
}

const STORAGE_KEY = "clawdbot.secret";

/** The code in a fragment such as `#code=…`; undefined when it holds none. */
export function codeOfFragment(fragment: string): string | undefined {
  return new URLSearchParams(fragment.replace(/^#/, "")).get("code")?.trim() || undefined;
}

/** What a person typed, who need not know which of the two the gateway asks for. */
export function entryOfInput(text: string, keeping: Keeping): Entry {
  return { secret: { token: text.trim(), password: text }, keeping, isKnown: false };
}

/** Takes the code out of the address bar, so that it is neither bookmarked nor shared with the link. */
export function takeCodeFromAddress(): Entry | undefined {
  const code = codeOfFragment(location.hash);
  if (code === undefined) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  return { secret: { code }, keeping: "tab", isKnown: false };
}

/**
 * What serves from now on after it let the page in. `deviceToken` is the gateway's for this browser: it takes the place of a code, which
 * is used up, and of a secret that is to stay on the device, where it is worth nothing without the browser's key.
 */
export function entryAfter({ secret, keeping }: Entry, deviceToken: string | undefined): Entry {
  const own = deviceToken === undefined ? undefined : { token: deviceToken };
  const { code, ...typed } = secret;
  const next = code !== undefined || keeping === "device" ? (own ?? typed) : typed;
  return { secret: next, keeping, isKnown: true };
}

/** Keeps what let the page in. */
export function rememberEntry({ secret, keeping }: Entry): void {
  if (Object.keys(secret).length > 0) storageOf(keeping).setItem(STORAGE_KEY, JSON.stringify(secret));
}

/** What this tab, or else this browser, connected with before. */
export function rememberedEntry(): Entry | undefined {
  for (const keeping of ["tab", "device"] as const) {
    const text = storageOf(keeping).getItem(STORAGE_KEY);
    if (text !== null) return { secret: JSON.parse(text) as Secret, keeping, isKnown: true };
  }
  return undefined;
}

/** For what lets nobody in any more. */
export function forgetEntry({ keeping }: Entry): void {
  storageOf(keeping).removeItem(STORAGE_KEY);
}

function storageOf(keeping: Keeping): Storage {
  return keeping === "device" ? localStorage : sessionStorage;
}

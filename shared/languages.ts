/** The languages we speak, and which of them a person gets. */

/** The first one serves whoever speaks none of them. A further one is a name here and a file per catalogue; the compiler names them. */
export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The same texts in every language. */
export type Catalogue<Texts> = { readonly [Name in Language]: Texts };

/** What is known of a person's language. */
export interface LanguageWish {
  /** `language` of the configuration: decides where it names one of ours. */
  readonly configured?: unknown;
  /** The environment: its locale decides before `preferred`, see locale(7). */
  readonly env?: { readonly [name: string]: string | undefined };
  /** What the system or the browser says, the best first, such as `de-AT`. */
  readonly preferred?: readonly string[];
}

/** The language to speak. Programs that a desktop starts have no locale in their environment on macOS and Windows. */
export function chooseLanguage({ configured, env = {}, preferred = [] }: LanguageWish): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG;
  const tags = locale ? [locale] : preferred;
  const wanted = typeof configured === "string" ? [configured, ...tags] : tags;
  return wanted.map(languageOf).find((language) => language !== undefined) ?? LANGUAGES[0];
}

/** The language of a tag such as `de_AT.UTF-8` or `en-GB`; undefined for one that we do not speak. */
function languageOf(tag: string): Language | undefined {
  const name = tag.split(/[-_.@]/)[0]?.toLowerCase();
  return LANGUAGES.find((language) => language === name);
}

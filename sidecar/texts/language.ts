/** Which language the command line speaks, and its sentences, which are loaded only where another one than English is read. */
import { chooseLanguage, type Language } from "../../shared/languages.ts";
import type { Environment, Paths } from "../../shared/node/paths.ts";
import { smallText } from "../../shared/node/small-file.ts";
import { systemLocale } from "../../shared/node/system-locale.ts";
import { MAX_CONFIG_BYTES } from "../../shared/node/text-file.ts";
import type { Launcher, Translation } from "../../shared/remedy.ts";

/** Where it is said which language is read. */
export interface LanguageSource {
  env: Environment;
  platform: NodeJS.Platform;
  /** Absent where no profile could be resolved. */
  paths?: Pick<Paths, "configFile">;
}

/** The translation to speak by; undefined for English. The configuration decides, else the locale. Never fails. */
export async function translationFor({
  env,
  platform,
  paths,
}: LanguageSource): Promise<Launcher["translation"]> {
  const configured = paths && (await configuredLanguage(paths.configFile, env));
  const language = chooseLanguage({ configured, env, preferred: systemLanguages(platform) });
  return await translationTo(language);
}

/** What a launcher speaks by; undefined for English, in which sentences are written. */
export async function translationTo(language: Language): Promise<Launcher["translation"]> {
  return language === "en" ? undefined : { language, sentences: await SENTENCES[language]() };
}

/** Each is loaded where it is read. */
const SENTENCES: Record<Exclude<Language, "en">, () => Promise<Translation>> = {
  de: async () => (await import("./de/index.ts")).DE,
};

/** `language` of the file; whoever needs the rest of it says what is wrong with it. */
async function configuredLanguage(file: string, env: Environment): Promise<unknown> {
  // Most files do not choose one, and nobody waits for a parser then.
  if (!smallText(file, MAX_CONFIG_BYTES)?.includes("language")) return undefined;
  try {
    const { readConfigObject } = await import("../../shared/node/gateway/loose-config.ts");
    return (await readConfigObject(file, env))?.language;
  } catch {
    return undefined; // An include or a variable that cannot be resolved.
  }
}

/** Terminals of these systems may have no locale in their environment. */
function systemLanguages(platform: NodeJS.Platform): string[] {
  if (platform !== "darwin" && platform !== "win32") return [];
  return [systemLocale()];
}

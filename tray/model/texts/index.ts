/** The catalogue of the tray. */
import type { Catalogue } from "../../../shared/languages.ts";
import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";

export type { Texts } from "./en.ts";

export const TEXTS: Catalogue<Texts> = { en, de };

/** Words a sentence in the language of whoever reads it: the log's is English. */
export type Tell = (texts: Texts) => string;

/** What people are told of pictures that their model is not shown, in the language of the conversation. */

import type { Catalogue, Language } from "../../../shared/languages.ts";
import { megabytes } from "../../base/media/limits.ts";

interface MediaWords {
  /** `model` by reference. */
  takesNone(model: string): string;
  tooLarge(file: string, sizeBytes: number, mostBytes: number, model: string): string;
  unknownKind(file: string, mimeType: string): string;
}

export function mediaWords(language: Language): MediaWords {
  return WORDS[language];
}

const WORDS: Catalogue<MediaWords> = {
  en: {
    takesNone: (model) =>
      `${model} takes no images: it is told that one came, and does not see it. Choose another model with /model, or set agents.defaults.imageModel.`,
    tooLarge: (file, size, most, model) =>
      `${file} (${megabytes(size)}) was not shown to ${model}, which takes images of at most ${megabytes(most)}. Send a smaller one.`,
    unknownKind: (file, mimeType) =>
      `${file} (${mimeType}) was not shown to the model: PNG, JPEG, GIF and WebP are. Send it as one of these.`,
  },
  de: {
    takesNone: (model) =>
      `${model} nimmt keine Bilder: Dem Modell wird gesagt, dass eines kam, es sieht es aber nicht. Wählen Sie mit /model ein anderes, oder setzen Sie agents.defaults.imageModel.`,
    tooLarge: (file, size, most, model) =>
      `${file} (${megabytes(size)}) wurde ${model} nicht gezeigt; es nimmt Bilder bis ${megabytes(most)}. Senden Sie ein kleineres.`,
    unknownKind: (file, mimeType) =>
      `${file} (${mimeType}) wurde dem Modell nicht gezeigt, nur PNG, JPEG, GIF und WebP. Senden Sie es als eines davon.`,
  },
};

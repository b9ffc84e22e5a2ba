/** What people are told of pictures that their model is not shown, in the language of the conversation. */

import type { Catalogue, Language } from "../../../shared/languages.ts";
import { megabytes } from "../../base/media/limits.ts";
import type { LeftOut } from "./picture-fit.ts";

interface MediaWords {
  /** `model` by reference. */
  takesNone(model: string): string;
  tooLarge(file: string, sizeBytes: number, mostBytes: number, model: string): string;
  /** It is larger than the model takes, and there is no smaller one. */
  leftOut(file: string, why: LeftOut, model: string): string;
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
    leftOut: (file, why, model) =>
      why === "broken"
        ? `${file} was not shown to ${model}: it cannot be read as a picture. It is cut off, damaged or empty; send it again.`
        : `${file} was not shown to ${model}, and could not be made smaller: ${WHY_EN[why]}. Send a smaller one.`,
    unknownKind: (file, mimeType) =>
      `${file} (${mimeType}) was not shown to the model: PNG, JPEG, GIF and WebP are. Send it as one of these.`,
  },
  de: {
    takesNone: (model) =>
      `${model} nimmt keine Bilder: Dem Modell wird gesagt, dass eines kam, es sieht es aber nicht. Wählen Sie mit /model ein anderes, oder setzen Sie agents.defaults.imageModel.`,
    tooLarge: (file, size, most, model) =>
      `${file} (${megabytes(size)}) wurde ${model} nicht gezeigt; es nimmt Bilder bis ${megabytes(most)}. Senden Sie ein kleineres.`,
    leftOut: (file, why, model) =>
      why === "broken"
        ? `${file} wurde ${model} nicht gezeigt: Es ist nicht als Bild zu lesen. Es ist abgeschnitten, beschädigt oder leer; senden Sie es noch einmal.`
        : `${file} wurde ${model} nicht gezeigt und konnte nicht verkleinert werden: ${WHY_DE[why]}. Senden Sie ein kleineres Bild.`,
    unknownKind: (file, mimeType) =>
      `${file} (${mimeType}) wurde dem Modell nicht gezeigt, nur PNG, JPEG, GIF und WebP. Senden Sie es als eines davon.`,
  },
};

type Whys = Readonly<Record<Exclude<LeftOut, "broken">, string>>;

const WHY_EN: Whys = {
  kind: "of GIFs and other kinds than PNG, JPEG and WebP there is no smaller one",
  pixels: "it has more than 16 million pixels",
  memory: "there is too little memory for it",
  time: "it took too long",
  large: "even a small one is too large",
  unavailable: "the gateway could not begin with it",
};

const WHY_DE: Whys = {
  kind: "von GIFs und anderen Arten als PNG, JPEG und WebP gibt es kein kleineres",
  pixels: "es hat mehr als 16 Millionen Bildpunkte",
  memory: "dafür ist zu wenig Speicher frei",
  time: "es hat zu lange gedauert",
  large: "auch ein kleines ist zu groß",
  unavailable: "das Gateway konnte nicht damit beginnen",
};

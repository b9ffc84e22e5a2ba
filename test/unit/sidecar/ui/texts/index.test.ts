import { expect, test } from "@playwright/test";
import { de } from "../../../../../sidecar/ui/texts/de.ts";
import { en } from "../../../../../sidecar/ui/texts/en.ts";
import { pickTexts } from "../../../../../sidecar/ui/texts/index.ts";

test.describe("pickTexts", () => {
  for (const [preferred, language] of [
    [["de-AT", "en"], "de"],
    [["DE"], "de"],
    [["fr-FR", "de"], "de"],
    [["en-GB", "de"], "en"],
    [["fr"], "en"],
    [[], "en"],
  ] as const) {
    test(`speaks ${language} to ${JSON.stringify(preferred)}`, () => {
      expect(pickTexts(preferred).language).toBe(language);
    });
  }
});

test("no sentence is left empty or untranslated where the languages differ", () => {
  const german = sentences(de);

  expect(german.filter(([, text]) => text.trim() === "")).toEqual([]);
  // Words that are the same in both languages are short; whole sentences are not.
  const english = new Map(sentences(en));
  expect(german.filter(([path, text]) => text.length > 12 && english.get(path) === text)).toEqual([]);
  expect(german.map(([path]) => path)).toEqual([...english.keys()]);
});

test("U12: the page says Sie in German", () => {
  const familiar = /\b(du|dein\w*|dir|dich|öffne|trage|gib|warte|lade|nimm|versuche|füge|starte)\b/i;

  expect(sentences(de).filter(([, text]) => familiar.test(text))).toEqual([]);
});

function sentences(value: object, path = ""): [path: string, text: string][] {
  return Object.entries(value).flatMap(([key, part]): [string, string][] => {
    const at = `${path}/${key}`;
    if (typeof part === "string") return [[at, part]];
    if (typeof part === "function") return [[at, String(part(42))]];
    return sentences(part, at);
  });
}

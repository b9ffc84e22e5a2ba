import { expect, test } from "@playwright/test";
import { de } from "../../../../tray/model/texts/de.ts";
import { en } from "../../../../tray/model/texts/en.ts";

/** Every text with its path; functions are called with samples. */
function texts(catalogue: object, path = ""): [string, string][] {
  return Object.entries(catalogue).flatMap(([name, value]): [string, string][] => {
    const here = `${path}.${name}`;
    if (typeof value === "string") return [[here, value]];
    if (typeof value === "object" && value !== null) return texts(value, here);
    return [
      ["a", 2, 3],
      [1, 1, 1],
      ["", "", 0],
    ].map((samples) => [here, value(...samples)]);
  });
}

test.describe("the catalogues", () => {
  test("have the same texts, and none is empty", () => {
    const [english, german] = [texts(en), texts(de)];

    expect(german.map(([path]) => path)).toEqual(english.map(([path]) => path));
    const isFlawed = ([, text]: [string, string]) => text.trim() === "" || /undefined|NaN/.test(text);
    expect([...english, ...german].filter(isFlawed)).toEqual([]);
  });

  test("U12: say Sie in German", () => {
    const familiar = texts(de).filter(([, text]) =>
      /\b(du|dein\w*|dir|dich)\b|^(Installiere|Starte|Öffne|Gib|Nimm) /i.test(text),
    );

    expect(familiar).toEqual([]);
  });

  test("keep menu titles to one short line", () => {
    for (const catalogue of [en, de]) {
      for (const [path, title] of texts(catalogue.menu)) expect(title.length, path).toBeLessThanOrEqual(60);
    }
  });
});

import { expect, test } from "@playwright/test";
import { chooseLanguage } from "../../../shared/languages.ts";

test.describe("chooseLanguage", () => {
  for (const [locale, language] of [
    ["de", "de"],
    ["de_AT.UTF-8", "de"],
    ["DE-ch", "de"],
    ["de@euro", "de"],
    ["en_GB", "en"],
    ["fr_FR.UTF-8", "en"],
    ["C", "en"],
  ] as const) {
    test(`U12: takes the locale ${locale} for ${language}`, () => {
      expect(chooseLanguage({ env: { LANG: locale } })).toBe(language);
      expect(chooseLanguage({ preferred: [locale] })).toBe(language);
    });
  }

  test("U12: the configuration decides before the locale, unless it names none of ours", () => {
    const env = { LANG: "de_DE.UTF-8" };

    expect(chooseLanguage({ configured: "en", env })).toBe("en");
    expect(chooseLanguage({ configured: "de-AT", env: { LANG: "en_GB" } })).toBe("de");
    for (const configured of [undefined, "auto", "fr", 7, null]) {
      expect(chooseLanguage({ configured, env })).toBe("de");
    }
  });

  test("U12: LC_ALL stands before LC_MESSAGES, that before LANG, and what is empty before none", () => {
    expect(chooseLanguage({ env: { LC_ALL: "de", LC_MESSAGES: "en", LANG: "en" } })).toBe("de");
    expect(chooseLanguage({ env: { LC_ALL: "", LC_MESSAGES: "de", LANG: "en" } })).toBe("de");
    expect(chooseLanguage({ env: { LANG: "C.UTF-8" }, preferred: ["de"] })).toBe("en");
  });

  test("U12: without a locale the first preferred language that we speak decides", () => {
    expect(chooseLanguage({ env: {}, preferred: ["fr", "de-AT", "en"] })).toBe("de");
    expect(chooseLanguage({})).toBe("en");
  });
});

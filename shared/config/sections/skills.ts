/** `skills`: which skills agents have, what these are given, and how what they need is installed. */
import * as z from "zod";
import { key, opaque } from "../key.ts";
import { checked, meaning, words } from "../meanings.ts";

const secretText = () => meaning("secret", z.string().max(10_000));

const Entry = z.looseObject({
  enabled: z.boolean().optional(),
  apiKey: secretText().optional(),
  env: z.record(words(200, 1), secretText()).optional(),
  config: z.unknown().optional(),
});

export const Skills = z.looseObject({
  entries: key(z.record(words(200, 1), Entry).optional(), {
    en: "What holds for a skill, by its key: `enabled`, `apiKey`, `env` with variables by name, `config`. Only programs that the agent starts with the skill see keys and variables.",
    de: "Was für einen Skill gilt, nach seinem Schlüssel: `enabled`, `apiKey`, `env` mit Variablen nach ihrem Namen, `config`. Schlüssel und Variablen sehen nur Programme, die der Agent mit dem Skill startet.",
    takesAny: true,
  }),
  allowBundled: key(z.array(words(200)).max(1_000).optional(), {
    en: "Which of the skills that come with the program may be used; all without it.",
    de: "Welche der mitgelieferten Skills benutzt werden dürfen; ohne Angabe alle.",
  }),
  load: key(
    z
      .looseObject({
        extraDirs: key(z.array(checked("path", 4_096)).max(50).optional(), {
          en: "Further folders with skills. All others count more than these.",
          de: "Weitere Ordner mit Skills. Alle anderen zählen mehr als diese.",
        }),
        watch: opaque({
          en: "Whether files of skills are watched.",
          de: "Ob Dateien von Skills beobachtet werden.",
          notServed: {
            en: "nothing is watched: files of skills are looked at with the next message",
            de: "nichts wird beobachtet: nach den Dateien wird mit der nächsten Nachricht gesehen",
          },
        }),
        watchDebounceMs: opaque({
          en: "How long files of skills must be at rest.",
          de: "Wie lange Dateien von Skills ruhen müssen.",
          notServed: {
            en: "nothing is watched: files of skills are looked at with the next message",
            de: "nichts wird beobachtet: nach den Dateien wird mit der nächsten Nachricht gesehen",
          },
        }),
      })
      .optional(),
    { en: "Where skills are looked for.", de: "Wo nach Skills gesucht wird." },
  ),
  install: key(
    z
      .looseObject({
        preferBrew: key(z.boolean().optional(), {
          en: "Whether Homebrew is preferred where it is there.",
          de: "Ob Homebrew vorgezogen wird, wo es da ist.",
        }),
        nodeManager: key(z.enum(["npm", "pnpm", "yarn", "bun"]).optional(), {
          en: "What installs packages of Node.",
          de: "Was Pakete von Node installiert.",
        }),
      })
      .optional(),
    { en: "How what skills need is installed.", de: "Wie installiert wird, was Skills brauchen." },
  ),
});

/** `hooks`: what programs outside may set off over HTTP. */
import * as z from "zod";
import { key } from "../key.ts";
import { checked, meaning, words as text } from "../meanings.ts";

const words = (most: number) => text(most, 1);

const HookMapping = z.looseObject({
  id: key(words(100).optional(), { en: "Its name in the log.", de: "Ihr Name im Log." }),
  match: key(
    z
      .looseObject({
        path: key(words(200).optional(), {
          en: "The part of the address behind `/hooks/`, such as `github`.",
          de: "Der Teil der Adresse hinter `/hooks/`, etwa `github`.",
        }),
        source: key(words(200).optional(), {
          en: "What `source` in the payload has to be.",
          de: "Was `source` im Inhalt sein muss.",
        }),
      })
      .optional(),
    {
      en: "Which calls are meant; all that nothing else takes, without it.",
      de: "Welche Aufrufe gemeint sind; ohne Angabe alle, die sonst niemand nimmt.",
    },
  ),
  action: key(z.enum(["wake", "agent"]).optional(), {
    en: "`agent` has the message answered by itself, `wake` tells the main conversation.",
    de: "`agent` lässt die Nachricht für sich beantworten, `wake` sagt sie dem Hauptgespräch.",
  }),
  wakeMode: key(z.enum(["now", "next-heartbeat"]).optional(), {
    en: "Whether the main conversation looks at it at once, or with the next message.",
    de: "Ob das Hauptgespräch sofort darauf sieht oder mit der nächsten Nachricht.",
  }),
  name: key(words(100).optional(), {
    en: "What it is called in the conversation.",
    de: "Wie sie im Gespräch heißt.",
  }),
  agentId: key(words(64).optional(), { en: "Which agent answers.", de: "Welcher Agent antwortet." }),
  sessionKey: key(words(500).optional(), {
    en: "In which conversation, as a template; one of its own without it.",
    de: "In welchem Gespräch, als Vorlage; ohne Angabe in einem eigenen.",
  }),
  messageTemplate: key(words(20_000).optional(), {
    en: "The message of `agent`, with `{{payload.x}}`, `{{headers.x}}`, `{{query.x}}`, `{{path}}` and `{{now}}`.",
    de: "Die Nachricht von `agent`, mit `{{payload.x}}`, `{{headers.x}}`, `{{query.x}}`, `{{path}}` und `{{now}}`.",
  }),
  textTemplate: key(words(20_000).optional(), { en: "The same for `wake`.", de: "Dasselbe für `wake`." }),
  deliver: key(z.boolean().optional(), {
    en: "Whether the answer goes to a chat.",
    de: "Ob die Antwort in einen Chat geht.",
  }),
  channel: key(words(100).optional(), {
    en: "Of which channel; `last` is where an owner wrote last.",
    de: "Auf welchem Kanal; `last` ist, wo zuletzt ein Eigentümer schrieb.",
  }),
  to: key(words(500).optional(), { en: "Which chat there.", de: "Welcher Chat dort." }),
  model: key(checked("model", 200).optional(), {
    en: "Who answers, as `provider/model`.",
    de: "Wer antwortet, als `anbieter/modell`.",
  }),
  thinking: key(words(40).optional(), {
    en: "How much is thought about it.",
    de: "Wie gründlich darüber nachgedacht wird.",
  }),
  timeoutSeconds: key(z.int().min(1).max(2_147_483).optional(), {
    en: "How long the answer may take, in seconds.",
    de: "Wie lange die Antwort dauern darf, in Sekunden.",
  }),
  authority: key(z.enum(["guest", "trusted", "owner"]).optional(), {
    en: "What the message may make the assistant do. Whatever it holds counts as said by somebody of that standing: leave `guest` unless every word of it is yours.",
    de: "Wozu die Nachricht den Assistenten bringen darf. Was darin steht, gilt als von jemandem mit diesem Rang gesagt: lassen Sie `guest`, wenn nicht jedes Wort davon von Ihnen ist.",
  }),
});
export type HookMapping = z.infer<typeof HookMapping>;

/** With `enabled` there is a token. */
export const Hooks = z
  .looseObject({
    enabled: key(z.boolean().optional(), {
      en: "Whether programs outside may set something off.",
      de: "Ob Programme von außen etwas auslösen dürfen.",
    }),
    token: key(meaning("secret", words(1_000)).optional(), {
      en: "The secret that they bring. It is not that of the gateway: whoever knows it can do nothing else.",
      de: "Das Geheimnis, das sie mitbringen. Es ist nicht das des Gateways: Wer es kennt, kann sonst nichts.",
    }),
    path: key(checked("hookPath", 200).optional(), { en: "Where they call.", de: "Wo sie anrufen." }),
    maxBodyBytes: key(z.int().min(1_000).max(10_000_000).optional(), {
      en: "How much they may send, in bytes.",
      de: "Wie viel sie schicken dürfen, in Bytes.",
    }),
    internal: key(
      z
        .looseObject({
          enabled: key(z.boolean().optional(), {
            en: "Whether the gateway's own hooks run: `boot-md` has what stands in `BOOT.md` of the work directory done at the start, `command-logger` writes who began or stopped a conversation into `logs/commands.log`, `session-memory` notes what a conversation was about that you end with `/new`.",
            de: "Ob die eigenen Hooks des Gateways laufen: `boot-md` lässt beim Start tun, was in `BOOT.md` im Arbeitsverzeichnis steht, `command-logger` schreibt in `logs/commands.log`, wer ein Gespräch begonnen oder angehalten hat, `session-memory` notiert, worum es in einem Gespräch ging, das Sie mit `/new` beenden.",
          }),
          entries: key(z.record(words(100), z.looseObject({ enabled: z.boolean().optional() })).optional(), {
            en: 'Single ones of them, such as `{"boot-md": {"enabled": false}}`.',
            de: 'Einzelne davon, etwa `{"boot-md": {"enabled": false}}`.',
          }),
        })
        .optional(),
      {
        en: "What the gateway does by itself when something happens in it.",
        de: "Was das Gateway von selbst tut, wenn in ihm etwas geschieht.",
        ofOthers: "load installs handlers",
      },
    ),
    mappings: key(z.array(HookMapping).max(100).optional(), {
      en: "What calls of programs mean that know nothing of this one.",
      de: "Was Aufrufe von Programmen bedeuten, die dieses hier nicht kennen.",
      ofOthers: "transform allowUnsafeExternalContent textTransform",
    }),
  })
  .refine(({ enabled, token }) => enabled !== true || token !== undefined, {
    path: ["token"],
    error: "is missing, and without it anybody could call; give one, or set hooks.enabled to false",
  });
export type Hooks = z.infer<typeof Hooks>;

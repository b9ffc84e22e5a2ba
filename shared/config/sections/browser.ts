/** `browser`: the browser of the agents. */
import * as z from "zod";
import { key } from "../key.ts";
import { checked, meaning, words } from "../meanings.ts";

const flag = () => z.boolean().optional();
const path = () => checked("path", 4_096).optional();

const Profile = z.looseObject({
  executablePath: key(path(), {
    en: "The browser of this profile, where it is another one.",
    de: "Der Browser dieses Profils, wenn es ein anderer ist.",
  }),
  headless: key(flag(), {
    en: "Whether the browser of this profile shows no window.",
    de: "Ob der Browser dieses Profils kein Fenster zeigt.",
  }),
});

export const Browser = z.looseObject({
  enabled: key(flag(), {
    en: "Whether agents may use a browser. What drives it is brought by `clawdbot browser install`.",
    de: "Ob Agenten einen Browser benutzen dürfen. Womit sie ihn steuern, holt `clawdbot browser install`.",
  }),
  executablePath: key(path(), {
    en: "The browser to use. Without it the first that is found of Chrome, Chromium, Edge and Brave.",
    de: "Der Browser, der benutzt wird. Ohne Angabe der erste, der von Chrome, Chromium, Edge und Brave gefunden wird.",
  }),
  headless: key(flag(), {
    en: "Whether it shows no window. Without it it shows none where there is no display.",
    de: "Ob er kein Fenster zeigt. Ohne Angabe zeigt er keines, wo es keinen Bildschirm gibt.",
  }),
  noSandbox: key(flag(), {
    en: "Whether it runs without its own sandbox, which it cannot have as root and in some containers. Pages are then less kept apart from this machine.",
    de: "Ob er ohne seine eigene Sandbox läuft, die er als root und in manchen Containern nicht haben kann. Seiten sind dann weniger von diesem Rechner getrennt.",
  }),
  defaultProfile: key(words(64).optional(), {
    en: "The profile that is used where none is named.",
    de: "Das Profil, das benutzt wird, wenn keines genannt ist.",
  }),
  profiles: key(
    z
      .record(
        meaning(
          "words",
          words(64, 1).regex(/^[a-z0-9][a-z0-9-]*$/, "must be of small letters, digits and - alone"),
        ),
        Profile,
      )
      .optional(),
    {
      en: "Further profiles, each with cookies and logins of its own: by name, with `executablePath` and `headless`.",
      de: "Weitere Profile, jedes mit eigenen Cookies und Anmeldungen: nach Namen, mit `executablePath` und `headless`.",
    },
  ),
  evaluateEnabled: key(flag(), {
    en: "Whether agents may run code in pages. Without it you are asked each time.",
    de: "Ob Agenten Code in Seiten ausführen dürfen. Ohne Angabe werden Sie jedes Mal gefragt.",
  }),
  allowPrivateHosts: key(z.array(words(300, 1)).max(200).optional(), {
    en: "Hosts of this machine or your network that the browser may reach all the same, such as `nas.local` or `127.0.0.1:8080`; without a port any port counts. All others in private networks are refused.",
    de: "Rechner in Ihrem Netz oder dieser Rechner, die der Browser trotzdem erreichen darf, etwa `nas.local` oder `127.0.0.1:8080`; ohne Port gilt jeder. Alle anderen in privaten Netzen werden abgewiesen.",
  }),
  timeoutSeconds: key(z.number().min(1).max(600).optional(), {
    en: "How long a page, or one thing that is done in it, may take, in seconds.",
    de: "Wie lange eine Seite, oder was in ihr getan wird, brauchen darf, in Sekunden.",
  }),
  idleMinutes: key(z.number().min(0.1).max(1_440).optional(), {
    en: "After how long without use it is closed, in minutes.",
    de: "Nach welcher Zeit ohne Benutzung er geschlossen wird, in Minuten.",
  }),
});

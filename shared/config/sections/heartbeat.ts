/** `heartbeat`: how often an agent looks around by itself, at what, and whom it tells. Each place that has it has schemas of its own. */
import * as z from "zod";
import { type InLanguages, key } from "../key.ts";
import { checked, checkedOrNone, SHOWN, words } from "../meanings.ts";
import { heartbeatZone } from "../zone.ts";

/** Minutes of the day until the time. */
export function minutesOf(time: string): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** A window that is never shut is none, and is taken for the opposite as easily: the key has to go. */
const activeHours = () =>
  z
    .looseObject({
      start: key(checked("timeOfDay", 5).optional(), {
        en: "From when on, such as `08:00`; without it, from midnight.",
        de: "Ab wann, etwa `08:00`; ohne Angabe ab Mitternacht.",
      }),
      end: key(checked("timeOfDay", 5).optional(), {
        en: "Until when, such as `22:00`; earlier than `start` for a night. Without it, until `24:00`.",
        de: "Bis wann, etwa `22:00`; früher als `start` für eine Nacht. Ohne Angabe bis `24:00`.",
      }),
      timezone: key(words(64).transform(heartbeatZone).optional(), {
        en: "In which zone: `user` (without it), `local`, or the name of one.",
        de: "In welcher Zeitzone: `user` (ohne Angabe), `local` oder der Name einer Zone.",
      }),
    })
    .refine(
      ({ start, end }) => start === undefined || end === undefined || minutesOf(start) !== minutesOf(end),
      {
        path: ["end"],
        error:
          "must be another time than start; take activeHours out for the whole day, or set every to 0m for never",
        params: SHOWN,
      },
    );

const block = (facts: InLanguages) =>
  key(
    z
      .looseObject({
        every: key(checkedOrNone("duration", 40).optional(), {
          en: "How often an agent looks around by itself, such as `30m`; `0m`, or a heartbeat of `{}`, is never.",
          de: "Wie oft sich ein Agent von selbst umsieht, etwa `30m`; bei `0m` oder einem Heartbeat `{}` nie.",
        }),
        prompt: key(words(20_000, 1).optional(), {
          en: "What it is told then, in the place of the usual words.",
          de: "Was ihm dann gesagt wird, anstelle der üblichen Worte.",
        }),
        model: key(checkedOrNone("model", 200).optional(), {
          en: "Which model looks, as `provider/model`; without it that of the agent.",
          de: "Welches Modell sich umsieht, als `anbieter/modell`; ohne Angabe das des Agenten.",
        }),
        session: key(words(500).optional(), {
          en: "From which conversation it knows what was said last, and which one hears of it; without it the main one.",
          de: "Aus welchem Gespräch es weiß, was zuletzt gesagt wurde, und welches davon erfährt; ohne Angabe das Hauptgespräch.",
        }),
        target: key(words(100).optional(), {
          en: "Who is told: `owner` in the chat where an owner wrote last, never a group; `last` where the conversation was last; `none` nobody; or a channel, with `to`.",
          de: "Wem es gesagt wird: `owner` im Chat, in dem zuletzt ein Eigentümer schrieb, nie in einer Gruppe; `last` dort, wo das Gespräch zuletzt war; `none` niemandem; oder ein Kanal, mit `to`.",
        }),
        to: key(words(500).optional(), {
          en: "Which chat of that channel.",
          de: "Welcher Chat dieses Kanals.",
        }),
        accountId: key(words(200).optional(), {
          en: "From which account of that channel.",
          de: "Von welchem Konto dieses Kanals.",
        }),
        activeHours: key(activeHours().optional(), {
          en: "At which time of day it looks around. Whatever it has to say outside these hours waits, unless it marks it as `[[urgent]]`.",
          de: "Zu welcher Tageszeit es sich umsieht. Was es außerhalb dieser Zeit zu sagen hat, wartet, wenn es das nicht mit `[[urgent]]` kennzeichnet.",
        }),
        ackMaxChars: key(z.int().min(0).max(100_000).optional(), {
          en: "With at most this many characters beside HEARTBEAT_OK nothing is said, in characters.",
          de: "Bei höchstens so vielen Zeichen neben HEARTBEAT_OK wird nichts gesagt.",
        }),
        includeReasoning: key(z.boolean().optional(), {
          en: "Whether what the model thought about it is said as well.",
          de: "Ob auch gesagt wird, was das Modell darüber gedacht hat.",
        }),
        isolated: key(z.boolean().optional(), {
          en: "Whether it looks around in a conversation of its own, with the last five messages of `session` alone; otherwise in that one, with all that was said.",
          de: "Ob es sich in einem eigenen Gespräch umsieht, nur mit den letzten fünf Nachrichten von `session`; sonst in jenem, mit allem, was gesagt wurde.",
        }),
        light: key(z.boolean().optional(), {
          en: "Whether it is shown HEARTBEAT.md alone of the files of its work directory.",
          de: "Ob es von den Dateien seines Arbeitsverzeichnisses nur HEARTBEAT.md sieht.",
        }),
      })
      .optional(),
    {
      ...facts,
      ofOthers:
        "isolatedSession lightContext directPolicy skipWhenBusy timeoutSeconds suppressToolErrorWarnings",
    },
  );

export const heartbeat = () =>
  block({
    en: "The heartbeat: agents look at what stands in `HEARTBEAT.md` from time to time, where something stands there.",
    de: "Der Heartbeat: Agenten sehen von Zeit zu Zeit nach dem, was in `HEARTBEAT.md` steht, wenn dort etwas steht.",
  });

export const ownHeartbeat = () =>
  block({
    en: "Its heartbeat, besides `agents.defaults.heartbeat`. Where an agent has one, those without it have none.",
    de: "Sein Heartbeat, zusätzlich zu `agents.defaults.heartbeat`. Hat ein Agent einen eigenen, haben die ohne keinen.",
  });

/** One of them. */
export type HeartbeatBlock = NonNullable<z.infer<ReturnType<typeof heartbeat>>>;

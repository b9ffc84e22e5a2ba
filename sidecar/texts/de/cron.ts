/** The sentences about jobs of a schedule, and about events for the assistant. */
import type { Translation } from "../../../shared/remedy.ts";

export const CRON: Translation = {
  "there is no channel {0}": "es gibt keinen Kanal {0}",
  "invalid cron.add params: at /schedule: must have required property 'atMs'":
    "ungültige Angaben für cron.add: in /schedule fehlt 'atMs'",
  "schedule.at {0} is no time that can be read; write 20m, tomorrow 9:00 or 2026-03-01T09:00":
    "schedule.at {0} ist keine lesbare Zeit; schreiben Sie 20m, morgen 9:00 oder 2026-03-01T09:00",
  "schedule.tz {0} is no time zone; write one such as Europe/Berlin":
    "schedule.tz {0} ist keine Zeitzone; schreiben Sie eine wie Europe/Berlin",
  "schedule.expr {0} cannot be used ({1}); write five fields such as 0 9 * * 1-5":
    "schedule.expr {0} ist nicht zu gebrauchen ({1}); schreiben Sie fünf Felder, etwa 0 9 * * 1-5",
  "a payload of the kind systemEvent needs a text": "ein payload der Art systemEvent braucht einen text",
  "a payload of the kind agentTurn needs a message": "ein payload der Art agentTurn braucht eine message",
  'Error: main cron jobs require payload.kind="systemEvent"':
    'Fehler: Aufgaben für main brauchen payload.kind="systemEvent"',
  'Error: isolated cron jobs require payload.kind="agentTurn"':
    'Fehler: Aufgaben mit isolated brauchen payload.kind="agentTurn"',
  "Error: unknown cron job id: {0}": "Fehler: Es gibt keine Aufgabe mit der id {0}",
  "schedule.at {0} ({1}) lies in the past; it is {2} now":
    "schedule.at {0} ({1}) liegt in der Vergangenheit; es ist jetzt {2}",
  "payload.channel last is nowhere: no owner has written from a chat yet; name a channel and to":
    "payload.channel last führt nirgendwohin: Noch hat kein Eigentümer aus einem Chat geschrieben; nennen Sie channel und to",
  "payload.to is missing: say which chat of {0} is meant":
    "payload.to fehlt: Sagen Sie, welcher Chat von {0} gemeint ist",

  "cron add takes --name: what the job is called": "cron add braucht --name: wie die Aufgabe heißt",
  "cron add takes one of --at, --every and --cron": "cron add braucht eines von --at, --every und --cron",
  "cron add takes one of --system-event and --message":
    "cron add braucht eines von --system-event und --message",
  "the job {0} is made: {1}": "die Aufgabe {0} ist angelegt: {1}",
  "Waiting for the gateway": "Warten auf das Gateway",
  "the job {0} is switched off": "die Aufgabe {0} ist ausgeschaltet",
  "cron edit takes what is to change, such as --at, --message or --disable":
    "cron edit braucht, was sich ändern soll, etwa --at, --message oder --disable",
  "the job {0} is changed": "die Aufgabe {0} ist geändert",
  "the job {0} is switched on": "die Aufgabe {0} ist eingeschaltet",
  "There are no jobs. Make one: {0}": "Es gibt keine Aufgaben. So legen Sie eine an: {0}",
  "There is no job {0}; see {1}": "Es gibt keine Aufgabe {0}; siehe {1}",
  "the job {0} is removed": "die Aufgabe {0} ist entfernt",
  "runs now": "läuft gerade",
  off: "aus",
  paused: "pausiert",
  "does not come any more": "kommt nicht mehr",
  "    failed last: {0}": "    zuletzt gescheitert: {0}",
  "It does not come by itself.": "Sie kommt nicht von selbst.",
  "Next time: {0}": "Nächstes Mal: {0}",
  "Its answer goes to {0} ({1}).": "Die Antwort geht an {0} ({1}).",
  "Take it away again: {0}": "So nehmen Sie sie wieder weg: {0}",
  once: "einmal",
  "every {0}": "alle {0}",
  "The job is not due. Run it all the same: {0}": "Die Aufgabe ist nicht fällig. So läuft sie trotzdem: {0}",
  "The job runs already.": "Die Aufgabe läuft schon.",
  "The job failed: {0}": "Die Aufgabe ist gescheitert: {0}",
  "cron runs takes the id of a job; see {0}": "cron runs braucht die Kennung einer Aufgabe; siehe {0}",
  "The job {0} has not run yet.": "Die Aufgabe {0} ist noch nicht gelaufen.",
  done: "erledigt",
  "left out": "ausgelassen",
  "No job is started by itself. Switch that on: {0}":
    "Keine Aufgabe wird von selbst gestartet. So schalten Sie das ein: {0}",
  "Jobs wait until {0}, as the gateway was started several times in a row.":
    "Aufgaben warten bis {0}, weil das Gateway mehrmals hintereinander gestartet wurde.",
  "it never comes": "das kommt nie",
  "schedule.everyMs {0} is too often; write 1000, which is a second, or more":
    "schedule.everyMs {0} ist zu oft; schreiben Sie 1000, also eine Sekunde, oder mehr",
  "payload.model {0} cannot be used ({1}); see the list of models, or leave it out":
    "payload.model {0} ist nicht zu gebrauchen ({1}); sehen Sie in der Liste der Modelle nach, oder lassen Sie es weg",
  "--every {0} is too often; write 1s or more": "--every {0} ist zu oft; schreiben Sie 1s oder mehr",
  "Jobs that are switched on: {0}": "Eingeschaltete Aufgaben: {0}",
  "--at, --every and --cron exclude each other: give one of them":
    "--at, --every und --cron schließen sich aus: geben Sie eines davon an",
  "--tz is the time zone of --cron: give both": "--tz ist die Zeitzone von --cron: geben Sie beide an",
  "--every {0} is no duration; write one such as 30m or 1h":
    "--every {0} ist keine Dauer; schreiben Sie eine wie 30m oder 1h",
  "--system-event and --message exclude each other: give one of them":
    "--system-event und --message schließen sich aus: geben Sie eines davon an",
  "--system-event is said as it is: model, time limit and chat go with --message":
    "--system-event wird gesagt, wie es ist: Modell, Zeitgrenze und Chat gehören zu --message",
  "system event takes --text: what has happened": "system event braucht --text: was geschehen ist",
  "the assistant looks at it": "der Assistent sieht es sich an",
  "the assistant is told when it answers next": "der Assistent erfährt es bei seiner nächsten Antwort",
  "It has not looked at anything by itself yet.": "Er hat sich noch nichts von selbst angesehen.",
  "{0}: looks around every {1}, where HEARTBEAT.md asks for something":
    "{0}: sieht sich alle {1} um, wenn HEARTBEAT.md etwas verlangt",
  "{0}: does not look around by itself": "{0}: sieht sich nicht von selbst um",
  "the assistant looks around by itself, where HEARTBEAT.md asks for something":
    "der Assistent sieht sich von selbst um, wenn HEARTBEAT.md etwas verlangt",
  "the assistant does not look around by itself until you say so: {0}":
    "der Assistent sieht sich nicht mehr von selbst um, bis Sie es sagen: {0}",
  "list jobs that are switched off as well": "auch ausgeschaltete Aufgaben auflisten",
  "what it is called": "wie sie heißt",
  "once: 20m, tomorrow 9:00, or 2026-03-01T09:00 in your time zone":
    "einmal: 20m, morgen 9:00 oder 2026-03-01T09:00 in Ihrer Zeitzone",
  "again and again, such as 30m or 1h": "immer wieder, etwa 30m oder 1h",
  "<duration>": "<Dauer>",
  'by a cron expression, such as "0 9 * * 1-5"': 'nach einem Cron-Ausdruck, etwa "0 9 * * 1-5"',
  "<expression>": "<Ausdruck>",
  "time zone of --cron, such as Europe/Berlin (default: yours)":
    "Zeitzone von --cron, etwa Europe/Berlin (Vorgabe: Ihre)",
  "<zone>": "<Zone>",
  "a reminder: said in the main conversation": "eine Erinnerung: im Hauptgespräch gesagt",
  "a task: done in a conversation of its own": "ein Auftrag: in einem eigenen Gespräch erledigt",
  "follows from --system-event or --message": "ergibt sich aus --system-event oder --message",
  "<where>": "<wo>",
  "kept for clients of the original; both begin at once":
    "für Clients des Originals beibehalten; beide beginnen sofort",
  "agent that does it (default: the first one)": "Agent, der es tut (Vorgabe: der erste)",
  "model for a task, as provider/name": "Modell für einen Auftrag, als anbieter/name",
  "how much the model thinks about a task": "wie viel das Modell über einen Auftrag nachdenkt",
  "how long a task may take (default: 600)": "wie lange ein Auftrag dauern darf (Vorgabe: 600)",
  "send the answer to a task to a chat": "die Antwort auf einen Auftrag an einen Chat senden",
  "channel of that chat (default: last, where you were heard last)":
    "Kanal dieses Chats (Vorgabe: last, wo Sie zuletzt geschrieben haben)",
  "chat or person there": "Chat oder Person dort",
  "<chat>": "<Chat>",
  "make the job even where there is no such chat":
    "die Aufgabe auch anlegen, wenn es keinen solchen Chat gibt",
  "word before what the main conversation hears of a task (default: Cron)":
    "Wort vor dem, was das Hauptgespräch von einem Auftrag erfährt (Vorgabe: Cron)",
  "how much it hears": "wie viel es erfährt",
  "<how>": "<wie>",
  "how much at most with --post-mode full": "wie viel höchstens mit --post-mode full",
  "remove a job with --at when it is done": "eine Aufgabe mit --at entfernen, wenn sie erledigt ist",
  "what it is for": "wofür sie da ist",
  "leave it switched off for now": "sie vorerst ausgeschaltet lassen",
  "send the answer nowhere": "die Antwort nirgendwohin senden",
  "have the first agent do it": "es den ersten Agenten tun lassen",
  "switch it on": "sie einschalten",
  "switch it off": "sie ausschalten",
  "only if it is due": "nur wenn sie fällig ist",
  "what has happened": "was geschehen ist",
  "whether it looks at it now, or when it answers next":
    "ob er es sich jetzt ansieht oder bei seiner nächsten Antwort",
  "List the jobs of the schedule, the next to come first":
    "Die Aufgaben des Zeitplans auflisten, die nächste zuerst",
  "Add a reminder or a job": "Eine Erinnerung oder Aufgabe anlegen",
  "A job takes --name, one of --at, --every and --cron, and one of --system-event and --message.":
    "Eine Aufgabe braucht --name, eines von --at, --every und --cron und eines von --system-event und --message.",
  "A time that the clock jumps over comes at the next minute there is; one that it shows twice comes once.":
    "Eine Zeit, die die Uhr überspringt, kommt zur nächsten Minute, die es gibt; eine, die sie zweimal zeigt, kommt einmal.",
  "Change a job; what is not named stays": "Eine Aufgabe ändern; was nicht genannt ist, bleibt",
  "Remove a job": "Eine Aufgabe entfernen",
  "Switch a job on, also one that was paused": "Eine Aufgabe einschalten, auch eine pausierte",
  "Switch a job off": "Eine Aufgabe ausschalten",
  "Run a job now, and wait for its end": "Eine Aufgabe jetzt ausführen und auf ihr Ende warten",
  "Show what came of the last runs of a job, the oldest first":
    "Zeigen, was aus den letzten Läufen einer Aufgabe wurde, der älteste zuerst",
  "[id]": "[Kennung]",
  "Say whether jobs are started, and when the next one is":
    "Sagen, ob Aufgaben gestartet werden und wann die nächste ist",
  "Tell the assistant about something": "Dem Assistenten etwas mitteilen",
  "What is not looked at within a day is forgotten.": "Was einen Tag lang niemand ansieht, wird vergessen.",
  "system heartbeat takes last, enable or disable, not {0}":
    "system heartbeat braucht last, enable oder disable, nicht {0}",
  "Show when the assistant last looked at something by itself, or have it look around or not":
    "Zeigen, wann der Assistent sich zuletzt von selbst etwas angesehen hat, oder das ein- und ausschalten",
  "<last|enable|disable>": "<last|enable|disable>",
  "What is switched off stays so when the gateway is started again; reminders and events come all the same.":
    "Was ausgeschaltet ist, bleibt es auch nach einem Neustart des Gateways; Erinnerungen und Ereignisse kommen trotzdem.",
};

/** What commands say, in German. */

import type { QueueSettings } from "../../turns/queue-settings.ts";
import { moneyIn, numberIn, percentOf } from "./format.ts";
import type { CommandTexts, LevelName } from "./texts.ts";

const LEVEL: Readonly<Record<LevelName, string>> = {
  thinking: "Nachdenken",
  verbose: "Meldungen der Werkzeuge",
  reasoning: "Gedanken zeigen",
  usage: "Verbrauch unter Antworten",
};
const number = (value: number) => numberIn("de", value);
const messages = (count: number) => (count === 1 ? "1 Nachricht" : `${count} Nachrichten`);

export const de: CommandTexts = {
  refused: (command) => `Sie dürfen /${command} hier nicht benutzen.`,
  failed: (reason) => `Das hat nicht geklappt: ${reason}`,
  didYouMean: (written, meant) =>
    `Es gibt keinen Befehl /${written}. Meinten Sie /${meant}? /help sagt, womit man anfängt.`,
  noCommand: (written) => `Es gibt keinen Befehl /${written}. /commands nennt alle Befehle.`,
  help: "Schreiben Sie, was Sie möchten, in Ihren eigenen Worten. /status zeigt den Stand, /new fängt neu an, /stop beendet, was läuft, /commands nennt alle Befehle.",
  commandsTitle: "Befehle, die Sie benutzen dürfen:",
  groups: {
    info: "Auskunft",
    session: "Dieses Gespräch",
    model: "Modell",
    levels: "Stufen",
    gateway: "Gateway",
    skills: "Skills",
  },
  whoami: ({ channel, id, name, authority }) =>
    `Sie sind ${name === undefined ? id : `${name} (${id})`} auf ${channel}. Ihre Berechtigung: ${authority}.`,
  reset: "Ein neues Gespräch beginnt.",
  stopped: (runs) => (runs === 1 ? "Beendet." : `${runs} Läufe beendet.`),
  dropped: (count) =>
    `${messages(count)}, die ${count === 1 ? "wartete, wird" : "warteten, werden"} nicht mehr beantwortet.`,
  nothingRuns: "Es läuft nichts.",
  compacted: (before, after, kept) =>
    `Das Gespräch wurde von ${before} auf ${after} Token verkürzt; ${messages(kept)} ${kept === 1 ? "bleibt, wie sie ist" : "bleiben, wie sie sind"}.`,
  nothingToCompact: "Im Gespräch gibt es zu wenig zu verkürzen.",
  model: ({ ref, thinking }) => `Modell: ${ref}, Nachdenken ${thinking}. /models nennt die Auswahl.`,
  modelProblem: (problem) => `Hier antwortet kein Modell: ${problem}`,
  modelSet: (ref) => `In diesem Gespräch antwortet ab jetzt ${ref} und kein anderes.`,
  modelSetOpen: (ref) =>
    `In diesem Gespräch antwortet ab jetzt ${ref}, und die Ersatzmodelle, solange es das nicht kann.`,
  modelDefault: (ref) => `In diesem Gespräch antwortet wieder das Standardmodell: ${ref}.`,
  modelUnknown: (written) => `Ein Modell „${written}“ steht nicht zur Auswahl.`,
  modelNotUnique: (written, refs) => `„${written}“ passt auf mehrere: ${refs}. Schreiben Sie mehr vom Namen.`,
  profileUnknown: (written) =>
    `Ein Konto „${written}“ steht für dieses Modell nicht zur Auswahl. Ohne @${written} gilt das übliche.`,
  models: (provider) => (provider === undefined ? "Modelle:" : `Modelle von ${provider}:`),
  noModels: (provider) =>
    provider === undefined
      ? "Es steht kein Modell zur Auswahl: Wer das Gateway betreibt, fügt mit clawdbot models auth add einen Schlüssel hinzu."
      : `Von „${provider}“ steht kein Modell zur Auswahl. /models nennt alle.`,
  more: (count) => `… und ${count} weitere`,
  level: (name, value, choices) => `${LEVEL[name]}: ${value}. Zur Auswahl: ${choices}.`,
  levelSet: (name, value) => `${LEVEL[name]}: ${value}, ab jetzt in diesem Gespräch.`,
  usageTitle: "Verbrauch",
  usage: (session, today, month) => [
    `Dieses Gespräch: ${de.sum(session)}`,
    `Heute: ${de.sum(today)}`,
    `Letzte 30 Tage: ${de.sum(month)}`,
  ],
  sum: ({ inputTokens, outputTokens, costUsd }) =>
    `${number(inputTokens)} Token hinein, ${number(outputTokens)} heraus, ${moneyIn("de", costUsd)}`,
  queue: (settings, choices) =>
    `Nachrichten während eines Laufs: ${limits(settings)}, nach ${number(settings.debounceMs / 1_000)} s Ruhe. Zur Auswahl: ${choices}.`,
  queueSet: (settings) => `Nachrichten während eines Laufs, ab jetzt in diesem Gespräch: ${settings}.`,
  queueDefault: "Nachrichten während eines Laufs warten wieder wie eingestellt.",
  activation: (value) => `Ich antworte in dieser Gruppe: ${value}. Zur Auswahl: mention, always.`,
  activationSet: (value) =>
    value === "always"
      ? "Ich verfolge jetzt alles in dieser Gruppe und antworte, wenn ich etwas zu sagen habe."
      : "Ich antworte in dieser Gruppe, wenn ich erwähnt werde.",
  chooseOne: (command, written, choices) =>
    `/${command} kennt „${written}“ nicht. Schreiben Sie /${command} mit einem davon: ${choices}.`,
  send: (value) => `Antworten dieses Gesprächs senden: ${value}. Zur Auswahl: on, off, inherit.`,
  sendSet: (value) =>
    value === "inherit"
      ? "Antworten dieses Gesprächs werden gesendet, wie es eingestellt ist."
      : `Antworten dieses Gesprächs senden: ${value}.`,
  budget: (today, month) => [
    `Heute: ${today.used}${today.limit === undefined ? ", ohne Grenze" : ` von ${today.limit}`}`,
    `In diesem Monat: ${month.used}${month.limit === undefined ? ", ohne Grenze" : ` von ${month.limit}`}`,
  ],
  budgetUsage: (written, most) =>
    `/budget kennt „${written}“ nicht. Schreiben Sie /budget, /budget +5 für heute fünf Dollar mehr (höchstens ${most} auf einmal), /budget off-today für heute ohne Ihre Grenzen oder /budget on, damit sie wieder gelten.`,
  budgetLifted:
    "Ihre Grenzen gelten heute nicht; die für Gäste und für das, worauf niemand wartet, schon. Mit /budget on gelten sie wieder.",
  noSubAgents: "Hier wurde nichts abgegeben.",
  subAgentState: (state) =>
    ({ running: "läuft", ok: "fertig", error: "gescheitert", aborted: "beendet" })[state],
  subAgentsStopped: (count) => (count === 0 ? "Davon läuft keiner." : `Beendet: ${count}.`),
  subAgentsUsage: (count) =>
    `${count === 0 ? "Hier wurde nichts abgegeben. " : ""}Schreiben Sie /subagents list, log <Nummer>, stop <Nummer> oder stop all.`,
  approveUsage: (open) =>
    `${open === 0 ? "Nichts wartet auf Ihre Erlaubnis. " : ""}Schreiben Sie /approve <id> once, turn, always oder deny; „always for 8h“ endet von selbst, und „all“ dahinter beantwortet, was zusammen gefragt wurde.`,
  approveWhich: (open) =>
    open === 0
      ? "Nichts wartet auf Ihre Erlaubnis."
      : `${open} Fragen warten; sagen Sie, welche: /approve <id> once`,
  approveUnknown: (id) => `Unter ${id} wartet nichts: Es ist beantwortet oder vorbei.`,
  approveDone: (id) => `Erlaubt (${id}).`,
  approveDenied: (id) => `Abgelehnt (${id}).`,
  undone: (time, count) => `Das Gespräch von ${time} ist wieder da, mit ${messages(count)}.`,
  nothingToUndo:
    "Es gibt nichts zurückzuholen: In den letzten 10 Minuten hat hier kein neues Gespräch begonnen.",
  pinned: (text) => `Angeheftet; beim Verkürzen des Gesprächs bleibt es wörtlich stehen: ${text}`,
  nothingToPin: "Es gibt noch keine Antwort zum Anheften.",
  searchUsage: "Schreiben Sie, wonach gesucht werden soll: /search <Text>",
  hits: (count, text) => `${count === 1 ? "1 Treffer" : `${count} Treffer`} für „${text}“:`,
  noHits: (text) => `Über „${text}“ wurde nichts gesagt.`,
  restarting: "Das Gateway startet neu; was läuft, wird danach wieder aufgenommen.",
  skills: "Skills, die Sie aufrufen können:",
  noSkills: "Hier lässt sich kein Skill aufrufen. clawdbot skills list sagt, welche es gibt.",
  noSkill: (written, meant) =>
    `Es gibt keinen Skill „${written}“ zum Aufrufen.${meant === undefined ? "" : ` Meinten Sie „${meant}“?`} /skill nennt die vorhandenen.`,
  skillWithoutTool: (skill, tool) =>
    `Der Skill ${skill} ruft ${tool} auf, und dieses Werkzeug haben Sie hier nicht.`,
  useSkill: (skill, location, input) =>
    [`Benutze den Skill „${skill}“: lies zuerst seine Anweisungen in ${location}.`, input]
      .filter((each) => each !== "")
      .join("\n\n"),
  context: ({ window, parts, history }) => {
    const fixed = parts.reduce((sum, { tokens }) => sum + tokens, 0);
    return [
      `Das Modell bekommt etwa ${number(fixed + history.tokens)} von ${number(window)} Token (${percentOf(fixed + history.tokens, window)} %).`,
      `Prompt, Dateien und Werkzeuge: ${number(fixed)}. Gespräch: ${number(history.tokens)} in ${messages(history.messages)}.`,
    ];
  },
  contextParts: "Teile, in Token:",
  contextCut: (name, shown, whole) => `${name} wird nur zum Teil gezeigt: ${shown} von ${whole} Zeichen.`,
  status: {
    credential: { "api-key": "API-Schlüssel", oauth: "Abonnement", token: "Token", none: "ohne Konto" },
    model: (ref, credential) => `Modell: ${ref} (${credential})`,
    context: (used, window, share, compactions) =>
      `Kontext: ${used} von ${window} Token (${share} %), ${compactions}-mal verkürzt`,
    today: (tokens, cost, limit) =>
      `Heute: ${tokens} Token, ${cost}${limit === undefined ? "" : ` von ${limit}`}`,
    session: (key, updated) => `Gespräch: ${key}${updated === "" ? "" : `, ${updated}`}`,
    queue: (settings, waiting) =>
      `Warteschlange: ${limits(settings)}${waiting === undefined ? "" : `, ${waiting} wartend`}`,
    levels: (thinking, verbose, reasoning) =>
      `Nachdenken ${thinking}, Meldungen der Werkzeuge ${verbose}, Gedanken zeigen ${reasoning}`,
    heartbeat: (every) => `Heartbeat: ${every === undefined ? "aus" : `alle ${every}`}`,
    uptime: (text) => `Läuft seit ${text}`,
  },
};

function limits({ mode, cap, drop }: QueueSettings): string {
  return `${mode}, höchstens ${cap} (darüber: ${drop})`;
}

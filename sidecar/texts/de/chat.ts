/** The sentences of `clawdbot chat`, and of importing and exporting conversations. */
import type { Translation } from "../../../shared/remedy.ts";

export const CHAT: Translation = {
  "<id>": "<Kennung>",
  "Chat with the assistant in this terminal": "In diesem Terminal mit dem Assistenten chatten",
  "agent to talk to (default: the first one)": "Agent, mit dem Sie sprechen (Vorgabe: der erste)",
  "how much the model thinks before it answers": "wie viel das Modell nachdenkt, bevor es antwortet",
  "answer in this process, where no gateway runs": "in diesem Prozess antworten, wo kein Gateway läuft",
  "The answer did not end in time.": "Die Antwort war nicht rechtzeitig zu Ende.",
  "Enter sends, Alt+Enter begins another line, Esc stops the answer, Tab completes commands after /, Ctrl-D leaves.":
    "Enter sendet, Alt+Enter beginnt eine weitere Zeile, Esc stoppt die Antwort, Tab ergänzt Befehle nach /, Strg-D beendet.",
  "Without a terminal every line of the standard input is a message, and the exit code says whether all were answered.":
    "Ohne Terminal ist jede Zeile der Standardeingabe eine Nachricht, und der Exit-Code sagt, ob alle beantwortet wurden.",
  "--session names a conversation of the agent {0}, and --agent is {1}":
    "--session nennt ein Gespräch des Agenten {0}, und --agent ist {1}",
  "--agent: there is no agent {0}; there is {1}": "--agent: Es gibt keinen Agenten {0}; es gibt {1}",

  "{0} · Enter sends, Esc stops, Ctrl-D leaves, /keys shows more":
    "{0} · Enter sendet, Esc stoppt, Strg-D beendet, /keys zeigt mehr",
  "leave the chat": "den Chat beenden",
  "show what the keys do": "zeigen, was die Tasten tun",
  "Ctrl-C again leaves": "Noch einmal Strg-C beendet",
  "answering… {0} s (Esc stops)": "antwortet… {0} s (Esc stoppt)",
  "Enter sends; Alt+Enter, Ctrl-J or a backslash before Enter begins another line":
    "Enter sendet; Alt+Enter, Strg-J oder ein Backslash vor Enter beginnt eine weitere Zeile",
  "Esc stops the answer; Ctrl-C clears what is typed or stops, and leaves when it comes twice":
    "Esc stoppt die Antwort; Strg-C löscht die Eingabe oder stoppt, und beendet, wenn es zweimal kommt",
  "Up and Down go through what was typed before; Tab completes a command after /":
    "Auf und Ab gehen durch frühere Eingaben; Tab ergänzt einen Befehl nach /",
  "Ctrl-A and Ctrl-E go to the ends of the line; Ctrl-W, Ctrl-U and Ctrl-K delete a word, what is before, what is after":
    "Strg-A und Strg-E gehen an die Enden der Zeile; Strg-W, Strg-U und Strg-K löschen ein Wort, das davor, das danach",
  "Ctrl-L clears the screen; Ctrl-D in an empty line or /exit leaves":
    "Strg-L leert den Bildschirm; Strg-D in einer leeren Zeile oder /exit beendet",
  "Not delivered to {0}: “{1}” ({2})": "Nicht zugestellt an {0}: „{1}“ ({2})",
  "Perhaps not delivered to {0}: “{1}” ({2})": "Vielleicht nicht zugestellt an {0}: „{1}“ ({2})",
  "The connection is lost; the chat goes on when the gateway is back.":
    "Die Verbindung ist unterbrochen; der Chat geht weiter, sobald das Gateway wieder da ist.",
  "A command takes no file, and nothing was done: send the file with another message, or the command alone.":
    "Ein Befehl nimmt keine Datei, und nichts wurde getan: Senden Sie die Datei mit einer anderen Nachricht, oder den Befehl allein.",
  "Connected again.": "Wieder verbunden.",
  "A new conversation has begun.": "Ein neues Gespräch hat begonnen.",
  "It waits for its turn.": "Die Nachricht wartet, bis sie an der Reihe ist.",
  "Stopped.": "Gestoppt.",
  "The message has {0} bytes, and the gateway takes {1}; send it in parts.":
    "Die Nachricht hat {0} Bytes, und das Gateway nimmt {1}; senden Sie sie in Teilen.",
  "What you type is not kept for the next chat: {0}":
    "Ihre Eingaben werden nicht für den nächsten Chat aufbewahrt: {0}",
  "The gateway has not taken: {0}": "Das Gateway hat nicht angenommen: {0}",

  "Bring in the conversations of the original Clawdbot or of OpenClaw":
    "Die Gespräche des ursprünglichen Clawdbot oder von OpenClaw übernehmen",
  "state directory that has them (default: the one of this profile)":
    "Zustandsverzeichnis, in dem sie liegen (Vorgabe: das dieses Profils)",
  "only say what there is": "nur sagen, was da ist",
  "The files stay as they are. Running it again adds what is missing and changes nothing else, also after one that was cut off.":
    "Die Dateien bleiben, wie sie sind. Ein zweiter Aufruf ergänzt, was fehlt, und ändert sonst nichts, auch nach einem, der unterbrochen wurde.",
  "The gateway of this profile must be stopped meanwhile.":
    "Das Gateway dieses Profils muss währenddessen gestoppt sein.",
  "A gateway runs on {0} ({1}), and only one program writes there at a time.":
    "Auf {0} läuft ein Gateway ({1}), und dort schreibt immer nur ein Programm.",
  "There are no histories in {0}.": "In {0} gibt es keine Verläufe.",
  "name the state directory that has them: {0}": "nennen Sie das Zustandsverzeichnis, in dem sie liegen: {0}",
  "Reading {0}": "{0} wird gelesen",
  "Found {0} conversations with {1} entries; nothing was written.":
    "{0} Gespräche mit {1} Einträgen gefunden; geschrieben wurde nichts.",
  "{0} conversations with {1} entries; {2} are new, {3} were here already":
    "{0} Gespräche mit {1} Einträgen; {2} sind neu, {3} waren schon da",
  "{0} of them are former conversations: they are kept, and stand in no list.":
    "{0} davon sind frühere Gespräche: Sie werden aufbewahrt und stehen in keiner Liste.",
  "{0} entries stand on branches that were left; they are kept.":
    "{0} Einträge stehen auf verlassenen Zweigen; sie werden aufbewahrt.",
  "{0} entries only repeat what was sent; they are kept as records.":
    "{0} Einträge wiederholen nur, was gesendet wurde; sie werden als Belege aufbewahrt.",
  "{0} images are in the media folder now.": "{0} Bilder liegen nun im Medienordner.",
  "{0} has another conversation here; the imported one is kept as a former one.":
    "{0} hat hier ein anderes Gespräch; das übernommene wird als früheres aufbewahrt.",
  "The last line of {0} breaks off and was left out.":
    "Die letzte Zeile von {0} bricht ab und wurde ausgelassen.",
  "{0}: {1} damaged lines were left out.": "{0}: {1} beschädigte Zeilen wurden ausgelassen.",
  "Without a transcript: {0}": "Ohne Verlauf: {0}",
  "{0} files that were deleted or put aside there were left alone.":
    "{0} Dateien, die dort gelöscht oder beiseitegelegt wurden, blieben unberührt.",
  "{0} holds conversations that are not in the store of this gateway":
    "{0} enthält Gespräche, die nicht im Speicher dieses Gateways liegen",
  "bring them in, while the gateway is stopped: {0}":
    "übernehmen Sie sie, während das Gateway gestoppt ist: {0}",
  "conversations go on until somebody ends them; the original Clawdbot began each anew at 4:00 every day":
    "Gespräche gehen weiter, bis sie jemand beendet; das ursprüngliche Clawdbot begann sie jeden Tag um 4:00 neu",
  "for days as before: {0}; to keep it so and hear no more of it: {1}":
    "für Tage wie zuvor: {0}; wenn es so bleiben soll, ohne diesen Hinweis: {1}",

  "Print a conversation of this machine": "Ein Gespräch dieses Rechners ausgeben",
  "as a transcript that Clawdbot and OpenClaw read (the default)":
    "als Verlauf, den Clawdbot und OpenClaw lesen (die Vorgabe)",
  "as text to read": "als Text zum Lesen",
  "There is no conversation {0} on this machine; see {1}":
    "Auf diesem Rechner gibt es kein Gespräch {0}; siehe {1}",

  "Error: attachment {0}: {1}": "Fehler: Anhang {0}: {1}",
  "Error: attachment {0}: exceeds size limit ({1} bytes)":
    "Fehler: Anhang {0}: überschreitet die Größengrenze ({1} Bytes)",
  "Error: {0} attachments are too many for one message: it takes {1}":
    "Fehler: {0} Anhänge sind zu viele für eine Nachricht: Sie nimmt {1}",
  "is empty": "ist leer",
  "is no object": "ist kein Objekt",
  "its mediaId is none": "seine mediaId ist keine",
  "content must be base64 text": "der Inhalt muss Text in Base64 sein",
  "invalid base64 content": "der Inhalt ist kein gültiges Base64",
  "it is gone; send it again": "er ist nicht mehr da; senden Sie ihn noch einmal",
  "there is no media {0}; it is kept for a limited time: send it again":
    "es gibt keine Datei {0}; sie wird begrenzte Zeit aufbewahrt: Senden Sie sie noch einmal",
  "it cannot be read as a picture: it is cut off, damaged or empty; send it again":
    "sie ist nicht als Bild zu lesen: Sie ist abgeschnitten, beschädigt oder leer; senden Sie sie noch einmal",
  "it has too many pixels for its size; send a smaller one":
    "sie hat zu viele Bildpunkte für ihre Größe; senden Sie eine kleinere",
  "it is said to be {0}, and its content is no picture ({1})":
    "er soll {0} sein, und sein Inhalt ist kein Bild ({1})",

  "A turn of the conversation runs; try again when it has ended.":
    "Im Gespräch läuft gerade eine Antwort; versuchen Sie es noch einmal, wenn sie zu Ende ist.",

  "Take a conversation out of the lists, or erase what was said in it":
    "Ein Gespräch aus den Listen nehmen oder löschen, was darin gesagt wurde",
  "erase it for good, with files that nothing else refers to":
    "endgültig löschen, mit Dateien, auf die sonst nichts verweist",
  "Without --purge everything stays in the store. What answers cost stays in the books in any case.":
    "Ohne --purge bleibt alles im Speicher. Was Antworten gekostet haben, bleibt in jedem Fall verbucht.",
  "sessions delete asks before it erases: pass --yes":
    "sessions delete fragt, bevor es löscht: geben Sie --yes an",
  "Erase everything that was said in {0}? This cannot be undone.":
    "Alles löschen, was in {0} gesagt wurde? Das lässt sich nicht rückgängig machen.",
  "No conversation {0} ended under {1}; see {2}": "Unter {1} hat kein Gespräch {0} geendet; siehe {2}",
  "There is no conversation {0}; see {1}": "Es gibt kein Gespräch {0}; siehe {1}",
  "{0} is the main conversation, which stays in the lists; erase what was said in it with {1}":
    "{0} ist das Hauptgespräch, das in den Listen bleibt; löschen Sie, was darin gesagt wurde, mit {1}",
  "The key of a session has at most {0} characters, with its agent, and this one has {1}: give a shorter one":
    "Der Schlüssel einer Sitzung hat höchstens {0} Zeichen, mit seinem Agenten, und dieser hat {1}: Geben Sie einen kürzeren an",
  "the conversation {0} stands in no list any more; it is kept":
    "das Gespräch {0} steht in keiner Liste mehr; es wird aufbewahrt",
  "erased {0} entries, and {1} files that nothing else refers to":
    "{0} Einträge gelöscht, und {1} Dateien, auf die sonst nichts verweist",
};

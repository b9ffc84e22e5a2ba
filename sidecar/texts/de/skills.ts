/** The sentences about skills: of the command line, of doctor, and what is wrong with a file. */
import type { Translation } from "../../../shared/remedy.ts";

const HELP: Translation = {
  "the agent whose skills are meant (default: the default one)":
    "der Agent, dessen Skills gemeint sind (Vorgabe: der Standardagent)",
  "<skill>": "<Skill>",
  "List the skills of an agent, and what becomes of each":
    "Die Skills eines Agenten auflisten, und was aus jedem wird",
  "only those that the agent is told of": "nur die, von denen der Agent erfährt",
  "It looks at the files as they are; no gateway needs to run.":
    "Gesehen wird nach den Dateien, wie sie sind; es muss kein Gateway laufen.",
  "Show a skill: where it lies, what it asks for, what of it is missing":
    "Einen Skill zeigen: wo er liegt, was er braucht, was davon fehlt",
  "Say which skills cannot be used, and why; exit 1 where a file is broken":
    "Sagen, welche Skills sich nicht benutzen lassen und warum; Exit-Code 1, wenn eine Datei fehlerhaft ist",
  "Show what a skill in a work directory is made of, and give your word for it":
    "Zeigen, woraus ein Skill in einem Arbeitsverzeichnis besteht, und ihn freigeben",
  "An agent can write in its work directory, so skills there wait for you. Your word holds until one of their files changes.":
    "Ein Agent kann in sein Arbeitsverzeichnis schreiben, deshalb warten Skills dort auf Sie. Die Freigabe gilt, bis sich eine ihrer Dateien ändert.",
  "Skills in the folder skills of the state directory are yours and need no word.":
    "Skills im Ordner skills des Zustandsverzeichnisses sind Ihre eigenen und brauchen keine Freigabe.",
  "Let agents use a skill again": "Einen Skill wieder benutzen lassen",
  "Keep agents from using a skill": "Einen Skill nicht mehr benutzen lassen",
  "Install the programs that a skill asks for, on this machine":
    "Auf diesem Rechner installieren, was ein Skill an Programmen braucht",
  "which of its ways to install (default: the one that fits here)":
    "welcher seiner Wege zur Installation (Vorgabe: der hier passende)",
  "The command is shown before anything runs. Downloads go below tools in the state directory.":
    "Der Befehl wird gezeigt, bevor etwas läuft. Heruntergeladenes liegt unter tools im Zustandsverzeichnis.",
};

const COMMANDS: Translation = {
  "; did you mean {0}?": "; meinten Sie {0}?",
  " Files that cannot be used are listed by {0}.": " Unbrauchbare Dateien nennt {0}.",
  "There is no skill {0}{1}{2}": "Es gibt keinen Skill {0}{1}{2}",
  "There is no skill.": "Es gibt keinen Skill.",
  "needs your word": "wartet auf Ihre Freigabe",
  "changed since you gave your word": "hat sich seit Ihrer Freigabe geändert",
  "another one of its name counts": "ein anderer mit seinem Namen gilt",
  "switched off": "ausgeschaltet",
  "not in skills.allowBundled": "nicht in skills.allowBundled",
  ready: "bereit",
  lacks: "es fehlt",
  "the system {0}": "das System {0}",
  "the program {0}": "das Programm {0}",
  "one of the programs {0}": "eines der Programme {0}",
  "the setting {0}": "die Einstellung {0}",
  "Files that cannot be used: {0}. See {1}": "Unbrauchbare Dateien: {0}. Siehe {1}",
  "  file: {0}": "  Datei: {0}",
  "  homepage: {0}": "  Webseite: {0}",
  "  in a chat: /{0}": "  im Chat: /{0}",
  "  missing: {0}": "  fehlt: {0}",
  "  its key: {0}": "  sein Schlüssel: {0}",
  "  to install: {0}": "  zu installieren: {0}",
  "  do that: {0}": "  so geht es: {0}",
  "  give your word: {0}": "  freigeben: {0}",
  "Ready: {0}": "Bereit: {0}",
  "{0}: {1}": "{0}: {1}",
  "{0}{1}: {2}": "{0}{1}: {2}",
  "Not listed for the model, as there is no room: {0}":
    "Aus Platzmangel nicht in der Liste für das Modell: {0}",
  "{0} has your word already.": "{0} ist schon freigegeben.",
  "skills trust shows a skill and asks: pass --yes":
    "skills trust zeigt einen Skill und fragt: --yes angeben",
  "Do you give your word for it, as it is?": "Geben Sie ihn so frei, wie er ist?",
  "{0} has your word, until one of its files changes":
    "{0} ist freigegeben, bis sich eine seiner Dateien ändert",
  "It changed since you gave your word.": "Er hat sich seit Ihrer Freigabe geändert.",
  "Folder: {0}": "Ordner: {0}",
  "Hash: {0}": "Prüfsumme: {0}",
  "Programs that it asks for: {0}": "Programme, die er braucht: {0}",
  "Variables that it is given: {0}": "Variablen, die er bekommt: {0}",
  "Settings that it asks for: {0}": "Einstellungen, die er braucht: {0}",
  "Files: {0}": "Dateien: {0}",
  "  … and {0} more": "  … und {0} weitere",
  "SKILL.md:": "SKILL.md:",
  "{0} is switched on in {1}": "{0} ist in {1} eingeschaltet",
  "{0} is switched off in {1}": "{0} ist in {1} ausgeschaltet",
  "{0} needs your word first: {1}": "{0} braucht erst Ihre Freigabe: {1}",
  "{0} is not carried out: {1}": "{0} wird nicht ausgeführt: {1}",
  "To be carried out: {0}": "Ausgeführt wird: {0}",
  "skills install shows a command and asks: pass --yes":
    "skills install zeigt einen Befehl und fragt: --yes angeben",
  "Run it?": "Ausführen?",
  Installing: "Wird installiert",
  "{0} names no way to install something here": "{0} nennt keinen Weg, hier etwas zu installieren",
  "{0} has no way {1}; there is {2}": "{0} hat keinen Weg {1}; es gibt {2}",
};

const FILES: Translation = {
  "it does not begin with a front matter between two lines of ---":
    "sie beginnt nicht mit Angaben zwischen zwei Zeilen aus ---",
  "it is no YAML: {0}": "sie ist kein YAML: {0}",
  "its front matter holds no fields": "zwischen den Zeilen aus --- stehen keine Felder",
  "it has no name": "ihr fehlt name",
  "its name holds a slash or a control character": "name enthält einen Schrägstrich oder ein Steuerzeichen",
  "it has no description": "ihr fehlt description",
  "{0} is no text": "{0} ist kein Text",
  "{0} is longer than {1} characters": "{0} ist länger als {1} Zeichen",
  "{0} is neither true nor false": "{0} ist weder true noch false",
  "{0} is no number of that kind": "{0} ist keine passende Zahl",
  "{0} holds more than {1} names": "{0} enthält mehr als {1} Namen",
  "{0} is no list of names": "{0} ist keine Liste von Namen",
  "{0} holds no fields": "{0} enthält keine Felder",
  "{0} is no list of entries with fields": "{0} ist keine Liste von Einträgen mit Feldern",
  "its {0} is no name of a package": "{0} ist kein Name eines Pakets",
  "its address does not begin with https://": "die Adresse beginnt nicht mit https://",
  "it has no sha256, by which what is downloaded could be told from something else":
    "es fehlt sha256, woran sich das Heruntergeladene von etwas anderem unterscheiden ließe",
  "it is an archive of an unknown kind": "es ist ein Archiv unbekannter Art",
  "it is a link that leads out of {0}": "sie ist ein Link, der aus {0} hinausführt",
  "it cannot be read: {0}": "sie lässt sich nicht lesen: {0}",
  "another skill in {0} has the same name: {1}": "ein anderer Skill in {0} hat denselben Namen: {1}",
  "it holds {0} skills; the first {1} are looked at":
    "darin liegen {0} Skills; berücksichtigt werden die ersten {1}",
  "nobody can vouch for it: {0}": "niemand kann für ihn bürgen: {0}",
  "its folders are nested too deep": "seine Ordner sind zu tief verschachtelt",
  "it holds more than {0} files": "er enthält mehr als {0} Dateien",
  "{0} is a link that leads out of it": "{0} ist ein Link, der aus ihm hinausführt",
  "it is gone": "sie ist weg",
  "{0} is no name of a variable": "{0} ist kein Name einer Variablen",
};

const DOCTOR: Translation = {
  "the skill {0} cannot be used: {1}": "der Skill {0} lässt sich nicht benutzen: {1}",
  "correct it, or move it away; assets/docs/en/assistant.md shows what a skill looks like":
    "berichtigen Sie ihn, oder verschieben Sie ihn; assets/docs/de/assistant.md zeigt, wie ein Skill aussieht",
  "the skill {0} in {1} waits for your word: an agent may have written it":
    "der Skill {0} in {1} wartet auf Ihre Freigabe: ein Agent kann ihn geschrieben haben",
  "the skill {0} in {1} changed since you gave your word":
    "der Skill {0} in {1} hat sich seit Ihrer Freigabe geändert",
  "look at it: {0}; or take its folder away": "sehen Sie ihn an: {0}; oder entfernen Sie seinen Ordner",
};

export const SKILLS: Translation = { ...HELP, ...COMMANDS, ...FILES, ...DOCTOR };

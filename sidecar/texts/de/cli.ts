/** The sentences of sidecar/cli and of the options of its commands. */
import type { Translation } from "../../../shared/remedy.ts";

/** Summaries, options and notes, as help shows them. */
const HELP: Translation = {
  "List what waits for your approval": "Auflisten, was auf Ihre Erlaubnis wartet",
  "Allow what waits: once, unless you say more": "Erlauben, was wartet: einmal, wenn Sie nicht mehr sagen",
  "for the rest of the answer: this program with this first word":
    "für den Rest der Antwort: dieses Programm mit diesem ersten Wort",
  "from now on: exactly the rule that approvals list shows":
    "von jetzt an: genau die Regel, die approvals list zeigt",
  "with --always: no longer than this, such as 8h": "mit --always: nicht länger als das, etwa 8h",
  "<time>": "<Zeit>",
  "and everything that was asked together with it": "und alles, was zusammen damit gefragt wurde",
  "Deny what waits; the agent is told": "Ablehnen, was wartet; der Agent erfährt es",
  "List what is allowed for good": "Auflisten, was auf Dauer erlaubt ist",
  "An entry of exec-approvals.json is a pattern of paths of programs, with any arguments.":
    "Ein Eintrag von exec-approvals.json ist ein Muster für Pfade von Programmen, mit beliebigen Argumenten.",
  "Have it asked about again": "Wieder danach fragen lassen",
  "Print exec-approvals.json of the gateway's machine":
    "exec-approvals.json vom Rechner des Gateways ausgeben",
  "Replace exec-approvals.json of the gateway's machine by a file":
    "exec-approvals.json auf dem Rechner des Gateways durch eine Datei ersetzen",
  "<hash>": "<Prüfsumme>",
  "only if the file still is the one with this hash, which approvals get --json shows":
    "nur wenn die Datei noch die mit dieser Prüfsumme ist, die approvals get --json zeigt",
  "its work directory (default: one of its name beside the common one)":
    "sein Arbeitsverzeichnis (Vorgabe: eines mit seinem Namen neben dem gemeinsamen)",
  "the model that answers for it, as provider/name": "das Modell, das für ihn antwortet, als anbieter/name",
  "what people call it": "wie man ihn nennt",
  "the name under which it speaks": "der Name, unter dem er spricht",
  "its emoji": "sein Emoji",
  "<emoji>": "<Emoji>",
  "its manner, in a few words": "seine Art, in wenigen Worten",
  "its picture: a file in its work directory, or an address":
    "sein Bild: eine Datei in seinem Arbeitsverzeichnis oder eine Adresse",
  "<picture>": "<Bild>",
  "List the agents, with where they work": "Die Agenten auflisten, und wo sie arbeiten",
  "Without any in the configuration there is one, main.":
    "Stehen keine in der Konfiguration, gibt es einen: main.",
  "Add an agent with a work directory and conversations of its own":
    "Einen Agenten mit eigenem Arbeitsverzeichnis und eigenen Gesprächen hinzufügen",
  "<agent>": "<Agent>",
  "[agent]": "[Agent]",
  "An agent is named with the letters a to z, digits, - and _.":
    "Der Name eines Agenten besteht aus den Buchstaben a bis z, Ziffern, - und _.",
  "bindings in the configuration say whom it answers; clawdbot agent --agent asks it.":
    "bindings in der Konfiguration sagt, wem er antwortet; clawdbot agent --agent fragt ihn.",
  "Take an agent out of the configuration; its files and conversations stay":
    "Einen Agenten aus der Konfiguration nehmen; seine Dateien und Gespräche bleiben",
  "Bindings that name it go with it.": "Zuordnungen (bindings), die ihn nennen, gehen mit.",
  "Say who an agent is: its name, emoji, manner and picture":
    "Sagen, wer ein Agent ist: Name, Emoji, Art und Bild",
  "Without <agent> it is the default one. It counts more than the file IDENTITY.md of its work directory.":
    "Ohne <Agent> ist es der Standardagent. Es zählt mehr als die Datei IDENTITY.md in seinem Arbeitsverzeichnis.",
  "{0} alone is {1}.": "{0} allein ist {1}.",
  "Usage: clawdbot {0}<command> [options]": "Aufruf: clawdbot {0}<Befehl> [Optionen]",
  "Usage: clawdbot {0}": "Aufruf: clawdbot {0}",
  "Commands:": "Befehle:",
  "Options:": "Optionen:",
  "Options for every command:": "Optionen für jeden Befehl:",
  "Further commands:": "Weitere Befehle:",
  "Examples:": "Beispiele:",
  "[options]": "[Optionen]",
  "{0} (default {1})": "{0} (Vorgabe {1})",
  "clawdbot <command> --help shows the options of a command.":
    "clawdbot <Befehl> --help zeigt die Optionen eines Befehls.",
  "a personal AI gateway you leave running, and the tray that keeps it running":
    "ein persönliches KI-Gateway, das Sie laufen lassen, und die Tray-Anwendung, die es am Laufen hält",
  "key of {0} (default: {1})": "Schlüssel von {0} (Vorgabe: {1})",

  "<address or interface>": "<Adresse oder Schnittstelle>",
  "<choice>": "<Wahl>",
  "<file>": "<Datei>",
  "<flow>": "<Ablauf>",
  "<host>": "<Host>",
  "<json>": "<JSON>",
  "<key>": "<Schlüssel>",
  "<text>": "<Text>",
  "<level>": "<Stufe>",
  "<method>": "<Methode>",
  "<mode>": "<Art>",
  "<ms>": "<ms>",
  "<n>": "<n>",
  "<name>": "<Name>",
  "<password>": "<Passwort>",
  "<path>": "<Pfad>",
  "[path]": "[Pfad]",
  "<port>": "<Port>",
  "<regex>": "<Regex>",
  "<role>": "<Rolle>",
  "<request>": "<Anfrage>",
  "<device>": "<Gerät>",
  "in which role the device comes with the token": "in welcher Rolle das Gerät mit dem Token kommt",
  "List the devices that wait for approval, and those that are paired":
    "Die Geräte auflisten, die auf Freigabe warten, und die gekoppelten",
  "An id may be shortened to its first characters, as long as no other one begins with them.":
    "Eine Kennung darf auf ihre ersten Zeichen gekürzt werden, solange keine andere so beginnt.",
  "Let a device in that waits for approval": "Ein Gerät zulassen, das auf Freigabe wartet",
  "A request is gone five minutes after it was made; the device may ask again.":
    "Eine Anfrage verfällt nach fünf Minuten; das Gerät darf wieder anfragen.",
  "Turn a device away that waits for approval": "Ein Gerät abweisen, das auf Freigabe wartet",
  "Make the token of a device worthless; it gets another one when it comes the next time":
    "Das Token eines Geräts ungültig machen; beim nächsten Verbinden bekommt es ein anderes",
  "Connections that came with the old token end.": "Verbindungen mit dem alten Token enden.",
  "Take the token of a device back, and end its connections":
    "Das Token eines Geräts zurücknehmen und seine Verbindungen beenden",
  "<scope>": "<Umfang>",
  "<shell>": "<Shell>",
  "<style>": "<Stil>",
  "<token>": "<Token>",
  "<url>": "<URL>",
  "<user@host[:port]>": "<Benutzer@Host[:Port]>",
  "<value>": "<Wert>",
  "<wss://host>": "<wss://Host>",
  "[value]": "[Wert]",
  "<what>": "<was>",
  "<when>": "<Zeit>",

  "use the named instance, with its own state and configuration":
    "die Instanz dieses Namens verwenden, mit eigenem Zustand und eigener Konfiguration",
  "short for --profile dev": "kurz für --profile dev",
  "print no colours (also NO_COLOR)": "keine Farben ausgeben (auch NO_COLOR)",
  "show help": "Hilfe anzeigen",
  "show the version": "Version anzeigen",
  "print one JSON document instead of text": "ein JSON-Dokument statt Text ausgeben",

  "Run the gateway under the tray, or in the foreground where there is no desktop":
    "Das Gateway unter dem Tray starten, oder im Vordergrund, wo es keinen Desktop gibt",
  "The first start writes a configuration with a generated token.":
    "Der erste Start legt eine Konfiguration mit einem erzeugten Token an.",

  "Set everything up, from the configuration to a gateway that runs":
    "Alles einrichten, von der Konfiguration bis zum laufenden Gateway",
  "Questions that an option answers are not asked. Nothing is written before the last answer: Ctrl-C leaves everything as it was.":
    "Was eine Option beantwortet, wird nicht gefragt. Vor der letzten Antwort wird nichts geschrieben: Strg-C lässt alles, wie es war.",
  "What is not asked for stays as it is configured, the token above all, so that running it again changes nothing.":
    "Was nicht verlangt wird, bleibt, wie es eingestellt ist, vor allem das Token: Ein zweiter Aufruf ändert nichts.",
  "A secret among the options is visible to other users of this machine while the command runs; CLAWDBOT_GATEWAY_TOKEN, CLAWDBOT_GATEWAY_PASSWORD and the variables of the providers are not.":
    "Ein Geheimnis in den Optionen ist für andere Benutzer dieses Rechners sichtbar, solange der Befehl läuft; CLAWDBOT_GATEWAY_TOKEN, CLAWDBOT_GATEWAY_PASSWORD und die Variablen der Anbieter sind es nicht.",
  "ask nothing; needs --accept-risk": "nichts fragen; braucht --accept-risk",
  "say that you know what a gateway may do on this machine":
    "bestätigen, dass Sie wissen, was ein Gateway auf diesem Rechner darf",
  "quickstart or advanced": "quickstart oder advanced",
  "an existing configuration: keep, modify or reset":
    "eine vorhandene Konfiguration: keep (behalten), modify (ändern) oder reset (zurücksetzen)",
  "short for --existing reset: stops the service and moves it to the trash":
    "kurz für --existing reset: stoppt den Dienst und verschiebt sie in den Papierkorb",
  "config, config+creds+sessions or full (default config)":
    "config, config+creds+sessions oder full (Vorgabe config)",
  "local, or remote: only connect to another gateway":
    "local, oder remote: nur mit einem anderen Gateway verbinden",
  "its address, such as wss://home.example": "seine Adresse, etwa wss://home.example",
  "its token": "sein Token",
  "work directory of the agent (default ~/clawd)": "Arbeitsverzeichnis des Agenten (Vorgabe ~/clawd)",
  "provider whose key is kept for the agent, such as anthropic-api-key, or skip":
    "Anbieter, dessen Schlüssel für den Agenten aufbewahrt wird, etwa anthropic-api-key, oder skip",
  "address or interface of --gateway-bind custom": "Adresse oder Schnittstelle zu --gateway-bind custom",
  "token or password (default token)": "token oder password (Vorgabe token)",
  "token that clients must present (default: the configured one, else a random one)":
    "Token, das Clients vorlegen müssen (Vorgabe: das eingestellte, sonst ein zufälliges)",
  "password that clients must present (default: the configured one)":
    "Passwort, das Clients vorlegen müssen (Vorgabe: das eingestellte)",
  "the background service: install, restart, reinstall or skip; start runs the gateway without it":
    "der Dienst im Hintergrund: install, restart, reinstall oder skip; start startet das Gateway ohne ihn",
  "short for --daemon install": "kurz für --daemon install",
  "do not wait until the gateway answers": "nicht warten, bis das Gateway antwortet",
  "do not try the keys with one small request each":
    "die Schlüssel nicht mit je einer kleinen Anfrage ausprobieren",
  "do not print the address of the dashboard": "die Adresse des Dashboards nicht ausgeben",

  "Show the tray, which starts the gateway and keeps it running":
    "Den Tray anzeigen, der das Gateway startet und am Laufen hält",
  "print what the tray shows as JSON and exit":
    "ausgeben, was die Tray-Anwendung anzeigt, als JSON, und enden",
  "run the gateway in the foreground when the desktop has no tray":
    "das Gateway im Vordergrund starten, wenn der Desktop keinen Tray hat",

  "Run the gateway in the foreground": "Das Gateway im Vordergrund starten",
  "Values come from the option, else from CLAWDBOT_GATEWAY_PORT, CLAWDBOT_GATEWAY_TOKEN and CLAWDBOT_GATEWAY_PASSWORD, else from the configuration file.":
    "Werte kommen aus der Option, sonst aus CLAWDBOT_GATEWAY_PORT, CLAWDBOT_GATEWAY_TOKEN und CLAWDBOT_GATEWAY_PASSWORD, sonst aus der Konfigurationsdatei.",
  "Anything but loopback needs a token or a password. custom listens on gateway.customBindHost, an address or an interface; funnel is public and needs --auth password.":
    "Alles außer loopback braucht ein Token oder ein Passwort. custom lauscht auf gateway.customBindHost, einer Adresse oder Schnittstelle; funnel ist öffentlich und braucht --auth password.",
  "A changed configuration file is taken over while the gateway runs; options and the environment keep winning over it.":
    "Eine geänderte Konfigurationsdatei wird übernommen, während das Gateway läuft; Optionen und Umgebung gelten weiterhin vor ihr.",
  "Ctrl-C or SIGTERM stops the gateway gracefully.": "Strg-C oder SIGTERM beendet das Gateway geordnet.",
  "The same as gateway": "Dasselbe wie gateway",

  "Show whether the gateway runs and answers": "Anzeigen, ob das Gateway läuft und antwortet",
  "gateway to ask, such as ws://127.0.0.1:18789": "das Gateway, das gefragt wird, etwa ws://127.0.0.1:18789",
  "token to present (default: environment, then configuration)":
    "Token, das vorgelegt wird (Vorgabe: aus der Umgebung, sonst aus der Konfiguration)",
  "password to present (default: environment, then configuration)":
    "Passwort, das vorgelegt wird (Vorgabe: aus der Umgebung, sonst aus der Konfiguration)",
  "time limit in milliseconds": "Zeitgrenze in Millisekunden",
  "do not connect to the gateway": "nicht mit dem Gateway verbinden",
  "also search the system for other services that would run a gateway":
    "auch nach anderen Diensten suchen, die ein Gateway starten würden",
  "exit 1 unless the gateway answers": "mit 1 enden, wenn das Gateway nicht antwortet",

  "Install the gateway as a service that starts at boot or login, and start it":
    "Das Gateway als Dienst einrichten, der beim Hochfahren oder bei der Anmeldung startet, und ihn starten",
  "A systemd user unit on Linux, a LaunchAgent on macOS, a scheduled task on Windows. Waits up to 30 s until the gateway answers.":
    "Eine systemd-Benutzereinheit unter Linux, ein LaunchAgent unter macOS, eine geplante Aufgabe unter Windows. Wartet bis zu 30 s, bis das Gateway antwortet.",
  "A service that could not start is not installed: what is wrong is said as the start itself would say it.":
    "Ein Dienst, der nicht starten könnte, wird nicht installiert: Was fehlt, wird so gesagt, wie es der Start selbst sagen würde.",
  "No secret is written into the service. Its further variables may stand in service.env in the state directory, one NAME=value per line.":
    "In den Dienst wird kein Geheimnis geschrieben. Weitere Variablen für ihn können in service.env im Zustandsverzeichnis stehen, je Zeile ein NAME=Wert.",
  "A port of an earlier install stays; --force without --port leaves the port to the configuration again.":
    "Ein Port aus einer früheren Einrichtung bleibt; --force ohne --port überlässt den Port wieder der Konfiguration.",
  "TCP port that the service keeps, whatever the configuration says":
    "TCP-Port, den der Dienst behält, gleich was in der Konfiguration steht",
  "token that clients must present; written to the configuration":
    "Token, das Clients vorlegen müssen; es wird in die Konfiguration geschrieben",
  "rewrite and restart an equal service as well, and take over a gateway that runs without it":
    "auch einen gleichen Dienst neu schreiben und starten, und ein Gateway ablösen, das ohne ihn läuft",

  "Stop the service and remove it; configuration and state stay":
    "Den Dienst stoppen und entfernen; Konfiguration und Zustand bleiben",
  "Start the installed service": "Den installierten Dienst starten",
  "Nothing happens to a service that runs already.": "Einem Dienst, der schon läuft, geschieht nichts.",
  "Stop the service until the next boot or login":
    "Den Dienst bis zum nächsten Hochfahren oder zur nächsten Anmeldung stoppen",
  "Says so, with its pid, when a gateway runs in the foreground instead, and leaves that alone.":
    "Läuft stattdessen ein Gateway im Vordergrund, sagt er das mit dessen PID und lässt es in Ruhe.",
  "how long it may take, in milliseconds (default 30000)":
    "wie lange es dauern darf, in Millisekunden (Vorgabe 30000)",
  "Restart the service and wait until the new gateway answers":
    "Den Dienst neu starten und warten, bis das neue Gateway antwortet",
  "Several at the same time are one restart.": "Mehrere zur selben Zeit sind ein einziger Neustart.",
  "From inside the gateway, such as in a program it started, the system restarts it after this command has ended.":
    "Aus dem Gateway heraus, etwa in einem Programm, das es gestartet hat, startet das System es neu, nachdem dieser Befehl geendet hat.",
  "how long the stop may take, in milliseconds (default 30000)":
    "wie lange das Stoppen dauern darf, in Millisekunden (Vorgabe 30000)",
  "Ask the running gateway for its health": "Das laufende Gateway fragen, wie es ihm geht",
  "Call a method of the running gateway and print the answer":
    "Eine Methode des laufenden Gateways aufrufen und die Antwort ausgeben",
  "parameters as a JSON object; @<path> reads them from a file, - from the standard input":
    "Parameter als JSON-Objekt; @<Pfad> liest sie aus einer Datei, - von der Standardeingabe",
  "Ask every gateway that may be meant: this machine's, the configured remote one, one behind ssh":
    "Jedes Gateway fragen, das gemeint sein kann: das dieses Rechners, das eingestellte entfernte, eines hinter ssh",
  "Exits 1 only when no gateway is reachable; one that refuses the secret is reachable.":
    "Endet nur mit 1, wenn kein Gateway erreichbar ist; eines, welches das Geheimnis ablehnt, ist erreichbar.",
  "With --url or --ssh, --token and --password go to the gateways named there only.":
    "Mit --url oder --ssh gehen --token und --password nur an die dort genannten Gateways.",
  "ssh asks nothing here: it needs a key without a passphrase, or an agent, and a host key that it knows.":
    "ssh fragt hier nichts: Es braucht einen Schlüssel ohne Passphrase oder einen Agenten, und einen Hostschlüssel, den es kennt.",
  "time limit for everything, in milliseconds": "Zeitgrenze für alles, in Millisekunden",
  "ask a gateway on the loopback of that machine, through an ssh tunnel":
    "ein Gateway auf dem Loopback dieses Rechners fragen, durch einen ssh-Tunnel",
  "private key file for the tunnel": "Datei mit dem privaten Schlüssel für den Tunnel",
  "List the gateways that announce themselves on the local network":
    "Die Gateways auflisten, die sich im lokalen Netz ankündigen",
  "Asks local. by multicast DNS.": "Fragt local. über Multicast-DNS.",
  "Announcements can be forged: check a gateway before you give it a secret.":
    "Ankündigungen lassen sich fälschen: Prüfen Sie ein Gateway, bevor Sie ihm ein Geheimnis geben.",
  "CLAWDBOT_DISABLE_BONJOUR=1 switches multicast DNS off.":
    "CLAWDBOT_DISABLE_BONJOUR=1 schaltet Multicast-DNS ab.",
  "how long to listen, in milliseconds": "wie lange gelauscht wird, in Millisekunden",

  "Open the dashboard, or print a link that opens it once":
    "Das Dashboard öffnen, oder einen Link ausgeben, der es einmal öffnet",
  "On a desktop the browser of $BROWSER, else the desktop's, opens it. Over ssh, and where there is no desktop, the ssh line to type on your own machine is printed beside it.":
    "Auf einem Desktop öffnet es der Browser aus $BROWSER, sonst der des Desktops. Über ssh, und wo es keinen Desktop gibt, steht daneben die ssh-Zeile, die Sie auf Ihrem eigenen Rechner eingeben.",
  "print the link and open nothing": "den Link ausgeben und nichts öffnen",
  "the same": "dasselbe",
  "The link holds for ten minutes and carries no secret that could be used a second time.":
    "Der Link gilt zehn Minuten und enthält kein Geheimnis, das sich ein zweites Mal verwenden ließe.",

  "Examine the installation, and repair it when asked to":
    "Die Installation untersuchen, und sie auf Wunsch reparieren",
  "On a terminal it asks before each repair; without one and without options it only looks. Exits 1 while an error remains.":
    "Im Terminal fragt er vor jeder Reparatur; ohne Terminal und ohne Optionen sieht er nur nach. Endet mit 1, solange ein Fehler bleibt.",
  "A changed configuration keeps its previous file as clawdbot.json.bak. No service is installed, and none is started that does not start by itself.":
    "Von einer geänderten Konfiguration bleibt die vorige Datei als clawdbot.json.bak. Es wird kein Dienst installiert und keiner gestartet, der nicht von selbst startet.",
  "carry out every repair that overwrites nothing of yours":
    "jede Reparatur ausführen, die nichts von Ihnen überschreibt",
  "with --fix: also overwrite what was edited by hand":
    "mit --fix: auch überschreiben, was von Hand geändert wurde",
  "answer every question with yes": "jede Frage mit Ja beantworten",
  "ask nothing and carry out only what is safe, such as closing files to others":
    "nichts fragen und nur ausführen, was unbedenklich ist, etwa Dateien für andere schließen",
  "also search for other services, and wait longer for the gateway":
    "auch nach anderen Diensten suchen, und länger auf das Gateway warten",
  "generate a token when none is configured; one that is there stays":
    "ein Token erzeugen, wenn keines eingestellt ist; ein vorhandenes bleibt",
  "leave out advice on the work directory": "Hinweise zum Arbeitsverzeichnis weglassen",

  "Print the end of the gateway's log": "Das Ende des Protokolls des Gateways ausgeben",
  "Asks the gateway when it answers and reads the log file otherwise; stderr says which.":
    "Fragt das Gateway, wenn es antwortet, und liest sonst die Protokolldatei; auf stderr steht, welches von beiden.",
  "With --follow, --json prints one JSON object per line.":
    "Mit --follow gibt --json je Zeile ein JSON-Objekt aus.",
  "--limit counts the lines that are left by --level, --since and --grep. Times are local; a date without a zone is as well.":
    "--limit zählt die Zeilen, die --level, --since und --grep übrig lassen. Zeiten sind Ortszeit; ein Datum ohne Zeitzone ebenso.",
  "go on printing new lines until Ctrl-C": "weiter neue Zeilen ausgeben, bis Strg-C",
  "number of lines, 1-5000": "Anzahl der Zeilen, 1-5000",
  "only lines of this level and worse: trace, debug, info, warn, error or fatal":
    "nur Zeilen dieser Stufe und schlimmere: trace, debug, info, warn, error oder fatal",
  "only newer lines: an age such as 10m, 2h or 3d, or a date such as 2026-11-29 or 2026-11-29T08:30":
    "nur neuere Zeilen: ein Alter wie 10m, 2h oder 3d, oder ein Datum wie 2026-11-29 oder 2026-11-29T08:30",
  "only lines that match, as they are printed": "nur Zeilen, die passen, so wie sie ausgegeben werden",

  "Print the configuration, or one value of it": "Die Konfiguration ausgeben, oder einen Wert daraus",
  "A secret is printed only when its own path is asked for, as text; CLAWDBOT_SHOW_SECRETS=1 shows all.":
    "Ein Geheimnis wird nur ausgegeben, wenn nach seinem eigenen Pfad gefragt wird, als Text; CLAWDBOT_SHOW_SECRETS=1 zeigt alle.",
  "Where the file says nothing, the default is printed, and what CLAWDBOT_GATEWAY_PORT, _TOKEN or _PASSWORD says instead; with --json also where it comes from.":
    "Wo die Datei nichts sagt, wird die Vorgabe ausgegeben, oder was CLAWDBOT_GATEWAY_PORT, _TOKEN oder _PASSWORD stattdessen sagt; mit --json auch, woher es kommt.",
  "A dot inside a key is written as \\.": "Ein Punkt in einem Schlüssel wird als \\. geschrieben.",
  "Change one value of the configuration": "Einen Wert der Konfiguration ändern",
  "The value is JSON5, or text when it is not. It is checked before anything is written.":
    "Der Wert ist JSON5, und Text, wenn er das nicht ist. Er wird geprüft, bevor etwas geschrieben wird.",
  "Everything else in the file stays as it is written, comments included.":
    "Alles Übrige in der Datei bleibt, wie es dasteht, auch Kommentare.",
  "The previous file is kept as clawdbot.json.bak, older ones as .bak.1 to .bak.4.":
    "Die vorige Datei bleibt als clawdbot.json.bak, ältere als .bak.1 bis .bak.4.",
  "take a new random secret as the value": "ein neues zufälliges Geheimnis als Wert nehmen",
  "write a key that this release does not know":
    "auch einen Schlüssel schreiben, den diese Version nicht kennt",
  "Remove one value of the configuration, so that its default holds again":
    "Einen Wert der Konfiguration entfernen, sodass wieder seine Vorgabe gilt",
  "Check the configuration and show everything that is wrong with it":
    "Die Konfiguration prüfen und alles anzeigen, was daran falsch ist",
  "Exits 1 when the file is invalid or there is none. Warnings do not count.":
    "Endet mit 1, wenn die Datei ungültig ist oder fehlt. Warnungen zählen nicht.",
  "Edit the configuration in your editor; it is written only when it is valid":
    "Die Konfiguration in Ihrem Editor bearbeiten; geschrieben wird sie nur, wenn sie gültig ist",
  "Takes the editor from VISUAL or EDITOR, which may hold options, such as: code --wait.":
    "Nimmt den Editor aus VISUAL oder EDITOR, auch mit Optionen, etwa: code --wait.",
  "The text is written as you typed it, comments included. A text that is not taken over is kept, and its place is named.":
    "Der Text wird geschrieben, wie Sie ihn eingegeben haben, samt Kommentaren. Ein Text, der nicht übernommen wird, bleibt erhalten, und sein Ort wird genannt.",
  "Print where the configuration file is": "Ausgeben, wo die Konfigurationsdatei liegt",

  "Write configuration, credentials, devices and chats of a profile into one file":
    "Konfiguration, Zugangsdaten, Geräte und Gespräche eines Profils in eine Datei schreiben",
  "The path is a new file or a directory; without one the file comes into the current directory. The gateway may run.":
    "Der Pfad ist eine neue Datei oder ein Verzeichnis; ohne ihn kommt die Datei in das aktuelle Verzeichnis. Das Gateway darf laufen.",
  "Logs, the work directory and the service of this machine are not in it. It holds secrets in readable form.":
    "Protokolle, das Arbeitsverzeichnis und der Dienst dieses Rechners sind nicht darin. Geheimnisse enthält sie in lesbarer Form.",
  "Check a backup to its last byte and say what is in it":
    "Eine Sicherung bis zum letzten Byte prüfen und sagen, was darin ist",
  "Put a backup in the place of a profile's state":
    "Eine Sicherung an die Stelle des Zustands eines Profils setzen",
  "Checks all of it before anything is written. Neither a gateway nor a tray of the profile may run.":
    "Prüft sie ganz, bevor etwas geschrieben wird. Weder ein Gateway noch ein Tray des Profils darf laufen.",
  "--profile <name> restores into that profile, whichever one the backup is of.":
    "--profile <Name> stellt in dieses Profil wieder her, gleich von welchem die Sicherung ist.",
  "move a state directory that is not empty to the trash first":
    "ein Zustandsverzeichnis, das nicht leer ist, zuerst in den Papierkorb verschieben",

  "Move configuration, credentials and chats, or everything of a profile, to the trash":
    "Konfiguration, Zugangsdaten und Gespräche, oder alles von einem Profil, in den Papierkorb verschieben",
  "Everything is moved to the trash of the system, or renamed to <path>.trash-<time> where there is none. Nothing is moved while the gateway runs.":
    "Alles kommt in den Papierkorb des Systems, oder wird in <Pfad>.trash-<Zeit> umbenannt, wo es keinen gibt. Solange das Gateway läuft, wird nichts verschoben.",
  "full takes the state directory and the work directory of the profile; a work directory chosen in the configuration stays.":
    "full nimmt das Zustandsverzeichnis und das Arbeitsverzeichnis des Profils; ein Arbeitsverzeichnis, das die Konfiguration nennt, bleibt.",
  "config, config+creds+sessions or full; asked for on a terminal":
    "config, config+creds+sessions oder full; im Terminal wird danach gefragt",
  "do not ask; needed without a terminal": "nicht fragen; ohne Terminal nötig",
  "only show what would go": "nur zeigen, was entfernt würde",

  "Print a script that completes commands in bash, zsh, fish or PowerShell":
    "Ein Skript ausgeben, das Befehle in bash, zsh, fish oder PowerShell vervollständigt",
  "For good: bash: echo 'source <(clawdbot completion bash)' >> ~/.bashrc; zsh: the same with zsh and ~/.zshrc, after compinit; fish: clawdbot completion fish > ~/.config/fish/completions/clawdbot.fish; PowerShell: add clawdbot completion powershell | Out-String | Invoke-Expression to $PROFILE.":
    "Auf Dauer: bash: echo 'source <(clawdbot completion bash)' >> ~/.bashrc; zsh: dasselbe mit zsh und ~/.zshrc, nach compinit; fish: clawdbot completion fish > ~/.config/fish/completions/clawdbot.fish; PowerShell: clawdbot completion powershell | Out-String | Invoke-Expression in $PROFILE eintragen.",

  "Remove the service, the state, the work directory or the place at login":
    "Den Dienst, den Zustand, das Arbeitsverzeichnis oder den Start bei der Anmeldung entfernen",
  "Files are moved to the trash of the system, or renamed to <path>.trash-<time> where there is none. The service goes first; nothing goes while another gateway or the tray runs.":
    "Dateien kommen in den Papierkorb des Systems, oder werden in <Pfad>.trash-<Zeit> umbenannt, wo es keinen gibt. Der Dienst geht zuerst; solange ein anderes Gateway oder die Tray-Anwendung läuft, geht nichts.",
  "A work directory chosen in the configuration stays, and so do other profiles.":
    "Ein Arbeitsverzeichnis, das die Konfiguration nennt, bleibt, ebenso andere Profile.",
  "stop the service and remove it": "den Dienst stoppen und entfernen",
  "configuration, credentials, chats and logs of the profile":
    "Konfiguration, Zugangsdaten, Gespräche und Protokolle des Profils",
  "the work directory of the profile": "das Arbeitsverzeichnis des Profils",
  "launch at login; says how to remove the program itself":
    "der Start bei der Anmeldung; sagt, wie das Programm selbst zu entfernen ist",
  "all of these": "all das",
};

/** Of `agents …`. */
const AGENTS: Translation = {
  "The agent {0} is added in {1}": "Der Agent {0} ist hinzugefügt in {1}",
  "It works in {0}, as it is.": "Er arbeitet in {0}, so wie es ist.",
  "It works in {0}, which was made.": "Er arbeitet in {0}, das angelegt wurde.",
  "Ask it: {0}": "Fragen Sie ihn: {0}",
  "--{0} must not be empty": "--{0} darf nicht leer sein",
  "{0} is no name for an agent: a to z, digits, - and _, at most 64 of them, such as {1}":
    "{0} ist kein Name für einen Agenten: a bis z, Ziffern, - und _, höchstens 64 Zeichen, etwa {1}",
  "There is an agent {0} already": "Einen Agenten {0} gibt es schon",
  "agents delete asks before it takes an agent out: pass --yes":
    "agents delete fragt, bevor es einen Agenten herausnimmt: geben Sie --yes an",
  "Take the agent {0} out of the configuration? Its files and conversations stay.":
    "Den Agenten {0} aus der Konfiguration nehmen? Seine Dateien und Gespräche bleiben.",
  "The agent {0} is taken out of {1}": "Der Agent {0} ist herausgenommen aus {1}",
  "Its work directory stays: {0}. Its conversations stay as well.":
    "Sein Arbeitsverzeichnis bleibt: {0}. Auch seine Gespräche bleiben.",
  "{0} answers now where no agent is named.": "{0} antwortet jetzt, wo kein Agent genannt ist.",
  "{0} is the only agent; add another one first":
    "{0} ist der einzige Agent; fügen Sie zuerst einen anderen hinzu",
  "There is no agent {0}; there is {1}": "Einen Agenten {0} gibt es nicht; es gibt {1}",
  "{0} (default)": "{0} (Standard)",
  "  work directory: {0}": "  Arbeitsverzeichnis: {0}",
  "  model: {0}": "  Modell: {0}",
  "  bindings: {0}": "  Zuordnungen: {0}",
  "Say what it is to be: --name, --emoji, --theme or --avatar":
    "Sagen Sie, was es sein soll: --name, --emoji, --theme oder --avatar",
  "{0} is known by it from now on ({1})": "{0} ist von jetzt an so bekannt ({1})",
  "No picture is at {0} yet; it belongs into {1}.": "Unter {0} ist noch kein Bild; es gehört nach {1}.",
};

/** What is wrong with a command line. */
const USAGE: Translation = {
  '{0} has no effect on "{1}"': '{0} hat keine Wirkung auf "{1}"',
  "--{0} needs a command; clawdbot --help lists them":
    "--{0} braucht einen Befehl; clawdbot --help zählt sie auf",
  "{0} takes no value, got {1}": "{0} nimmt keinen Wert, bekam aber {1}",
  "{0} needs a value: {1} {2}": "{0} braucht einen Wert: {1} {2}",
  "{0} needs a value; write {1} if that is the value":
    "{0} braucht einen Wert; schreiben Sie {1}, wenn das der Wert ist",
  "; write -- before an argument that begins with -":
    "; schreiben Sie -- vor ein Argument, das mit - beginnt",
  "Unknown option {0}{1}": "Unbekannte Option {0}{1}",
  '"{0}" needs a command: {1}': '"{0}" braucht einen Befehl: {1}',
  "; {0} lists them": "; {0} zählt sie auf",
  "Unknown {0} command {1}{2}": "Unbekannter Befehl {1} zu {0}{2}",
  "Unknown command {0}{1}": "Unbekannter Befehl {0}{1}",
  '"{0}" needs {1}; see {2}': '"{0}" braucht {1}; siehe {2}',
  "The text on the standard input is no UTF-8; it was not sent.":
    "Der Text auf der Standardeingabe ist kein UTF-8; er wurde nicht gesendet.",
  "The gateway stopped before the answer was whole. The next gateway answers the message: look before you send it again, with {0}":
    "Das Gateway wurde beendet, bevor die Antwort vollständig war. Das nächste Gateway beantwortet die Nachricht: Sehen Sie nach, bevor Sie sie noch einmal senden, mit {0}",
  "{0}. If it had taken the message, the next gateway answers it: look before you send it again, with {1}":
    "{0}. Hatte es die Nachricht angenommen, beantwortet sie das nächste Gateway: Sehen Sie nach, bevor Sie sie noch einmal senden, mit {1}",
  '"{0}" takes no argument {1}': '"{0}" nimmt kein Argument {1}',
  '; did you mean "{0}{1}"?': '; meinten Sie "{0}{1}"?',
  '; did you mean "{0}"?': '; meinten Sie "{0}"?',
  "Use --{0} with --dev.": "--{0} braucht --dev.",
  "completion knows no shell {0}: {1}": "completion kennt keine Shell {0}: {1}",
  "--scope: expected one of {0}": "--scope: erwartet wird eines von {0}",
  "CLAWDBOT_GATEWAY_PORT: expected 1-65535, got {0}":
    "CLAWDBOT_GATEWAY_PORT: erwartet wird 1-65535, nicht {0}",
  "{0}: expected a ws:// or wss:// address, got {1}":
    "{0}: erwartet wird eine Adresse mit ws:// oder wss://, nicht {1}",
  "{0}: an address takes no user or password; use --token or --password":
    "{0}: eine Adresse nimmt weder Benutzer noch Passwort; verwenden Sie --token oder --password",
  "{0}: an address of a gateway ends before the #, got {1}":
    "{0}: die Adresse eines Gateways endet vor dem #, nicht {1}",
  "{0}: cannot read {1} ({2})": "{0}: {1} ist nicht lesbar ({2})",
  "{0}: not JSON: {1}": "{0}: kein JSON: {1}",
  "{0}: expected a JSON object, got {1}": "{0}: erwartet wird ein JSON-Objekt, nicht {1}",
  "--params: @ needs the path of a file": "--params: Zu @ gehört der Pfad einer Datei",
  "--params: there is no file {0}": "--params: Es gibt keine Datei {0}",
  "--params: {0} cannot be read: {1}": "--params: {0} kann nicht gelesen werden: {1}",
  "--params: {0} is no UTF-8": "--params: {0} ist kein UTF-8",
  "--params: {0} has more than the {1} bytes that a gateway takes":
    "--params: {0} hat mehr als die {1} Bytes, die ein Gateway annimmt",
  "the standard input": "die Standardeingabe",
  "{0}: it {1}": "{0}: es {1}",
  "{0} reads what you type here, until Ctrl+D in an empty line.":
    "{0} liest, was Sie hier eingeben, bis zu Strg+D in einer leeren Zeile.",
  "; the gateway knows {0}": "; das Gateway kennt {0}",
  "Unknown method {0}{1}": "Unbekannte Methode {0}{1}",
  "backup {0} needs the path of a file, got {1}": "backup {0} braucht den Pfad einer Datei, bekam aber {1}",
  'backup {0} takes a file, not "-"; ./- is a file of that name':
    'backup {0} nimmt eine Datei, nicht "-"; ./- ist eine Datei dieses Namens',
  '"config set" needs <value>': '"config set" braucht <Wert>',
  "--generate and a value exclude each other": "--generate und ein Wert schließen einander aus",
  "{0} is no secret: --generate makes only those": "{0} ist kein Geheimnis: --generate erzeugt nur solche",
  "A redacted value cannot be set; give the secret itself":
    "Ein unkenntlich gemachter Wert lässt sich nicht setzen; geben Sie das Geheimnis selbst an",
  "{0}: {1} is no number that can be stored; for a text write: {2}":
    "{0}: {1} ist keine Zahl, die sich speichern lässt; für einen Text schreiben Sie: {2}",
  "onboard asks questions: run it in a terminal, or pass --non-interactive --accept-risk":
    "onboard stellt Fragen: Rufen Sie es in einem Terminal auf, oder mit --non-interactive --accept-risk",
  "{0}\nPass --accept-risk to say that you know.":
    "{0}\nMit --accept-risk bestätigen Sie, dass Sie das wissen.",
  "--daemon start and --json exclude each other": "--daemon start und --json schließen einander aus",
  "--gateway-token and --gateway-password exclude each other":
    "--gateway-token und --gateway-password schließen einander aus",
  "{0} and {1} exclude each other": "{0} und {1} schließen einander aus",
  "--auth-choice skip and --{0} exclude each other": "--auth-choice skip und --{0} schließen einander aus",
  "has no effect with a gateway on this machine: add --mode remote":
    "hat keine Wirkung bei einem Gateway auf diesem Rechner: ergänzen Sie --mode remote",
  "has no effect with mode remote: leave it out": "hat keine Wirkung bei mode remote: lassen Sie es weg",
  "has no effect without a reset: add --reset": "hat keine Wirkung ohne Zurücksetzen: ergänzen Sie --reset",
  "the gateway runs on Node only; leave it out": "das Gateway läuft nur mit Node; lassen Sie es weg",
  "reset asks before it deletes: pass --yes, or --dry-run to see what would go":
    "reset fragt, bevor es löscht: geben Sie --yes an, oder --dry-run, um zu sehen, was entfernt würde",
  "uninstall asks before it deletes: pass --yes, or --dry-run to see what would go":
    "uninstall fragt, bevor es löscht: geben Sie --yes an, oder --dry-run, um zu sehen, was entfernt würde",
  "uninstall: say what goes: {0} or --all": "uninstall: sagen Sie, was entfernt wird: {0} oder --all",
};

/** What every command may say. */
const GENERAL: Translation = {
  "Fix: {0}": "Abhilfe: {0}",
  "Warning: {0}": "Warnung: {0}",
  "Warning:": "Warnung:",
  "Warning: {0}: {1}": "Warnung: {0}: {1}",
  "Note: {0}": "Hinweis: {0}",
  "Error: {0}": "Fehler: {0}",
  "Next: {0}": "Als Nächstes: {0}",
  "Next: {0}, or {1}": "Als Nächstes: {0}, oder {1}",
  FAILED: "FEHLER",
  "Internal error: {0}": "Interner Fehler: {0}",
  "The output could not be written: {0}": "Die Ausgabe ließ sich nicht schreiben: {0}",
  "[Y/n]": "[J/n]",
  "[y/N]": "[j/N]",
  "Number or name (Ctrl-C leaves): ": "Nummer oder Name (Strg-C bricht ab): ",
  "Nothing was changed.": "Es wurde nichts geändert.",
  "Recycle Bin": "Papierkorb",
  yes: "ja",
  no: "nein",
  "{0} and {1}": "{0} und {1}",
  "{0}, from {1}": "{0}, aus: {1}",
  "running gateway": "laufendes Gateway",
  "service args": "Argumente des Dienstes",
  "service env": "Umgebung des Dienstes",
  "service configuration": "Konfiguration des Dienstes",
  configuration: "Konfiguration",
  default: "Vorgabe",
  ". Pass --token or --password, or set CLAWDBOT_GATEWAY_TOKEN or CLAWDBOT_GATEWAY_PASSWORD":
    ". Geben Sie --token oder --password an, oder setzen Sie CLAWDBOT_GATEWAY_TOKEN oder CLAWDBOT_GATEWAY_PASSWORD",
  "No gateway answers: {0} ({1})": "Kein Gateway antwortet: {0} ({1})",
  "Start one with {0}": "Starten Sie eines mit {0}",
  "Nothing is set up yet: {0}": "Es ist noch nichts eingerichtet: {0}",
  "Its configuration cannot be used: {0}": "Seine Konfiguration ist nicht verwendbar: {0}",
  "default profile": "Standardprofil",
  "profile {0}": "Profil {0}",
};

const DOCTOR: Translation = {
  "Looking at the installation": "Die Installation wird untersucht",
  "could not {0}: {1}": "nicht gelungen: {0}: {1}",
  "{0} without --non-interactive": "{0} ohne --non-interactive",
  Errors: "Fehler",
  Warnings: "Warnungen",
  Hints: "Hinweise",
  Fix: "Abhilfe",
  or: "oder",
  "Everything is fine": "Es ist alles in Ordnung",
  "1 error": "1 Fehler",
  "{0} errors": "{0} Fehler",
  "1 warning": "1 Warnung",
  "{0} warnings": "{0} Warnungen",
  "No errors, but {0}.": "Keine Fehler, aber {0}.",
  "{0} repairs one of them.": "{0} repariert eines davon.",
  "{0} repairs it.": "{0} repariert das.",
  "{0} repairs {1} of them.": "{0} repariert {1} davon.",
  "{0} repairs one more.": "{0} repariert ein weiteres.",
  "{0} repairs {1} more.": "{0} repariert {1} weitere.",
};

const LOGS: Translation = {
  "No log yet: {0} does not exist.": "Noch kein Protokoll: {0} gibt es nicht.",
  "Log of the gateway at {0} ({1})": "Protokoll des Gateways unter {0} ({1})",
  "no gateway answers": "kein Gateway antwortet",
  "Log from {0}, read directly: {1}": "Protokoll aus {0}, direkt gelesen: {1}",
};

const DASHBOARD: Translation = {
  "The dashboard is switched off: gateway.controlUi.enabled is false.":
    "Das Dashboard ist abgeschaltet: gateway.controlUi.enabled ist false.",
  "It opens once, within ten minutes.": "Er öffnet es einmal, innerhalb von zehn Minuten.",
  "It is open in the browser; the link serves once, within ten minutes.":
    "Es ist im Browser geöffnet; der Link gilt einmal, innerhalb von zehn Minuten.",
  "No program here opens it; give the link to a browser.":
    "Kein Programm hier öffnet ihn; geben Sie den Link einem Browser.",
  "From another machine, run this there first and leave it running; the link then works there:":
    "Von einem anderen Rechner aus: Führen Sie dort zuerst dies aus, und lassen Sie es laufen; der Link gilt dann dort:",
  "Dashboard: {0}": "Dashboard: {0}",
  "Dashboard: {0} (opens once, within ten minutes)":
    "Dashboard: {0} (öffnet einmal, innerhalb von zehn Minuten)",
  "  Later: {0}": "  Später: {0}",
};

/** Reset, uninstall and backups. */
const KEEPING: Translation = {
  "How much is to go?": "Wie viel soll entfernt werden?",
  "the configuration": "die Konfiguration",
  "configuration, credentials and chats": "Konfiguration, Zugangsdaten und Gespräche",
  "everything of the profile: state directory and work directory":
    "alles vom Profil: Zustandsverzeichnis und Arbeitsverzeichnis",
  "Nothing to reset: none of it exists.": "Nichts zurückzusetzen: Nichts davon ist vorhanden.",
  "This would go to the trash:": "Dies käme in den Papierkorb:",
  "This goes to the trash:": "Dies kommt in den Papierkorb:",
  "Left alone: {0} ({1})": "Bleibt unberührt: {0} ({1})",
  "Reset {0}: move this to the trash?": "{0} zurücksetzen: Dies in den Papierkorb verschieben?",
  "Reset {0}: move these {1} to the trash?": "{0} zurücksetzen: Diese {1} in den Papierkorb verschieben?",
  "Move the uncommitted work to the trash as well?":
    "Auch die nicht gesicherte Arbeit (ohne Commit) in den Papierkorb verschieben?",
  "Nothing was deleted ({0}).": "Es wurde nichts gelöscht ({0}).",
  "Remove this?": "Dies entfernen?",
  "Nothing was removed.": "Es wurde nichts entfernt.",
  "Nothing to remove: none of it exists.": "Nichts zu entfernen: Nichts davon ist vorhanden.",
  "This would be removed:": "Dies würde entfernt:",
  "This is removed:": "Dies wird entfernt:",
  "stopped and deleted": "wird gestoppt und gelöscht",
  deleted: "wird gelöscht",
  "  {0} (service {1}: {2})": "  {0} (Dienst {1}: {2})",
  "  {0} ({1}, to the trash)": "  {0} ({1}, in den Papierkorb)",
  "service {0} removed": "Dienst {0} entfernt",

  "backup written: {0} ({1})": "Sicherung geschrieben: {0} ({1})",
  "Not in it: {0} ({1})": "Nicht darin: {0} ({1})",
  "It holds every secret of the profile: keep it where nobody else can read it.":
    "Sie enthält jedes Geheimnis des Profils: Bewahren Sie sie auf, wo niemand sonst sie lesen kann.",
  "{0}, version {1}, {2}": "{0}, Version {1}, {2}",
  "restored: {0} ({1}; {2})": "wiederhergestellt: {0} ({1}; {2})",
  "Note: this is a backup of the {0}, restored into the {1}; port and secret are those of the backup.":
    "Hinweis: Dies ist eine Sicherung vom {0}, jetzt im {1}; Port und Geheimnis sind die der Sicherung.",
  "Note: CLAWDBOT_CONFIG_PATH names {0}, which was left as it is.":
    "Hinweis: CLAWDBOT_CONFIG_PATH nennt {0}; diese Datei blieb, wie sie ist.",
  "whole: {0} ({1})": "unversehrt: {0} ({1})",
};

const CONFIG: Translation = {
  "{0}: the program itself writes {1}; it cannot be changed":
    "{0}: {1} schreibt das Programm selbst; es lässt sich nicht ändern",
  "Nothing was written: {0}": "Es wurde nichts geschrieben: {0}",
  "the gateway does not start with unknown keys in gateway":
    "mit unbekannten Schlüsseln in gateway startet das Gateway nicht",
  "{0} is written; the previous one is {1}.bak": "{0} ist geschrieben; die vorige ist {1}.bak",
  "{0} is unchanged": "{0} ist unverändert",
  "{0} was removed": "{0} wurde entfernt",
  "Edit again?": "Noch einmal bearbeiten?",
  "the editor ({0}) ended with {1}": "der Editor ({0}) endete mit {1}",
  "{0} was changed by another program meanwhile. Overwrite it?":
    "{0} wurde inzwischen von einem anderen Programm geändert. Überschreiben?",
  "{0} was changed by another program meanwhile": "{0} wurde inzwischen von einem anderen Programm geändert",
  "Your text is kept in {0}": "Ihr Text liegt in {0}",
  "{0} is not set in {1}{2}": "{0} ist in {1} nicht gesetzt{2}",
  "{0} is not set in {1}": "{0} ist in {1} nicht gesetzt",
  "{0}: the value {1}": "{0}: der Wert {1}",
  "{0} is set in {1}": "{0} ist gesetzt in {1}",
  "{0} is removed from {1}": "{0} ist entfernt aus {1}",
  "; --allow-unknown writes it all the same": "; --allow-unknown schreibt ihn trotzdem",
  "No gateway runs; it holds from the next start.": "Es läuft kein Gateway; das gilt ab dem nächsten Start.",
  "The running gateway (PID {0})": "Das laufende Gateway (PID {0})",
  "{0} does not look at it: gateway.reload.mode is off. {1}":
    "{0} sieht nicht nach: gateway.reload.mode ist off. {1}",
  "{0} keeps the old values; {1} says why.": "{0} behält die alten Werte; {1} sagt, warum.",
  "{0} goes on with {1}, which counts more than {2}.":
    "{0} richtet sich weiter nach {1}, das mehr gilt als {2}.",
  "{0} needs a restart for {1}. {2}": "{0} braucht für {1} einen Neustart. {2}",
  "{0} took it over.": "{0} hat es übernommen.",
  "It holds after: {0}": "Es gilt nach: {0}",
  "It holds after a restart: {0}": "Es gilt nach einem Neustart: {0}",
  "No configuration yet ({0}).": "Noch keine Konfiguration ({0}).",
  "config edit opens vi: run it in a terminal, or set VISUAL or EDITOR":
    "config edit öffnet vi: Rufen Sie es in einem Terminal auf, oder setzen Sie VISUAL oder EDITOR",
  "{0} is valid": "{0} ist gültig",
  "{0} is invalid": "{0} ist ungültig",
};

/** Calls, discovery, health and probes. */
const ASKING: Translation = {
  "Asking the gateway": "Das Gateway wird gefragt",
  "{0} is paired; it comes in when it connects the next time":
    "{0} ist gekoppelt; beim nächsten Verbinden wird es zugelassen",
  "{0} lists them": "{0} listet sie auf",
  "No device waits under the id {0}: {1}": "Unter der Kennung {0} wartet kein Gerät: {1}",
  "No device has the id {0}: {1}": "Kein Gerät hat die Kennung {0}: {1}",
  "{0} ids begin with {1}: give more of it": "{0} Kennungen beginnen mit {1}: Geben Sie mehr davon an",
  "Waiting for approval:": "Auf Freigabe warten:",
  "Let one in with {0}": "Lassen Sie eines zu mit {0}",
  "Paired:": "Gekoppelt:",
  "No device is paired.": "Kein Gerät ist gekoppelt.",
  "  {0}  {1}  {2}  through a proxy, {3}": "  {0}  {1}  {2}  über einen Proxy, {3}",
  "  {0}  {1}  {2}  from {3}, {4}": "  {0}  {1}  {2}  von {3}, {4}",
  "  {0}  {1}  without a token": "  {0}  {1}  ohne Token",
  "  {0}  {1}  {2}  since {3}": "  {0}  {1}  {2}  seit {3}",
  "  {0}  {1}  {2}  last here {3}": "  {0}  {1}  {2}  zuletzt da {3}",
  "the device {0} is turned away; it may ask again": "das Gerät {0} ist abgewiesen; es darf wieder anfragen",
  "the device {0} has no token any more as {1}": "das Gerät {0} hat als {1} kein Token mehr",
  "the device {0} has another token as {1}": "das Gerät {0} hat als {1} ein anderes Token",
  "Gateway is healthy": "Das Gateway ist gesund",
  "WebSocket connection: OK": "WebSocket-Verbindung: in Ordnung",
  "Memory: {0} MB (warned of from {1} MB on)": "Speicher: {0} MB (Warnung ab {1} MB)",
  "Memory: {0} MB (no new messages from {1} MB on)": "Speicher: {0} MB (ab {1} MB keine neuen Nachrichten)",
  "RPC methods: available": "RPC-Methoden: verfügbar",
  linked: "verbunden",
  configured: "eingerichtet",
  "not configured": "nicht eingerichtet",
  "Discovery is switched off by CLAWDBOT_DISABLE_BONJOUR.":
    "Die Suche ist durch CLAWDBOT_DISABLE_BONJOUR abgeschaltet.",
  "unset CLAWDBOT_DISABLE_BONJOUR": "löschen Sie die Variable CLAWDBOT_DISABLE_BONJOUR",
  "Listening for announcements": "Auf Ankündigungen wird gelauscht",
  "Found 1 gateway in {0}": "1 Gateway gefunden in {0}",
  "Found {0} gateways in {1}": "{0} Gateways gefunden in {1}",
  "- {0} in {1}": "- {0} in {1}",
  "Asking every gateway that may be meant": "Jedes Gateway wird gefragt, das gemeint sein kann",
  "{0} different gateways answer; commands ask the one of this profile unless --url names another.":
    "Es antworten {0} verschiedene Gateways; Befehle fragen das dieses Profils, wenn --url kein anderes nennt.",
  "pairing required: ": "Freigabe nötig: ",
  "other protocol: ": "anderes Protokoll: ",
  "Named by --url": "Durch --url genannt",
  "Configured remote gateway": "Eingestelltes entferntes Gateway",
  "This machine": "Dieser Rechner",
  "Through ssh": "Durch ssh",
  "Gateway probe": "Suche nach Gateways",
  "Reachable: {0}": "Erreichbar: {0}",
  "Time limit: {0}ms": "Zeitgrenze: {0} ms",
  "no address": "keine Adresse",
  "  Tunnel: ssh {0}, remote port {1}": "  Tunnel: ssh {0}, entfernter Port {1}",
  "reachable, {0}": "erreichbar, {0}",
  "not reachable": "nicht erreichbar",
  "  Connect: {0}": "  Verbindung: {0}",
  "reachable ({0}ms)": "erreichbar ({0} ms)",
  "version {0}": "Version {0}",
  "  Gateway: {0}": "  Gateway: {0}",
  "  Health: OK": "  Zustand: in Ordnung",
  "  Sessions: {0}": "  Sitzungen: {0}",
  "  Clients and machines: {0}": "  Clients und Rechner: {0}",
  "  Config: {0}{1}": "  Konfiguration: {0}{1}",
  " (invalid)": " (ungültig)",
};

/** The start of a gateway, and its refusals. */
const RUNNING: Translation = {
  "No display (DISPLAY and WAYLAND_DISPLAY are not set): the gateway runs in the foreground.":
    "Keine Anzeige (DISPLAY und WAYLAND_DISPLAY sind nicht gesetzt): Das Gateway läuft im Vordergrund.",
  "first start: wrote {0} (local, loopback, with a new token)":
    "erster Start: {0} angelegt (lokal, Loopback, mit neuem Token)",
  "another one": "ein anderes",
  "Gateway already running locally (PID {0}); the files it keeps in {1} were deleted, and it makes them again.":
    "Das Gateway läuft hier schon (PID {0}); seine Dateien in {1} wurden gelöscht, und es legt sie neu an.",
  "Gateway already running locally: {0} is starting or stopping in {1}.":
    "Das Gateway läuft hier schon: {0} startet oder endet gerade in {1}.",
  "try again in a moment; {0} shows what it does":
    "versuchen Sie es gleich noch einmal; {0} zeigt, was es tut",
  ", as the service {0}": ", als Dienst {0}",
  " It {0}; {1}.": " Es {0}; {1}.",
  "Gateway already running locally (PID {0}, port {1}, since {2}{3}).{4}":
    "Das Gateway läuft hier schon (PID {0}, Port {1}, seit {2}{3}).{4}",
  "stop it with {0}, or run a second one with --profile <name> --port <port>":
    "stoppen Sie es mit {0}, oder starten Sie ein zweites mit --profile <Name> --port <Port>",
  "Error: listen EADDRINUSE: address already in use {0}:{1}":
    "Fehler: listen EADDRINUSE: Adresse schon in Gebrauch {0}:{1}",
  "end that program, or choose another port: {0}":
    "beenden Sie dieses Programm, oder wählen Sie einen anderen Port: {0}",
  "use --port <port>, or end that program with --force":
    "verwenden Sie --port <Port>, oder beenden Sie dieses Programm mit --force",
  ", a gateway of another profile": ", ein Gateway eines anderen Profils",
  ", an ssh forward": ", eine ssh-Weiterleitung",
  "Port {0} is held by {1} on {2}{3}{4}": "Port {0} ist belegt durch {1} auf {2}{3}{4}",
  "Warning: {0} cannot be written ({1})": "Warnung: {0} lässt sich nicht schreiben ({1})",
  "Warning: --{0} is visible to other users of this machine; use {1} or {2}.":
    "Warnung: --{0} ist für andere Benutzer dieses Rechners sichtbar; verwenden Sie {1} oder {2}.",
  "Warning: --token has no effect in auth mode password.":
    "Warnung: --token hat bei auth.mode password keine Wirkung.",
  "moved to the trash: {0}": "in den Papierkorb verschoben: {0}",
  "dev config created at {0}": "Konfiguration des Entwicklerprofils angelegt: {0}",
  "dev workspace initialized at {0}": "Arbeitsverzeichnis des Entwicklerprofils angelegt: {0}",
  "port {0} is taken, the dev gateway uses {1}":
    "Port {0} ist belegt, das Gateway des Entwicklerprofils verwendet {1}",
  "agent model: {0}": "Modell des Agenten: {0}",
  "agent model: {0} (not set up: local/echo answers)":
    "Modell des Agenten: {0} (nicht eingerichtet: local/echo antwortet)",
  "agent model: {0} (its provider has no key: messages are refused)":
    "Modell des Agenten: {0} (sein Anbieter hat keinen Schlüssel: Nachrichten werden abgelehnt)",
  "agent model: {0} (nobody knows its provider: messages are refused)":
    "Modell des Agenten: {0} (niemand kennt seinen Anbieter: Nachrichten werden abgelehnt)",

  "List the models that can be chosen": "Die Modelle auflisten, die gewählt werden können",
  "only those of this provider": "nur die dieses Anbieters",
  "Models of a provider are listed once there is a key for it.":
    "Modelle eines Anbieters erscheinen, sobald es einen Schlüssel für ihn gibt.",
  "No model of {0} can be chosen: {1} shows the keys.":
    "Kein Modell von {0} lässt sich wählen: {1} zeigt die Schlüssel.",
  "Choose the model that answers": "Das Modell wählen, das antwortet",
  "<model>": "<Modell>",
  "A running gateway takes the choice over at once. Conversations in which another model was chosen keep that one.":
    "Ein laufendes Gateway übernimmt die Wahl sofort. Gespräche, in denen ein anderes Modell gewählt wurde, behalten es.",
  "{0} answers from now on ({1})": "{0} antwortet von jetzt an ({1})",
  "{0} is in no list here, so it is taken for a small one ({1} tokens); models.providers.{2}.models says more of it":
    "{0} steht hier in keiner Liste und gilt daher als kleines Modell ({1} Token); models.providers.{2}.models sagt mehr darüber",
  "Show which model answers, and with which keys":
    "Anzeigen, welches Modell antwortet und mit welchen Schlüsseln",
  "Model: {0}": "Modell: {0}",
  "Model: {0} (chosen by the keys there are; another one: {1})":
    "Modell: {0} (nach den vorhandenen Schlüsseln gewählt; ein anderes: {1})",
  "In its place, while it cannot answer: {0}": "An seiner Stelle, solange es nicht antworten kann: {0}",
  "It cannot answer: {0}": "Es kann nicht antworten: {0}",
  "There is no key of any provider: {0}": "Es gibt keinen Schlüssel eines Anbieters: {0}",
  "<provider>": "<Anbieter>",
  "Keys of {0}: {1}": "Schlüssel von {0}: {1}",
  "Not used for {0} s: the key {1} for {2} ({3})": "Für {0} s nicht benutzt: der Schlüssel {1} für {2} ({3})",
  "Not used for {0} s: {1} ({2})": "Für {0} s nicht benutzt: {1} ({2})",
  "it wants a key": "er verlangt einen Schlüssel",
  "it was refused": "er wurde abgelehnt",
  "in the configuration": "in der Konfiguration",
  "in the environment": "in der Umgebung",
  "none needed": "keiner nötig",
  "List, add, remove or bring in the keys of model providers":
    "Die Schlüssel von Modellanbietern auflisten, hinterlegen, entfernen oder übernehmen",
  "[action]": "[Aktion]",
  "[provider]": "[Anbieter]",
  "which key of the provider, where there are several (default: default)":
    "welcher Schlüssel des Anbieters, wenn es mehrere gibt (Vorgabe: default)",
  "The actions are list, add, remove and import. A new key is asked for, or read from the standard input; it never stands on the command line, where others could see it.":
    "Die Aktionen sind list (auflisten), add (hinterlegen), remove (entfernen) und import (übernehmen). Ein neuer Schlüssel wird erfragt oder von der Standardeingabe gelesen; er steht nie in der Befehlszeile, wo andere ihn sehen könnten.",
  "import takes over the keys of the original Clawdbot or of OpenClaw, those of one provider or all; their files stay as they are, and a key that is kept here already is not replaced.":
    "import übernimmt die Schlüssel des ursprünglichen Clawdbot oder von OpenClaw, die eines Anbieters oder alle; deren Dateien bleiben, wie sie sind, und ein Schlüssel, der hier schon hinterlegt ist, wird nicht ersetzt.",
  "import: state directory that has them (default: the one of this profile)":
    "import: Zustandsverzeichnis, das sie enthält (Vorgabe: das dieses Profils)",
  "import: only say what there is": "import: nur sagen, was da ist",
  '"models auth" knows list, add, remove and import, not {0}':
    '"models auth" kennt list, add, remove und import, nicht {0}',
  "--from and --dry-run belong to: models auth import": "--from und --dry-run gehören zu: models auth import",
  "the key {0} of {1} can be taken over": "der Schlüssel {0} von {1} kann übernommen werden",
  "the key {0} of {1} is here already": "der Schlüssel {0} von {1} ist schon hier",
  "the login {0} stays there: only the program that made it can renew it. Here a key does the same: {1}":
    "die Anmeldung {0} bleibt dort: Nur das Programm, das sie angelegt hat, kann sie erneuern. Hier leistet ein Schlüssel dasselbe: {1}",
  "the login {0} stays there: it has run out": "die Anmeldung {0} bleibt dort: Sie ist abgelaufen",
  "the key {0} stays there: the file only says where else it is kept":
    "der Schlüssel {0} bleibt dort: Die Datei sagt nur, wo er sonst liegt",
  "the key {0} stays there: the file has a variable or a mark in its place. Give it here: {1}":
    "der Schlüssel {0} bleibt dort: In der Datei steht an seiner Stelle eine Variable oder eine Marke. Geben Sie ihn hier an: {1}",
  "{0} stays there: what it holds can be no key, as no key has such characters":
    "{0} bleibt dort: Was es enthält, kann kein Schlüssel sein, denn solche Zeichen hat keiner",
  "{0} stays there: its type is none that is known here; these are api_key, token and oauth":
    "{0} bleibt dort: Seine Art ist hier unbekannt; bekannt sind api_key, token und oauth",
  "{0} profiles there are damaged, and are passed over: {1}":
    "{0} Profile dort sind beschädigt und werden übergangen: {1}",
  "There is no key of {0} in {1}; there are keys of {2}.":
    "In {1} ist kein Schlüssel von {0}; es gibt Schlüssel von {2}.",
  "name one of them, or none for all: {0}": "nennen Sie einen davon, oder keinen für alle: {0}",
  "{0} stays there: it holds no key": "{0} bleibt dort: Es enthält keinen Schlüssel",
  "the key {0} of the agent {1} stays there: a key serves all agents here, and there is one of {2} already":
    "der Schlüssel {0} des Agenten {1} bleibt dort: Ein Schlüssel dient hier allen Agenten, und von {2} gibt es schon einen",
  "nothing is known here of the provider {0}, so its key stays there: once models.providers.{1} says where it is, import again":
    "vom Anbieter {0} ist hier nichts bekannt, darum bleibt sein Schlüssel dort: Sobald models.providers.{1} sagt, wo er ist, übernehmen Sie noch einmal",
  "They were asked in an order of their own; to keep it: {0}":
    "Sie hatten eine eigene Reihenfolge; um sie zu behalten: {0}",
  "There are no keys of another program in {0}.": "In {0} sind keine Schlüssel eines anderen Programms.",
  "{0} holds keys of {1}; to use them here as well: {2}":
    "{0} enthält Schlüssel von {1}; um sie auch hier zu benutzen: {2}",
  '"models auth {0}" needs <provider>, such as anthropic':
    '"models auth {0}" braucht <Anbieter>, etwa anthropic',
  "The key on the standard input": "Der Schlüssel in der Standardeingabe",
  "The key that was typed": "Der eingegebene Schlüssel",
  "give the key alone, without what stands around it":
    "geben Sie nur den Schlüssel an, ohne was darum herum steht",
  "{0}: at most {1} characters are taken, and there are {2}; {3}":
    "{0}: höchstens {1} Zeichen werden angenommen, und es sind {2}; {3}",
  "give a shorter one": "geben Sie etwas Kürzeres an",
  "{0}: it is empty": "{0}: ist leer",
  "--session: a key has at most {0} characters, with its agent, and this one has {1}; give a shorter one":
    "--session: ein Schlüssel hat höchstens {0} Zeichen, mit seinem Agenten, und dieser hat {1}; geben Sie einen kürzeren an",
  "write /send on in that conversation, or let session.sendPolicy of the configuration allow it":
    "schreiben Sie /send on in dieses Gespräch, oder lassen Sie session.sendPolicy der Konfiguration es erlauben",
  "use a secret that may do this, such as the gateway's own token":
    "nehmen Sie ein Geheimnis, das dies darf, etwa das Token des Gateways selbst",
  "The key of {0} (it is not shown): ": "Der Schlüssel von {0} (er wird nicht angezeigt): ",
  "There is no key: type it, or give it on the standard input":
    "Es gibt keinen Schlüssel: Tippen Sie ihn ein, oder geben Sie ihn auf der Standardeingabe",
  "the key {0} of {1} is kept": "der Schlüssel {0} von {1} ist hinterlegt",
  "the key {0} of {1} is forgotten": "der Schlüssel {0} von {1} ist entfernt",
  "The gateway (version {0}) does not know {1}; restart it with this version: {2}":
    "Das Gateway (Version {0}) kennt {1} nicht; starten Sie es mit dieser Version neu: {2}",
  "Send a message to the assistant and print its answer":
    "Dem Assistenten etwas schreiben und seine Antwort ausgeben",
  "what to say; - reads it from the standard input": "was Sie schreiben; - liest es von der Standardeingabe",
  "conversation to go on with (default: the main one)":
    "Gespräch, das weitergeht (Vorgabe: das Hauptgespräch)",
  "time limit for the answer, in seconds": "Zeitgrenze für die Antwort, in Sekunden",
  "The gateway keeps the message before it answers: what a restart cuts off is answered afterwards.":
    "Das Gateway bewahrt die Nachricht auf, bevor es antwortet: Was ein Neustart unterbricht, wird danach beantwortet.",
  "Until a model is set up, local/echo answers: it repeats what you wrote, and says so.":
    "Solange kein Modell eingerichtet ist, antwortet local/echo: Es wiederholt, was Sie schreiben, und sagt das dazu.",
  "List the conversations, the newest first": "Die Gespräche auflisten, das neueste zuerst",
  "Show what answers cost today and this month, and their limits":
    "Zeigen, was Antworten heute und in diesem Monat kosten, und ihre Grenzen",
  "The limits are in the configuration, at budget. They are asked before each call of a model.":
    "Die Grenzen stehen in der Konfiguration unter budget. Sie werden vor jedem Aufruf eines Modells geprüft.",
  "Add to the limits of today; answers that wait for it go on":
    "Die Grenzen für heute erhöhen; Antworten, die darauf warten, gehen weiter",
  "<dollars>": "<Dollar>",
  "show this many": "so viele zeigen",
  "with each those that ended under the same key, and their ids":
    "bei jedem auch die, die unter demselben Schlüssel endeten, mit ihren Ids",
  "Go back to a conversation that ended": "Zu einem Gespräch zurückkehren, das geendet hat",
  "clawdbot sessions --former lists the ids. The conversation that there was is kept among them.":
    "clawdbot sessions --former listet die Ids auf. Das Gespräch, das es gab, bleibt dabei erhalten.",
  "{0} goes on with {1}; the one that there was is kept.":
    "{0} geht mit {1} weiter; das Gespräch, das es gab, bleibt erhalten.",
  "only those with the text in their name, label or key":
    "nur die mit dem Text in Namen, Bezeichnung oder Schlüssel",
  "--message says what to send; - reads it from the standard input":
    "--message sagt, was gesendet wird; - liest es von der Standardeingabe",
  "--message: there is nothing to send": "--message: Es gibt nichts zu senden",
  "The gateway (version {0}) has no assistant; restart it with this version: {1}":
    "Das Gateway (Version {0}) hat keinen Assistenten; starten Sie es mit dieser Version neu: {1}",
  "The answer did not end in time; --answer-within gives it longer.":
    "Die Antwort war nicht rechtzeitig zu Ende; --answer-within gibt ihr mehr Zeit.",
  "The answer ends here because the model says no more at a time. Ask it to go on for the rest.":
    "Die Antwort endet hier, weil das Modell nicht mehr auf einmal sagt. Bitten Sie es, fortzufahren.",
  "The answer was stopped before its end.": "Die Antwort wurde vor ihrem Ende gestoppt.",
  "No conversations yet.": "Noch keine Gespräche.",
  "No conversation has {0} in its name, label or key; {1} lists the newest.":
    "Kein Gespräch hat {0} in Namen, Bezeichnung oder Schlüssel; {1} zeigt die neuesten.",
  "Today ({0}): {1} of {2}": "Heute ({0}): {1} von {2}",
  "This month: {0} of {1}": "Dieser Monat: {0} von {1}",
  "Added to today: {0}": "Für heute dazugegeben: {0}",
  "Your limits do not hold today; those of guests and of what nobody waits for do. /budget on in a conversation has them hold again.":
    "Ihre Grenzen gelten heute nicht; die für Gäste und für das, worauf niemand wartet, schon. Mit /budget on in einem Gespräch gelten sie wieder.",
  "Answers that wait for more: {0}. Add to today: {1}":
    "Antworten, die auf mehr warten: {0}. Für heute erhöhen: {1}",
  "no limit": "ohne Grenze",
  "budget add takes an amount in US dollars, such as {0}, not {1}":
    "budget add verlangt einen Betrag in US-Dollar, etwa {0}, nicht {1}",
  "<channel>": "<Kanal>",
  "[channel]": "[Kanal]",
  "<code>": "<Code>",
  "List the people who ask to be let in on a channel":
    "Die Personen auflisten, die auf einem Kanal um Zulassung bitten",
  "A request is valid for an hour. What strangers write is not kept, only who asked and when.":
    "Eine Anfrage gilt eine Stunde. Was Fremde schreiben, wird nicht aufbewahrt, nur wer wann gefragt hat.",
  "List what could not be delivered to a chat, the newest first":
    "Auflisten, was in einen Chat nicht zugestellt werden konnte, das Neueste zuerst",
  "What is still being tried is not among it: an answer is tried for a day.":
    "Was noch versucht wird, gehört nicht dazu: eine Antwort wird einen Tag lang versucht.",
  "Send again what could not be delivered": "Noch einmal senden, was nicht zugestellt werden konnte",
  "clawdbot outbox lists the ids. Of an answer in several messages those are sent that did not arrive.":
    "clawdbot outbox nennt die Kennungen. Von einer Antwort in mehreren Nachrichten werden die gesendet, die nicht angekommen sind.",
  "Let somebody in whose pairing code you were told":
    "Jemanden zulassen, dessen Kopplungscode Sie bekommen haben",
  "it is you: this person owns the gateway and may do everything":
    "das sind Sie selbst: Dieser Person gehört das Gateway, sie darf alles",
  "it is somebody else; nothing is asked": "das ist jemand anderes; es wird nichts gefragt",
  "Without an owner, the first approval asks whether it is you; commands.ownerAllowFrom names owners.":
    "Ohne Eigentümer fragt die erste Zulassung, ob Sie es selbst sind; Eigentümer stehen in commands.ownerAllowFrom.",
  "Everybody else may talk to the assistant, in a conversation of their own.":
    "Alle anderen dürfen mit dem Assistenten sprechen, jeweils in einem eigenen Gespräch.",
  "Take a request away; the person is told nothing": "Eine Anfrage verwerfen; die Person erfährt nichts",
  "What {0} asks for can be allowed once, and not {1}: nobody could say what that would let through":
    "Wonach {0} fragt, lässt sich einmal erlauben und nicht {1}: Niemand könnte sagen, was das zuließe",
  "for the rest of the answer": "für den Rest der Antwort",
  "for good": "auf Dauer",
  "approval id already pending": "eine Frage mit dieser Kennung wartet schon",
  "unknown approval id": "unter dieser Kennung wartet nichts",
  "invalid exec.approvals.set params: at /file: must be exec approvals":
    "ungültige Parameter von exec.approvals.set: /file muss eine Datei mit Erlaubnissen sein",
  "exec approvals base hash required; re-run exec.approvals.get and retry":
    "die Prüfsumme der Erlaubnisse fehlt; holen Sie sie noch einmal und versuchen Sie es dann wieder",
  "exec approvals changed since last load; re-run exec.approvals.get and retry":
    "die Erlaubnisse haben sich geändert; holen Sie sie noch einmal und versuchen Sie es dann wieder",
  "it is no file of version 1": "es ist keine Datei der Version 1",
  "repair it or move it away": "reparieren Sie sie oder verschieben Sie sie",
  "Nothing waits for your approval.": "Nichts wartet auf Ihre Erlaubnis.",
  "  in {0}, {1} s left": "  in {0}, noch {1} s",
  "  --always allows from now on: {0}": "  --always erlaubt von da an: {0}",
  "This waits for your approval: {0}": "Das wartet auf Ihre Erlaubnis: {0}",
  "  asked again, as something changed since it was allowed: {0}":
    "  noch einmal gefragt, denn seit der Erlaubnis hat sich etwas geändert: {0}",
  "Answer: {0} or {1}": "Antworten: {0} oder {1}",
  "--turn and --always exclude each other": "--turn und --always schließen einander aus",
  "--for takes a time such as 8h, not {0}": "--for nimmt eine Zeit wie 8h, nicht {0}",
  "--for needs --always": "--for braucht --always",
  "{0} is allowed": "{0} ist erlaubt",
  "{0} is denied": "{0} ist abgelehnt",
  "Nothing is allowed for good.": "Nichts ist auf Dauer erlaubt.",
  "  an entry of exec-approvals.json": "  ein Eintrag von exec-approvals.json",
  "  until {0}": "  bis {0}",
  "Have one asked about again: {0}": "Wieder nach einer fragen lassen: {0}",
  "{0} is asked about again": "nach {0} wird wieder gefragt",
  "{0} is replaced": "{0} ist ersetzt",
  "{0} is no JSON object": "{0} ist kein JSON-Objekt",
  "Nobody waits to be let in.": "Niemand wartet auf Zulassung.",
  "session.maintenance only warns: {0} conversations that nobody had would be erased.":
    "session.maintenance warnt nur: {0} Gespräche, die niemand geführt hat, würden gelöscht.",
  "The store holds {0} MiB more than session.maintenance.maxDiskBytes says; {1} conversations with people may be moved out of it.":
    "Der Speicher hält {0} MiB mehr, als session.maintenance.maxDiskBytes erlaubt; {1} Gespräche mit Personen können ausgelagert werden.",
  "{0} conversations with people were moved to {1}, as the store was too large; bring them back: {2}":
    "{0} Gespräche mit Personen wurden nach {1} ausgelagert, weil der Speicher zu groß war; so holen Sie sie zurück: {2}",
  "erased {0} transcripts that were moved out of the store": "{0} ausgelagerte Mitschriften gelöscht",
  "Everything was delivered, or is still being tried.": "Alles ist zugestellt oder wird noch versucht.",
  "    not delivered: {0}": "    nicht zugestellt: {0}",
  "Send one again: {0}": "Eines noch einmal senden: {0}",
  "Nothing that was not delivered has the id {0}; see {1}":
    "Nichts, was nicht zugestellt wurde, hat die Kennung {0}; siehe {1}",
  "{0} messages are sent again": "{0} Nachrichten werden noch einmal gesendet",
  "Let somebody in: {0}": "Jemanden zulassen: {0}",
  "--owner and --not-owner exclude each other": "--owner und --not-owner schließen sich aus",
  "{0} on {1}: is this you? Owners may do everything.": "{0} auf {1}: Sind Sie das? Eigentümer dürfen alles.",
  "{0} on {1} is let in and owns this gateway": "{0} auf {1} ist zugelassen und Eigentümer dieses Gateways",
  "{0} on {1} is let in and was asked to write again":
    "{0} auf {1} ist zugelassen und wurde gebeten, noch einmal zu schreiben",
  "No owner is set. If it is you: {0}": "Es ist kein Eigentümer eingetragen. Wenn Sie es sind: {0}",
  "the request of {0} on {1} is gone": "die Anfrage von {0} auf {1} ist verworfen",
  "<s>": "<s>",
  "listening on {0}{1}": "lauscht auf {0}{1}",
  "log file: {0}": "Protokolldatei: {0}",
  "Warning: no token or password is set; every program of this machine may connect.":
    "Warnung: Weder Token noch Passwort ist gesetzt; jedes Programm dieses Rechners darf sich verbinden.",
  "The changed source does not load; the gateway goes on as it was.\n{0}":
    "Der geänderte Quelltext lässt sich nicht laden; das Gateway läuft weiter wie bisher.\n{0}",
  "source changed, restarting": "Quelltext geändert, Neustart",
  "force: stopped the service {0} (PID {1}) on port {2}": "force: Dienst {0} (PID {1}) auf Port {2} gestoppt",
  "Start it again with {0}": "Starten Sie ihn wieder mit {0}",
};

const ONBOARDING: Translation = {
  "Setting it up": "Es wird eingerichtet",
  "Trying the key of {0}": "Der Schlüssel von {0} wird ausprobiert",
  "the key of {0} works: {1} answered": "der Schlüssel von {0} funktioniert: {1} hat geantwortet",
  "The key of {0} does not work: {1}. Give another one: {2}":
    "Der Schlüssel von {0} funktioniert nicht: {1}. Geben Sie einen anderen an: {2}",
  "Whether the key of {0} works is not known yet ({1}); the first message will tell.":
    "Ob der Schlüssel von {0} funktioniert, ist noch nicht bekannt ({1}); die erste Nachricht wird es zeigen.",
  "onboard is switched off: CLAWDBOT_NIX_MODE=1 says that Nix manages configuration and service.":
    "onboard ist abgeschaltet: CLAWDBOT_NIX_MODE=1 sagt, dass Nix Konfiguration und Dienst verwaltet.",
  "change both where your Nix configuration declares them":
    "ändern Sie beides dort, wo Ihre Nix-Konfiguration es festlegt",
  "the configuration was written by {0}: what this program does not know of it stays as it is":
    "die Konfiguration stammt von anderer Hand ({0}): Was dieses Programm davon nicht kennt, bleibt, wie es ist",
  "{0} is on this machine too ({1}) and stays as it is":
    "{0} ist auch auf diesem Rechner ({1}) und bleibt, wie es ist",
  "the original Clawdbot": "das ursprüngliche Clawdbot",
  "Setting up the gateway": "Das Gateway einrichten",
  "Broken off: nothing was changed.": "Abgebrochen: Es wurde nichts geändert.",
  "That is all. Setting it up:": "Das ist alles. Es wird eingerichtet:",
  "configuration: {0}{1}": "Konfiguration: {0}{1}",
  " (unchanged)": " (unverändert)",
  "authentication: {0}, {1}": "Anmeldung: {0}, {1}",
  "as given": "wie angegeben",
  "as in the environment": "wie in der Umgebung",
  "as it was": "wie bisher",
  "newly made": "neu erzeugt",
  "work directory: {0}": "Arbeitsverzeichnis: {0}",
  "{0} is kept in {1}": "{0} liegt in {1}",
  "  Open it later: {0}": "  Später öffnen: {0}",
  "  Open it while the gateway runs: {0}": "  Öffnen, während das Gateway läuft: {0}",
  "The service is installed already.": "Der Dienst ist schon installiert.",
  "Gateway is healthy ({0}, {1}ms)": "Das Gateway ist gesund ({0}, {1} ms)",
  "The gateway does not answer as it should: {0} ({1})":
    "Das Gateway antwortet nicht, wie es sollte: {0} ({1})",
};

/** The service and the tray that keep a gateway. */
const SERVICE: Translation = {
  "Warning: --token is visible to other users of this machine while the command runs.":
    "Warnung: --token ist für andere Benutzer dieses Rechners sichtbar, solange der Befehl läuft.",
  "service runtime: running": "Laufzeit des Dienstes: läuft",
  "service runtime: active": "Laufzeit des Dienstes: aktiv",
  "service restarted": "Dienst neu gestartet",
  "service restarted (PID {0})": "Dienst neu gestartet (PID {0})",
  "service stopped": "Dienst gestoppt",
  "service removed": "Dienst entfernt",
  "Installing the service and waiting for its gateway":
    "Der Dienst wird installiert und sein Gateway erwartet",
  "Waiting until the gateway answers": "Warten, bis das Gateway antwortet",
  "Waiting until the new gateway answers": "Warten, bis das neue Gateway antwortet",
  "Waiting until the gateway is gone": "Warten, bis das Gateway beendet ist",
  "Stopping and removing the service": "Der Dienst wird gestoppt und entfernt",
  "systemd service enabled": "systemd-Dienst aktiviert",
  "LaunchAgent loaded": "LaunchAgent geladen",
  "Scheduled Task registered": "Geplante Aufgabe registriert",
  "the tray (PID {0}) started the gateway{1}": "die Tray-Anwendung (PID {0}) hat das Gateway{1} gestartet",
  "the gateway runs already{0}, kept by the tray (PID {1})":
    "das Gateway{0} läuft schon, betrieben vom Tray (PID {1})",
  "the tray (PID {0}) stopped the gateway; it stays stopped until you start it":
    "die Tray-Anwendung (PID {0}) hat das Gateway gestoppt; es bleibt gestoppt, bis Sie es starten",
  "the gateway is stopped, and the tray (PID {0}) keeps it so":
    "das Gateway ist gestoppt, und die Tray-Anwendung (PID {0}) belässt es dabei",
  "the tray (PID {0}) restarted the gateway{1}":
    "die Tray-Anwendung (PID {0}) hat das Gateway{1} neu gestartet",
  "the service manager ({0}) did not answer within {1} s":
    "die Dienstverwaltung ({0}) hat nicht innerhalb von {1} s geantwortet",
};

const STATUS: Translation = {
  "Asking the service and the gateway": "Dienst und Gateway werden gefragt",
  "Gateway service status": "Status des Gateways",
  "Service: {0} ({1})": "Dienst: {0} ({1})",
  "Runtime: {0}": "Laufzeit: {0}",
  "Port: {0}": "Port: {0}",
  "Last gateway error: {0}": "Letzter Fehler des Gateways: {0}",
  none: "keiner",
  "RPC probe": "RPC-Verbindung",
  "Target: {0}": "Ziel: {0}",
  "Status: {0}": "Status: {0}",
  connected: "verbunden",
  failed: "fehlgeschlagen",
  "Latency: {0}ms": "Antwortzeit: {0} ms",
  "Reason: {0}": "Grund: {0}",
  "Update: version {0} can be installed: {1}": "Aktualisierung: Version {0} lässt sich installieren: {1}",
  Config: "Konfiguration",
  "Config (cli)": "Konfiguration (dieser Befehl)",
  "Config (service)": "Konfiguration (Dienst)",
  " (missing)": " (fehlt)",
  "State: {0} ({1})": "Zustand: {0} ({1})",
  "Ignored: {0}, because another profile was asked for":
    "Nicht beachtet: {0}, weil ein anderes Profil verlangt ist",
  "Log file: {0}": "Protokolldatei: {0}",
  "Service runtime: {0}": "Laufzeit des Dienstes: {0}",
  "Service command: {0}": "Befehl des Dienstes: {0}",
  "Service file: {0}": "Datei des Dienstes: {0}",
  "Drop-ins: {0}": "Ergänzende Dateien: {0}",
  "Working directory: {0}": "Verzeichnis des Dienstes: {0}",
  "Service environment: {0}": "Umgebung des Dienstes: {0}",
  "Restarts: {0} since the service was started": "Neustarts: {0}, seit der Dienst gestartet wurde",
  "Service note: {0}": "Hinweis zum Dienst: {0}",
  "Service issue: {0}{1} [{2}]": "Mangel des Dienstes: {0}{1} [{2}]",
  "Other service: {0} ({1}, {2})": "Anderer Dienst: {0} ({1}, {2})",
  "Other service: {0} ({1}, {2}, {3})": "Anderer Dienst: {0} ({1}, {2}, {3})",
  "Other product: {0} ({1})": "Anderes Produkt: {0} ({1})",
  "Gateway version: {0}{1}{2}": "Version des Gateways: {0}{1}{2}",
  ", up {0}": ", läuft seit {0}",
  ", kept by {0} ({1})": ", betrieben von {0} ({1})",
  ", kept by {0}": ", betrieben von {0}",
  ", kept by the tray": ", betrieben vom Tray",
  ", kept by nobody: it ends with its terminal": ", von niemandem überwacht: Es endet mit seinem Terminal",
  "  To open it: {0}": "  Zum Öffnen: {0}",
  "Gateway: bind={0}{1}, port={2} ({3})": "Gateway: bind={0}{1}, port={2} ({3})",
  "Fix: see {0}": "Abhilfe: siehe {0}",
  "file to send with it; may be given several times":
    "Datei, die mitgesendet wird; kann mehrmals angegeben werden",
  "--attach: {0} files are too many for one message: it takes {1}":
    "--attach: {0} Dateien sind zu viele für eine Nachricht: sie nimmt {1}",
  "--attach {0}: it could not be sent: {1}": "--attach {0}: konnte nicht gesendet werden: {1}",
  "the gateway does not take it: {0}": "das Gateway nimmt sie nicht an: {0}",
  "--attach {0}: it has {1}, and files of its kind may have {2}":
    "--attach {0}: sie hat {1}, und Dateien ihrer Art dürfen {2} haben",
  "--attach {0}: {1}": "--attach {0}: {1}",
  "it is empty": "sie ist leer",
  "This answer was cut off.": "Diese Antwort wurde abgeschnitten.",
  "This answer was ended before its time.": "Diese Antwort wurde vorzeitig beendet.",
  "These are the newest {0}, and there are more: {1} shows as many as you say, {2} finds one.":
    "Das sind die neuesten {0}, und es gibt mehr: {1} zeigt so viele, wie Sie sagen, {2} findet eine.",
  "Not well: {0}": "Nicht in Ordnung: {0}",
  "Command: {0}": "Befehl: {0}",
  "Version: the gateway that runs is {0}, this command is {1}":
    "Version: Das laufende Gateway ist {0}, dieser Befehl ist {1}",
  "  To run the version of this command: {0}": "  Damit die Version dieses Befehls läuft: {0}",
  "Mismatch: this command reads {0}, the service reads {1}":
    "Abweichung: Dieser Befehl liest {0}, der Dienst liest {1}",
  "Mismatch: this command reads {0}, the gateway that answers reads {1}":
    "Abweichung: Dieser Befehl liest {0}, das Gateway, das antwortet, liest {1}",
  "  To ask it with its own configuration: {0}": "  Um es mit seiner eigenen Konfiguration zu fragen: {0}",
  "  To make the service read the one of this command: {0}":
    "  Damit der Dienst die dieses Befehls liest: {0}",
  "Note: the gateway that answers uses another state directory, {0}":
    "Hinweis: Das Gateway, das antwortet, verwendet ein anderes Zustandsverzeichnis, {0}",
  "Port {0} is held by {1} on {2}": "Port {0} ist belegt durch {1} auf {2}",
  "Note: gateway.port is {0}, but the gateway that runs was started on {1}":
    "Hinweis: gateway.port ist {0}, aber das laufende Gateway wurde auf {1} gestartet",
  "Note: the system does not say who listens on port {0}":
    "Hinweis: Das System sagt nicht, wer auf Port {0} lauscht",
  "the gateway keeps an earlier configuration, as {0} cannot be used: {1} says why":
    "das Gateway behält eine frühere Konfiguration, weil {0} nicht zu gebrauchen ist: {1} sagt, warum",
  "kill -HUP {0} makes it read it now": "mit kill -HUP {0} liest es sie jetzt",
  "a restart takes it over": "ein Neustart übernimmt sie",
  "{0} has changed since the gateway read it: {1}":
    "{0} hat sich geändert, seit das Gateway sie gelesen hat: {1}",
  "asked {0} ({1}) instead of the gateway of this machine":
    "gefragt wurde {0} ({1}) statt des Gateways dieses Rechners",
  "asked on loopback; the gateway also listens on {0}":
    "gefragt wurde auf Loopback; das Gateway lauscht auch auf {0}",
  "end {0} or choose another port, then: {1}":
    "beenden Sie {0}, oder wählen Sie einen anderen Port, dann: {1}",
  "end {0}, choose another port, or start the gateway with --force":
    "beenden Sie {0}, wählen Sie einen anderen Port, oder starten Sie das Gateway mit --force",

  enabled: "aktiviert",
  disabled: "deaktiviert",
  loaded: "geladen",
  "not loaded": "nicht geladen",
  registered: "registriert",
  missing: "fehlt",
  stopped: "gestoppt",
  running: "läuft",
  starting: "startet",
  stopping: "wird beendet",
  suspended: "angehalten",
  traced: "im Debugger angehalten",
  frozen: "eingefroren",
  blocked: "blockiert",
  "{0} (PID {1}), kept by the tray (PID {2})": "{0} (PID {1}), betrieben vom Tray (PID {2})",
  "{0} in foreground (PID {1})": "{0} im Vordergrund (PID {1})",
  "{0} as {1} (PID {2})": "{0} als {1} (PID {2})",
  " ({0}, user {1})": " ({0}, Benutzer {1})",
  user: "Benutzer",
  system: "System",
  "port {0} held by orphan pid {1}{2}, which the service started and has lost; {3}, then: {4}":
    "Port {0} ist belegt durch den verwaisten Prozess {1}{2}, den der Dienst gestartet und verloren hat; {3}, dann: {4}",
  "the gateway (PID {0}) {1}; {2}": "das Gateway (PID {0}) {1}; {2}",
  "two services for one state directory: {0} of this user, and {1}, which runs the gateway (PID {2}); keep one of them":
    "zwei Dienste für ein Zustandsverzeichnis: {0} dieses Benutzers, und {1}, der das Gateway betreibt (PID {2}); behalten Sie einen davon",
  "crashed, restarting ({0})": "abgestürzt, startet neu ({0})",
  "crashed, restarting": "abgestürzt, startet neu",
  "crash-looping ({0})": "stürzt immer wieder ab ({0})",
  "blocked: {0}": "blockiert: {0}",
  "unknown ({0})": "unbekannt ({0})",
  "restarts {0}": "Neustarts: {0}",
  "last exit {0}": "zuletzt mit {0} beendet",
  "port {0} held by {1}": "Port {0} belegt durch {1}",
  "port {0} was held by {1}; nobody holds it now": "Port {0} war belegt durch {1}; jetzt ist er frei",
};

export const CLI: Translation = {
  ...HELP,
  ...AGENTS,
  ...USAGE,
  ...GENERAL,
  ...DOCTOR,
  ...LOGS,
  ...DASHBOARD,
  ...KEEPING,
  ...CONFIG,
  ...ASKING,
  ...RUNNING,
  ...ONBOARDING,
  ...SERVICE,
  ...STATUS,

  "<node>": "<Node>",
  "<command>": "<Befehl>",
  "<program...>": "<Programm...>",
  "<name=value>": "<Name=Wert>",
  "which node: its name, its id, or how that begins":
    "welcher Node: sein Name, seine Kennung oder deren Anfang",
  "how long the node may take, in milliseconds": "wie lange der Node brauchen darf, in Millisekunden",
  "List the nodes that are paired, and those that wait for approval":
    "Die gekoppelten Nodes auflisten und die, die auf Freigabe warten",
  "Show which nodes are connected, and what they can do":
    "Zeigen, welche Nodes verbunden sind und was sie können",
  "only those that are connected": "nur die verbundenen",
  "Show all that is known of a node": "Alles zeigen, was über einen Node bekannt ist",
  "List the nodes that wait for approval": "Die Nodes auflisten, die auf Freigabe warten",
  "Let a node in that waits for approval": "Einen Node zulassen, der auf Freigabe wartet",
  "Turn a node away that waits for approval": "Einen Node abweisen, der auf Freigabe wartet",
  "Give a node another name": "Einem Node einen anderen Namen geben",
  "the new name": "der neue Name",
  "Have a node carry out a command": "Einen Node einen Befehl ausführen lassen",
  "such as system.which": "etwa system.which",
  "what the command is called with; @file reads it from a file, - from the standard input":
    "womit der Befehl aufgerufen wird; @Datei liest es aus einer Datei, - von der Standardeingabe",
  "by which the node knows it for the same command": "woran der Node erkennt, dass es derselbe Befehl ist",
  "Run a program on a node": "Ein Programm auf einem Node ausführen",
  "where on the node it runs": "wo auf dem Node es läuft",
  "a variable of its environment; may be given several times":
    "eine Variable seiner Umgebung; mehrfach möglich",
  "how long the program may run, in milliseconds": "wie lange das Programm laufen darf, in Millisekunden",
  "Write -- before the program if it has options. It is started as it stands, without a shell.":
    "Schreiben Sie -- vor das Programm, wenn es Optionen hat. Es wird gestartet, wie es dasteht, ohne Shell.",
  "A node runs only what its own rules allow.": "Ein Node führt nur aus, was seine eigenen Regeln erlauben.",
  "Show a notification on a node": "Auf einem Node eine Benachrichtigung zeigen",
  "its first line": "ihre erste Zeile",
  "what stands below": "was darunter steht",
  "Several nodes are called {0}: name one by its id":
    "Mehrere Nodes heißen {0}: nennen Sie einen mit seiner Kennung",
  "There is no node {0}: none is paired or connected":
    "Es gibt keinen Node {0}: keiner ist gekoppelt oder verbunden",
  "There is no node {0}; there is {1}": "Es gibt keinen Node {0}; es gibt {1}",
  "{0} is needed": "{0} ist nötig",
  "--title or --body is needed": "--title oder --body ist nötig",
  "  {0}  {1}  from {2}, {3}": "  {0}  {1}  von {2}, {3}",
  "No node waits for approval.": "Kein Node wartet auf Freigabe.",
  "No node is paired.": "Kein Node ist gekoppelt.",
  "  {0}  {1}  connected": "  {0}  {1}  verbunden",
  "  {0}  {1}  away": "  {0}  {1}  nicht da",
  "  {0}  {1}  {2}": "  {0}  {1}  {2}",
  "Paired by older programs, which may connect no longer:":
    "Von älteren Programmen gekoppelt, die sich vielleicht nicht mehr verbinden:",
  "No node is connected.": "Kein Node ist verbunden.",
  "No node is paired or connected.": "Kein Node ist gekoppelt oder verbunden.",
  "  {0}  {1}  connected since {2}": "  {0}  {1}  verbunden seit {2}",
  "      nothing that it may be asked for": "      nichts, worum er gebeten werden darf",
  "Name: {0}": "Name: {0}",
  "Id: {0}": "Kennung: {0}",
  "Platform: {0}": "Plattform: {0}",
  "Device: {0}": "Gerät: {0}",
  "Version: {0}": "Version: {0}",
  "Address: {0}": "Adresse: {0}",
  "Can: {0}": "Kann: {0}",
  "May be asked for: {0}": "Darf gebeten werden um: {0}",
  "Its person permits: {0}": "Erlaubt ist dort: {0}",
  "Its person does not permit: {0}": "Nicht erlaubt ist dort: {0}",
  "Connected since {0}": "Verbunden seit {0}",
  "It is not connected.": "Er ist nicht verbunden.",
  "It is not paired: it came with the gateway's secret and no device of its own.":
    "Er ist nicht gekoppelt: Er kam mit dem Geheimnis des Gateways und ohne eigenes Gerät.",
  "{0} is turned away; it may ask again": "{0} ist abgewiesen; er darf wieder anfragen",
  "the node is called {0} now": "der Node heißt jetzt {0}",
  "Waiting for the node": "Warten auf den Node",
  "the program was ended, as it took too long": "das Programm wurde beendet, weil es zu lange brauchte",
  "the program ended with {0}": "das Programm endete mit {0}",
  "--env needs a name and a value, such as LANG=C": "--env braucht einen Namen und einen Wert, etwa LANG=C",
  "{0} shows it": "{0} zeigt es",
  "what the node is called (default: the name of this machine)":
    "wie der Node heißt (sonst: der Name dieses Rechners)",
  "Make this machine a node of a gateway, in the foreground":
    "Diesen Rechner im Vordergrund zum Node eines Gateways machen",
  "The gateway may then look for programs here, show notifications, and start the programs that nodeHost.allow names; without any it starts none.":
    "Das Gateway darf dann hier nach Programmen suchen, Benachrichtigungen zeigen und die Programme starten, die nodeHost.allow nennt; ohne Angabe startet es keines.",
  "A gateway on another machine has to approve this one first, with clawdbot nodes approve.":
    "Ein Gateway auf einem anderen Rechner muss diesen zuerst freigeben, mit clawdbot nodes approve.",
  "Make this machine a node whenever you are logged in, as a service":
    "Diesen Rechner als Dienst zum Node machen, sobald Sie angemeldet sind",
  "gateway that it belongs to, such as wss://home.example":
    "Gateway, zu dem er gehört, etwa wss://home.example",
  "also when it is installed already": "auch wenn er schon eingerichtet ist",
  "Secrets are no part of a service: it takes them from the configuration, or from service.env in the state directory.":
    "Geheimnisse gehören nicht in einen Dienst: Er nimmt sie aus der Konfiguration oder aus service.env im Zustandsverzeichnis.",
  "Take the service of the node away; its identity stays":
    "Den Dienst des Nodes entfernen; seine Identität bleibt",
  "Show what this machine is as a node, and whether its service runs":
    "Zeigen, was dieser Rechner als Node ist und ob sein Dienst läuft",
  "This machine is the node {0}; it can {1}": "Dieser Rechner ist der Node {0}; er kann {1}",
  "connected to {0}": "verbunden mit {0}",
  "the connection ended ({0}{1}); it is tried again":
    "die Verbindung endete ({0}{1}); es wird erneut versucht",
  "the gateway has to approve this node: {0} there; it is tried again":
    "das Gateway muss diesen Node freigeben: dort {0}; es wird erneut versucht",
  "the gateway has to approve this node; it is tried again":
    "das Gateway muss diesen Node freigeben; es wird erneut versucht",
  "not connected: {0}; it is tried again": "nicht verbunden: {0}; es wird erneut versucht",
  "Installing the service": "Der Dienst wird eingerichtet",
  "{0} is installed already, and runs": "{0} ist schon eingerichtet und läuft",
  "{0} is installed and runs; it starts again when you log in":
    "{0} ist eingerichtet und läuft; er startet wieder, wenn Sie sich anmelden",
  "Removing the service": "Der Dienst wird entfernt",
  "{0} is gone; the identity of the node stays": "{0} ist entfernt; die Identität des Nodes bleibt",
  "This machine was no node yet: {0} makes it one": "Dieser Rechner war noch kein Node: {0} macht ihn dazu",
  "Node: {0}": "Node: {0}",
  "It starts no program for a gateway: {0} names those that it may":
    "Er startet kein Programm für ein Gateway: {0} nennt die, die er darf",
  "It starts for a gateway: {0}": "Er startet für ein Gateway: {0}",
  "Service: {0}": "Dienst: {0}",
  "Service: not installed": "Dienst: nicht eingerichtet",
};

/** The sentences of sidecar/host, base, run, gateway, assistant and shared. */
import type { Translation } from "../../../shared/remedy.ts";

const SANDBOX: Translation = {
  "it is for Linux alone": "das gibt es nur unter Linux",
  "choose docker or podman with sandbox.backend": "wählen Sie mit sandbox.backend docker oder podman",
  "bwrap is not installed": "bwrap ist nicht installiert",
  "{0}, or the package of that name elsewhere": "{0}, anderswo das Paket dieses Namens",
  "There is no sandbox ({0}: {1}), and nothing runs outside of it. What helps: {2}":
    "Es gibt keine Sandbox ({0}: {1}), und außerhalb davon läuft nichts. Was hilft: {2}",
  "start Docker, and let this user use it": "starten Sie Docker und erlauben Sie es diesem Benutzer",
  "see what podman info says": "sehen Sie nach, was podman info sagt",
  "load it: {0} pull {1}": "laden Sie es: {0} pull {1}",
  "{0} is not installed": "{0} ist nicht installiert",
  "install it, or choose another sandbox.backend":
    "installieren Sie es, oder wählen Sie ein anderes sandbox.backend",
  "{0} does not answer": "{0} antwortet nicht",
  "no image is chosen": "es ist kein Image gewählt",
  "set sandbox.docker.image to one that is on this machine":
    "setzen Sie sandbox.docker.image auf eines, das auf diesem Rechner ist",
  "there is no image {0} on this machine": "auf diesem Rechner gibt es kein Image {0}",
  "it is not written as /source:/target:ro": "es ist nicht als /quelle:/ziel:ro geschrieben",
  "{0} is not there": "{0} gibt es nicht",
  "a socket leads out of the sandbox": "ein Socket führt aus der Sandbox hinaus",
  "a sandbox has a place of its own there": "dort hat die Sandbox etwas Eigenes",
  "there are keys, or what is the gateway's own": "dort liegen Schlüssel oder das, was dem Gateway gehört",
  "The sandbox cannot have {0}: {1}; nothing runs": "Die Sandbox kann {0} nicht haben: {1}; nichts läuft",
  "correct sandbox.docker.binds": "berichtigen Sie sandbox.docker.binds",
  "AppArmor keeps programs from making user namespaces, as Ubuntu 24.04 has it":
    "AppArmor lässt Programme keine User-Namespaces anlegen, wie in Ubuntu 24.04 üblich",
  "give bwrap a profile with userns, or {0}": "geben Sie bwrap ein Profil mit userns, oder {0}",
  "the kernel keeps users from making namespaces": "der Kernel lässt Benutzer keine Namespaces anlegen",
  "the kernel lets nobody make user namespaces": "der Kernel lässt niemanden User-Namespaces anlegen",
  "it cannot be started": "es lässt sich nicht starten",
  "it says {0}": "es meldet {0}",
  "let this user make user namespaces; in a container that takes --security-opt seccomp=unconfined":
    "erlauben Sie diesem Benutzer User-Namespaces; in einem Container braucht das --security-opt seccomp=unconfined",
};

const MEMORY: Translation = {
  "the gateway uses {0} MB of memory; from {1} MB on it takes no new messages":
    "das Gateway braucht {0} MB Speicher; ab {1} MB nimmt es keine neuen Nachrichten an",
  "the gateway uses {0} MB of memory and takes no new messages; from {1} MB on it is replaced between two runs":
    "das Gateway braucht {0} MB Speicher und nimmt keine neuen Nachrichten an; ab {1} MB wird es zwischen zwei Läufen ersetzt",
  "the gateway needs {0} MB of memory right after its start: gateway.guard.restartMb ({1}) is too low to help":
    "das Gateway braucht schon gleich nach dem Start {0} MB Speicher: gateway.guard.restartMb ({1}) ist zu niedrig, um zu helfen",
};

const CONNECTION: Translation = {
  "cannot be read": "ist nicht zu lesen",
  "Too many wrong pairing codes; in a chat none is taken for an hour. On the gateway's machine it is: {0}":
    "Zu viele falsche Kopplungscodes; in einem Chat wird eine Stunde lang keiner angenommen. Auf dem Rechner des Gateways schon: {0}",
  "Nobody on {0} waits with this code; codes are valid for an hour. Those that wait: {1}":
    "Auf {0} wartet niemand mit diesem Code; Codes gelten eine Stunde. Diese warten: {1}",
  '{0}.dmPolicy is "open", but allowFrom does not hold "*": only listed people are let in':
    '{0}.dmPolicy ist "open", aber in allowFrom steht kein "*": nur aufgeführte Personen werden zugelassen',
  "no end of {0} within {1} ms": "kein Ende {0} innerhalb von {1} ms",
  "the handshake": "des Verbindungsaufbaus",
  "an answer": "einer Antwort",
  "the answer to {0} is none that a gateway gives": "die Antwort auf {0} ist keine, die ein Gateway gibt",
  "no answer to {0} within {1} ms": "keine Antwort auf {0} innerhalb von {1} ms",
  "the gateway closed the connection ({0}{1})": "das Gateway hat die Verbindung geschlossen ({0}{1})",
  "the device identity cannot sign": "die Identität des Geräts kann nicht unterschreiben",
  "the gateway refused without a reason": "das Gateway hat ohne Begründung abgelehnt",
  "the gateway answered without a reason": "das Gateway hat ohne Begründung geantwortet",
  "answers with a welcome that is none": "antwortet mit einer Begrüßung, die keine ist",
  "answers HTTP {0} instead of a gateway": "antwortet mit HTTP {0} statt als Gateway",
  "closed during the handshake ({0}{1})": "während des Verbindungsaufbaus geschlossen ({0}{1})",
  "The gateway (PID {0}) {1}.": "Das Gateway (PID {0}) {1}.",
  "port {0} changed hands while connecting; try again":
    "Port {0} hat während des Verbindens den Besitzer gewechselt; versuchen Sie es erneut",
  "a program of {0}": "ein Programm von {0}",
  "{0}'s {1} (pid {2})": "{1} von {0} (PID {2})",
  "your gateway runs, but does not hold it": "Ihr Gateway läuft, belegt ihn aber nicht",
  "your gateway is not running": "Ihr Gateway läuft nicht",
  "port {0} is held by {1}; {2}": "Port {0} ist belegt durch {1}; {2}",
  "if it is {0}'s gateway, ask as that user: sudo -u {1} clawdbot …; else ":
    "falls es das Gateway von {0} ist, fragen Sie als dieser Benutzer: sudo -u {1} clawdbot …; sonst ",
  "{0}end that program, or choose another port: {1}":
    "{0}beenden Sie dieses Programm, oder wählen Sie einen anderen Port: {1}",
  "the system does not tell who listens on port {0}, so no secret is sent there":
    "das System sagt nicht, wer auf Port {0} lauscht; deshalb wird kein Geheimnis dorthin gesendet",
  "pass --token, --password or --url to send one all the same":
    "geben Sie --token, --password oder --url an, um trotzdem eines zu senden",
  "{0}: expected user@host or user@host:port, got {1}":
    "{0}: erwartet wird benutzer@rechner oder benutzer@rechner:port, nicht {1}",
  "ssh to {0} opened no tunnel within {1} ms": "ssh zu {0} hat innerhalb von {1} ms keinen Tunnel geöffnet",
  "ssh is not installed": "ssh ist nicht installiert",
  "install OpenSSH": "installieren Sie OpenSSH",
  "it ended with {0}": "es endete mit {0}",
  "ssh to {0}: {1}": "ssh zu {0}: {1}",
  "the system gave it no socket for requests": "das System gab ihr keinen Socket für Anfragen",
  "it does not answer within {0} s": "sie antwortet nicht innerhalb von {0} s",
  "it closed the connection": "sie hat die Verbindung geschlossen",
  "The tray (PID {0}) keeps the gateway and cannot be asked: {1}. Use its menu, or end the tray and try again.":
    "Die Tray-Anwendung (PID {0}) betreibt das Gateway und lässt sich nicht fragen: {1}. Benutzen Sie ihr Menü, oder beenden Sie sie und versuchen Sie es erneut.",
  "The tray (PID {0}) has not finished the {1} within {2} s and goes on with it; look with {3}.":
    "Die Tray-Anwendung (PID {0}) ist mit {1} nach {2} s nicht fertig und macht damit weiter; sehen Sie nach mit {3}.",
  "The tray (PID {0}) ended before the {1} was done; look with {2}.":
    "Die Tray-Anwendung (PID {0}) endete, bevor {1} getan war; sehen Sie nach mit {2}.",
  "gateway {0}: the tray could not do it: {1}": "gateway {0}: Die Tray-Anwendung konnte es nicht tun: {1}",
  "{0} tells more": "{0} sagt mehr",
};

const MODELS: Translation = {
  "The model {0} cannot answer: there is no key for {1}. Give it one: {2}, or set {3}.":
    "Das Modell {0} kann nicht antworten: Es gibt keinen Schlüssel für {1}. Hinterlegen Sie einen: {2}, oder setzen Sie {3}.",
  'Nothing is known of a model provider "{0}"; these are: {1}':
    "Einen Modellanbieter „{0}“ kennt hier niemand; es gibt: {1}",
  "tell where it is first: {0}": "sagen Sie zuerst, wo er zu finden ist: {0}",
  "<address>": "<Adresse>",
  "The model {0} may not be chosen; agents.defaults.models allows: {1}":
    "Das Modell {0} darf nicht gewählt werden; agents.defaults.models erlaubt: {1}",
  "There is no model {0}: a model is named provider/name, and the providers are {1}.":
    "Ein Modell {0} gibt es nicht: Modelle heißen anbieter/name, und die Anbieter sind {1}.",
  "choose one of {0}: {1}": "wählen Sie eines aus {0}: {1}",
  "<provider/name>": "<Anbieter/Name>",
  "models.providers.{0}: the API {1} is not spoken here; these are: {2}":
    "models.providers.{0}: Die API {1} wird hier nicht gesprochen; es gibt: {2}",
  "<api>": "<API>",
  "models.providers.{0} needs a baseUrl, such as http://127.0.0.1:8080/v1":
    "models.providers.{0} braucht eine baseUrl, etwa http://127.0.0.1:8080/v1",
  "models.providers.{0}.baseUrl is no address of the web: {1}":
    "models.providers.{0}.baseUrl ist keine Web-Adresse: {1}",
  "models.providers.{0}.baseUrl holds a password; put it into headers or apiKey":
    "models.providers.{0}.baseUrl enthält ein Passwort; setzen Sie es in headers oder apiKey",
};

const STORE: Translation = {
  "{0} messages wait in this conversation already; send this one when they are answered.":
    "In diesem Gespräch warten schon {0} Nachrichten; senden Sie diese, wenn sie beantwortet sind.",
  "Cannot use the work directory {0}: {1}.": "Das Arbeitsverzeichnis {0} lässt sich nicht benutzen: {1}.",
  "make it writable for this user, or choose another: {0}":
    "machen Sie es für diesen Benutzer beschreibbar, oder wählen Sie ein anderes: {0}",
  "The model {0} has a window of {1} tokens, and an assistant takes {2}.":
    "Das Modell {0} hat ein Fenster von {1} Tokens, und ein Assistent braucht {2}.",
  "choose another: {0}": "wählen Sie ein anderes: {0}",
  "What the model is told before the conversation takes {0} % of its window of {1} tokens.":
    "Was das Modell vor dem Gespräch erfährt, nimmt {0} % seines Fensters von {1} Tokens ein.",
  "make the largest parts smaller, or choose a model with a larger window: {0}":
    "verkleinern Sie die größten Teile, oder wählen Sie ein Modell mit größerem Fenster: {0}",
  "add to it: {0}, or raise the limit: {1}": "erhöhen Sie es: {0}, oder heben Sie die Grenze an: {1}",
  "label already in use: {0}": "die Bezeichnung {0} ist schon vergeben",
  "there is no session {0}": "es gibt keine Sitzung {0}",
  "there is no entry {0} in the session": "in der Sitzung gibt es keinen Eintrag {0}",
  "entry {0} is no message of a person": "Eintrag {0} ist keine Nachricht eines Menschen",
  "A message of this conversation is being answered, or waits; stop that, or try again afterwards.":
    "Eine Nachricht dieses Gesprächs wird gerade beantwortet oder wartet; halten Sie das an, oder versuchen Sie es danach noch einmal.",
  "The conversation went on meanwhile; look at it again and repeat that.":
    "Das Gespräch ging inzwischen weiter; sehen Sie es noch einmal an, und wiederholen Sie das.",
  "{0} was written by a later version (tables {1}, this version knows {2}).":
    "{0} hat eine spätere Version geschrieben (Tabellen {1}, diese Version kennt {2}).",
  "run the later version here too, or restore a backup of before: {0}":
    "betreiben Sie auch hier die spätere Version, oder spielen Sie eine Sicherung von davor ein: {0}",
  "it was left as it is": "sie blieb, wie sie ist",
  "it is kept as {0}": "sie bleibt als {0} erhalten",
  "{0} is damaged ({1}); {2}.": "{0} ist beschädigt ({1}); {2}.",
  "put back the newest backup: {0}": "spielen Sie die neueste Sicherung ein: {0}",
};

const CONFIG: Translation = {
  "{0} is no file that may be sent": "{0} ist keine Datei, die gesendet werden darf",
  "channel {0} does not support logout": "der Kanal {0} kennt kein Abmelden",
  "the configuration has no account of {0}": "die Konfiguration hat kein Konto für {0}",
  "{0} has no account {1}; it has {2}": "{0} hat kein Konto {1}; vorhanden ist {2}",
  "there is no agent {0}; there is {1}": "einen Agenten {0} gibt es nicht; es gibt {1}",
  "and {0} more": "und {0} weitere",
  "unknown key{0}": "unbekannter Schlüssel{0}",
  "; it belongs under {0}": "; er gehört unter {0}",
  "this value does not count; {0}": "dieser Wert zählt nicht; {0}",
  "this release does not serve it; {0}": "diese Version bedient ihn nicht; {0}",
  "is nested deeper than {0} levels": "ist tiefer als {0} Ebenen verschachtelt",
  "expected one of {0}{1}": "muss eines von {0} sein{1}",
  "expected {0}{1}": "muss {0} sein{1}",
  string: "ein Text",
  number: "eine Zahl",
  "whole number": "eine ganze Zahl",
  "true or false": "true oder false",
  "the text ends too early; a bracket or a quote is not closed":
    "der Text endet zu früh; eine Klammer oder ein Anführungszeichen ist nicht geschlossen",
  "invalid character '{0}'": "ungültiges Zeichen '{0}'",
  object: "ein Objekt",
  "must be at least {0}{1}": "muss mindestens {0} sein{1}",
  "must be at most {0}{1}": "darf höchstens {0} sein{1}",
  ", got {0}": ", nicht {0}",
  "cannot be read: {0}": "lässt sich nicht lesen: {0}",
  "cannot be read: {0} ({1})": "lässt sich nicht lesen: {0} ({1})",
  "cannot be read: there is no file {0}": "lässt sich nicht lesen: Es gibt keine Datei {0}",
  "cannot be parsed: {0}": "ist nicht zu verstehen: {0}",
  "line {0}, column {1}: {2}": "Zeile {0}, Spalte {1}: {2}",
  "{0} (in {1})": "{0} (in {1})",
  "is one of more than {0} included files": "ist eine von mehr als {0} eingebundenen Dateien",
  "includes itself: {0}": "bindet sich selbst ein: {0}",
  "is included through more than {0} files": "ist über mehr als {0} Dateien eingebunden",
  "lies outside of {0} ({1})": "liegt außerhalb von {0} ({1})",
  "belongs to another user (uid {0}): {1}": "gehört einem anderen Benutzer (uid {0}): {1}",
  "can be changed by other users, outside of {0}: {1}":
    "können andere Benutzer ändern, und sie liegt außerhalb von {0}: {1}",
  "cannot be looked at ({0}): {1}": "lässt sich nicht ansehen ({0}): {1}",
  "the variable {0} is not set": "die Variable {0} ist nicht gesetzt",
  "the variable {0} is empty": "die Variable {0} ist leer",
  "{0} in braces is no name of a variable: those have capital letters, digits and _":
    "{0} in Klammern ist kein Name einer Variablen: Die haben Großbuchstaben, Ziffern und _",
  "must be a time of day such as 08:00": "muss eine Uhrzeit wie 08:00 sein",
  "must be another time than start; take activeHours out for the whole day, or set every to 0m for never":
    "muss eine andere Zeit als start sein; nehmen Sie activeHours für den ganzen Tag heraus, oder setzen Sie every für nie auf 0m",
  "must be a duration such as 30m or 1h30m": "muss eine Dauer wie 30m oder 1h30m sein",
  "must be a span of time such as 90d": "muss eine Zeitspanne wie 90d sein",
  "must be a http:// or https:// address without a password, such as http://127.0.0.1:8080/v1":
    "muss eine Adresse mit http:// oder https:// und ohne Passwort sein, etwa http://127.0.0.1:8080/v1",
  "must be a ws:// or wss:// address without a password, such as wss://home.example":
    "muss eine Adresse mit ws:// oder wss:// und ohne Passwort sein, etwa wss://home.example",
  "must be an origin such as https://home.example": "muss ein Ursprung wie https://home.example sein",
  "must be a path of its own such as /hooks, or every address would be a hook":
    "muss ein eigener Pfad wie /hooks sein, sonst wäre jede Adresse ein Hook",
  "must be the name of a tool, or a group such as group:fs or group:web":
    "muss der Name eines Werkzeugs sein oder eine Gruppe wie group:fs oder group:web",
  'object such as { "name": … }': 'ein Objekt wie { "name": … }',
  "list such as [ … ]": "eine Liste wie [ … ]",
  "must be a path such as /clawdbot": "muss ein Pfad wie /clawdbot sein",
  "must be the path of a file or folder, such as ~/notes":
    "muss der Pfad einer Datei oder eines Ordners sein, etwa ~/notes",
  "must be an address or a range of them, such as 192.168.1.5 or 10.0.0.0/8":
    "muss eine Adresse oder ein Bereich von Adressen sein, etwa 192.168.1.5 oder 10.0.0.0/8",
  "must be an address or the name of a network interface, such as 192.168.1.5 or eth0":
    "muss eine Adresse oder der Name einer Netzwerkschnittstelle sein, etwa 192.168.1.5 oder eth0",
  "must be user@host or user@host:port": "muss user@host oder user@host:port sein",
  "must be a model such as anthropic/claude-sonnet-5, or an alias of one":
    "muss ein Modell wie anthropic/claude-sonnet-5 sein, oder ein Alias dafür",
  "must be one of openai-completions, openai-responses, anthropic-messages, google-generative-ai or ollama":
    "muss openai-completions, openai-responses, anthropic-messages, google-generative-ai oder ollama sein",
  "must be the name of a provider, without blanks or slashes, such as my-server":
    "muss der Name eines Anbieters sein, ohne Leerzeichen und Schrägstriche, etwa my-server",
  "must be the name of a header, such as X-Title": "muss der Name eines Headers sein, etwa X-Title",
  "must not hold line breaks or characters that no header carries":
    "darf keine Zeilenumbrüche und keine Zeichen enthalten, die kein Header trägt",
  "must be a size such as 2gb": "muss eine Größe wie 2gb sein",
  "would erase them at once; give a span of time such as 90d":
    "würde sie sofort löschen; geben Sie eine Zeitspanne wie 90d an",
  "leaves room for no conversation; give a size such as 2gb":
    "lässt für kein Gespräch Platz; geben Sie eine Größe wie 2gb an",
  "must not be more than maxMs; lower it, or raise maxMs":
    "darf nicht über maxMs liegen; verringern Sie es, oder erhöhen Sie maxMs",
  "must not be more than maxChars; lower it, or raise maxChars":
    "darf nicht über maxChars liegen; verringern Sie es, oder erhöhen Sie maxChars",
  "would trust the whole internet": "würde dem ganzen Internet trauen",
  "is only the mark of a hidden secret; give the secret itself":
    "ist nur das Zeichen für ein verborgenes Geheimnis; geben Sie das Geheimnis selbst an",
  "is only a placeholder; give the secret itself":
    "ist nur ein Platzhalter; geben Sie das Geheimnis selbst an",
  "is only a placeholder that everybody knows; give a secret of its own":
    "ist nur ein Platzhalter, den jeder kennt; geben Sie ein eigenes Geheimnis an",
  "must be an object": "muss ein Objekt sein",
  "must hold an object": "muss ein Objekt enthalten",
  "the file is empty": "die Datei ist leer",
  "the file holds nothing but comments": "die Datei enthält nur Kommentare",
  "must be the path of a file, or a list of such paths":
    "muss der Pfad einer Datei sein oder eine Liste solcher Pfade",
  "mount or create what it leads to, or remove the link":
    "hängen Sie ein oder legen Sie an, wohin sie führt, oder entfernen Sie die Verknüpfung",
  "Cannot read {0}: {1}": "{0} lässt sich nicht lesen: {1}",
  "Invalid configuration: {0}": "Ungültige Konfiguration: {0}",
  "{0} repairs what it can; or edit {1}": "{0} behebt, was es kann; oder bearbeiten Sie {1}",
  "Cannot write {0}: another program is changing it":
    "{0} lässt sich nicht schreiben: Ein anderes Programm ändert es gerade",
  "try again; if it stays so, end the program that holds {0}.lock":
    "versuchen Sie es erneut; bleibt es so, beenden Sie das Programm, das {0}.lock hält",
  "{0} is written, but its backups could not be moved ({1}); what was there before is {2}":
    "{0} ist geschrieben, aber seine Sicherungen ließen sich nicht verschieben ({1}); was vorher dort stand, ist {2}",
  "{0} is not a path such as gateway.port": "{0} ist kein Pfad wie gateway.port",
  "{0} has {1} keys, at most {2} are possible": "{0} hat {1} Schlüssel, höchstens {2} sind möglich",
  "{0} holds a single value, so {1} cannot be set":
    "{0} enthält einen einzelnen Wert; deshalb lässt sich {1} nicht setzen",
  "{0} is a list of {1}: {2} is not one of its places":
    "{0} ist eine Liste von {1}: {2} ist keiner ihrer Plätze",
  "other users can get at the secrets in {0} (mode {1}); run: chmod 600 {2}":
    "andere Benutzer kommen an die Geheimnisse in {0} heran (Modus {1}); führen Sie aus: chmod 600 {2}",
  "{0} stands in {1}, which {2} includes": "{0} steht in {1}, das {2} einbindet",
  "{0} includes another file; change single values of it":
    "{0} bindet eine andere Datei ein; ändern Sie einzelne Werte davon",
  "{0}; the last one that worked is {1}": "{0}; die letzte brauchbare ist {1}",
  "to bind gateway to {0}": "das Gateway an {0} zu binden",
  "Run {0}, or set gateway.mode=local, or pass --allow-unconfigured.":
    "Führen Sie {0} aus, setzen Sie gateway.mode=local, oder geben Sie --allow-unconfigured an.",
  "No configuration yet ({0}). {1}": "Noch keine Konfiguration ({0}). {1}",
  "(current: {0})": "(jetzt: {0})",
  unset: "nicht gesetzt",
  "Gateway start blocked: set gateway.mode=local {0} or pass --allow-unconfigured.":
    "Start des Gateways verweigert: Setzen Sie gateway.mode=local {0}, oder geben Sie --allow-unconfigured an.",
  "Auth mode token needs a token: gateway.auth.token, CLAWDBOT_GATEWAY_TOKEN or --token.":
    "Der Anmeldemodus token braucht ein Token: gateway.auth.token, CLAWDBOT_GATEWAY_TOKEN oder --token.",
  "Auth mode password needs a password: gateway.auth.password, CLAWDBOT_GATEWAY_PASSWORD, --password or --password-file.":
    "Der Anmeldemodus password braucht ein Passwort: gateway.auth.password, CLAWDBOT_GATEWAY_PASSWORD, --password oder --password-file.",
  "Refusing to bind gateway to {0} without auth.": "Das Gateway wird ohne Anmeldung nicht an {0} gebunden.",
  "Set gateway.auth.token/password (or CLAWDBOT_GATEWAY_TOKEN/CLAWDBOT_GATEWAY_PASSWORD) or pass --token/--password.":
    "Setzen Sie gateway.auth.token/password (oder CLAWDBOT_GATEWAY_TOKEN/CLAWDBOT_GATEWAY_PASSWORD), oder geben Sie --token/--password an.",
  "Tailscale {0}": "Tailscale {0} zu benutzen",
  "beyond this machine it needs at least {0}": "über diesen Rechner hinaus braucht es mindestens {0}",
  "Refusing {0} with a {1} of {2} characters ({3}): {4}.":
    "Es wird abgelehnt, {0}: Das Geheimnis ({1}, {3}) hat {2} Zeichen; {4}.",
  "give a longer one with {0}, or leave that away and run {1}":
    "geben Sie mit {0} ein längeres an, oder lassen Sie das weg und führen Sie {1} aus",
  "gateway.remote.{0} is only used for calls to another gateway; ours is gateway.auth.{1}.":
    "gateway.remote.{0} gilt nur für Aufrufe eines anderen Gateways; für dieses gilt gateway.auth.{1}.",
  "gateway.tls.enabled: this release does not speak TLS itself.":
    "gateway.tls.enabled: Diese Version spricht selbst kein TLS.",
  "set it to false and put Tailscale Serve or a TLS proxy in front":
    "setzen Sie es auf false, und schalten Sie Tailscale Serve oder einen TLS-Proxy davor",
  "kept, but this release does not serve it: {0}": "bleibt stehen, aber diese Version bedient es nicht: {0}",
  "--tailscale funnel is public: it needs --auth password and a password.":
    "--tailscale funnel ist öffentlich: Es braucht --auth password und ein Passwort.",
  "--tailscale {0} works on loopback only (bind is {1}).":
    "--tailscale {0} geht nur auf Loopback (bind ist {1}).",
  "cannot read {0} ({1})": "{0} lässt sich nicht lesen ({1})",
  "the first line of {0} is longer than 64 KiB": "die erste Zeile von {0} ist länger als 64 KiB",
  "the first line of {0} is empty": "die erste Zeile von {0} ist leer",
  "the first line of {0} is no text": "die erste Zeile von {0} ist kein Text",
  "--{0} and --{1} exclude each other": "--{0} und --{1} schließen einander aus",
  "--dev and --profile exclude each other": "--dev und --profile schließen einander aus",
  "--profile: {0} is not a profile name (letters, digits, _ and -)":
    "--profile: {0} ist kein Name eines Profils (Buchstaben, Ziffern, _ und -)",
  '--profile: "{0}" is taken by a launchd label; choose another name':
    "--profile: „{0}“ ist durch ein launchd-Label belegt; wählen Sie einen anderen Namen",
  "Empty {0}": "{0} ist leer",
  "{0}: must not contain control characters": "{0}: darf keine Steuerzeichen enthalten",
  "{0}: expected {1}-{2}, got {3}": "{0}: erwartet wird {1}-{2}, nicht {3}",
  "{0}: expected one of {1}; got {2}": "{0}: erwartet wird eines von {1}, nicht {2}",
  "{0}: expected an age such as 10m, 2h or 3d, or a date such as 2026-11-29 or 2026-11-29T08:30; got {1}":
    "{0}: erwartet wird ein Alter wie 10m, 2h oder 3d, oder ein Datum wie 2026-11-29 oder 2026-11-29T08:30, nicht {1}",
  "{0}: expected a regular expression, got {1}": "{0}: erwartet wird ein regulärer Ausdruck, nicht {1}",
};

const RUN_OPTIONS: Translation = {
  "TCP port, 1-65535 (default 18789)": "TCP-Port, 1-65535 (Vorgabe 18789)",
  "where to listen: loopback, lan, tailnet, auto or custom (default loopback)":
    "wo gelauscht wird: loopback, lan, tailnet, auto oder custom (Vorgabe loopback)",
  "token or password (default: what is configured)": "token oder password (Vorgabe: was eingestellt ist)",
  "token that clients must present": "Token, das Clients vorlegen müssen",
  "password that clients must present (visible to other users; see next)":
    "Passwort, das Clients vorlegen müssen (für andere Benutzer sichtbar; siehe nächste Option)",
  "read the password from a file": "das Passwort aus einer Datei lesen",
  "off, or let Tailscale expose the gateway: serve or funnel":
    "off, oder das Gateway mit Tailscale freigeben: serve oder funnel",
  "take the exposure back when the gateway stops": "die Freigabe zurücknehmen, wenn das Gateway endet",
  "start without gateway.mode=local": "ohne gateway.mode=local starten",
  "end the program that holds the port first": "zuerst das Programm beenden, das den Port belegt",
  "with --dev: move the dev profile's configuration, credentials, history and work directory to the trash first":
    "mit --dev: zuerst Konfiguration, Zugangsdaten, Verlauf und Arbeitsverzeichnis des Entwicklerprofils in den Papierkorb verschieben",
  "for the tray and service managers: a refusal exits 78 and leaves its reason in run/start-blocked.json":
    "für Tray-Anwendung und Dienstverwaltungen: Eine Verweigerung endet mit 78 und hinterlässt ihren Grund in run/start-blocked.json",
  "print the debug log": "das Debug-Protokoll ausgeben",
  "how WebSocket traffic is logged: auto, full or compact":
    "wie WebSocket-Verkehr protokolliert wird: auto, full oder compact",
  "short for --ws-log compact": "kurz für --ws-log compact",
};

const FILES: Translation = {
  "{0}=1 insists, for containers": "{0}=1 besteht darauf, für Container",
  "Run by sudo, this would put files of root into {0}, where {1} could not use them.":
    "Mit sudo ausgeführt legte dies Dateien von root in {0} ab, wo {1} sie nicht benutzen könnte.",
  "run it as {0}, without sudo: {1}; {2}": "führen Sie es als {0} aus, ohne sudo: {1}; {2}",
  "Run as root, this would put files of root into {0}, which belongs to {1}.":
    "Als root ausgeführt legte dies Dateien von root in {0} ab, das {1} gehört.",
  "run it as {0}: {1} {2}; {3}": "führen Sie es als {0} aus: {1} {2}; {3}",
  "HOME is not set and the user has no home directory":
    "HOME ist nicht gesetzt, und der Benutzer hat kein Home-Verzeichnis",
  "{0} is empty": "{0} ist leer",
  "{0} is {1}, which is not an absolute path": "{0} ist {1}; das ist kein absoluter Pfad",
  "set HOME to the home directory, or CLAWDBOT_STATE_DIR to a directory for the gateway's files":
    "setzen Sie HOME auf das Home-Verzeichnis, oder CLAWDBOT_STATE_DIR auf ein Verzeichnis für die Dateien des Gateways",
  "another program was installed in the place of this one, so a part of it is gone; restart it to go on with the new one":
    "an der Stelle dieses Programms wurde ein anderes installiert, sodass ein Teil fehlt; starten Sie es neu, um mit dem neuen weiterzumachen",
  "{0} was built without the module node:sqlite, which the gateway needs.":
    "{0} wurde ohne das Modul node:sqlite gebaut, das das Gateway braucht.",
  "use another Node, such as the one from https://nodejs.org, and none of the options that switch modules off":
    "nehmen Sie ein anderes Node, etwa das von https://nodejs.org, und keine der Optionen, die Module abschalten",
  "it holds no JSON object": "sie enthält kein JSON-Objekt",
  "restore it from a backup": "stellen Sie sie aus einer Sicherung wieder her",
  "{0}: a line break or another control character cannot stand in a property list.":
    "{0}: Ein Zeilenumbruch oder anderes Steuerzeichen kann in einer Property-Liste nicht stehen.",
  "use a path or value without control characters": "nehmen Sie einen Pfad oder Wert ohne Steuerzeichen",
  "it is a directory (EISDIR)": "es ist ein Verzeichnis (EISDIR)",
  "put a file in its place": "setzen Sie eine Datei an seine Stelle",
  "it is not a regular file": "es ist keine gewöhnliche Datei",
  "put a regular file in its place": "setzen Sie eine gewöhnliche Datei an seine Stelle",
  "check the disk and the path": "prüfen Sie den Datenträger und den Pfad",
  "it is larger than 64 KiB": "es ist größer als 64 KiB",
  "it is larger than 256 KiB": "es ist größer als 256 KiB",
  "it is larger than 1 MiB": "es ist größer als 1 MiB",
  "it is larger than 16 MiB": "es ist größer als 16 MiB",
  "check whether this is the right file": "prüfen Sie, ob dies die richtige Datei ist",
  "make it readable for this user: check owner and mode of the file and its directories":
    "machen Sie es für diesen Benutzer lesbar: Prüfen Sie Besitzer und Modus der Datei und ihrer Verzeichnisse",
  "try again in a moment": "versuchen Sie es gleich noch einmal",
  "permission denied (EACCES)": "keine Berechtigung (EACCES)",
  "permission denied (EPERM)": "keine Berechtigung (EPERM)",
  "permission denied ({0})": "keine Berechtigung ({0})",
  "a part of the path is a file (ENOTDIR)": "ein Teil des Pfades ist eine Datei (ENOTDIR)",
  "a part of the path is a file (EEXIST)": "ein Teil des Pfades ist eine Datei (EEXIST)",
  "move that file away, or choose another path":
    "verschieben Sie diese Datei, oder wählen Sie einen anderen Pfad",
  "its symbolic links lead in a circle (ELOOP)": "seine symbolischen Verknüpfungen führen im Kreis (ELOOP)",
  "repair the symbolic link": "berichtigen Sie die symbolische Verknüpfung",
  "too many files are open (EMFILE)": "zu viele Dateien sind offen (EMFILE)",
  "too many files are open on this machine (ENFILE)":
    "auf diesem Rechner sind zu viele Dateien offen (ENFILE)",
  "it is in use (EBUSY)": "es ist in Gebrauch (EBUSY)",
  "it is in use (EAGAIN)": "es ist in Gebrauch (EAGAIN)",
  "it is in use (ETXTBSY)": "es ist in Gebrauch (ETXTBSY)",
  "the reading was interrupted (EINTR)": "das Lesen wurde unterbrochen (EINTR)",
  "it is not valid UTF-8 text": "es ist kein gültiger UTF-8-Text",
  "Cannot write {0}: {1}": "{0} lässt sich nicht schreiben: {1}",
  "make the directory writable for this user, or set CLAWDBOT_STATE_DIR to one that is":
    "machen Sie das Verzeichnis für diesen Benutzer beschreibbar, oder setzen Sie CLAWDBOT_STATE_DIR auf eines, das es ist",
  "free some space, or set CLAWDBOT_STATE_DIR to another disk":
    "schaffen Sie Platz, oder setzen Sie CLAWDBOT_STATE_DIR auf einen anderen Datenträger",
  "bring that drive back, or set CLAWDBOT_STATE_DIR to another one":
    "bringen Sie dieses Laufwerk zurück, oder setzen Sie CLAWDBOT_STATE_DIR auf ein anderes",
  "the file system is read-only (EROFS)": "das Dateisystem ist schreibgeschützt (EROFS)",
  "the disk quota is used up (EDQUOT)": "das Kontingent auf dem Datenträger ist aufgebraucht (EDQUOT)",
  "it would exceed the limit of this user on the size of files (EFBIG)":
    "es überschritte die Grenze dieses Benutzers für die Größe von Dateien (EFBIG)",
  "raise it: ulimit -f": "erhöhen Sie sie: ulimit -f",
  "move that directory away": "verschieben Sie dieses Verzeichnis",
  "no directory can be created there (ENOENT)": "dort lässt sich kein Verzeichnis anlegen (ENOENT)",
  "it is a symbolic link, which is not followed here (ELOOP)":
    "es ist eine symbolische Verknüpfung, der hier nicht gefolgt wird (ELOOP)",
  "put a file in the place of the link": "setzen Sie eine Datei an die Stelle der Verknüpfung",
  "the disk reports an error (EIO)": "der Datenträger meldet einen Fehler (EIO)",
  "see the log of the system, and look after the disk":
    "sehen Sie im Protokoll des Systems nach, und kümmern Sie sich um den Datenträger",
  "the network drive no longer knows it (ESTALE)": "das Netzlaufwerk kennt es nicht mehr (ESTALE)",
  "the drive is gone (ENODEV)": "das Laufwerk ist weg (ENODEV)",
  "the drive is not connected (ENOTCONN)": "das Laufwerk ist nicht verbunden (ENOTCONN)",
  "raise the limit: ulimit -n": "erhöhen Sie die Grenze: ulimit -n",
  "end programs that are not needed": "beenden Sie Programme, die nicht gebraucht werden",
  "the file system takes no more files: all its inodes are used up (ENOSPC)":
    "das Dateisystem nimmt keine Dateien mehr auf: Alle seine Inodes sind verbraucht (ENOSPC)",
  "delete files that are not needed, however small, or set CLAWDBOT_STATE_DIR to another disk":
    "löschen Sie Dateien, die nicht gebraucht werden, auch kleine, oder setzen Sie CLAWDBOT_STATE_DIR auf einen anderen Datenträger",
  "the disk is full (ENOSPC)": "der Datenträger ist voll (ENOSPC)",
  "Node's permission model forbids it (--permission)":
    "das Berechtigungsmodell von Node verbietet es (--permission)",
  "start Node without --permission, or with --allow-fs-write={0}":
    "starten Sie Node ohne --permission, oder mit --allow-fs-write={0}",
  "it is mounted by itself, and what is mounted cannot be changed ({0})":
    "es ist für sich eingehängt, und was eingehängt ist, lässt sich nicht ändern ({0})",
  "mount the directory {0} instead of the file, and not read-only":
    "hängen Sie das Verzeichnis {0} statt der Datei ein, und nicht schreibgeschützt",
  it: "es",
  "{0}: {1} has mode {2}": "{0}: {1} hat den Modus {2}",
  "{0}: {1} belongs to {2}": "{0}: {1} gehört {2}",
  'give it back to this user: sudo chown -R "$(id -un)" {0}':
    'geben Sie es diesem Benutzer zurück: sudo chown -R "$(id -un)" {0}',
  "{0} is gone": "{0} ist weg",
  "{0} cannot be moved to the trash ({1}). Nothing more was done.":
    "{0} lässt sich nicht in den Papierkorb verschieben ({1}). Mehr wurde nicht getan.",
  "move {0} away yourself, then try again": "verschieben Sie {0} selbst, und versuchen Sie es dann erneut",
};

const PROCESSES: Translation = {
  "a process of user {0}": "einen Prozess des Benutzers {0}",
  "pid {0} ({1}, {2}, user {3})": "Prozess {0} ({1}, {2}, Benutzer {3})",
  "pid {0} ({1}, user {2})": "Prozess {0} ({1}, Benutzer {2})",
  "port {0} is held by a process of user {1}": "Port {0} ist belegt durch einen Prozess des Benutzers {1}",
  "stop it with sudo (sudo ss -ltnp 'sport = :{0}' names it) or use --port":
    "beenden Sie ihn mit sudo (sudo ss -ltnp 'sport = :{0}' nennt ihn), oder benutzen Sie --port",
  "pid {0} ({1}) {2}": "Prozess {0} ({1}) {2}",
  "is this very process": "ist dieser Prozess selbst",
  "use --port": "benutzen Sie --port",
  "keeps the system running": "hält das System am Laufen",
  "started this command": "hat diesen Befehl gestartet",
  "run it from another shell or use --port":
    "führen Sie ihn aus einer anderen Shell aus, oder benutzen Sie --port",
  "pid {0} ({1}) belongs to user {2}: stop it with sudo kill {3} or use --port":
    "Prozess {0} ({1}) gehört dem Benutzer {2}: Beenden Sie ihn mit sudo kill {3}, oder benutzen Sie --port",
  "holds the port for a socket unit": "hält den Port für eine Socket-Unit",
  "find it with systemctl list-sockets (also --user) and stop that .socket unit":
    "suchen Sie sie mit systemctl list-sockets (auch --user), und stoppen Sie diese .socket-Unit",
  "holds the port for a launchd job": "hält den Port für einen Auftrag von launchd",
  "unload the job with launchctl bootout or use --port":
    "entladen Sie den Auftrag mit launchctl bootout, oder benutzen Sie --port",
  "publishes the port of a container": "veröffentlicht den Port eines Containers",
  "find it with docker ps --filter publish={0} and stop that container":
    "suchen Sie ihn mit docker ps --filter publish={0}, und stoppen Sie diesen Container",
  "forwards the port to WSL": "leitet den Port an WSL weiter",
  "stop the program inside WSL that listens on {0}, or use --port":
    "beenden Sie das Programm in WSL, das auf {0} lauscht, oder benutzen Sie --port",
  "is a Windows service, such as a port forwarding": "ist ein Windows-Dienst, etwa eine Portweiterleitung",
  "see netsh interface portproxy show all, or use --port":
    "siehe netsh interface portproxy show all, oder benutzen Sie --port",
  "is the operating system": "ist das Betriebssystem",
  "see netsh http show servicestate for port {0}, or use --port":
    "siehe netsh http show servicestate zu Port {0}, oder benutzen Sie --port",
  "forwards the port for a remote ssh session": "leitet den Port für eine entfernte ssh-Sitzung weiter",
  "end that ssh session (the one with -R) or use --port":
    "beenden Sie diese ssh-Sitzung (die mit -R), oder benutzen Sie --port",
  "is an ssh tunnel": "ist ein ssh-Tunnel",
  "close the tunnel (the ssh with -L) or use --port":
    "schließen Sie den Tunnel (das ssh mit -L), oder benutzen Sie --port",
  "serves the port to the tailnet": "bietet den Port im Tailnet an",
  "see tailscale serve status and switch that rule off, or use --port":
    "siehe tailscale serve status, und schalten Sie diese Regel ab, oder benutzen Sie --port",
  "kill {0}, which it takes once it may go on: {1}":
    "kill {0}; er nimmt es an, sobald er weiterlaufen darf: {1}",
  "is suspended and answers nobody": "ist angehalten und antwortet niemandem",
  "let it go on: kill -CONT {0}": "lassen Sie es weiterlaufen: kill -CONT {0}",
  "waits for a disk or a network drive that does not answer":
    "wartet auf einen Datenträger oder ein Netzlaufwerk, das nicht antwortet",
  "bring that drive back, or unmount it; until then no signal reaches the process":
    "bringen Sie dieses Laufwerk zurück, oder hängen Sie es aus; bis dahin erreicht kein Signal den Prozess",
  "the debugger or tracer with PID {0}": "dem Debugger oder Tracer mit PID {0}",
  "a debugger or tracer": "einem Debugger oder Tracer",
  "is held by {0}": "wird von {0} angehalten",
  "let it go on from there, or end that program":
    "lassen Sie es von dort aus weiterlaufen, oder beenden Sie dieses Programm",
  "is frozen with its control group {0}": "ist mit seiner Kontrollgruppe {0} eingefroren",
  "thaw it, such as by {0}, or: {1}": "tauen Sie es auf, etwa mit {0}, oder: {1}",
  "force: nothing listened on port {0}": "force: Auf Port {0} lauschte nichts",
  "force: waited {0}ms for port {1} to free": "force: {0} ms gewartet, bis Port {1} frei war",
  "force: {0}: {1}": "force: {0}: {1}",
  "force: {0}": "force: {0}",
  "a healthy gateway with another state directory listens on port {0}: {1}":
    "ein gesundes Gateway mit einem anderen Zustandsverzeichnis lauscht auf Port {0}: {1}",
  "{0}. End it?": "{0}. Beenden?",
  "not confirmed": "nicht bestätigt",
  "without a terminal nobody can confirm its end": "ohne Terminal kann niemand sein Ende bestätigen",
  "force: {0}; {1}. Stop it with its own profile or use --port":
    "force: {0}; {1}. Stoppen Sie es mit seinem eigenen Profil, oder benutzen Sie --port",
  "force: pid {0} ({1}) still there after {2}ms, sent SIGKILL":
    "force: Prozess {0} ({1}) ist nach {2} ms noch da, SIGKILL gesendet",
  "\n  no program listens on it, but another socket is bound to it":
    "\n  kein Programm lauscht darauf, aber ein anderer Socket ist daran gebunden",
  "force: port {0} is still taken after {1}ms; end this yourself or use --port":
    "force: Port {0} ist nach {1} ms noch belegt; beenden Sie das selbst, oder benutzen Sie --port",
  "killed pid {0} ({1}) on": "Prozess {0} ({1}) beendet auf",
  "pid {0} ({1}) let go of": "Prozess {0} ({1}) gab frei:",
  "force: {0} port {1}": "force: {0} Port {1}",
};

const NETWORK: Translation = {
  "closed and not to be opened again: {0}": "geschlossen und nicht wieder zu öffnen: {0}",
  "{0} was closed and cannot be opened again ({1})":
    "{0} wurde geschlossen und lässt sich nicht wieder öffnen ({1})",
  "unknown reason": "unbekannter Grund",
  "{0} cannot be bound ({1}); {2} serves without it":
    "{0} lässt sich nicht binden ({1}); {2} arbeitet ohne diese Adresse",
  "listen EADDRINUSE: address already in use {0}:{1}":
    "listen EADDRINUSE: Adresse schon in Gebrauch: {0}:{1}",
  "Cannot bind gateway to {0}: permission denied.":
    "Das Gateway lässt sich nicht an {0} binden: keine Berechtigung.",
  "Cannot bind gateway to {0}: address not available on this machine.":
    "Das Gateway lässt sich nicht an {0} binden: Diese Adresse gibt es auf diesem Rechner nicht.",
  "Cannot bind gateway to {0}: {1}.": "Das Gateway lässt sich nicht an {0} binden: {1}.",
  "use another port; netsh int ipv4 show excludedportrange tcp lists those that Windows reserves":
    "nehmen Sie einen anderen Port; netsh int ipv4 show excludedportrange tcp listet die von Windows reservierten",
  "use a port above 1023": "nehmen Sie einen Port über 1023",
  "use another port": "nehmen Sie einen anderen Port",
  "--bind custom needs gateway.customBindHost.": "--bind custom braucht gateway.customBindHost.",
  "the gateway cannot be announced on the local network: {0}":
    "das Gateway lässt sich im lokalen Netz nicht ankündigen: {0}",
  "the announcement on {0} failed: {1}": "die Ankündigung auf {0} ist fehlgeschlagen: {1}",
  "the system does not list the network interfaces ({0}): addresses beyond loopback are not known":
    "das System führt die Netzwerkschnittstellen nicht auf ({0}): Adressen außer Loopback sind nicht bekannt",
  "no tailnet address yet; listening on {0} and looking again every {1} s":
    "noch keine Adresse im Tailnet; lauscht auf {0} und sieht alle {1} s wieder nach",
  "no network interface reaches other machines": "keine Netzwerkschnittstelle erreicht andere Rechner",
  "Cannot look for gateways: {0}.": "Gateways lassen sich nicht suchen: {0}.",
  "UDP port {0} on {1}: {2}": "UDP-Port {0} auf {1}: {2}",
  "another program holds it for itself (EADDRINUSE)": "ein anderes Programm hält ihn für sich (EADDRINUSE)",
  "Tailscale is not logged in": "Tailscale ist nicht angemeldet",
  "Tailscale is stopped": "Tailscale ist gestoppt",
  "this machine waits for approval in the tailnet": "dieser Rechner wartet im Tailnet auf Freigabe",
  "approve it on the Machines page of the Tailscale admin console":
    "geben Sie ihn auf der Seite „Machines“ der Verwaltung von Tailscale frei",
  "Tailscale is not ready ({0})": "Tailscale ist nicht bereit ({0})",
  "{0}, which was left as it is": "{0}; das wurde so gelassen",
  "tailscale {0} changed nothing": "tailscale {0} hat nichts geändert",
  "Tailscale identity detected": "Identität in Tailscale erkannt",
  "advertising gateway via Tailscale Serve": "Gateway wird über Tailscale Serve angeboten",
  "Tailscale Funnel enabled": "Tailscale Funnel eingeschaltet",
  "Funnel URL: {0}": "Funnel-Adresse: {0}",
  " To change that: {0}.": " Um das zu ändern: {0}.",
  "Tailscale {0} is not active: {1}.{2} The gateway runs without it and keeps trying.":
    "Tailscale {0} ist nicht aktiv: {1}.{2} Das Gateway läuft ohne und versucht es weiter.",
  "Tailscale still hands https://{0}/ to the gateway: {1}. To end that: {2}":
    "Tailscale reicht https://{0}/ noch an das Gateway weiter: {1}. Um das zu beenden: {2}",
  "Tailscale already forwards port {0} to {1}": "Tailscale leitet Port {0} schon an {1} weiter",
  "Tailscale already serves plain HTTP on port {0}":
    "Tailscale bietet auf Port {0} schon unverschlüsseltes HTTP an",
  "a tailscale command in some terminal serves {0} as long as it runs":
    "ein tailscale-Befehl in einem Terminal bedient {0}, solange er läuft",
  "end it there": "beenden Sie ihn dort",
  "Tailscale already hands {0}/ to {1}": "Tailscale reicht {0}/ schon an {1} weiter",
  "a fixed text": "einen festen Text",
  "it would lay open to the internet {0}{1}": "dem Internet würde geöffnet: {0}{1}",
  "it would take off the internet {0}{1}": "aus dem Internet würde genommen: {0}{1}",
  "what tailscale {0} printed cannot be understood": "die Ausgabe von tailscale {0} ist nicht zu verstehen",
  "the tailscale program was not found": "das Programm tailscale wurde nicht gefunden",
  "{0} does not tell its version": "{0} nennt seine Version nicht",
  "Tailscale {0} is too old, {1} or newer is needed": "Tailscale {0} ist zu alt, nötig ist {1} oder neuer",
  "{0} ended with code {1}": "{0} endete mit Code {1}",
  "{0} did not answer in time": "{0} hat nicht rechtzeitig geantwortet",
  "{0} was cut short": "{0} wurde abgebrochen",
  "{0} printed too much": "{0} gab zu viel aus",
  "{0} was ended by {1}": "{0} wurde durch {1} beendet",
  "{0} cannot be started ({1})": "{0} lässt sich nicht starten ({1})",
};

const DEFINITION: Translation = {
  "the description": "die Beschreibung",
  "the path of the runtime": "der Pfad der Laufzeitumgebung",
  "argument {0} of the command": "Argument {0} des Befehls",
  "the path of the environment file": "der Pfad der Datei mit der Umgebung",
  "the path of the log directory": "der Pfad des Protokollverzeichnisses",
  "{0} is not the name of a variable": "{0} ist kein Name einer Variablen",
  "rename it (letters, digits and _)": "benennen Sie sie um (Buchstaben, Ziffern und _)",
  "the variable {0}": "die Variable {0}",
  "{0} ({1}) holds the character U+{2}": "{0} ({1}) enthält das Zeichen U+{2}",
  "rename the file or change the value so that it holds no control character":
    "benennen Sie die Datei um, oder ändern Sie den Wert, sodass er kein Steuerzeichen enthält",
  "The service cannot be installed: {0}.": "Der Dienst lässt sich nicht installieren: {0}.",
  "CLAWDBOT_NIX_MODE=1 says that Nix manages the service: it is not {0} from here.":
    "CLAWDBOT_NIX_MODE=1 sagt, dass Nix den Dienst verwaltet: Von hier aus wird er nicht {0}.",
  "the log directory": "das Protokollverzeichnis",
  "the path of the program": "der Pfad des Programms",
  "the working directory": "das Arbeitsverzeichnis",
  "{0} is longer than the {1} characters of a line": "{0} ist länger als die {1} Zeichen einer Zeile",
  "a quotation mark": "ein Anführungszeichen",
  "a control character": "ein Steuerzeichen",
  "{0} ({1}) holds {2}": "{0} ({1}) enthält {2}",
  "rename the file or change the value so that cmd.exe can be given it":
    "benennen Sie die Datei um, oder ändern Sie den Wert, sodass cmd.exe ihn annimmt",
  "belongs to another user": "gehört einem anderen Benutzer",
  "can be changed by other users": "lässt sich von anderen Benutzern ändern",
  "mode {0}": "Modus {0}",
  unknown: "unbekannt",
  "in the trash": "im Papierkorb",
  "{0} was deleted": "{0} wurde gelöscht",
  "{0} is now {1}": "{0} ist jetzt {1}",
  "{0} cannot be created ({1}).": "{0} lässt sich nicht anlegen ({1}).",
  "{0} cannot be removed ({1}).": "{0} lässt sich nicht entfernen ({1}).",
  "{0} cannot be written ({1}).": "{0} lässt sich nicht schreiben ({1}).",
  "{0} cannot be read ({1}).": "{0} lässt sich nicht lesen ({1}).",
  "remove it yourself: rm {0}": "entfernen Sie sie selbst: rm {0}",
  "install it with: {0}": "installieren Sie ihn mit: {0}",
};

const LAUNCHD: Translation = {
  "{0} writes {1} anew": "{0} schreibt {1} neu",
  "the property list of the LaunchAgent cannot be understood":
    "die Property-Liste des LaunchAgent ist nicht zu verstehen",
  "the LaunchAgent does not start at login (RunAtLoad is not true)":
    "der LaunchAgent startet nicht bei der Anmeldung (RunAtLoad ist nicht true)",
  "the LaunchAgent is not started again after a crash (KeepAlive is not { SuccessfulExit: false })":
    "der LaunchAgent wird nach einem Absturz nicht wieder gestartet (KeepAlive ist nicht { SuccessfulExit: false })",
  "launchd is told not to start the LaunchAgent at login (launchctl disable)":
    "launchd soll den LaunchAgent bei der Anmeldung nicht starten (launchctl disable)",
  "{0} allows it again": "{0} erlaubt es wieder",
  "a LaunchDaemon of the same label runs for the whole machine, and both would start a gateway":
    "ein LaunchDaemon mit demselben Label läuft für den ganzen Rechner, und beide würden ein Gateway starten",
  "{0} {1}, so launchd may refuse it": "{0} {1}; deshalb lehnt launchd es vielleicht ab",
  "The LaunchAgent {0} did not end within {1} s.": "Der LaunchAgent {0} endete nicht innerhalb von {1} s.",
  "look at it with: launchctl print {0}": "sehen Sie ihn an mit: launchctl print {0}",
  "launchd cannot be reached ({0}).": "launchd ist nicht erreichbar ({0}).",
  "log out and in, then try again; until then run {0} in the foreground":
    "melden Sie sich ab und wieder an, und versuchen Sie es dann erneut; führen Sie bis dahin {0} im Vordergrund aus",
  "launchd has no session for this user: a LaunchAgent needs somebody logged in at the screen of this Mac, not only by ssh.":
    "launchd hat keine Sitzung für diesen Benutzer: Für einen LaunchAgent muss jemand am Bildschirm dieses Mac angemeldet sein, nicht nur über ssh.",
  "log in at the screen or by screen sharing once and try again, or run {0} in the foreground":
    "melden Sie sich einmal am Bildschirm oder über die Bildschirmfreigabe an, und versuchen Sie es erneut, oder führen Sie {0} im Vordergrund aus",
  "launchd loads no LaunchAgent from an external volume, and the home directory is on one: {0}.":
    "launchd lädt keinen LaunchAgent von einem externen Volume, und das Home-Verzeichnis liegt auf einem: {0}.",
  "run {0} in the foreground, or move the home directory to the internal volume":
    "führen Sie {0} im Vordergrund aus, oder verlegen Sie das Home-Verzeichnis auf das interne Volume",
  "launchctl {0} failed with {1}{2}.": "launchctl {0} ist mit {1} fehlgeschlagen{2}.",
  "try again; if it stays, log out and in, which makes launchd forget what it is stuck with":
    "versuchen Sie es erneut; bleibt es so, melden Sie sich ab und wieder an: Dann vergisst launchd, woran es hängt",
  "{0} exists: no LaunchAgent is written for this profile.":
    "{0} ist vorhanden: Für dieses Profil wird kein LaunchAgent geschrieben.",
  "remove that file to allow it: rm {0}": "entfernen Sie diese Datei, um es zu erlauben: rm {0}",
  "A LaunchDaemon of the same label runs for the whole machine ({0}); the two would fight for the port.":
    "Ein LaunchDaemon mit demselben Label läuft für den ganzen Rechner ({0}); die beiden würden um den Port streiten.",
  "remove it: sudo launchctl bootout system/{0}; or choose another label with CLAWDBOT_LAUNCHD_LABEL":
    "entfernen Sie ihn: sudo launchctl bootout system/{0}; oder wählen Sie mit CLAWDBOT_LAUNCHD_LABEL ein anderes Label",
  "nobody is logged in at the screen": "am Bildschirm ist niemand angemeldet",
  "its property list is gone: it runs until logout": "seine Property-Liste fehlt: er läuft bis zur Abmeldung",
  "it runs outside of the session at the screen": "er läuft außerhalb der Sitzung am Bildschirm",
  "{0} cannot be understood as a property list.": "{0} ist als Property-Liste nicht zu verstehen.",
  "check it with plutil -lint {0}, or write it anew: {1}":
    "prüfen Sie sie mit plutil -lint {0}, oder schreiben Sie sie neu: {1}",
  "LaunchAgent {0}: stopped and unloaded": "LaunchAgent {0}: gestoppt und entladen",
  "make the folder above it writable: the output of the gateway goes there":
    "machen Sie den Ordner darüber beschreibbar: Dorthin geht die Ausgabe des Gateways",
  "The LaunchAgent belongs to a user, here {0}; with sudo it would be root's.":
    "Der LaunchAgent gehört einem Benutzer, hier {0}; mit sudo gehörte er root.",
  "as {0} and without sudo: {1}": "als {0} und ohne sudo: {1}",
  "the LaunchAgent {0} of an earlier version was removed{1}":
    "der LaunchAgent {0} einer früheren Version wurde entfernt{1}",
  "{0} is on another volume, where launchd cannot write at login: what the gateway prints goes to {1}":
    "{0} liegt auf einem anderen Volume, auf das launchd bei der Anmeldung nicht schreiben kann: Was das Gateway ausgibt, geht nach {1}",
  "The LaunchAgent {0} is not installed.": "Der LaunchAgent {0} ist nicht installiert.",
  "make it and its folder readable and writable for this user":
    "machen Sie sie und ihren Ordner für diesen Benutzer lesbar und beschreibbar",
};

const SCHTASKS: Translation = {
  "{0} writes the task anew": "{0} schreibt die Aufgabe neu",
  "Windows ends the gateway after the time limit of its task (ExecutionTimeLimit {0})":
    "Windows beendet das Gateway nach der Zeitgrenze seiner Aufgabe (ExecutionTimeLimit {0})",
  "the gateway does not run while this machine is on battery ({0})":
    "das Gateway läuft nicht, solange dieser Rechner mit Akku läuft ({0})",
  "{0} can be changed by {1}": "{0} lässt sich ändern durch {1}",
  'whoever changes it decides what runs as this user: icacls "{0}" /inheritance:r /grant:r "%USERNAME%:F"':
    'wer sie ändert, bestimmt, was als dieser Benutzer läuft: icacls "{0}" /inheritance:r /grant:r "%USERNAME%:F"',
  everyone: "alle",
  guests: "Gäste",
  "anonymous users": "anonyme Benutzer",
  "all signed-in users": "alle angemeldeten Benutzer",
  "all users of this machine": "alle Benutzer dieses Rechners",
  "whoever sits at the machine": "jeden, der am Rechner sitzt",
  "users over the network": "Benutzer über das Netz",
  "{0} holds a quotation mark or a control character.":
    "{0} enthält ein Anführungszeichen oder ein Steuerzeichen.",
  "The task cannot be written: {0} ({1}) holds the character U+{2}.":
    "Die Aufgabe lässt sich nicht schreiben: {0} ({1}) enthält das Zeichen U+{2}.",
  "is on the network, where cmd.exe does not start programs":
    "liegt im Netz, wo cmd.exe keine Programme startet",
  "is not the name of a batch file": "ist kein Name einer Batch-Datei",
  "holds the name of a variable between percent signs, which the Task Scheduler would replace":
    "enthält den Namen einer Variablen zwischen Prozentzeichen, den die Aufgabenplanung ersetzen würde",
  "choose another name": "wählen Sie einen anderen Namen",
  "check who owns it and its directory, and the space on the disk":
    "prüfen Sie, wem sie und ihr Verzeichnis gehören, und den Platz auf dem Datenträger",
  "The task belongs to a person, and this runs as {0}, which never logs in.":
    "Die Aufgabe gehört einer Person, und dies läuft als {0}, das sich nie anmeldet.",
  "as the user who is to have the gateway: {0}": "als der Benutzer, der das Gateway haben soll: {0}",
  "{0} is not the name of a task.": "{0} ist kein Name einer Aufgabe.",
  'set CLAWDBOT_WINDOWS_TASK_NAME to a name without / : * ? " < > |':
    'setzen Sie CLAWDBOT_WINDOWS_TASK_NAME auf einen Namen ohne / : * ? " < > |',
  "set CLAWDBOT_TASK_SCRIPT to another place, such as C:\\Users\\you\\clawdbot\\gateway.cmd":
    "setzen Sie CLAWDBOT_TASK_SCRIPT auf einen anderen Ort, etwa C:\\Users\\Sie\\clawdbot\\gateway.cmd",
  "VBScript is not allowed or not installed here: after a crash the gateway is not started again before the next login. As administrator: DISM /Online /Add-Capability /CapabilityName:VBSCRIPT~~~~, then {0}":
    "VBScript ist hier nicht erlaubt oder nicht installiert: Nach einem Absturz wird das Gateway erst bei der nächsten Anmeldung wieder gestartet. Als Administrator: DISM /Online /Add-Capability /CapabilityName:VBSCRIPT~~~~, dann {0}",
  "this prompt has administrator rights, the service will not: files that only administrators may read are closed to it":
    "diese Eingabeaufforderung hat Administratorrechte, der Dienst nicht: Dateien, die nur Administratoren lesen dürfen, sind ihm verschlossen",
  "Windows does not allow this account a scheduled task: {0} starts the gateway at login instead. As administrator, {1} registers the task.":
    "Windows erlaubt diesem Konto keine geplante Aufgabe: {0} startet das Gateway stattdessen bei der Anmeldung. Als Administrator trägt {1} die Aufgabe ein.",
  "Windows does not tell which account this is.": "Windows sagt nicht, welches Konto dies ist.",
  "set USERNAME and USERDOMAIN, then install again":
    "setzen Sie USERNAME und USERDOMAIN, und installieren Sie dann erneut",
  "The Task Scheduler of Windows cannot be reached.": "Die Aufgabenplanung von Windows ist nicht erreichbar.",
  "start it as administrator with: sc start Schedule":
    "starten Sie sie als Administrator mit: sc start Schedule",
  'register the task "{0}"': "Aufgabe „{0}“ eintragen",
  'enable the task "{0}"': "Aufgabe „{0}“ einschalten",
  'run the task "{0}"': "Aufgabe „{0}“ ausführen",
  'delete the task "{0}"': "Aufgabe „{0}“ löschen",
  "run {0}": "{0} ausführen",
  "Windows did not {0}: {1}": "Windows hat das nicht getan: {0}: {1}",
  "look at the task in taskschd.msc, or install again with {0}":
    "sehen Sie sich die Aufgabe in taskschd.msc an, oder installieren Sie erneut mit {0}",
  "exit code {0}.": "Exit-Code {0}.",
  "the program could not be started ({0}).": "das Programm ließ sich nicht starten ({0}).",
  "it did not answer in time.": "es hat nicht rechtzeitig geantwortet.",
  "it was interrupted.": "es wurde unterbrochen.",
  "{0} is not a script that an installation wrote.":
    "{0} ist kein Skript, das eine Installation geschrieben hat.",
  "write it anew: {0}": "schreiben Sie es neu: {0}",
  'the task "{0}" was deleted': "die Aufgabe „{0}“ wurde gelöscht",
  'The scheduled task "{0}" is not installed.': "Die geplante Aufgabe „{0}“ ist nicht installiert.",
  'The task "{0}" did not start the gateway: {1}.': "Die Aufgabe „{0}“ hat das Gateway nicht gestartet: {1}.",
  "{0}, or read {1}": "{0}, oder lesen Sie {1}",
  "The process {0} of the gateway cannot be ended.": "Der Prozess {0} des Gateways lässt sich nicht beenden.",
  "as administrator: taskkill /PID {0} /T /F": "als Administrator: taskkill /PID {0} /T /F",
  'The task "{0}" still runs.': "Die Aufgabe „{0}“ läuft noch.",
  "the task has ended, its gateway still runs": "die Aufgabe ist beendet, ihr Gateway läuft noch",
  "it ended with {0} and is not started again": "es endete mit {0} und wird nicht wieder gestartet",
  "started from the Startup folder, because Windows does not allow this account a scheduled task":
    "aus dem Autostart-Ordner gestartet, weil Windows diesem Konto keine geplante Aufgabe erlaubt",
};

const SYSTEMD: Translation = {
  "the unit does not start after {0}": "die Unit startet nicht nach {0}",
  "the unit does not want {0}": "die Unit verlangt {0} nicht",
  "a gateway that cannot start is started again for ever: the start limit can never be reached":
    "ein Gateway, das nicht starten kann, wird endlos wieder gestartet: Die Startgrenze ist nie zu erreichen",
  "RestartSec is {0} instead of {1}": "RestartSec ist {0} statt {1}",
  "not set": "nicht gesetzt",
  "what the gateway started outlives it and may keep the port":
    "was das Gateway gestartet hat, überlebt es und behält vielleicht den Port",
  "what the gateway started is ended before the gateway can finish with it":
    "was das Gateway gestartet hat, wird beendet, bevor das Gateway damit fertig ist",
  "KillMode is {0}: {1}": "KillMode ist {0}: {1}",
  "{0} writes the unit anew": "{0} schreibt die Unit neu",
  "set HOME and XDG_CONFIG_HOME as they were when the systemd of this user started":
    "setzen Sie HOME und XDG_CONFIG_HOME so, wie sie waren, als das systemd dieses Benutzers startete",
  "Run by sudo, this would change the services of {0} instead of those of {1}.":
    "Mit sudo ausgeführt änderte dies die Dienste von {0} statt derer von {1}.",
  "run it as {0}, without sudo": "führen Sie es als {0} aus, ohne sudo",
  '"{0}" is not the name of a unit (CLAWDBOT_SYSTEMD_UNIT).':
    "„{0}“ ist kein Name einer Unit (CLAWDBOT_SYSTEMD_UNIT).",
  "use letters, digits and : - _ .": "benutzen Sie Buchstaben, Ziffern und : - _ .",
  "systemd runs no program with a quote or a backslash in its path ({0})":
    "systemd führt kein Programm mit Anführungszeichen oder Rückwärtsstrich im Pfad aus ({0})",
  "install Node in another directory": "installieren Sie Node in einem anderen Verzeichnis",
  "{0} is masked.": "{0} ist maskiert.",
  "{0} is a link to {1}, which something else manages.":
    "{0} ist eine Verknüpfung zu {1}, das etwas anderes verwaltet.",
  "remove the link, or install with --force":
    "entfernen Sie die Verknüpfung, oder installieren Sie mit --force",
  "{0} is installed as {1}, which is not the {2} of this command.":
    "{0} ist als {1} installiert; das ist nicht {2} dieses Befehls.",
  "{0}; or remove it where it came from": "{0}; oder entfernen Sie sie dort, wo sie herkam",
  "tell the state of {0}": "Zustand von {0} nennen",
  "it took too long": "es dauerte zu lange",
  "systemd could not {0}: {1}.": "systemd konnte das nicht tun: {0}: {1}.",
  "{0} shows its state": "{0} zeigt ihren Zustand",
  "it gave no reason": "ohne Begründung",
  "the unit file or a drop-in changed since systemd read it":
    "die Unit-Datei oder ein Drop-in wurde geändert, seit systemd sie gelesen hat",
  "{0} changes the unit": "{0} ändert die Unit",
  "whoever changes it decides what runs as this user":
    "wer sie ändert, bestimmt, was als dieser Benutzer läuft",
  "the service ends when this user logs out": "der Dienst endet, wenn dieser Benutzer sich abmeldet",
  "the service ends when you log out, because lingering is off: {0}":
    "der Dienst endet, wenn Sie sich abmelden, weil Lingering aus ist: {0}",
  "start {0}": "{0} starten",
  "stop {0}": "{0} stoppen",
  "restart {0}": "{0} neu starten",
  "enable {0}": "{0} einschalten",
  "disable {0}": "{0} ausschalten",
  "put back {0}": "{0} zurücksetzen",
  "read its units again": "seine Units neu lesen",
  "systemd did not stop {0}: it is {1}.": "systemd hat {0} nicht gestoppt: Der Zustand ist {1}.",
  "{0} stopped and disabled": "{0} gestoppt und ausgeschaltet",
  "{0} deleted": "{0} gelöscht",
  "{0} was not made by the installation: it is kept as {1}":
    "{0} hat die Installation nicht angelegt: Es bleibt als {1} erhalten",
  "{0} stays: it was not made by the installation": "{0} bleibt: Die Installation hat es nicht angelegt",
  "The service {0} is not installed.": "Der Dienst {0} ist nicht installiert.",
  "systemd reads {0} from {1} and not from {2}.": "systemd liest {0} aus {1} und nicht aus {2}.",
  "systemd does not find {0}: it does not look in {1}.": "systemd findet {0} nicht: Es sucht nicht in {1}.",
  "it is {0} ({1})": "der Zustand ist {0} ({1})",
  "it {0}": "es {0}",
  "{0} did not start: {1}.": "{0} ist nicht gestartet: {1}.",
  "{0}, or systemctl --user status {1}": "{0}, oder systemctl --user status {1}",
  "systemctl --user unmask {0}, then: {1}": "systemctl --user unmask {0}, dann: {1}",
  "exited with code {0}": "endete mit Code {0}",
  "killed by signal {0}": "endete durch Signal {0}",
  "dumped core on signal {0}": "stürzte mit Signal {0} ab (Speicherabbild)",
  "it is masked, so nothing can start it": "sie ist maskiert; deshalb kann nichts sie starten",
  "systemd cannot use its unit file{0}": "systemd kann ihre Unit-Datei nicht benutzen{0}",
  "it still runs although its unit file is gone": "sie läuft noch, obwohl ihre Unit-Datei fehlt",
  "its unit file changed since systemd read it":
    "ihre Unit-Datei wurde geändert, seit systemd sie gelesen hat",
  "systemd gave up after too many starts in a short time":
    "systemd hat nach zu vielen Starts in kurzer Zeit aufgegeben",
  "it ended in a way after which systemd does not start it again":
    "sie endete so, dass systemd sie nicht wieder startet",
  "is a directory instead of a unit": "ist ein Verzeichnis statt einer Unit",
  "move it away": "verschieben Sie es",
  "cannot be read ({0})": "lässt sich nicht lesen ({0})",
  "can be changed by other users (mode {0})": "lässt sich von anderen Benutzern ändern (Modus {0})",
  "belongs to another user (uid {0})": "gehört einem anderen Benutzer (uid {0})",
  "check the owner and mode of its directory, and the space on the disk":
    "prüfen Sie Besitzer und Modus ihres Verzeichnisses und den Platz auf dem Datenträger",
  "The systemd of this user does not answer.": "Das systemd dieses Benutzers antwortet nicht.",
  "try again, or log out and in; loginctl user-status shows what it does":
    "versuchen Sie es erneut, oder melden Sie sich ab und wieder an; loginctl user-status zeigt, was es tut",
  "there is no systemctl": "es gibt kein systemctl",
  "systemd is not the init system": "systemd ist nicht das Init-System",
  "No service can be kept in this WSL distribution: {0}.":
    "In dieser WSL-Distribution ist kein Dienst möglich: {0}.",
  "put the lines [boot] and systemd=true into /etc/wsl.conf, then run wsl --shutdown in Windows":
    "schreiben Sie die Zeilen [boot] und systemd=true in /etc/wsl.conf, und führen Sie dann in Windows wsl --shutdown aus",
  "No service can be kept in this container: {0}.": "In diesem Container ist kein Dienst möglich: {0}.",
  "run {0} as the main process of the container and let the container restart it":
    "führen Sie {0} als Hauptprozess des Containers aus, und lassen Sie den Container es neu starten",
  "No service can be kept on this machine: {0}.": "Auf diesem Rechner ist kein Dienst möglich: {0}.",
  "run {0} in the foreground, or under the supervisor that this system has":
    "führen Sie {0} im Vordergrund aus, oder unter der Prozessüberwachung, die dieses System hat",
  "XDG_RUNTIME_DIR is not set, as after su or sudo":
    "XDG_RUNTIME_DIR ist nicht gesetzt, wie nach su oder sudo",
  "there is no manager at {0}": "unter {0} gibt es keine Dienstverwaltung",
  "log in as {0} itself (ssh, or sudo machinectl shell {1}@)":
    "melden Sie sich als {0} selbst an (ssh, oder sudo machinectl shell {1}@)",
  "The systemd of this user cannot be reached: {0}.":
    "Das systemd dieses Benutzers ist nicht erreichbar: {0}.",
  "{0}, or let its services run without a login: sudo loginctl enable-linger {1}":
    "{0}, oder lassen Sie seine Dienste ohne Anmeldung laufen: sudo loginctl enable-linger {1}",
};

const RUN: Translation = {
  "another process has taken {0}; there must not be two gateways on {1}":
    "ein anderer Prozess hat {0} genommen; auf {1} darf es nicht zwei Gateways geben",
  "version {0} was installed; this gateway goes on as {1} until it is restarted":
    "Version {0} wurde installiert; dieses Gateway läuft als {1} weiter, bis es neu gestartet wird",
  "end it and start it again": "beenden Sie es, und starten Sie es wieder",
  "restarted as planned: {0}": "wie geplant neu gestartet: {0}",
  "another process": "ein anderer Prozess",
  "Gateway already running locally ({0}, state {1}).": "Das Gateway läuft hier schon ({0}, Zustand in {1}).",
  "the configuration could not be used ({0}); running on the last good one":
    "die Konfiguration war nicht verwendbar ({0}); es gilt die letzte brauchbare",
  "stop failed: {0}": "Stoppen fehlgeschlagen: {0}",
  "other machines can reach this gateway, and its secret is that of an example, which everybody knows":
    "andere Rechner können dieses Gateway erreichen, und sein Geheimnis stammt aus einem Beispiel, das jeder kennt",
  "{0}; set another one: {1}": "{0}; setzen Sie ein anderes: {1}",
  "{0} cannot be written ({1}); the gateway goes on":
    "{0} lässt sich nicht schreiben ({1}); das Gateway läuft weiter",
};

export const HOST: Translation = {
  ...CONNECTION,
  ...SANDBOX,
  ...MEMORY,
  ...MODELS,
  ...STORE,
  ...CONFIG,
  ...RUN_OPTIONS,
  ...FILES,
  ...PROCESSES,
  ...NETWORK,
  ...DEFINITION,
  ...LAUNCHD,
  ...SCHTASKS,
  ...SYSTEMD,
  ...RUN,
};

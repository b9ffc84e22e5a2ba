/** The sentences of sidecar/setup. */
import type { Translation } from "../../../shared/remedy.ts";

const BACKUP: Translation = {
  "Cannot copy {0}: {1}. No backup was made.":
    "{0} lässt sich nicht kopieren: {1}. Es wurde keine Sicherung angelegt.",
  "free some space in {0}, or set TMPDIR to another directory":
    "schaffen Sie Platz in {0}, oder setzen Sie TMPDIR auf ein anderes Verzeichnis",
  "Cannot read {0}: {1}. No backup was made.":
    "{0} lässt sich nicht lesen: {1}. Es wurde keine Sicherung angelegt.",
  "outside of the state directory": "außerhalb des Zustandsverzeichnisses",
  "CLAWDBOT_OAUTH_DIR, {0}": "CLAWDBOT_OAUTH_DIR, {0}",
  "the configuration includes it, {0}": "die Konfiguration bindet es ein, {0}",
  "the work directory": "das Arbeitsverzeichnis",
  "{0} is no directory. No backup was made.": "{0} ist kein Verzeichnis. Es wurde keine Sicherung angelegt.",
  "set CLAWDBOT_STATE_DIR to the directory with the gateway's files":
    "setzen Sie CLAWDBOT_STATE_DIR auf das Verzeichnis mit den Dateien des Gateways",
  "{0} lies inside of what is backed up. No backup was made.":
    "{0} liegt in dem, was gesichert wird. Es wurde keine Sicherung angelegt.",
  "name a place outside of the state directory: {0}":
    "nennen Sie einen Ort außerhalb des Zustandsverzeichnisses: {0}",
  "There is no directory {0}. No backup was made.":
    "Es gibt kein Verzeichnis {0}. Es wurde keine Sicherung angelegt.",
  "create it, or name another place: {0}": "legen Sie es an, oder nennen Sie einen anderen Ort: {0}",
  "{0} exists already and is not overwritten. No backup was made.":
    "{0} gibt es schon und wird nicht überschrieben. Es wurde keine Sicherung angelegt.",
  "name another file, or move that one away":
    "nennen Sie eine andere Datei, oder verschieben Sie die vorhandene",
  "There is nothing to back up in {0}.": "In {0} gibt es nichts zu sichern.",
  "choose the profile that is used, with --profile <name>":
    "wählen Sie mit --profile <Name> das Profil, das benutzt wird",
  "{0}. No backup was made.": "{0}. Es wurde keine Sicherung angelegt.",
  "name another place: {0}": "nennen Sie einen anderen Ort: {0}",
  "1 file, {0}": "1 Datei, {0}",
  "{0} files, {1}": "{0} Dateien, {1}",
  credentials: "Zugangsdaten",
  devices: "Geräte",
  chats: "Gespräche",
  "files of chats": "Dateien der Gespräche",
  "chats that were moved out of the store": "aus dem Speicher ausgelagerte Gespräche",
  "other state": "übriger Zustand",
  "something follows its end": "nach seinem Ende folgt noch etwas",
  "it does not begin as a backup does": "sie beginnt nicht wie eine Sicherung",
  "something follows its manifest": "nach ihrem Verzeichnis der Dateien folgt noch etwas",
  "its manifest is missing": "ihr Verzeichnis der Dateien fehlt",
  "its manifest is damaged": "ihr Verzeichnis der Dateien ist beschädigt",
  "its label is damaged": "ihre Kennung ist beschädigt",
  "{0} is not what its manifest names there": "{0} ist nicht, was ihr Verzeichnis der Dateien dort nennt",
  "{0} is not the file that was backed up": "{0} ist nicht die Datei, die gesichert wurde",
  "{0} is missing": "{0} fehlt",
  "{0} is in it twice": "{0} ist doppelt darin",
  "is no name of a file": "ist kein Name einer Datei",
  "is an absolute path": "ist ein absoluter Pfad",
  "leads out of its place": "führt aus ihr hinaus",
  "does not belong into a state directory": "gehört nicht in ein Zustandsverzeichnis",
  "is no name of a file on Windows": "ist unter Windows kein Name einer Datei",
  "a later version": "einer späteren Version",
  "The backup was written by {0}, in format {1}; this version knows {2}.":
    "Die Sicherung wurde von {0} geschrieben, im Format {1}; diese Version kennt {2}.",
  "install a later version, then try again":
    "installieren Sie eine spätere Version, und versuchen Sie es dann erneut",
  "{0} is too large": "{0} ist zu groß",
  "{0} is damaged": "{0} ist beschädigt",
  "there is no such file": "es gibt keine solche Datei",
  "check the path": "prüfen Sie den Pfad",
  "{0} is no whole backup: {1}.": "{0} ist keine vollständige Sicherung: {1}.",
  "use another backup; nothing of this one was used":
    "nehmen Sie eine andere Sicherung; von dieser wurde nichts übernommen",
  "it ends in the middle": "sie endet mittendrin",
  "its compressed content is damaged": "ihr gepackter Inhalt ist beschädigt",
  "its content is damaged": "ihr Inhalt ist beschädigt",
  "a header is damaged": "ein Dateikopf ist beschädigt",
  "an extended header is damaged": "ein erweiterter Dateikopf ist beschädigt",
  "an extended header is too long": "ein erweiterter Dateikopf ist zu lang",
  "{0} is in it": "darin ist {0}",
  "an entry of an unknown kind": "ein Eintrag unbekannter Art",
  "a hard link": "eine harte Verknüpfung",
  "a symbolic link": "eine symbolische Verknüpfung",
  "a device": "ein Gerät",
  "a directory": "ein Verzeichnis",
  "a named pipe": "eine benannte Pipe",
  "Nothing was restored": "Es wurde nichts wiederhergestellt",
  "Nothing was restored: the tray runs and would write its files again.":
    "Es wurde nichts wiederhergestellt: Die Tray-Anwendung läuft und würde ihre Dateien neu schreiben.",
  "Nothing was restored: {0} is none of our files.":
    "Es wurde nichts wiederhergestellt: {0} ist keine Datei von uns.",
  "move it, or the whole of {0}, away yourself": "verschieben Sie sie oder ganz {0} selbst",
  "Nothing was restored: {0} is not empty.": "Es wurde nichts wiederhergestellt: {0} ist nicht leer.",
  "--force moves what is there to the trash first":
    "--force verschiebt zuerst in den Papierkorb, was dort ist",
  "Nothing was restored: {0} is a mount point, which nothing can replace.":
    "Es wurde nichts wiederhergestellt: {0} ist ein Einhängepunkt, den nichts ersetzen kann.",
  "mount the directory above it, or set CLAWDBOT_STATE_DIR to a directory inside of it":
    "hängen Sie das Verzeichnis darüber ein, oder setzen Sie CLAWDBOT_STATE_DIR auf ein Verzeichnis darin",
  "{0}. Nothing was restored.": "{0}. Es wurde nichts wiederhergestellt.",
  "{0} became shorter while it was read. No backup was made.":
    "{0} wurde kürzer, während es gelesen wurde. Es wurde keine Sicherung angelegt.",
  "try again": "versuchen Sie es erneut",
  "it is no regular file": "es ist keine gewöhnliche Datei",
  "it is a symbolic link, which is only followed to a file inside of the state directory":
    "es ist eine symbolische Verknüpfung; ihr wird nur zu einer Datei im Zustandsverzeichnis gefolgt",
};

const DELETION: Translation = {
  "{0} is not deleted: {1}.": "{0} wird nicht gelöscht: {1}.",
  "it is no plain absolute path": "es ist kein schlichter absoluter Pfad",
  "it is the root of a file system": "es ist die Wurzel eines Dateisystems",
  "it is the home directory or holds it": "es ist das Home-Verzeichnis oder enthält es",
  "it is a symbolic link; remove it yourself":
    "es ist eine symbolische Verknüpfung; entfernen Sie sie selbst",
  "it touches {0}, which belongs to another profile": "es berührt {0}, das zu einem anderen Profil gehört",
  "it lies outside of what this command may delete":
    "es liegt außerhalb dessen, was dieser Befehl löschen darf",
  "{0} is the home directory or holds it": "{0} ist das Home-Verzeichnis oder enthält es",
  "{0} is a symbolic link; remove it yourself":
    "{0} ist eine symbolische Verknüpfung; entfernen Sie sie selbst",
  "a symbolic link on the way leads to {0}": "eine symbolische Verknüpfung auf dem Weg führt nach {0}",
  "Nothing was deleted": "Es wurde nichts gelöscht",
  "Nothing was deleted: {0}.": "Es wurde nichts gelöscht: {0}.",
  "commit that work or move it away, or answer in a terminal":
    "sichern Sie diese Arbeit mit git commit, verschieben Sie sie, oder antworten Sie in einem Terminal",
  "{0} is a git repository that git cannot read": "{0} ist ein git-Repository, das git nicht lesen kann",
  "{0} is a git repository with {1} uncommitted {2}":
    "{0} ist ein git-Repository mit {1} nicht gesicherten {2}",
  change: "Änderung",
  changes: "Änderungen",
  "{0}. Move it to the trash as well?": "{0}. Soll auch das in den Papierkorb?",
  "Nothing was deleted: a gateway runs on {0}.": "Es wurde nichts gelöscht: Ein Gateway läuft auf {0}.",
  "work directory": "Arbeitsverzeichnis",
  "everything the gateway keeps": "alles, was das Gateway aufbewahrt",
  "state of the gateway": "Zustand des Gateways",
  "work directory of the configuration": "Arbeitsverzeichnis der Konfiguration",
  "launch at login": "Start bei der Anmeldung",
  "{0}: a gateway runs on {1}{2}.": "{0}: Ein Gateway läuft auf {1}{2}.",
  "stop it first; {0} shows it": "stoppen Sie es zuerst; {0} zeigt es",
  "stop it first: {0}": "stoppen Sie es zuerst: {0}",
  "Moved before:": "Davor verschoben:",
  "chats of agent {0}": "Gespräche des Agenten {0}",
  "Nothing was deleted: the tray runs and would write its files again.":
    "Es wurde nichts gelöscht: Die Tray-Anwendung läuft und würde ihre Dateien neu schreiben.",
  "quit the tray first": "beenden Sie zuerst die Tray-Anwendung",
  "The service ({0}) stays and cannot start without its configuration; --service removes it.":
    "Der Dienst ({0}) bleibt und kann ohne seine Konfiguration nicht starten; --service entfernt ihn.",
  "The program runs from {0}, which is yours to delete.":
    "Das Programm läuft aus {0}; löschen Sie dieses Verzeichnis selbst.",
  "Remove the program: brew uninstall clawdbot": "Entfernen Sie das Programm: brew uninstall clawdbot",
  "npx keeps the program in its cache and removes it by itself.":
    "npx bewahrt das Programm in seinem Zwischenspeicher auf und entfernt es von selbst.",
  "Remove the program: npm uninstall -g clawdbot-companion":
    "Entfernen Sie das Programm: npm uninstall -g clawdbot-companion",
  "Remove the program: npm uninstall clawdbot-companion, in {0}":
    "Entfernen Sie das Programm: npm uninstall clawdbot-companion, in {0}",
  "Another profile stays: {0}": "Ein anderes Profil bleibt: {0}",
};

const DOCTOR_CONFIG: Translation = {
  "nobody owns this gateway in chats; {0} is the only one who is let in there by name":
    "dieses Gateway gehört in Chats niemandem; nur {0} ist dort namentlich zugelassen",
  "make {0} an owner, who may do everything": "{0} zum Eigentümer machen, der alles darf",
  "{0} is an owner": "{0} ist Eigentümer",
  "{0} cannot be read: {1}": "{0} lässt sich nicht lesen: {1}",
  "there is no configuration yet ({0})": "es gibt noch keine Konfiguration ({0})",
  "{0} creates it": "{0} legt sie an",
  "write a first one: local, on loopback, with a new token":
    "eine erste schreiben: lokal, auf Loopback, mit neuem Token",
  "wrote {0}": "{0} geschrieben",
  "{0} is there by now": "{0} ist inzwischen da",
  "{0} cannot be used: {1}": "{0} ist nicht verwendbar: {1}",
  "save it as UTF-8; it is in UTF-16 now": "sie als UTF-8 speichern; sie ist jetzt in UTF-16",
  "saved {0} as UTF-8; what was there is {1}.bak": "{0} als UTF-8 gespeichert; was dort stand, ist {1}.bak",
  "the newest backup that works": "der neuesten brauchbaren Sicherung",
  "; what was there is {0}.bak": "; was dort stand, ist {0}.bak",
  "put the last one that worked in its place ({0})": "die letzte brauchbare an ihre Stelle setzen ({0})",
  "restored {0} from {1}{2}": "{0} aus {1} wiederhergestellt{2}",
  "{0} was last written by {1}; this is Clawdbot Companion {2}, which keeps what it does not know":
    "{0} hat zuletzt {1} geschrieben; dies ist Clawdbot Companion {2}, das behält, was es nicht kennt",
  "nothing has to be done; the page Switching of the guide says what is taken over, and how to go back":
    "zu tun ist nichts; die Seite Umsteigen der Anleitung sagt, was übernommen wird und wie Sie zurückkommen",
  "a newer version wrote the configuration, or another program, and may keep one elsewhere":
    "eine neuere Version hat die Konfiguration geschrieben oder ein anderes Programm, und bewahrt vielleicht eines anderswo auf",
  "another service would run a gateway: {0} ({1}{2}{3})":
    "ein weiterer Dienst würde ein Gateway betreiben: {0} ({1}{2}{3})",
  "{0} is on this machine too ({1}); nothing of it is used or changed":
    "{0} ist auch auf diesem Rechner ({1}); davon wird nichts benutzt oder geändert",
  "both listen on port {0} by default: let one use another, such as with {1}; the page Switching of the guide says more":
    "beide lauschen sonst auf Port {0}: Geben Sie einem einen anderen, etwa mit {1}; mehr sagt die Seite Umsteigen der Anleitung",
  "the store of sessions {0} cannot be read: {1}":
    "der Speicher der Gespräche {0} lässt sich nicht lesen: {1}",
  "the store of sessions {0} is damaged: {1}{2}": "der Speicher der Gespräche {0} ist beschädigt: {1}{2}",
  "keep a copy of it, then put back the newest backup: {0}":
    "behalten Sie eine Kopie davon, und spielen Sie dann die neueste Sicherung ein: {0}",
  "{0}: {1}, so the gateway does not start": "{0}: {1}; deshalb startet das Gateway nicht",
  "look at {0} there": "sehen Sie dort nach {0}",
  "move it to {0}": "ihn nach {0} verschieben",
  "moved {0} to {1}": "{0} nach {1} verschoben",
  "{0}: {1}, so nothing reads it": "{0}: {1}; deshalb liest ihn nichts",
  "{0}: {1} The gateway does not start with it": "{0}: {1} Damit startet das Gateway nicht",
  "{0}: {1} Nothing reads it": "{0}: {1} Nichts liest ihn",
  "{0} bytes": "{0} Bytes",
  "{0}.{1} KiB": "{0},{1} KiB",
  "{0}.{1} MiB": "{0},{1} MiB",
  "{0}.{1} GiB": "{0},{1} GiB",
  "{0}, then start it again: {1}": "{0}, und starten Sie es dann wieder: {1}",
  "{0}, if it is no word of a later release": "{0}, falls es kein Wort einer späteren Version ist",
  "rename it to {0}": "in {0} umbenennen",
  "renamed {0} to {1}": "{0} in {1} umbenannt",
  "{0} belongs to another user (uid {1})": "{0} gehört einem anderen Benutzer (uid {1})",
  "other users can get at {0} (mode {1})": "andere Benutzer kommen an {0} heran (Modus {1})",
  "other users can get at {0}, which the configuration includes (mode {1})":
    "andere Benutzer kommen an {0} heran, das die Konfiguration einbindet (Modus {1})",
  "{0} more keys of the configuration are not served by this release":
    "{0} weitere Schlüssel der Konfiguration bedient diese Version nicht",
  "put a line {0}=… into {1}, or set {2} where the gateway is started":
    "schreiben Sie eine Zeile {0}=… in {1}, oder setzen Sie {2} dort, wo das Gateway gestartet wird",
  "bring that file back, or correct the path":
    "bringen Sie diese Datei zurück, oder berichtigen Sie den Pfad",
  "{0} more mistakes in the configuration are shown when these are gone":
    "{0} weitere Fehler in der Konfiguration werden gezeigt, wenn diese behoben sind",
  "remove it, so that its default holds": "den Wert entfernen, sodass die Vorgabe gilt",
  "put back the value of the last configuration that worked":
    "den Wert der letzten brauchbaren Konfiguration wieder einsetzen",
  "removed {0}": "{0} entfernt",
  "put back the last value of {0} that worked": "den letzten brauchbaren Wert von {0} wieder eingesetzt",
  "{0} was last written by version {1}, this is {2}":
    "{0} wurde zuletzt von Version {1} geschrieben, dies ist {2}",
  "run version {0} or a later one here too": "benutzen Sie auch hier Version {0} oder eine spätere",
  "the {0} has {1} characters": "das Geheimnis ({0}) hat {1} Zeichen",
  "{0}: enough for this machine alone; beyond it {1} are needed":
    "{0}: genug für diesen Rechner allein; darüber hinaus sind {1} nötig",
  "gateway.bind is {0}: other machines can reach the gateway":
    "gateway.bind ist {0}: Andere Rechner können das Gateway erreichen",
  "{0}, and no secret protects it, so it refuses to start":
    "{0}, und kein Geheimnis schützt es; deshalb verweigert es den Start",
  "{0}, and its secret is that of an example, which everybody knows":
    "{0}, und sein Geheimnis stammt aus einem Beispiel, das jeder kennt",
  "{0}, and {1}: fewer than {2}, so it refuses to start":
    "{0}, und {1}: weniger als {2}; deshalb verweigert es den Start",
  "{0}; only its secret keeps them out": "{0}; nur sein Geheimnis hält sie fern",
  "if that is not wanted: {0}": "falls das nicht gewollt ist: {0}",
  "{0} is true: the dashboard asks for less proof than it could":
    "{0} ist true: Das Dashboard verlangt weniger Nachweise, als es könnte",
  "no token is configured, so the gateway does not start":
    "es ist kein Token eingestellt; deshalb startet das Gateway nicht",
  "put back the gateway.auth.token of the last configuration that worked":
    "gateway.auth.token der letzten brauchbaren Konfiguration wieder eingesetzt",
  "put back the one of the last configuration that worked":
    "das der letzten brauchbaren Konfiguration wieder einsetzen",
  "generated gateway.auth.token; {0} shows it": "gateway.auth.token erzeugt; {0} zeigt es",
  "generate one and set it as gateway.auth.token": "eines erzeugen und als gateway.auth.token setzen",
  "generate another one: whoever has the one that exists is locked out":
    "ein anderes erzeugen: Wer das vorhandene hat, wird ausgesperrt",
  "one may stand in {0}, which nothing reads": "vielleicht steht eines in {0}, das nichts liest",
  "the service has one from {0}": "der Dienst hat eines aus {0}",
  "the installed service has one in its definition": "der installierte Dienst hat eines in seiner Definition",
  "a gateway runs (PID {0}) with the one that it was started with":
    "ein Gateway läuft (PID {0}) mit dem, mit dem es gestartet wurde",
  "gateway.auth.mode is password, but there is no password, so the gateway does not start":
    "gateway.auth.mode ist password, aber es gibt kein Passwort; deshalb startet das Gateway nicht",
  "gateway.mode is not set, so the gateway does not start":
    "gateway.mode ist nicht gesetzt; deshalb startet das Gateway nicht",
  "{0}, or remote for the one of gateway.remote.url": "{0}, oder remote für das unter gateway.remote.url",
  "set gateway.mode to local": "gateway.mode auf local setzen",
  "gateway.mode is remote, but gateway.remote.url is not set":
    "gateway.mode ist remote, aber gateway.remote.url ist nicht gesetzt",
  "{0}, or set gateway.mode to local": "{0}, oder setzen Sie gateway.mode auf local",
  "the gateway would not start: {0}": "das Gateway würde nicht starten: {0}",
  "change it where it is generated: CLAWDBOT_NIX_MODE=1 says that it is managed elsewhere":
    "ändern Sie sie dort, wo sie erzeugt wird: CLAWDBOT_NIX_MODE=1 sagt, dass sie anderswo verwaltet wird",
  "nothing was left to do: {0}": "es war nichts mehr zu tun: {0}",
  "{0} names no tool that there is ({1}): the list is passed over, and nothing is taken away":
    "{0} nennt kein Werkzeug, das es gibt ({1}): die Liste wird übergangen, und nichts fällt weg",
};

const DOCTOR_GATEWAY: Translation = {
  "ufw is on and may keep other machines away from port {0}":
    "ufw ist eingeschaltet und hält vielleicht andere Rechner von Port {0} fern",
  "if they should reach the gateway: sudo ufw allow {0}/tcp":
    "falls sie das Gateway erreichen sollen: sudo ufw allow {0}/tcp",
  "the remote gateway {0}": "das entfernte Gateway {0}",
  "gateway.remote.token or gateway.remote.password": "gateway.remote.token oder gateway.remote.password",
  "the remote gateway {0} does not answer as one: {1}":
    "das entfernte Gateway {0} antwortet nicht wie eines: {1}",
  ", because CLAWDBOT_GATEWAY_PORT is {0} here": ", weil CLAWDBOT_GATEWAY_PORT hier {0} ist",
  "the gateway runs on port {0} (PID {1}), but commands look for it on port {2}{3}":
    "das Gateway läuft auf Port {0} (PID {1}), aber Befehle suchen es auf Port {2}{3}",
  "unset CLAWDBOT_GATEWAY_PORT; {0} moves the gateway itself":
    "entfernen Sie CLAWDBOT_GATEWAY_PORT; {0} verlegt das Gateway selbst",
  "restart it on port {0}, or: {1}": "starten Sie es auf Port {0} neu, oder: {1}",
  "the gateway at {0}": "das Gateway unter {0}",
  "the gateway on port {0} belongs to another state directory ({1})":
    "das Gateway auf Port {0} gehört zu einem anderen Zustandsverzeichnis ({1})",
  "give this one a port of its own: {0}": "geben Sie diesem einen eigenen Port: {0}",
  "the gateway runs, but is not well: {0}": "das Gateway läuft, aber nicht fehlerfrei: {0}",
  "the gateway that runs is version {0}, this is {1}": "das laufende Gateway hat Version {0}, dies ist {1}",
  "restart it": "starten Sie es neu",
  "{0} runs, but does not let this command in: {1}": "{0} läuft, lässt diesen Befehl aber nicht ein: {1}",
  "set its secret: {0}": "setzen Sie sein Geheimnis: {0}",
  "unset {0}, which hides gateway.auth of the configuration":
    "entfernen Sie {0}, das gateway.auth der Konfiguration verdeckt",
  "gateway.auth.token or gateway.auth.password, as the running gateway has it":
    "gateway.auth.token oder gateway.auth.password, wie das laufende Gateway es hat",
  "the gateway (PID {0}) {1}": "das Gateway (PID {0}) {1}",
  "something listens at {0} and does not answer": "unter {0} lauscht etwas, das nicht antwortet",
  "{0} shows what it did last; {1} takes its place":
    "{0} zeigt, was es zuletzt tat; {1} tritt an seine Stelle",
  "another program answers at {0}{1}": "unter {0} antwortet ein anderes Programm{1}",
  "the gateway runs (PID {0}), but commands do not sign in to it: {1}":
    "das Gateway läuft (PID {0}), aber Befehle melden sich dort nicht an: {1}",
  "pass --token to commands, or let this system show /proc/net/tcp or run ss":
    "geben Sie Befehlen --token mit, oder lassen Sie dieses System /proc/net/tcp zeigen oder ss ausführen",
  "a gateway is starting (PID {0})": "ein Gateway startet gerade (PID {0})",
  "; its last start was refused: {0}": "; sein letzter Start wurde verweigert: {0}",
  "no gateway runs ({0}){1}": "es läuft kein Gateway ({0}){1}",
  "start it: {0}": "starten Sie es: {0}",
  "the gateway runs (PID {0}), but nobody answers at {1}":
    "das Gateway läuft (PID {0}), aber unter {1} antwortet niemand",
  "{0} shows why": "{0} zeigt den Grund",
  "restart the service": "den Dienst neu starten",
  "restarted the service {0} ({1})": "den Dienst {0} neu gestartet ({1})",
  "it answers by now, and was not restarted": "es antwortet inzwischen und wurde nicht neu gestartet",
  "the user {0} may not change what Tailscale serves, so the gateway cannot be exposed":
    "der Benutzer {0} darf nicht ändern, was Tailscale anbietet; deshalb lässt sich das Gateway nicht freigeben",
  "install Tailscale from https://tailscale.com/download":
    "installieren Sie Tailscale von https://tailscale.com/download",
  "gateway.tailscale.mode is {0}, but {1}": "gateway.tailscale.mode ist {0}, aber {1}",
  "gateway.tailscale.mode is {0}, but Tailscale {1}": "gateway.tailscale.mode ist {0}, aber Tailscale {1}",
  "is not logged in": "ist nicht angemeldet",
  "is not running ({0})": "läuft nicht ({0})",
  "approve this machine in the Tailscale admin console":
    "geben Sie diesen Rechner in der Verwaltung von Tailscale frei",
  "gateway.tailscale.mode is {0}, but the tailnet gives out no HTTPS certificates":
    "gateway.tailscale.mode ist {0}, aber das Tailnet stellt keine HTTPS-Zertifikate aus",
  "switch HTTPS on: https://login.tailscale.com/admin/dns":
    "schalten Sie HTTPS ein: https://login.tailscale.com/admin/dns",
};

const DOCTOR_MACHINE: Translation = {
  "{0} was changed {1} in the future: the clock is or was wrong":
    "{0} wurde {1} in der Zukunft geändert: Die Uhr geht oder ging falsch",
  "check the date; where systemd runs: timedatectl set-ntp true":
    "prüfen Sie das Datum; wo systemd läuft: timedatectl set-ntp true",
  "{0} days": "{0} Tage",
  "notify-send is missing, so the tray cannot notify":
    "notify-send fehlt; deshalb kann die Tray-Anwendung nicht benachrichtigen",
  "install it, on Debian and Ubuntu: sudo apt install libnotify-bin":
    "installieren Sie es, unter Debian und Ubuntu: sudo apt install libnotify-bin",
  "1 more file": "1 weitere Datei",
  "{0} more files": "{0} weitere Dateien",
  "the file system of {0} takes only {1}, whatever their size (inodes)":
    "das Dateisystem von {0} nimmt nur noch {1} auf, gleich wie groß (Inodes)",
  "delete files that are not needed, however small":
    "löschen Sie Dateien, die nicht gebraucht werden, auch kleine",
  "only {0} MiB are free where {1} lies": "nur {0} MiB sind frei, wo {1} liegt",
  "free some space; 200 MiB are enough": "schaffen Sie Platz; 200 MiB genügen",
  "set {0} to the secret itself, or unset it":
    "setzen Sie {0} auf das Geheimnis selbst, oder entfernen Sie es",
  "{0} of the environment {1}": "{0} der Umgebung {1}",
  "{0} is in UTF-16, so its variables are not found":
    "{0} ist in UTF-16; deshalb werden seine Variablen nicht gefunden",
  "save it as UTF-8": "speichern Sie die Datei als UTF-8",
  "left {0} alone: it is in another encoding by now":
    "{0} nicht angerührt: Es hat inzwischen eine andere Kodierung",
  "saved {0} as UTF-8; what was there is {1}": "{0} als UTF-8 gespeichert; was dort stand, ist {1}",
  "CLAWDBOT_GATEWAY_PORT is {0}, which is no port from 1 to 65535":
    "CLAWDBOT_GATEWAY_PORT ist {0}; das ist kein Port von 1 bis 65535",
  "unset CLAWDBOT_GATEWAY_PORT, or set it to a number":
    "entfernen Sie CLAWDBOT_GATEWAY_PORT, oder setzen Sie es auf eine Zahl",
  "{0} of the environment hides {1} of the configuration": "{0} der Umgebung verdeckt {1} der Konfiguration",
  "unset {0}, also in {1} if it is there": "entfernen Sie {0}, auch aus {1}, falls es dort steht",
  "{0} has {1} MiB": "{0} hat {1} MiB",
  "keep its end as {0}.1 and empty it": "ihr Ende als {0}.1 behalten und sie leeren",
  "emptied {0}; its end is in {1}.1": "{0} geleert; das Ende steht in {1}.1",
  "rename it to {0}.1, and older ones accordingly": "sie in {0}.1 umbenennen, und ältere entsprechend",
  "renamed {0} to {1}.1; a gateway that runs goes on in a new file after its next line":
    "{0} in {1}.1 umbenannt; ein laufendes Gateway schreibt nach der nächsten Zeile in einer neuen Datei weiter",
  "version {0} can be installed": "Version {0} lässt sich installieren",
  "whether there is a newer version could not be found out: {0}":
    "ob es eine neuere Version gibt, ließ sich nicht feststellen: {0}",
  "no answer": "keine Antwort",
  "no answer within 2 s": "keine Antwort innerhalb von 2 s",
  "the answer is too long": "die Antwort ist zu lang",
  "npm's setting of the registry is no address": "die Einstellung von npm für die Registry ist keine Adresse",
  "{0} cannot be used for temporary files: {1}": "{0} ist für temporäre Dateien nicht verwendbar: {1}",
  "make {0} a directory with mode 1777": "machen Sie {0} zu einem Verzeichnis mit Modus 1777",
  "point it to a directory of this user, or unset it":
    "setzen Sie es auf ein Verzeichnis dieses Benutzers, oder entfernen Sie es",
  "it is not an absolute path": "es ist kein absoluter Pfad",
  "it is not a directory": "es ist kein Verzeichnis",
  "it cannot be looked at": "es lässt sich nicht ansehen",
  "it does not exist": "es gibt es nicht",
  "a part of the path is a file": "ein Teil des Pfades ist eine Datei",
  "this user may not write there": "dieser Benutzer darf dort nicht schreiben",
  "the file system is read-only": "das Dateisystem ist schreibgeschützt",
  "{0} is {1} {2} behind": "{0} liegt {1} {2} zurück",
  commit: "Commit",
  commits: "Commits",
  "the system watches no more files for this user ({0}): a changed configuration is noticed late or not at all":
    "das System beobachtet für diesen Benutzer keine weiteren Dateien ({0}): Eine geänderte Konfiguration wird spät oder gar nicht bemerkt",
};

const DOCTOR_SERVICE: Translation = {
  "reinstalled the service {0} ({1})": "den Dienst {0} neu installiert ({1})",
  "reinstall the service": "den Dienst neu installieren",
  "reinstall the service, without {0} of its definition":
    "den Dienst neu installieren, ohne {0} seiner Definition",
  "the token": "das Token",
  "the password": "das Passwort",
  "{0} keeps the LaunchAgent from being written": "{0} verhindert, dass der LaunchAgent geschrieben wird",
  "if that is not wanted any more: rm {0}": "falls das nicht mehr gewollt ist: rm {0}",
  "remove that file": "diese Datei entfernen",
  "the login session sets {0}, which hides gateway.auth.{1} from the service":
    "die Anmeldesitzung setzt {0}; das verdeckt dem Dienst gateway.auth.{1}",
  "launchctl unsetenv {0}, then: {1}": "launchctl unsetenv {0}, dann: {1}",
  "take it out of the login session": "es aus der Anmeldesitzung nehmen",
  "took {0} out of the login session": "{0} aus der Anmeldesitzung genommen",
  "launchctl did not take {0} out of the login session":
    "launchctl hat {0} nicht aus der Anmeldesitzung genommen",
  "lingering is off: the service ends when this user logs out":
    "Lingering ist aus: Der Dienst endet, wenn dieser Benutzer sich abmeldet",
  "turn lingering on": "Lingering einschalten",
  "turned lingering on": "Lingering eingeschaltet",
  "this user may not turn lingering on": "dieser Benutzer darf Lingering nicht einschalten",
  "port {0} is held by orphan pid {1}: the service {2} started it and lost it":
    "Port {0} ist belegt durch den verwaisten Prozess {1}: Der Dienst {2} hat ihn gestartet und verloren",
  "end it: {0}": "beenden Sie ihn: {0}",
  "end it{0}": "ihn beenden{0}",
  " and start the service": " und den Dienst starten",
  "ended pid {0}": "Prozess {0} beendet",
  "ended pid {0} and started the service {1}": "Prozess {0} beendet und den Dienst {1} gestartet",
  "a gateway without the service (PID {0}, port {1}) keeps the one of the service {2} from starting":
    "ein Gateway ohne den Dienst (PID {0}, Port {1}) hindert das des Dienstes {2} am Start",
  "stop it in its terminal or in the tray, then: {0}":
    "stoppen Sie es in seinem Terminal oder in der Tray-Anwendung, dann: {0}",
  "the service {0} of an earlier version is still there ({1})":
    "der Dienst {0} einer früheren Version ist noch da ({1})",
  ", for the whole system": ", für das ganze System",
  "if it is not needed: {0}": "falls er nicht gebraucht wird: {0}",
  "a service is installed ({0}), but: {1}": "ein Dienst ist installiert ({0}), aber: {1}",
  "no service is installed: the gateway ends with the program that started it":
    "es ist kein Dienst installiert: Das Gateway endet mit dem Programm, das es gestartet hat",
  "the service {0} is installed, but does not run while gateway.mode is remote":
    "der Dienst {0} ist installiert, läuft aber nicht, solange gateway.mode remote ist",
  "{0}, or: {1}": "{0}, oder: {1}",
  "ended and is started again": "ist beendet und wird wieder gestartet",
  "keeps ending: {0}": "endet immer wieder: {0}",
  "1 restart": "1 Neustart",
  "{0} restarts": "{0} Neustarts",
  some: "einige",
  "the gateway of the service {0} {1}{2}": "das Gateway des Dienstes {0} {1}{2}",
  "it is not started again{0}": "er wird nicht wieder gestartet{0}",
  "its start was refused: {0}": "sein Start wurde verweigert: {0}",
  "the service {0} is blocked: {1}": "der Dienst {0} ist blockiert: {1}",
  ", it {0} last": ", der letzte Prozess {0}",
  "the service {0} does not run, a gateway without it does (PID {1})":
    "der Dienst {0} läuft nicht, dafür ein Gateway ohne ihn (PID {1})",
  "stop that one, then: {0}": "stoppen Sie dieses, dann: {0}",
  "does not run": "läuft nicht",
  "is installed, but the system does not have it loaded": "ist installiert, aber vom System nicht geladen",
  "the service {0} {1}": "der Dienst {0} {1}",
  "start it": "ihn starten",
  "started the service {0}{1}": "den Dienst {0} gestartet{1}",
  " (PID {0})": " (PID {0})",
  "the service {0} does not start by itself at boot or login":
    "der Dienst {0} startet beim Hochfahren oder bei der Anmeldung nicht von selbst",
  "if it should: {0}": "falls er das soll: {0}",
  "the service does not know the variable {0} of this shell, for which {1} asks":
    "der Dienst kennt die Variable {0} dieser Shell nicht, die {1} verlangt",
  "put a line {0}=… into {1}": "schreiben Sie eine Zeile {0}=… in {1}",
};

const DOCTOR_STATE: Translation = {
  "<size>": "<Größe>",
  "session.maintenance only warns: {0} conversations that nobody had would be erased":
    "session.maintenance warnt nur: {0} Gespräche, die niemand geführt hat, würden gelöscht",
  "the store holds {0} MiB more than session.maintenance.maxDiskBytes says; {1} conversations with people rest for a month and may be moved out of it":
    "der Speicher hält {0} MiB mehr, als session.maintenance.maxDiskBytes erlaubt; {1} Gespräche mit Personen ruhen seit einem Monat und können ausgelagert werden",
  "{0} conversations with people were moved out of the store, as it was too large, the last ones on {1}":
    "{0} Gespräche mit Personen wurden aus dem Speicher ausgelagert, weil er zu groß war, die letzten am {1}",
  "read them in {0}, or bring them back: {1}": "lesen Sie sie in {0}, oder holen Sie sie zurück: {1}",
  "session.dmScope is main, and {0} people write directly: what one says is shown to the model with what the others said":
    "session.dmScope ist main, und {0} Personen schreiben direkt: Was eine sagt, bekommt das Modell zusammen mit dem gezeigt, was die anderen sagten",
  "the login {0} in {1} ran out on {2}": "die Anmeldung {0} in {1} ist am {2} abgelaufen",
  "{0} holds keys of model providers ({1}), and this gateway has none":
    "{0} enthält Schlüssel von Modellanbietern ({1}), und dieses Gateway hat keinen",
  "take them over: {0}": "übernehmen Sie sie: {0}",
  "log in to that provider again": "melden Sie sich bei diesem Anbieter neu an",
  "the login {0} in {1} is not used for another {2} min after failures":
    "die Anmeldung {0} in {1} wird nach Fehlschlägen noch {2} min nicht benutzt",
  "an unknown day": "unbekanntem Tag",
  "{0} cannot be used, so that the gateway knows none of its devices: {1}":
    "{0} ist nicht verwendbar, sodass das Gateway keines seiner Geräte kennt: {1}",
  "{0} is a list of devices that could not be used": "{0} ist eine Geräteliste, die nicht verwendbar war",
  "look whether a device is missing, then remove it":
    "sehen Sie nach, ob ein Gerät fehlt, und entfernen Sie die Datei dann",
  "there are chats in two state directories: {0} (in use) and {1}":
    "es gibt Gespräche in zwei Zustandsverzeichnissen: {0} (in Gebrauch) und {1}",
  "keep one: unset CLAWDBOT_STATE_DIR to use the second, or move it away":
    "behalten Sie eines: Entfernen Sie CLAWDBOT_STATE_DIR, um das zweite zu benutzen, oder verschieben Sie es",
  "{0} tells of a gateway (PID {1}) that ended without notice":
    "{0} berichtet von einem Gateway (PID {1}), das ohne Nachricht endete",
  "{0} was left by a write that did not come to its end":
    "{0} blieb von einem Schreibvorgang zurück, der nicht zu Ende kam",
  "{0} was left by an editor that was ended": "{0} blieb von einem Editor zurück, der beendet wurde",
  "{0} holds a configuration that was edited and not taken over, with its secrets":
    "{0} enthält eine bearbeitete, nicht übernommene Konfiguration mitsamt ihren Geheimnissen",
  "when it is not needed any more: rm {0}": "wenn sie nicht mehr gebraucht wird: rm {0}",
  "remove it": "sie entfernen",
  "left {0} alone: it is in use by now": "{0} nicht angerührt: Es ist inzwischen in Gebrauch",
  "a process": "ein Prozess",
  "the process {0}": "der Prozess {0}",
  "{0} holds {1} and tells nothing: a gateway is starting, stopping or stuck":
    "{0} hält {1} und sagt nichts: Ein Gateway startet, endet oder hängt",
  "look again in a minute; {0} ends what holds the port":
    "sehen Sie in einer Minute wieder nach; {0} beendet, was den Port belegt",
  "the state directory {0} is missing": "das Zustandsverzeichnis {0} fehlt",
  "create it, for this user only": "es anlegen, nur für diesen Benutzer",
  "created {0}": "{0} angelegt",
  "is a symbolic link to something that is not there":
    "ist eine symbolische Verknüpfung zu etwas, das es nicht gibt",
  "is not a directory": "ist kein Verzeichnis",
  "the state directory {0} {1}": "das Zustandsverzeichnis {0} {1}",
  "mount or create what {0} leads to": "hängen Sie ein oder legen Sie an, wohin {0} führt",
  "move it away: mv {0} {1}": "verschieben Sie es: mv {0} {1}",
  "the state directory {0} belongs to another user (uid {1})":
    "das Zustandsverzeichnis {0} gehört einem anderen Benutzer (uid {1})",
  "run clawdbot as that user: {0} {1}": "führen Sie clawdbot als dieser Benutzer aus: {0} {1}",
  "other users can look into the state directory {0} (mode {1})":
    "andere Benutzer können in das Zustandsverzeichnis {0} sehen (Modus {1})",
  "{0} is not a directory": "{0} ist kein Verzeichnis",
  "other users can look into {0} (mode {1})": "andere Benutzer können in {0} sehen (Modus {1})",
  "the directory {0} is missing": "das Verzeichnis {0} fehlt",
  "{0} is damaged: the chats in it are not listed":
    "{0} ist beschädigt: Die Gespräche darin werden nicht aufgeführt",
  " and {0} more": " und {0} weitere",
  "the transcript of the recent chat {0}{1} is missing beside {2}":
    "die Mitschrift des jüngsten Gesprächs {0}{1} fehlt neben {2}",
  "the agent is shown {0} in part only: it has {1} characters, and there is room for {2} of a file and {3} of all":
    "der Agent bekommt {0} nur zum Teil gezeigt: Die Datei hat {1} Zeichen, und Platz ist für {2} je Datei und {3} insgesamt",
  "make the file shorter, or raise agents.defaults.bootstrapMaxChars and agents.defaults.bootstrapTotalMaxChars":
    "kürzen Sie die Datei, oder erhöhen Sie agents.defaults.bootstrapMaxChars und agents.defaults.bootstrapTotalMaxChars",
  "the work directory {0} is not in a git repository":
    "das Arbeitsverzeichnis {0} liegt in keinem git-Repository",
  "set its mode to {0}": "den Modus auf {0} setzen",
  "{0} keeps mode {1}": "{0} behält den Modus {1}",
  "set the mode of {0} to {1}": "Modus von {0} auf {1} gesetzt",
  "the check {0} could not be carried out: {1}": "die Prüfung {0} ließ sich nicht ausführen: {1}",
};

const ONBOARDING: Translation = {
  "Nothing was changed: a gateway runs without the service (PID {0}, port {1}), and only one can.":
    "Es wurde nichts geändert: Ein Gateway läuft ohne den Dienst (PID {0}, Port {1}), und nur eines kann laufen.",
  "stop it first, or let the service take its place: --daemon reinstall":
    "stoppen Sie es zuerst, oder lassen Sie den Dienst an seine Stelle treten: --daemon reinstall",
  "Stopping the service …": "Der Dienst wird gestoppt …",
  "Installing the service …": "Der Dienst wird installiert …",
  "Restarting the service …": "Der Dienst wird neu gestartet …",
  "{0} cannot be set in {1}.": "{0} lässt sich in {1} nicht setzen.",
  "look in that file for a quotation mark that is not closed":
    "suchen Sie in dieser Datei nach einem Anführungszeichen, das nicht geschlossen ist",
  "{0} was empty or gone: its last copy that worked is back in its place ({1}).":
    "{0} war leer oder fehlte: Die letzte brauchbare Kopie steht wieder an ihrer Stelle ({1}).",
  "CLAWDBOT_GATEWAY_PORT={0} counts instead of gateway.port where it is set, as it is here.":
    "CLAWDBOT_GATEWAY_PORT={0} gilt anstelle von gateway.port, wo es gesetzt ist, so wie hier.",
  "Port {0} is held by {1}: end that program, or take another one, such as --gateway-port {2}.":
    "Port {0} ist belegt durch {1}: Beenden Sie dieses Programm, oder nehmen Sie einen anderen Port, etwa --gateway-port {2}.",
  "The tailscale program is not installed on this machine; the gateway exposes nothing without.":
    "Das Programm tailscale ist auf diesem Rechner nicht installiert; ohne es gibt das Gateway nichts frei.",
  "The gateway listens on loopback instead of {0}: Tailscale {1} works there only.":
    "Das Gateway lauscht auf Loopback statt auf {0}: Tailscale {1} geht nur dort.",
  "--mode remote needs the address of the gateway: --remote-url ws://<host>:<port>.":
    "--mode remote braucht die Adresse des Gateways: --remote-url ws://<Host>:<Port>.",
  "{0} is not encrypted: everybody on the way can read the token; use wss:// or an ssh tunnel.":
    "{0} ist nicht verschlüsselt: Jeder auf dem Weg kann das Token lesen; nehmen Sie wss:// oder einen ssh-Tunnel.",
  "The service stays installed, but will not start as long as the mode is remote; {0} removes it.":
    "Der Dienst bleibt installiert, startet aber nicht, solange der Modus remote ist; {0} entfernt ihn.",
  "--gateway-bind custom needs an address or interface: --gateway-custom-host <host>.":
    "--gateway-bind custom braucht eine Adresse oder Schnittstelle: --gateway-custom-host <Host>.",
  "--gateway-custom-host has no effect with bind {0}: add --gateway-bind custom.":
    "--gateway-custom-host wirkt nicht bei bind {0}: Geben Sie auch --gateway-bind custom an.",
  "Auth mode password needs a password: --gateway-password or CLAWDBOT_GATEWAY_PASSWORD.":
    "Der Anmeldemodus password braucht ein Passwort: --gateway-password oder CLAWDBOT_GATEWAY_PASSWORD.",
  "{0} in this shell differs from gateway.auth.{1}: commands here will be refused until it is unset.":
    "{0} in dieser Shell weicht von gateway.auth.{1} ab: Befehle werden hier abgewiesen, bis es entfernt ist.",
  "Clients prove themselves with a password instead of a token: Tailscale funnel is public.":
    "Clients weisen sich mit einem Passwort statt mit einem Token aus: Tailscale funnel ist öffentlich.",
  "{0}: the {1} {2}.": "{0}: das Geheimnis ({1}) {2}.",
  "give a longer one with --gateway-{0}, or --gateway-bind loopback":
    "geben Sie mit --gateway-{0} ein längeres an, oder --gateway-bind loopback",
  "--auth-choice {0} needs a key: --{1} or {2}.":
    "--auth-choice {0} braucht einen Schlüssel: --{1} oder {2}.",
  "another program": "ein anderes Programm",
  "must not be empty": "darf nicht leer sein",
  "must not hold control characters": "darf keine Steuerzeichen enthalten",
  "must be an absolute path, or begin with ~/": "muss ein absoluter Pfad sein oder mit ~/ beginnen",
  "{0} is a file": "{0} ist eine Datei",
  "{0} cannot be created or written by this user": "{0} kann dieser Benutzer nicht anlegen oder beschreiben",
  "The gateway lets an assistant, and everybody who has its secret, act on this machine with your rights. Keep it on loopback unless you need more, and treat its token like a password.":
    "Das Gateway lässt einen Assistenten und jeden, der sein Geheimnis hat, auf diesem Rechner mit Ihren Rechten handeln. Lassen Sie es auf Loopback, solange Sie nicht mehr brauchen, und behandeln Sie sein Token wie ein Passwort.",
  Yes: "Ja",
  No: "Nein",
  "Go on?": "Fortfahren?",
  "How do you want to set it up?": "Wie möchten Sie es einrichten?",
  QuickStart: "Schnellstart",
  "this machine only, with a token of its own": "nur dieser Rechner, mit eigenem Token",
  Manual: "Von Hand",
  "port, addresses, authentication, Tailscale": "Port, Adressen, Anmeldung, Tailscale",
  "There is a configuration already ({0}{1}).": "Es gibt schon eine Konfiguration ({0}{1}).",
  ", as it last worked: {0}": ", wie sie zuletzt funktionierte: {0}",
  ", which is invalid": ", die ungültig ist",
  "What goes to the trash?": "Was kommt in den Papierkorb?",
  "The configuration": "Die Konfiguration",
  "Credentials and chats as well": "Auch Zugangsdaten und Gespräche",
  Everything: "Alles",
  "the work directory too": "auch das Arbeitsverzeichnis",
  "Where is the gateway?": "Wo ist das Gateway?",
  "On this machine": "Auf diesem Rechner",
  "On another machine": "Auf einem anderen Rechner",
  "this one only connects to it": "dieser verbindet sich nur damit",
  "Its address": "Seine Adresse",
  "Its token (blank: none)": "Sein Token (leer: keines)",
  "Its token (blank: as it is)": "Sein Token (leer: wie bisher)",
  "Work directory of the agent": "Arbeitsverzeichnis des Agenten",
  "Key of a model provider? Its models answer then; without one local/echo does, which only repeats.":
    "Schlüssel eines Anbieters von Modellen? Dann antworten dessen Modelle; ohne Schlüssel antwortet local/echo, das nur wiederholt.",
  "Channels and skills come with a later release.":
    "Kanäle und Fähigkeiten kommen mit einer späteren Version.",
  "once models.providers.{0}.baseUrl says where it is": "sobald models.providers.{0}.baseUrl sagt, wo er ist",
  "Not now": "Jetzt nicht",
  "the one of {0}": "der aus {0}",
  "Key of {0} (blank: {1})": "Schlüssel von {0} (leer: {1})",
  "Port {0} is held by {1}.": "Port {0} ist belegt durch {1}.",
  "Port of the gateway": "Port des Gateways",
  "Who can reach it?": "Wer kann es erreichen?",
  "This machine only": "Nur dieser Rechner",
  "The local network": "Das lokale Netz",
  "The tailnet and this machine": "Das Tailnet und dieser Rechner",
  "The local network as long as there is a secret": "Das lokale Netz, solange es ein Geheimnis gibt",
  "Who reaches one address": "Wer eine bestimmte Adresse erreicht",
  "Address or interface to listen on": "Adresse oder Schnittstelle, auf der gelauscht wird",
  "How do clients prove themselves?": "Wie weisen sich Clients aus?",
  "With a token": "Mit einem Token",
  "With a password": "Mit einem Passwort",
  "Token (blank: {0})": "Token (leer: {0})",
  "a random one": "ein zufälliges",
  "as it is": "wie bisher",
  Password: "Passwort",
  "Password (blank: as it is)": "Passwort (leer: wie bisher)",
  "Expose it with Tailscale?": "Mit Tailscale freigeben?",
  "The tailscale program is not installed on this machine.":
    "Das Programm tailscale ist auf diesem Rechner nicht installiert.",
  "To the tailnet (serve)": "Im Tailnet (serve)",
  "listens on loopback then": "lauscht dann auf Loopback",
  "To everybody (funnel)": "Für alle (funnel)",
  "public: needs a password": "öffentlich: braucht ein Passwort",
  "Take the exposure back when the gateway stops?": "Die Freigabe zurücknehmen, wenn das Gateway endet?",
  "How shall the gateway run?": "Wie soll das Gateway laufen?",
  "Keep it": "Behalten",
  "Change it": "Ändern",
  "asks for everything, with its values as proposals": "fragt nach allem, mit ihren Werten als Vorschlag",
  "Begin anew": "Neu beginnen",
  "moves it to the trash": "verschiebt sie in den Papierkorb",
  "Leave it and stop here": "Sie lassen und hier aufhören",
  "{0} shows what is wrong": "{0} zeigt, was falsch ist",
  "Under the tray, from now on": "Unter der Tray-Anwendung, ab jetzt",
  "In this terminal, from now on": "In diesem Terminal, ab jetzt",
  "Always, as a background service": "Immer, als Dienst im Hintergrund",
  "Restart the background service": "Den Dienst im Hintergrund neu starten",
  "Install the background service anew": "Den Dienst im Hintergrund neu installieren",
  "Leave the background service as it is": "Den Dienst im Hintergrund lassen, wie er ist",
  "the one that is there {0}": "das vorhandene {0}",
  "the password {0}": "das Passwort {0}",
  "expected one of {0}; got {1}": "erwartet wird eines von {0}, nicht {1}",
  "expected 1-65535, got {0}": "erwartet wird 1-65535, nicht {0}",
  "must not hold line breaks or other control characters":
    "darf keine Zeilenumbrüche oder anderen Steuerzeichen enthalten",
  "must have at most {0} characters": "darf höchstens {0} Zeichen haben",
  "must have at most 2000 characters": "darf höchstens 2000 Zeichen haben",
  "has {0} characters; beyond this machine it needs at least {1}":
    "hat {0} Zeichen; über diesen Rechner hinaus braucht es mindestens {1}",
  "holds blanks or characters that no key has; give the key alone, without what stands around it":
    "enthält Leerzeichen oder Zeichen, die kein Schlüssel hat; geben Sie den Schlüssel allein an, ohne das, was um ihn steht",
  "must not hold quotes or a backslash": "darf keine Anführungszeichen und keinen Rückwärtsstrich enthalten",
  "expected a ws:// or wss:// address, got {0}":
    "erwartet wird eine Adresse mit ws:// oder wss://, nicht {0}",
  "an address takes no user or password": "eine Adresse nimmt weder Benutzer noch Passwort auf",
  "an address of a gateway ends before the #, got {0}":
    "die Adresse eines Gateways endet vor dem #, angegeben ist {0}",
  "Nothing was written: {0} changed in the meantime.":
    "Es wurde nichts geschrieben: {0} hat sich inzwischen geändert.",
  "run {0} again": "führen Sie {0} noch einmal aus",
};

const AUDIT: Translation = {
  "the service is one of {0}, not of this program": "der Dienst ist einer von {0}, nicht von diesem Programm",
  "{0} takes it over and keeps a copy of it; with --profile <name> this program runs beside it":
    "{0} übernimmt ihn und behält eine Kopie; mit --profile <Name> läuft dieses Programm daneben",
  "the service runs {0}, which is no gateway": "der Dienst führt {0} aus; das ist kein Gateway",
  nothing: "nichts",
  "{0} writes it anew": "{0} schreibt ihn neu",
  "take back what {0} says, then: {1}": "nehmen Sie zurück, was {0} sagt, dann: {1}",
  "{0} takes {1}": "{0} nimmt {1}",
  "{0} takes one that is there": "{0} nimmt eine, die da ist",
  "runtime missing: {0} cannot be run": "die Laufzeitumgebung fehlt: {0} lässt sich nicht ausführen",
  "the service runs on {0}, the gateway on Node only": "der Dienst läuft mit {0}, das Gateway nur mit Node",
  "the service runs on {0}, which a version manager may remove":
    "der Dienst läuft mit {0}, das ein Versionsverwalter entfernen kann",
  "there is no Node {0} or newer for the whole system":
    "es gibt kein Node {0} oder neuer für das ganze System",
  "the service starts {0}, which is not there": "der Dienst startet {0}, das es nicht gibt",
  "the service starts {0}, this program is {1}": "der Dienst startet {0}, dieses Programm ist {1}",
  "not installed": "nicht installiert",
  "{0} makes it start this one": "{0} lässt ihn dieses starten",
  "the variables of the service lead to no state directory":
    "die Variablen des Dienstes führen zu keinem Zustandsverzeichnis",
  "; what {0} says of it is yours to take out": "; was {0} dazu sagt, entfernen Sie selbst",
  "{0} writes them anew{1}": "{0} schreibt sie neu{1}",
  "the service keeps its state in {0}, this command in {1}":
    "der Dienst hat seinen Zustand in {0}, dieser Befehl in {1}",
  "move it here with {0}": "verlegen Sie ihn hierher mit {0}",
  "take CLAWDBOT_STATE_DIR out of {0}": "entfernen Sie CLAWDBOT_STATE_DIR aus {0}",
  'ask it with CLAWDBOT_STATE_DIR="{0}", or {1}': 'fragen Sie ihn mit CLAWDBOT_STATE_DIR="{0}", oder {1}',
  "the service reads {0}, this command {1}": "der Dienst liest {0}, dieser Befehl {1}",
  'ask it with CLAWDBOT_CONFIG_PATH="{0}", or make it read yours with {1}':
    'fragen Sie ihn mit CLAWDBOT_CONFIG_PATH="{0}", oder lassen Sie ihn Ihre lesen mit {1}',
  "its command": "seinem Befehl",
  "its environment": "seiner Umgebung",
  "{0} leaves it to gateway.port": "{0} überlässt es gateway.port",
  "take CLAWDBOT_GATEWAY_PORT out of {0}, then: {1}":
    "entfernen Sie CLAWDBOT_GATEWAY_PORT aus {0}, dann: {1}",
  "the service uses port {0} from {1}, gateway.port is {2}":
    "der Dienst benutzt Port {0} aus {1}, gateway.port ist {2}",
  "{0}; {1} keeps it": "{0}; {1} behält ihn",
  ", secrets of your own go to {0}/service.env": ", eigene Geheimnisse kommen in {0}/service.env",
  ", but not out of {0}": ", aber nicht aus {0}",
  "the definition holds {0}, which others may read": "die Definition enthält {0}; andere können das lesen",
  "{0} takes it out{1}; the token goes to gateway.auth.token{2}":
    "{0} nimmt es heraus{1}; das Token kommt nach gateway.auth.token{2}",
  "{0} leaves it to the configuration": "{0} überlässt es der Konfiguration",
  "take CLAWDBOT_GATEWAY_TOKEN out of {0}/service.env, then: {1}":
    "entfernen Sie CLAWDBOT_GATEWAY_TOKEN aus {0}/service.env, dann: {1}",
  "the service is given another token than gateway.auth.token of {0}":
    "der Dienst bekommt ein anderes Token als gateway.auth.token aus {0}",
  "the service has no PATH": "der Dienst hat keinen PATH",
  "the PATH of the service lacks {0}": "im PATH des Dienstes fehlt {0}",
  "the PATH of the service holds {0}, which may not last":
    "der PATH des Dienstes enthält {0}; das besteht vielleicht nicht lange",
  "an empty entry": "ein leerer Eintrag",
  "update this program, or take the service over with {0}":
    "aktualisieren Sie dieses Programm, oder übernehmen Sie den Dienst mit {0}",
  "the service was installed by version {0}, this is {1}":
    "der Dienst wurde von Version {0} installiert, dies ist {1}",
  "install Node {0} or newer for the whole system, then: {1}":
    "installieren Sie Node {0} oder neuer für das ganze System, dann: {1}",
};

const SERVICE: Translation = {
  "the former service is kept as {0}; back to it: {1}":
    "der frühere Dienst bleibt als {0}; zurück zu ihm: {1}",
  "{0} takes it over and keeps a copy of it": "{0} übernimmt ihn und behält eine Kopie",
  "{0}; with --profile <name> this program runs beside it":
    "{0}; mit --profile <Name> läuft dieses Programm daneben",
  "leave it to {0}, or switch it off with {1}; {2}":
    "überlassen Sie ihn {0}, oder schalten Sie ihn ab mit {1}; {2}",
  "The installed service ({0}) is one of {1}, not of this program, and is left as it is.":
    "Der installierte Dienst ({0}) ist einer von {1}, nicht von diesem Programm, und bleibt, wie er ist.",
  "crash-looping": "stürzt immer wieder ab",
  installed: "installiert",
  "already-installed": "schon installiert",
  updated: "aktualisiert",
  started: "gestartet",
  "already-running": "läuft schon",
  "not-loaded": "nicht geladen",
  restarted: "neu gestartet",
  restarting: "startet neu",
  uninstalled: "deinstalliert",
  "(PID {0}, port {1})": "(PID {0}, Port {1})",
  "gateway {0} would start a second one on {1}": "gateway {0} würde ein zweites auf {1} starten",
  "Gateway already running locally {0}, as another service, {1}: {2}.":
    "Das Gateway läuft hier schon {0}, als anderer Dienst, {1}: {2}.",
  "stop that one and keep it from starting again: {0}":
    "stoppen Sie diesen, und verhindern Sie, dass er wieder startet: {0}",
  "Gateway already running locally {0}, and not as the service: {1}.":
    "Das Gateway läuft hier schon {0}, und nicht als der Dienst: {1}.",
  "; with --force, install stops it": "; mit --force stoppt install es",
  "{0}, then try again{1}": "{0}, und versuchen Sie es dann erneut{1}",
  "The service ({0}) let go of its process {1}, which still serves port {2}.":
    "Der Dienst ({0}) hat seinen Prozess {1} losgelassen, der noch Port {2} bedient.",
  "{0} A gateway runs in the foreground (PID {1}, port {2}).":
    "{0} Ein Gateway läuft im Vordergrund (PID {1}, Port {2}).",
  "stop it with {0} (the tray, PID {1}, keeps it)":
    "stoppen Sie es mit {0} (die Tray-Anwendung, PID {1}, betreibt es)",
  "stop it in its terminal or in the tray, or with {0}":
    "stoppen Sie es in seinem Terminal, in der Tray-Anwendung oder mit {0}",
  "The gateway with PID {0} did not stop within {1} s.":
    "Das Gateway mit PID {0} endete nicht innerhalb von {1} s.",
  "end it by force: {0} {1}; then try again":
    "beenden Sie es mit Gewalt: {0} {1}; versuchen Sie es dann erneut",
  "{0} lies in the cache of npx, which npm empties at will; install the package: npm install -g clawdbot-companion":
    "{0} liegt im Zwischenspeicher von npx, den npm nach Belieben leert; installieren Sie das Paket: npm install -g clawdbot-companion",
  "install the package again": "installieren Sie das Paket neu",
  "The service ({0}) is not installed.": "Der Dienst ({0}) ist nicht installiert.",
  "The gateway with PID {0} was stopped; the service runs in its place.":
    "Das Gateway mit PID {0} wurde gestoppt; der Dienst läuft an seiner Stelle.",
  "The service was installed already and did not run; it is started.":
    "Der Dienst war schon installiert und lief nicht; er ist gestartet.",
  "The service runs already (PID {0}).": "Der Dienst läuft schon (PID {0}).",
  "The service has just been restarted (PID {0}).": "Der Dienst wurde eben neu gestartet (PID {0}).",
  "This command runs inside the gateway: the system restarts the service in a moment, and what runs inside ends with it.":
    "Dieser Befehl läuft im Gateway: Das System startet den Dienst gleich neu, und was darin läuft, endet mit ihm.",
  "{0} shows the new one": "{0} zeigt das neue",
  "configuration and state stay in {0}": "Konfiguration und Zustand bleiben in {0}",
  " A gateway runs without it (PID {0}).": " Ein Gateway läuft ohne ihn (PID {0}).",
  "gateway {0}: the service ({1}) is not installed.{2}":
    "gateway {0}: Der Dienst ({1}) ist nicht installiert.{2}",
  "install it with {0}, or run the gateway in the foreground: {1}":
    "installieren Sie ihn mit {0}, oder führen Sie das Gateway im Vordergrund aus: {1}",
  "The service ({0}) does not run.": "Der Dienst ({0}) läuft nicht.",
  "in the foreground": "im Vordergrund",
  "as another service, {0}": "als anderer Dienst, {0},",
  "{0} A gateway runs {1} (PID {2}, port {3}).": "{0} Ein Gateway läuft {1} (PID {2}, Port {3}).",
  "stop it with {0}": "stoppen Sie ihn mit {0}",
  "process {0} of an earlier start, which the system no longer knew, was ended":
    "Prozess {0} eines früheren Starts, den das System nicht mehr kannte, wurde beendet",
  "port {0} is still taken on {1} by another program":
    "Port {0} ist auf {1} noch durch ein anderes Programm belegt",
  "the gateway could not write {0}; {1} says what is wrong with that place":
    "das Gateway konnte {0} nicht schreiben; {1} sagt, was mit diesem Ort nicht stimmt",
  "The service ({0}) did not stop within {1} s.": "Der Dienst ({0}) endete nicht innerhalb von {1} s.",
  "{0} shows what it does": "{0} zeigt, was er tut",
  "gateway {0} is not possible from inside the gateway: it would end this command halfway.":
    "gateway {0} geht nicht aus dem Gateway heraus: Es würde diesen Befehl auf halbem Weg beenden.",
  "run it from another terminal; {0} works from here":
    "führen Sie es in einem anderen Terminal aus; {0} geht von hier",
  "gateway {0} is switched off: CLAWDBOT_NIX_MODE=1 says that Nix manages configuration and service.":
    "gateway {0} ist abgeschaltet: CLAWDBOT_NIX_MODE=1 sagt, dass Nix Konfiguration und Dienst verwaltet.",
  "change the service where your Nix configuration declares it":
    "ändern Sie den Dienst dort, wo Ihre Nix-Konfiguration ihn erklärt",
  "{0} was written by version {1}": "{0} wurde von Version {1} geschrieben",
  "the installed service belongs to version {0}": "der installierte Dienst gehört zu Version {0}",
  "The installed service ({0}) runs on {1}, this command on {2}.":
    "Der installierte Dienst ({0}) arbeitet mit {1}, dieser Befehl mit {2}.",
  "choose a name of its own with --profile <name>, or take the service over with --force":
    "wählen Sie mit --profile <Name> einen eigenen Namen, oder übernehmen Sie den Dienst mit --force",
  "set CLAWDBOT_STATE_DIR to {0} for this command": "setzen Sie für diesen Befehl CLAWDBOT_STATE_DIR auf {0}",
  "The service is left as it is: {0}, this program is {1}.":
    "Der Dienst bleibt, wie er ist: {0}, dieses Programm ist {1}.",
  "update this program, or run the newer one's {0}; --force rewrites it all the same":
    "aktualisieren Sie dieses Programm, oder führen Sie {0} des neueren aus; --force schreibt ihn trotzdem neu",
  "Another command has been changing the service for {0} s.":
    "Ein anderer Befehl ändert den Dienst seit {0} s.",
  "end it, or try again; it holds {0}": "beenden Sie ihn, oder versuchen Sie es erneut; er hält {0}",
  "--token has no effect in auth mode password": "--token wirkt im Anmeldemodus password nicht",
  "The service could not start: port {0} is held by {1}.":
    "Der Dienst könnte nicht starten: Port {0} ist belegt durch {1}.",
  "The variables of the service lead to no state directory; {0} sets some of them.":
    "Die Variablen des Dienstes führen zu keinem Zustandsverzeichnis; {0} setzt einige davon.",
  "look at CLAWDBOT_PROFILE, CLAWDBOT_STATE_DIR and HOME there":
    "sehen Sie dort nach CLAWDBOT_PROFILE, CLAWDBOT_STATE_DIR und HOME",
  "{0} of this shell does not reach the service; put it into the configuration: {1}":
    "{0} dieser Shell erreicht den Dienst nicht; tragen Sie es in die Konfiguration ein: {1}",
  "{0} of this shell does not reach the service; put a line {1}=… into {2}":
    "{0} dieser Shell erreicht den Dienst nicht; schreiben Sie eine Zeile {1}=… in {2}",
  "{0} and {1} say more; {2} shows the start itself": "{0} und {1} sagen mehr; {2} zeigt den Start selbst",
  "put that right, then run {0}": "berichtigen Sie das, und führen Sie dann {0} aus",
  "The service ({0}) was not installed, because its gateway did not start.":
    "Der Dienst ({0}) wurde nicht installiert, weil sein Gateway nicht startete.",
  "The service ({0}) runs as it did before, because the changed one did not start.":
    "Der Dienst ({0}) läuft wie zuvor, weil der geänderte nicht startete.",
  "The service ({0}) does not run: {1}.": "Der Dienst ({0}) läuft nicht: {1}.",
  ", restarted once": ", einmal neu gestartet",
  ", restarted {0} times": ", {0}-mal neu gestartet",
  "The service ({0}) is {1}, but the gateway did not answer within {2} s.":
    "Zustand des Dienstes ({0}): {1}; das Gateway hat aber nicht innerhalb von {2} s geantwortet.",
  "{0} shows what it does, {1} why": "{0} zeigt, was er tut, {1} den Grund",
  "--runtime: expected one of node, bun; got {0}": "--runtime: erwartet wird node oder bun, nicht {0}",
  "--runtime bun: the gateway runs on Node only; leave --runtime out":
    "--runtime bun: Das Gateway läuft nur mit Node; lassen Sie --runtime weg",
  "{0}; install Node {1} or newer for the whole system":
    "{0}; installieren Sie Node {1} oder neuer für das ganze System",
  "The service starts {0}, which is not there.": "Der Dienst startet {0}, das es nicht gibt.",
  "{0} makes it start this program": "{0} lässt ihn dieses Programm starten",
  "The service was not restarted, as it would not start again; its gateway (PID {0}) goes on.\n{1}":
    "Der Dienst wurde nicht neu gestartet, denn er würde nicht wieder starten; sein Gateway (PID {0}) läuft weiter.\n{1}",
};

export const SETUP: Translation = {
  ...BACKUP,
  ...DELETION,
  ...DOCTOR_CONFIG,
  ...DOCTOR_GATEWAY,
  ...DOCTOR_MACHINE,
  ...DOCTOR_SERVICE,
  ...DOCTOR_STATE,
  ...ONBOARDING,
  ...AUDIT,
  ...SERVICE,

  "cron.enabled is false, so none of {0} jobs is started":
    "cron.enabled ist false, daher wird keine von {0} Aufgaben gestartet",
  "the job {0} was paused: {1}": "die Aufgabe {0} wurde pausiert: {1}",
  "the job {0} failed {1} times in a row: {2}": "die Aufgabe {0} ist {1}-mal hintereinander gescheitert: {2}",
  "commands of {0} are to run in a sandbox, and {1} cannot make one: {2}; they do not run":
    "Befehle von {0} sollen in einer Sandbox laufen, und {1} kann keine bilden: {2}; sie laufen nicht",
  "no command of an agent runs, as {0} cannot be used":
    "kein Befehl eines Agenten läuft, weil {0} nicht verwendbar ist",
  "repair it, or move it away; commands are asked about then":
    "sie berichtigen oder beiseitelegen; nach Befehlen wird dann gefragt",
  "other users may change or read what {0} allows (mode {1})":
    "andere Benutzer dürfen ändern oder lesen, was {0} erlaubt (Modus {1})",
};

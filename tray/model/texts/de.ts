/** Every text of the tray in German. */
import type { Texts } from "./en.ts";

export const de: Texts = {
  language: "de",
  units: { d: "T.", h: "Std.", m: "Min.", s: "s" },
  state: {
    stopped: "Gestoppt",
    starting: "Startet …",
    restarting: "Startet neu …",
    running: "Läuft",
    service: "Läuft (Dienst)",
    attached: "Läuft (anderswo gestartet)",
    working: "Arbeitet",
    degraded: "Eingeschränkt",
    stopping: "Wird beendet …",
    backoff: "Abgestürzt, Neustart folgt",
    serviceReturns: "Ausgefallen, der Dienst startet neu",
    gaveUp: "Aufgegeben",
    blocked: "Start nicht möglich",
    notSetUp: "Noch nicht eingerichtet",
  },
  devProfile: "Entwicklermodus",
  namedProfile: (name) => `Profil ${name}`,
  detail: {
    up: (duration) => `seit ${duration}`,
    upShortly: "seit weniger als einer Minute",
    clients: (count) => (count === 1 ? "1 Client" : `${count} Clients`),
    probing: "Sucht ein Gateway auf dem Port",
    starting: (elapsed, limit) => `seit ${elapsed}, höchstens ${limit}`,
    late: (misses) =>
      misses === 1 ? "Eine Anfrage blieb ohne Antwort" : `${misses} Anfragen blieben ohne Antwort`,
    lost: "Verbindung verloren, wird neu aufgebaut",
    stopping: (elapsed, limit) => `vor ${elapsed} zum Beenden aufgefordert (SIGTERM), höchstens ${limit}`,
    stoppingService: (elapsed) => `der Dienst soll es seit ${elapsed} beenden`,
    stoppingElsewhere: "der Dienst beendet es",
    handingOver: "Ein Dienst tritt an seine Stelle",
    killing: "hat sich nicht beendet, wird abgebrochen (SIGKILL)",
    backoff: (delay, attempt, why) => `Neustart in ${delay} (Versuch ${attempt}): ${why}`,
    serviceReturns: (why) => `Der Dienst startet es wieder: ${why}`,
    gaveUp: (why) => `Zu oft abgestürzt, zuletzt: ${why}. „Starten“ versucht es erneut`,
    failedAction: (message) => `Das hat nicht geklappt: ${message}`,
  },
  crash: {
    signal: (signal) => `beendet durch ${signal}`,
    code: (code) => `Exit-Code ${code}`,
    unknown: "aus unbekanntem Grund beendet",
    unresponsive: "es antwortete nicht mehr",
    notReady: "es wurde nicht rechtzeitig bereit",
    vanished: "es ist nicht mehr da",
  },
  blocked: {
    portInUse: (port, holder) => `Port${port === null ? "" : ` ${port}`} ist belegt durch ${holder}`,
    someProgram: "ein anderes Programm",
    notSetUp:
      "Es gibt noch keine Konfiguration. „Einrichten …“ im Menü legt sie an, startet und öffnet die Seite",
    configInvalid: (finding, more) =>
      `Konfiguration ungültig: ${finding}${more > 0 ? ` (und ${more} weitere)` : ""}. Bitte die Datei berichtigen; der Start folgt von selbst`,
    authMismatch: (message) =>
      `Das Gateway akzeptiert die Zugangsdaten nicht: ${message}. Bitte gateway.auth prüfen`,
    protocolMismatch: (theirs, ours) =>
      `Das Gateway spricht Protokoll ${theirs ?? "?"}, dieses Programm ${ours}. Bitte das ältere aktualisieren`,
    runtimeMissing: (message) => `Ein Programm fehlt: ${message}`,
  },
  menu: {
    setUp: "Einrichten …",
    start: "Starten",
    stop: "Stoppen",
    restart: "Neu starten",
    freePort: (holder) => `Port freigeben und starten (beendet ${holder})`,
    devMode: "Entwicklermodus",
    resetDev: "Entwicklerprofil zurücksetzen …",
    resetDevReally: "Wirklich zurücksetzen",
    openDashboard: "Dashboard öffnen",
    copyLink: "Link zum Dashboard kopieren",
    copyToken: "Token kopieren",
    logs: "Protokolle",
    showLog: "Protokoll anzeigen",
    showCrash: "Letzten Absturz anzeigen",
    copySupport: "Supportinformationen kopieren (ohne Geheimnisse)",
    runDoctor: "Doctor ausführen",
    doctorLooks: "Der Doctor sieht nach …",
    doctorFindings: (count) => (count === 1 ? "1 Befund des Doctors" : `${count} Befunde des Doctors`),
    showReport: "Bericht anzeigen",
    settings: "Einstellungen",
    launchAtLogin: "Bei der Anmeldung starten",
    runAsService: "Als Dienst ausführen",
    keepOnQuit: "Gateway beim Beenden weiterlaufen lassen",
    notifications: "Benachrichtigungen",
    kinds: {
      down: "Gateway ausgefallen",
      "gave-up": "Neustart aufgegeben",
      blocked: "Start nicht möglich",
      recovered: "Läuft wieder",
      updated: "Aktualisierung installiert",
      connected: "Verbunden",
    },
    sendTest: "Test senden",
    about: (version) => `Über Clawdbot Companion ${version}`,
    relaunch: (version) => `Neu starten mit Version ${version}`,
    quit: "Beenden",
    quitKeeping: "Beenden (Gateway läuft weiter)",
    quitStopping: "Beenden und Gateway stoppen",
  },
  doctor: {
    title: "Doctor",
    allWell: "Es ist alles in Ordnung.",
    counts: (errors, warnings, hints) =>
      [
        count(errors, "Fehler", "Fehler"),
        count(warnings, "Warnung", "Warnungen"),
        count(hints, "Hinweis", "Hinweise"),
      ]
        .filter((part) => part !== "")
        .join(", "),
    finding: (message, remedy) => (remedy === null ? message : `${message} → ${remedy}`),
  },
  action: {
    failedTitle: "Das ging nicht",
    noTool: (tools) => `Kein Programm dafür gefunden. Eines von diesen installieren: ${tools}`,
    missingFile: (path) => `Es gibt keine Datei ${path}`,
    noToken: "Es ist kein Token eingestellt (gateway.auth.token)",
    notConnected: "Es besteht keine Verbindung zum Gateway",
    noDashboard: "Das Dashboard ist abgeschaltet (gateway.controlUi.enabled)",
    programGone:
      "Clawdbot wurde gerade aktualisiert oder wird installiert. Die Tray-Anwendung über ihr Menü neu starten, dann noch einmal versuchen",
    notSaved: (why) => `Die Wahl gilt, bis die Tray-Anwendung endet, lässt sich aber nicht speichern: ${why}`,
  },
  console: {
    started: (pid) => `Die Tray-Anwendung läuft (PID ${pid}). Beenden über ihr Menü oder mit Strg-C.`,
    alreadyRunning: (pid) => `Die Tray-Anwendung läuft schon${pid === null ? "" : ` (PID ${pid})`}.`,
    withoutIcon: "Das Gateway wird trotzdem gestartet und überwacht.",
    inForeground: "Das Gateway läuft stattdessen im Vordergrund.",
  },
  notice: {
    downTitle: "Gateway ausgefallen",
    downRestarting: (why) => `Grund: ${why}. Es wird jetzt neu gestartet.`,
    downWaiting: (why, delay, attempt) => `Grund: ${why}. Neustart in ${delay} (Versuch ${attempt}).`,
    downAttached:
      "Es antwortet nicht. Es wurde anderswo gestartet und bleibt unberührt; „Neu starten“ im Menü beendet es.",
    downService: (why) => `Grund: ${why}. Der Dienst startet es wieder.`,
    gaveUpTitle: "Gateway zu oft abgestürzt",
    gaveUp: (why, evidence) =>
      `Grund: ${why}. Es startet erst wieder, wenn Sie „Starten“ wählen.${evidence === "" ? "" : ` Einzelheiten: ${evidence}`}`,
    blockedTitle: "Gateway kann nicht starten",
    notSetUpTitle: "Clawdbot ist noch nicht eingerichtet",
    recoveredTitle: "Gateway läuft wieder",
    updatedTitle: "Clawdbot wurde aktualisiert",
    updated: (version) => `Version ${version} ist installiert. Das Menü startet sie.`,
    connectedTitle: "Mit dem Gateway verbunden",
    answers: (url, pid) =>
      `Es antwortet${url === "" ? "" : ` auf ${url}`}${pid === null ? "" : ` (PID ${pid})`}.`,
    testTitle: "Testbenachrichtigung",
    test: "Benachrichtigungen funktionieren.",
  },
};

function count(number: number, one: string, several: string): string {
  if (number === 0) return "";
  return `${number} ${number === 1 ? one : several}`;
}

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
    memory: (usedMb, isShort) =>
      `braucht ${usedMb} MB Speicher${isShort ? " und nimmt keine neuen Nachrichten an" : ""}`,
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
    deviceWaits: (name, from) => `Möchte sich verbinden: ${name}${from === null ? "" : `, von ${from}`}`,
    approve: "Freigeben",
    reject: "Abweisen",
    approvalWaits: (command, folder) => `Soll laufen: ${command}${folder === null ? "" : `, in ${folder}`}`,
    allowOnce: "Einmal erlauben",
    deny: "Ablehnen",
    settings: "Einstellungen",
    launchAtLogin: "Bei der Anmeldung starten",
    runAsService: "Als Dienst ausführen",
    keepOnQuit: "Gateway beim Beenden weiterlaufen lassen",
    notifications: "Benachrichtigungen",
    kinds: {
      down: "Gateway ausgefallen",
      "gave-up": "Neustart aufgegeben",
      blocked: "Start nicht möglich",
      memory: "Viel Speicher",
      pairing: "Geräte, die sich verbinden möchten",
      approval: "Befehle, die laufen sollen",
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
    deviceGone: "Das Gerät wartet nicht mehr; es darf wieder anfragen",
    approvalGone: "Das wartet auf keine Antwort mehr",
    noToken: "Es ist kein Token eingestellt (gateway.auth.token)",
    notConnected: "Es besteht keine Verbindung zum Gateway",
    noDashboard: "Das Dashboard ist abgeschaltet (gateway.controlUi.enabled)",
    programGone:
      "Clawdbot wurde gerade aktualisiert oder wird installiert. Die Tray-Anwendung über ihr Menü neu starten, dann noch einmal versuchen",
    launchAtLogin: (why) => `Start bei der Anmeldung: ${why}`,
    processUnknown:
      "der Prozess des Gateways ist nicht sicher zu bestimmen; beenden Sie es dort, wo es gestartet wurde",
    notEnded: (pid, why) => `Prozess ${pid} lässt sich nicht beenden (${why})`,
    notStarted: (why) => `das Gateway lässt sich nicht starten: ${why}`,
    unreadable: (path) => `${path} ist nicht lesbar`,
    notSaved: (why) => `Die Wahl gilt, bis die Tray-Anwendung endet, lässt sich aber nicht speichern: ${why}`,
  },
  icon: {
    reasons: {
      "no-helper": (machine) => `Kein Symbol in der Leiste: für ${machine} gibt es keines.`,
      "no-rosetta": () => "Kein Symbol in der Leiste: auf diesem Mac braucht es Rosetta.",
      "no-display": () => "Kein Symbol in der Leiste: es gibt keine Anzeige.",
      "no-session-bus": () => "Kein Symbol in der Leiste: es gibt keinen D-Bus-Sitzungsbus.",
      "no-tray-host": () =>
        "Kein Symbol in der Leiste: dieser Desktop hat keine Statusleiste (StatusNotifierWatcher).",
      "no-library": () => "Kein Symbol in der Leiste: die Bibliothek libayatana-appindicator3 fehlt.",
    },
    remedies: {
      "no-helper": () => "Benutzen Sie die Oberfläche im Browser; das Gateway läuft trotzdem.",
      "no-rosetta": () => "Führen Sie aus: softwareupdate --install-rosetta",
      "no-display": (clawdbot) =>
        `Starten Sie die Tray-Anwendung aus einer Desktop-Sitzung, oder das Gateway allein: ${clawdbot} gateway`,
      "no-session-bus": (clawdbot) =>
        `Starten Sie die Tray-Anwendung aus einer Desktop-Sitzung, oder mit: dbus-run-session -- ${clawdbot} tray`,
      "no-tray-host": () =>
        "Richten Sie unter GNOME die Erweiterung „AppIndicator and KStatusNotifierItem Support“ ein; nehmen Sie anderswo die Statusleiste in die Leiste auf.",
      "no-library": () =>
        "Installieren Sie: apt install libayatana-appindicator3-1 (Fedora: libayatana-appindicator-gtk3, Arch: libayatana-appindicator)",
    },
    helperGone: (how) => `Das Hilfsprogramm für das Symbol in der Leiste ist weg: ${how}.`,
    helperReturns: "Es wird von selbst neu gestartet.",
    ends: {
      notReady: (seconds) => `es war nach ${seconds} s nicht bereit`,
      deaf: "es liest nicht mehr, was es bekommt",
      code: (code) => `es endete mit Code ${code}`,
      signal: (signal) => `es wurde durch ${signal} beendet`,
      notStarted: (why) => `es ließ sich nicht starten: ${why}`,
    },
  },
  file: {
    unwritable: (file, why) => `${file} lässt sich nicht schreiben (${why})`,
    damaged: (file, backup) =>
      `${file} ist beschädigt: Es gelten die Vorgaben, die Datei bleibt als ${backup} erhalten`,
    damagedAndLost: (file, why) => `${file} ist beschädigt und lässt sich nicht aufheben (${why})`,
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
    pairingTitle: "Ein Gerät möchte sich verbinden",
    pairing: (name, from) =>
      `${name}${from === null ? "" : `, von ${from}`}. Antworten Sie binnen fünf Minuten im Menü.`,
    approvalTitle: "Ein Befehl wartet auf Ihre Erlaubnis",
    approval: (command, folder) =>
      `${command}${folder === null ? "" : `, in ${folder}`}. Antworten Sie im Menü, bevor die Zeit um ist.`,
    memoryTitle: "Gateway braucht viel Speicher",
    memory: (usedMb, isShort) =>
      isShort
        ? `${usedMb} MB. Es nimmt keine neuen Nachrichten an und startet sich neu, wenn es mehr wird.`
        : `${usedMb} MB. Wird es mehr, nimmt es keine neuen Nachrichten an und startet sich neu.`,
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

/** The page in German. */
import type { Texts } from "./texts.ts";

const WHERE_THE_TOKEN_IS =
  "Öffnen Sie das Dashboard über das Tray-Symbol oder mit `clawdbot dashboard`, oder fügen Sie `gateway.auth.token` aus der Konfigurationsdatei des Gateways ein.";
const WHERE_THE_PASSWORD_IS = "Es steht als `gateway.auth.password` in der Konfigurationsdatei des Gateways.";

export const de: Texts = {
  language: "de",
  running: "Läuft",
  connecting: "Verbindet",
  absent: { lost: "Verbindung verloren", restarting: "Startet neu", stopped: "Gateway gestoppt" },
  notWell: (what) => `Nicht in Ordnung: ${what}`,
  up: (uptime) => `seit ${uptime}`,
  retryIn: (seconds) => `Neuer Versuch in ${seconds} s`,
  trying: "Neuer Versuch läuft",
  tryNow: "Jetzt versuchen",
  facts: {
    title: "Gateway",
    address: "Adresse",
    version: "Version",
    process: "Prozess",
    model: "Modell",
    config: "Konfiguration",
  },
  clients: {
    title: "Clients",
    none: "Niemand ist verbunden",
    thisPage: "diese Seite",
    unnamed: "Client ohne Namen",
    since: (moment) => `seit ${moment}`,
  },
  approvals: {
    title: "Wartet auf Ihre Erlaubnis",
    left: (seconds) => `noch ${seconds} s`,
    rule: (rule) => `Immer erlaubt von da an: ${rule}`,
    once: "Einmal",
    turn: "Diese Antwort",
    always: "Immer",
    deny: "Ablehnen",
  },
  conversation: {
    title: "Unterhaltung",
    message: "Nachricht",
    send: "Senden",
    stop: "Stopp",
    empty: "Noch wurde nichts gesagt",
    by: { user: "Sie:", assistant: "Assistent:" },
    working: "Arbeitet …",
    queued: "wartet, bis sie an der Reihe ist",
    cut: "vorzeitig beendet",
    failed: (error) => `Die Antwort ist gescheitert: ${error}`,
    notConnected: "Nicht verbunden: Was Sie schreiben, bleibt hier stehen.",
    sentLater: "Nicht verbunden: Die Nachricht geht einmal hinaus, sobald das Gateway zurück ist.",
    mayNotWrite:
      "Dieser Browser darf die Unterhaltung lesen, aber nicht schreiben (es fehlt operator.write).",
  },
  health: {
    title: "Zustand",
    agent: "Agent",
    heartbeat: "Heartbeat",
    heartbeatOff: "aus",
    every: (interval) => `alle ${interval}`,
    channels: "Kanäle",
    noChannels: "keine eingerichtet",
    sessions: "Sitzungen",
    checked: "Geprüft",
  },
  log: {
    title: "Protokoll",
    level: "Stufe",
    levels: {
      trace: "Alles",
      debug: "Ab Debug",
      info: "Ab Info",
      warn: "Ab Warnungen",
      error: "Fehler",
      fatal: "Schwere Fehler",
    },
    follow: "Folgen",
    empty: "Noch keine Zeilen",
    emptyAtLevel: "Keine Zeilen auf dieser Stufe",
    unreadable: (problem) => `Das Protokoll ist nicht lesbar: ${problem}`,
  },
  gate: {
    secretMissing: { headline: "Mit dem Gateway verbinden", remedy: WHERE_THE_TOKEN_IS },
    refused: {
      "token-missing": { headline: "Das Gateway verlangt sein Token", remedy: WHERE_THE_TOKEN_IS },
      "token-wrong": { headline: "Dieses Token stimmt nicht", remedy: WHERE_THE_TOKEN_IS },
      "token-changed": {
        headline: "Das Token wurde geändert",
        remedy: `Bisher galt es für diese Seite, jetzt nicht mehr. ${WHERE_THE_TOKEN_IS}`,
      },
      "password-missing": { headline: "Das Gateway verlangt sein Passwort", remedy: WHERE_THE_PASSWORD_IS },
      "password-wrong": { headline: "Dieses Passwort stimmt nicht", remedy: WHERE_THE_PASSWORD_IS },
      "password-changed": {
        headline: "Das Passwort wurde geändert",
        remedy: `Bisher galt es für diese Seite, jetzt nicht mehr. ${WHERE_THE_PASSWORD_IS}`,
      },
      "link-used": {
        headline: "Dieser Link ist verbraucht oder zu alt",
        remedy: `Ein Link öffnet die Seite einmal. ${WHERE_THE_TOKEN_IS}`,
      },
      "secret-not-configured": {
        headline: "Dem Gateway fehlt das Gegenstück",
        remedy: "Tragen Sie `gateway.auth.token` in seine Konfigurationsdatei ein, und starten Sie es neu.",
      },
      pairing: {
        headline: "Dieser Browser wartet auf Freigabe",
        remedy:
          "Geben Sie ihn innerhalb von fünf Minuten auf dem Rechner des Gateways frei, und versuchen Sie es dann erneut.",
      },
      "rate-limited": {
        headline: "Zu viele Fehlversuche",
        remedy:
          "Das Gateway nimmt von dieser Adresse vorerst nichts mehr an. Warten Sie eine Minute, und versuchen Sie es dann erneut.",
      },
      "turned-away": {
        headline: "Das Gateway nimmt von hier keine Verbindung an",
        remedy:
          "Nach zu vielen Fehlversuchen wartet es eine Minute. Eine Seite mit eigener Adresse muss in `gateway.controlUi.allowedOrigins` stehen.",
      },
      protocol: {
        headline: "Seite und Gateway passen nicht zusammen",
        remedy: "Das Gateway wurde aktualisiert. Laden Sie diese Seite neu.",
      },
      insecure: {
        headline: "Dieser Browser kann sich hier nicht ausweisen",
        remedy:
          "Nehmen Sie HTTPS oder `http://localhost` und einen aktuellen Browser: Nur dort darf eine Seite den Schlüssel haben, nach dem das Gateway fragt.",
      },
      other: {
        headline: "Das Gateway hat diese Seite abgewiesen",
        remedy: "Mehr steht in seinem Protokoll.",
      },
    },
    gatewaySays: "Das Gateway sagt",
    secretLabel: "Token oder Passwort",
    remember: "Auf diesem Gerät merken",
    rememberNote:
      "Dieser Browser öffnet die Seite dann ohne Frage, auch in neuen Tabs und nach einem Neustart. Lassen Sie das aus, wo andere diesen Browser benutzen.",
    connect: "Verbinden",
    tryAgain: "Erneut versuchen",
  },
};

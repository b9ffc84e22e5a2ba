/** Why there is no icon, with the remedy, in every language of the tray. */
import type { TrayLoss } from "./tray-backend.ts";

/** What can be missing. Some of it may appear while the tray runs; see `canAppearLater`. */
export type HostProblem =
  | "no-helper"
  | "no-rosetta"
  | "no-display"
  | "no-session-bus"
  | "no-tray-host"
  | "no-library";

export type TrayLanguage = "en" | "de";

/** A bus and a panel may start late and a library may be installed; a display or another processor does not come. */
export function canAppearLater(problem: HostProblem): boolean {
  return problem !== "no-helper" && problem !== "no-display";
}

/** The problem as two lines for people. `machine` is the platform and processor, such as `linux arm64`. */
export function describeHostProblem(problem: HostProblem, machine: string, language: TrayLanguage): TrayLoss {
  const { reason, remedy } = TEXTS[language][problem];
  return { reason: reason.replace("{machine}", machine), remedy };
}

/** The end of the helper program as two lines for people; `how` is the technical part. */
export function describeHelperExit(how: string, language: TrayLanguage): TrayLoss {
  const { reason, remedy } = HELPER_TEXTS[language];
  return { reason: reason.replace("{how}", () => how), remedy };
}

const HELPER_TEXTS: Record<TrayLanguage, TrayLoss> = {
  en: { reason: "The tray icon's helper program is gone: {how}.", remedy: "It is started again by itself." },
  de: {
    reason: "Das Hilfsprogramm für das Symbol in der Leiste ist weg: {how}.",
    remedy: "Es wird von selbst neu gestartet.",
  },
};

const TEXTS: Record<TrayLanguage, Record<HostProblem, TrayLoss>> = {
  en: {
    "no-helper": {
      reason: "No tray icon: there is none for {machine}.",
      remedy: "Use the dashboard in a browser; the gateway runs all the same.",
    },
    "no-rosetta": {
      reason: "No tray icon: it needs Rosetta on this Mac.",
      remedy: "Run: softwareupdate --install-rosetta",
    },
    "no-display": {
      reason: "No tray icon: there is no display.",
      remedy: "Start it from a desktop session, or use it without one: clawdbot gateway",
    },
    "no-session-bus": {
      reason: "No tray icon: there is no D-Bus session bus.",
      remedy: "Start it from a desktop session, or with: dbus-run-session -- clawdbot tray",
    },
    "no-tray-host": {
      reason: "No tray icon: this desktop has no status tray (StatusNotifierWatcher).",
      remedy:
        'On GNOME, install the extension "AppIndicator and KStatusNotifierItem Support"; elsewhere add the status tray to the panel.',
    },
    "no-library": {
      reason: "No tray icon: the library libayatana-appindicator3 is not installed.",
      remedy:
        "Install it: apt install libayatana-appindicator3-1 (Fedora: libayatana-appindicator-gtk3, Arch: libayatana-appindicator)",
    },
  },
  de: {
    "no-helper": {
      reason: "Kein Symbol in der Leiste: für {machine} gibt es keines.",
      remedy: "Die Oberfläche im Browser benutzen; das Gateway läuft trotzdem.",
    },
    "no-rosetta": {
      reason: "Kein Symbol in der Leiste: auf diesem Mac braucht es Rosetta.",
      remedy: "Ausführen: softwareupdate --install-rosetta",
    },
    "no-display": {
      reason: "Kein Symbol in der Leiste: es gibt keine Anzeige.",
      remedy: "Aus einer Desktop-Sitzung starten oder ohne eine benutzen: clawdbot gateway",
    },
    "no-session-bus": {
      reason: "Kein Symbol in der Leiste: es gibt keinen D-Bus-Sitzungsbus.",
      remedy: "Aus einer Desktop-Sitzung starten oder mit: dbus-run-session -- clawdbot tray",
    },
    "no-tray-host": {
      reason: "Kein Symbol in der Leiste: dieser Desktop hat keine Statusleiste (StatusNotifierWatcher).",
      remedy:
        "Unter GNOME die Erweiterung „AppIndicator and KStatusNotifierItem Support“ einrichten, sonst die Statusleiste in die Leiste aufnehmen.",
    },
    "no-library": {
      reason: "Kein Symbol in der Leiste: die Bibliothek libayatana-appindicator3 fehlt.",
      remedy:
        "Installieren: apt install libayatana-appindicator3-1 (Fedora: libayatana-appindicator-gtk3, Arch: libayatana-appindicator)",
    },
  },
};

/** Every text of the tray in English. The other languages have the same shape. */
import type { Language } from "../../../shared/languages.ts";
import type { HostProblem } from "../../backends/tray-loss.ts";
import type { NotificationKind } from "../tray-model.ts";

/** The catalogue. Durations arrive formatted, names and messages as they are. */
export interface Texts {
  readonly language: Language;
  /** Letters behind days, hours, minutes and seconds. */
  readonly units: { readonly d: string; readonly h: string; readonly m: string; readonly s: string };
  readonly state: {
    readonly stopped: string;
    readonly starting: string;
    readonly restarting: string;
    readonly running: string;
    readonly service: string;
    readonly attached: string;
    readonly working: string;
    readonly degraded: string;
    readonly stopping: string;
    readonly backoff: string;
    readonly serviceReturns: string;
    readonly gaveUp: string;
    readonly blocked: string;
    readonly notSetUp: string;
  };
  readonly devProfile: string;
  readonly namedProfile: (name: string) => string;
  readonly detail: {
    up(duration: string): string;
    readonly upShortly: string;
    clients(count: number): string;
    readonly probing: string;
    starting(elapsed: string, limit: string): string;
    late(misses: number): string;
    readonly lost: string;
    stopping(elapsed: string, limit: string): string;
    stoppingService(elapsed: string): string;
    readonly stoppingElsewhere: string;
    readonly handingOver: string;
    readonly killing: string;
    backoff(delay: string, attempt: number, why: string): string;
    serviceReturns(why: string): string;
    gaveUp(why: string): string;
    failedAction(message: string): string;
    memory(usedMb: number, isShort: boolean): string;
  };
  readonly crash: {
    signal(signal: string): string;
    code(code: number): string;
    readonly unknown: string;
    readonly unresponsive: string;
    readonly notReady: string;
    readonly vanished: string;
  };
  readonly blocked: {
    portInUse(port: number | null, holder: string): string;
    readonly someProgram: string;
    readonly notSetUp: string;
    /** `more` is the number of further findings. */
    configInvalid(finding: string, more: number): string;
    authMismatch(message: string): string;
    protocolMismatch(theirs: number | null, ours: number): string;
    runtimeMissing(message: string): string;
  };
  readonly menu: {
    /** Writes the first configuration, starts, and opens the page. */
    readonly setUp: string;
    readonly start: string;
    readonly stop: string;
    readonly restart: string;
    freePort(holder: string): string;
    readonly devMode: string;
    readonly resetDev: string;
    readonly resetDevReally: string;
    readonly openDashboard: string;
    readonly copyLink: string;
    readonly copyToken: string;
    readonly logs: string;
    readonly showLog: string;
    readonly showCrash: string;
    readonly copySupport: string;
    readonly runDoctor: string;
    readonly doctorLooks: string;
    doctorFindings(count: number): string;
    readonly showReport: string;
    /** `from` is an address. */
    deviceWaits(name: string, from: string | null): string;
    readonly approve: string;
    readonly reject: string;
    /** `folder` is where it would run. */
    approvalWaits(command: string, folder: string | null): string;
    readonly allowOnce: string;
    readonly deny: string;
    readonly settings: string;
    readonly launchAtLogin: string;
    readonly runAsService: string;
    readonly keepOnQuit: string;
    readonly notifications: string;
    readonly kinds: { readonly [Kind in NotificationKind]: string };
    readonly sendTest: string;
    about(version: string): string;
    relaunch(version: string): string;
    readonly quit: string;
    readonly quitKeeping: string;
    readonly quitStopping: string;
  };
  /** What the doctor found. */
  readonly doctor: {
    readonly title: string;
    readonly allWell: string;
    counts(errors: number, warnings: number, hints: number): string;
    finding(message: string, remedy: string | null): string;
  };
  /** What a click could not do. */
  readonly action: {
    readonly failedTitle: string;
    /** `tools` are programs, any of which would do. */
    noTool(tools: string): string;
    missingFile(path: string): string;
    readonly deviceGone: string;
    readonly approvalGone: string;
    readonly noToken: string;
    readonly notConnected: string;
    readonly noDashboard: string;
    /** The program on the disk is another one by now, and does not fit this tray. */
    readonly programGone: string;
    /** A choice that would be forgotten with this tray. */
    notSaved(why: string): string;
    /** `why` is the system's word. */
    launchAtLogin(why: string): string;
    readonly processUnknown: string;
    notEnded(pid: number, why: string): string;
    notStarted(why: string): string;
    unreadable(path: string): string;
  };
  /** Why there is no icon, with the remedy. */
  readonly icon: {
    /** `machine` is the platform and processor. */
    readonly reasons: { readonly [Problem in HostProblem]: (machine: string) => string };
    /** `clawdbot` is the command as it is typed for the profile. */
    readonly remedies: { readonly [Problem in HostProblem]: (clawdbot: string) => string };
    helperGone(how: string): string;
    readonly helperReturns: string;
    /** How the helper ended. */
    readonly ends: {
      notReady(seconds: number): string;
      readonly deaf: string;
      code(code: number): string;
      signal(signal: string): string;
      notStarted(why: string): string;
    };
  };
  /** Trouble with the tray's own files; `why` is the system's word. */
  readonly file: {
    unwritable(file: string, why: string): string;
    damaged(file: string, backup: string): string;
    damagedAndLost(file: string, why: string): string;
  };
  /** What the tray says in the terminal it was started from. */
  readonly console: {
    started(pid: number): string;
    alreadyRunning(pid: number | null): string;
    readonly withoutIcon: string;
    readonly inForeground: string;
  };
  readonly notice: {
    readonly downTitle: string;
    downRestarting(why: string): string;
    downWaiting(why: string, delay: string, attempt: number): string;
    readonly downAttached: string;
    downService(why: string): string;
    readonly gaveUpTitle: string;
    /** `evidence` is a file name, or empty. */
    gaveUp(why: string, evidence: string): string;
    readonly blockedTitle: string;
    readonly notSetUpTitle: string;
    readonly pairingTitle: string;
    /** `from` is an address. */
    pairing(name: string, from: string | null): string;
    readonly approvalTitle: string;
    /** `folder` is where it would run. */
    approval(command: string, folder: string | null): string;
    readonly memoryTitle: string;
    memory(usedMb: number, isShort: boolean): string;
    readonly recoveredTitle: string;
    readonly updatedTitle: string;
    updated(version: string): string;
    readonly connectedTitle: string;
    answers(url: string, pid: number | null): string;
    readonly testTitle: string;
    readonly test: string;
  };
}

export const en: Texts = {
  language: "en",
  units: { d: "d", h: "h", m: "m", s: "s" },
  state: {
    stopped: "Stopped",
    starting: "Starting …",
    restarting: "Restarting …",
    running: "Running",
    service: "Running (service)",
    attached: "Running (started elsewhere)",
    working: "Working",
    degraded: "Degraded",
    stopping: "Stopping …",
    backoff: "Crashed, restarting soon",
    serviceReturns: "Down, its service restarts it",
    gaveUp: "Gave up",
    blocked: "Cannot start",
    notSetUp: "Not set up yet",
  },
  devProfile: "Dev mode",
  namedProfile: (name) => `profile ${name}`,
  detail: {
    up: (duration) => `up ${duration}`,
    upShortly: "up for less than a minute",
    clients: (count) => (count === 1 ? "1 client" : `${count} clients`),
    probing: "Looking for a gateway on the port",
    starting: (elapsed, limit) => `for ${elapsed}, at most ${limit}`,
    late: (misses) =>
      misses === 1 ? "A health check got no answer" : `${misses} health checks got no answer`,
    lost: "Connection lost, reconnecting",
    stopping: (elapsed, limit) => `asked to end (SIGTERM) ${elapsed} ago, at most ${limit}`,
    stoppingService: (elapsed) => `its service was asked to stop it ${elapsed} ago`,
    stoppingElsewhere: "its service stops it",
    handingOver: "A service takes its place",
    killing: "did not end when asked, killed (SIGKILL)",
    backoff: (delay, attempt, why) => `Restart in ${delay} (try ${attempt}): ${why}`,
    serviceReturns: (why) => `Its service starts it again: ${why}`,
    gaveUp: (why) => `Crashed too often, last time: ${why}. Start tries again`,
    failedAction: (message) => `That did not work: ${message}`,
    memory: (usedMb, isShort) => `needs ${usedMb} MB of memory${isShort ? " and takes no new messages" : ""}`,
  },
  crash: {
    signal: (signal) => `ended by ${signal}`,
    code: (code) => `exit code ${code}`,
    unknown: "ended for an unknown reason",
    unresponsive: "it no longer answered",
    notReady: "it did not become ready in time",
    vanished: "it is no longer there",
  },
  blocked: {
    portInUse: (port, holder) => `Port${port === null ? "" : ` ${port}`} is held by ${holder}`,
    someProgram: "another program",
    notSetUp: "There is no configuration yet. “Set up …” in the menu writes one, starts, and opens the page",
    configInvalid: (finding, more) =>
      `Configuration invalid: ${finding}${more > 0 ? ` (and ${more} more)` : ""}. Correct the file; the start follows by itself`,
    authMismatch: (message) => `The gateway does not accept our secret: ${message}. Check gateway.auth`,
    protocolMismatch: (theirs, ours) =>
      `The gateway speaks protocol ${theirs ?? "?"}, this program ${ours}. Update the older one`,
    runtimeMissing: (message) => `A program is missing: ${message}`,
  },
  menu: {
    setUp: "Set up …",
    start: "Start",
    stop: "Stop",
    restart: "Restart",
    freePort: (holder) => `Free the port and start (ends ${holder})`,
    devMode: "Dev mode",
    resetDev: "Reset dev …",
    resetDevReally: "Really reset",
    openDashboard: "Open dashboard",
    copyLink: "Copy dashboard link",
    copyToken: "Copy token",
    logs: "Logs",
    showLog: "Show log",
    showCrash: "Show last crash",
    copySupport: "Copy support info (secrets removed)",
    runDoctor: "Run doctor",
    doctorLooks: "The doctor is looking …",
    doctorFindings: (count) => (count === 1 ? "1 finding of the doctor" : `${count} findings of the doctor`),
    showReport: "Show the report",
    deviceWaits: (name, from) => `Wants to connect: ${name}${from === null ? "" : `, from ${from}`}`,
    approve: "Approve",
    reject: "Reject",
    approvalWaits: (command, folder) => `Wants to run: ${command}${folder === null ? "" : `, in ${folder}`}`,
    allowOnce: "Allow once",
    deny: "Deny",
    settings: "Settings",
    launchAtLogin: "Launch at login",
    runAsService: "Run as a service",
    keepOnQuit: "Keep gateway on quit",
    notifications: "Notifications",
    kinds: {
      down: "Gateway down",
      "gave-up": "Gave up restarting",
      blocked: "Cannot start",
      memory: "Much memory",
      pairing: "Devices that want to connect",
      approval: "Commands that want to run",
      recovered: "Running again",
      updated: "Update was installed",
      connected: "Connected",
    },
    sendTest: "Send test",
    about: (version) => `About Clawdbot Companion ${version}`,
    relaunch: (version) => `Restart to use version ${version}`,
    quit: "Quit",
    quitKeeping: "Quit (gateway keeps running)",
    quitStopping: "Quit and stop the gateway",
  },
  doctor: {
    title: "Doctor",
    allWell: "It found nothing wrong.",
    counts: (errors, warnings, hints) =>
      [count(errors, "error"), count(warnings, "warning"), count(hints, "hint")]
        .filter((part) => part !== "")
        .join(", "),
    finding: (message, remedy) => (remedy === null ? message : `${message} → ${remedy}`),
  },
  action: {
    failedTitle: "That did not work",
    noTool: (tools) => `No program for it was found. Install one of these: ${tools}`,
    missingFile: (path) => `There is no file ${path}`,
    deviceGone: "The device does not wait any more; it may ask again",
    approvalGone: "This does not wait for an answer any more",
    noToken: "No token is configured (gateway.auth.token)",
    notConnected: "The gateway is not connected",
    noDashboard: "The dashboard is switched off (gateway.controlUi.enabled)",
    programGone:
      "Clawdbot was just updated or is being installed. Restart the tray from its menu, then try again",
    launchAtLogin: (why) => `launch at login: ${why}`,
    processUnknown: "the gateway's process cannot be told for certain; end it where it was started",
    notEnded: (pid, why) => `process ${pid} cannot be ended (${why})`,
    notStarted: (why) => `the gateway cannot be started: ${why}`,
    unreadable: (path) => `${path} cannot be read`,
    notSaved: (why) => `Your choice holds until the tray ends, but cannot be saved: ${why}`,
  },
  icon: {
    reasons: {
      "no-helper": (machine) => `No tray icon: there is none for ${machine}.`,
      "no-rosetta": () => "No tray icon: it needs Rosetta on this Mac.",
      "no-display": () => "No tray icon: there is no display.",
      "no-session-bus": () => "No tray icon: there is no D-Bus session bus.",
      "no-tray-host": () => "No tray icon: this desktop has no status tray (StatusNotifierWatcher).",
      "no-library": () => "No tray icon: the library libayatana-appindicator3 is not installed.",
    },
    remedies: {
      "no-helper": () => "Use the dashboard in a browser; the gateway runs all the same.",
      "no-rosetta": () => "Run: softwareupdate --install-rosetta",
      "no-display": (clawdbot) =>
        `Start the tray from a desktop session, or the gateway alone: ${clawdbot} gateway`,
      "no-session-bus": (clawdbot) =>
        `Start the tray from a desktop session, or with: dbus-run-session -- ${clawdbot} tray`,
      "no-tray-host": () =>
        'On GNOME, install the extension "AppIndicator and KStatusNotifierItem Support"; elsewhere add the status tray to the panel.',
      "no-library": () =>
        "Install it: apt install libayatana-appindicator3-1 (Fedora: libayatana-appindicator-gtk3, Arch: libayatana-appindicator)",
    },
    helperGone: (how) => `The tray icon's helper program is gone: ${how}.`,
    helperReturns: "It is started again by itself.",
    ends: {
      notReady: (seconds) => `it was not ready after ${seconds} s`,
      deaf: "it no longer reads what it is sent",
      code: (code) => `it ended with code ${code}`,
      signal: (signal) => `it was ended by ${signal}`,
      notStarted: (why) => `it could not be started: ${why}`,
    },
  },
  file: {
    unwritable: (file, why) => `${file} cannot be written (${why})`,
    damaged: (file, backup) =>
      `${file} is damaged: the tray starts with its defaults, the file is kept as ${backup}`,
    damagedAndLost: (file, why) => `${file} is damaged and cannot be kept (${why})`,
  },
  console: {
    started: (pid) => `The tray runs (PID ${pid}). Quit it from its menu or with Ctrl-C.`,
    alreadyRunning: (pid) => `The tray runs already${pid === null ? "" : ` (PID ${pid})`}.`,
    withoutIcon: "The gateway is started and watched all the same.",
    inForeground: "The gateway runs in the foreground instead.",
  },
  notice: {
    downTitle: "Gateway down",
    downRestarting: (why) => `Reason: ${why}. Restarting now.`,
    downWaiting: (why, delay, attempt) => `Reason: ${why}. Restart in ${delay} (try ${attempt}).`,
    downAttached:
      "It does not answer. It was started elsewhere and is left alone; Restart in the menu ends it.",
    downService: (why) => `Reason: ${why}. Its service starts it again.`,
    gaveUpTitle: "Gateway crashed too often",
    gaveUp: (why, evidence) =>
      `Reason: ${why}. It is not restarted until you choose Start.${evidence === "" ? "" : ` Details: ${evidence}`}`,
    blockedTitle: "Gateway cannot start",
    notSetUpTitle: "Clawdbot is not set up yet",
    pairingTitle: "A device wants to connect",
    pairing: (name, from) =>
      `${name}${from === null ? "" : `, from ${from}`}. Answer it in the menu, within five minutes.`,
    approvalTitle: "A command waits for your approval",
    approval: (command, folder) =>
      `${command}${folder === null ? "" : `, in ${folder}`}. Answer it in the menu, before its time is over.`,
    memoryTitle: "Gateway needs much memory",
    memory: (usedMb, isShort) =>
      isShort
        ? `${usedMb} MB. It takes no new messages, and restarts when it becomes more.`
        : `${usedMb} MB. When it becomes more it takes no new messages, and restarts.`,
    recoveredTitle: "Gateway running again",
    updatedTitle: "Clawdbot was updated",
    updated: (version) => `Version ${version} is installed. The tray's menu restarts into it.`,
    connectedTitle: "Connected to the gateway",
    answers: (url, pid) =>
      `It answers${url === "" ? "" : ` on ${url}`}${pid === null ? "" : ` (pid ${pid})`}.`,
    testTitle: "Test notification",
    test: "Notifications work.",
  },
};

function count(number: number, what: string): string {
  if (number === 0) return "";
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

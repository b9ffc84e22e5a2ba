/**
 * Every number of the supervision, with the reason it has this value. Reconnect delays stand in
 * `shared/client/backoff.ts`, those of the icon's helper in `backends/`.
 */

/** Budget of one attach probe from opening the socket to the answer of `health`. */
export const PROBE_TIMEOUT_MS = 3_000;
/** Tries of one attach probe when somebody listens; when nobody does, one refused connection is answer enough. */
export const PROBE_TRIES = 3;
/** Pause between two tries of one attach probe. */
export const PROBE_PAUSE_MS = 250;
/** Pause before asking again when a gateway listens that is not ready yet. */
export const PROBE_AGAIN_MS = 1_000;

/** Pause between two looks for our own child while it comes up: short, so that a crash costs no more than it must. */
export const READY_PAUSE_MS = 100;
/** What blocks the gateway is looked at this often: soon enough to follow a correction by itself. */
export const CAUSE_POLL_MS = 3_000;

/** From spawn to hello-ok. Slow disks and cold caches need more than the 6 s one would guess. */
export const READINESS_TIMEOUT_MS = 45_000;

/** Health is asked for over the open WebSocket. */
export const HEALTH_INTERVAL_MS = 10_000;
/** A later answer counts as a miss; so does a `tick` missing for `MISSED_TICKS` intervals. */
export const HEALTH_TIMEOUT_MS = 5_000;
export const MISSED_TICKS = 2;
/** A gateway that answers HTTP lives: it is given this long to say hello again before another takes its place. */
export const UNHEARD_LIMIT_MS = 5 * 60_000;
/** A restart that a gateway announces may take no longer than this, whatever it says. */
export const ANNOUNCED_RESTART_MAX_MS = 10 * 60_000;
/** The first miss turns the icon amber; after this many our own child is restarted, an attached one reported as down. */
export const MISSES_TO_DOWN = 3;

/** Delays before a restart after the first, second … crash in a row; the last one repeats. */
export const RESTART_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000] as const;
/** Share of the delay by which it varies both ways, so that several machines do not return in step. */
export const RESTART_JITTER = 0.2;
/** Health for this long makes the next crash the first one again. */
export const RESTART_RESET_MS = 10 * 60_000;
/** This many crashes within `BREAKER_WINDOW_MS` and nothing is restarted until the user asks. */
export const BREAKER_CRASHES = 5;
export const BREAKER_WINDOW_MS = 5 * 60_000;

/** From SIGTERM to SIGKILL: the gateway's own shutdown budget is 5 s, twice that is patience enough. */
export const STOP_GRACE_MS = 10_000;

/** A service manager that has not brought the gateway back after this long is asked why: systemd waits 5 s, then it starts. */
export const SERVICE_RETURN_MS = 10_000;
/** How often it is asked again while it keeps trying; each time costs a process. */
export const SERVICE_ASK_MS = 30_000;
/** A busy machine tells of the end of a service this late: a refusal that is older by less belongs to what followed it. */
export const SERVICE_NEWS_MS = 5_000;
/** Whether a service was installed, removed or started elsewhere is read from files this often. */
export const SERVICE_LOOK_MS = 5_000;

/** What a click may need of the program is loaded this long after the start, before an upgrade can take it away. */
export const LOAD_AHEAD_MS = 2_000;

/** A gap this long between two timers means that the machine slept. */
export const SLEEP_GAP_MS = 60_000;
/** By less than this the time of day drifts; by more somebody has set it. */
export const CLOCK_SET_MS = 2_000;
/** No notification for this long after the tray starts or the machine wakes: things are still settling. */
export const QUIET_MS = 15_000;
/** At most one notification per key in this time. */
export const NOTIFY_INTERVAL_MS = 30_000;

/** The activity icon stays this long after the last run, so that it does not flicker between two turns. */
export const WORKING_GRACE_MS = 2_000;

/** Rows for what the doctor found; the report has the rest. */
export const DOCTOR_ROWS = 8;
/** Keeps the submenu narrower than a small screen. */
export const FINDING_MAX_CHARS = 90;
/** As much of a command as a notification shows that offers to allow it. */
export const QUESTION_MAX_CHARS = 240;

/** Last bytes of the gateway's stderr kept with a crash. */
export const CRASH_STDERR_BYTES = 8 * 1024;
/** Crash reports kept on disk. */
export const CRASH_REPORTS_KEPT = 20;

/** Windows cuts tray tooltips at 127 characters. */
export const TOOLTIP_MAX_CHARS = 127;

/** Exit codes of every `clawdbot` command. */
export const EXIT = {
  /** Clean stop, help, a report was made; also a start that was refused to a service of launchd or Windows. */
  ok: 0,
  /** Run-time failure, or a refused start in the foreground. */
  failure: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Transient: the supervisor may try again (sysexits EX_TEMPFAIL). */
  transient: 75,
  /** Configuration refusal or healthy instance present, under a supervisor that must not retry (sysexits EX_CONFIG). */
  refused: 78,
  /** Second Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;

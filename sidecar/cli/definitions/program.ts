/** The commands of the program as a whole. */

import { LINE_LEVELS } from "../../base/log/levels.ts";
import { RESET_SCOPES } from "../../setup/reset-scopes.ts";
import type { Definition } from "../definition.ts";
import { connection, json } from "./common.ts";

export const start = {
  name: "start",
  summary: "Run the gateway under the tray, or in the foreground where there is no desktop",
  arguments: [],
  options: {},
  notes: ["The first start writes a configuration with a generated token."],
} as const satisfies Definition;

export const tray = {
  name: "tray",
  summary: "Show the tray, which starts the gateway and keeps it running",
  arguments: [],
  options: {
    status: { type: "flag", help: "print what the tray shows as JSON and exit" },
    "or-foreground": {
      type: "flag",
      help: "run the gateway in the foreground when the desktop has no tray",
    },
    json: { type: "flag", hidden: true, help: "the status is JSON in any case" },
  },
} as const satisfies Definition;

export const dashboard = {
  name: "dashboard",
  summary: "Open the dashboard, or print a link that opens it once",
  arguments: [],
  options: {
    ...connection,
    "no-open": { type: "flag", help: "print the link and open nothing" },
    print: { type: "flag", help: "the same" },
    ...json,
  },
  notes: [
    "On a desktop the browser of $BROWSER, else the desktop's, opens it. Over ssh, and where there is no desktop, the ssh line to type on your own machine is printed beside it.",
    "The link holds for ten minutes and carries no secret that could be used a second time.",
  ],
  examples: ["clawdbot dashboard", "clawdbot dashboard --no-open"],
} as const satisfies Definition;

export const doctor = {
  name: "doctor",
  summary: "Examine the installation, and repair it when asked to",
  arguments: [],
  options: {
    fix: { type: "flag", help: "carry out every repair that overwrites nothing of yours" },
    repair: { type: "flag", hidden: true, help: "the same as --fix" },
    force: { type: "flag", help: "with --fix: also overwrite what was edited by hand" },
    yes: { type: "flag", help: "answer every question with yes" },
    "non-interactive": {
      type: "flag",
      help: "ask nothing and carry out only what is safe, such as closing files to others",
    },
    deep: { type: "flag", help: "also search for other services, and wait longer for the gateway" },
    "generate-gateway-token": {
      type: "flag",
      help: "generate a token when none is configured; one that is there stays",
    },
    "no-workspace-suggestions": { type: "flag", help: "leave out advice on the work directory" },
    ...json,
  },
  notes: [
    "On a terminal it asks before each repair; without one and without options it only looks. Exits 1 while an error remains.",
    "A changed configuration keeps its previous file as clawdbot.json.bak. No service is installed, and none is started that does not start by itself.",
  ],
  examples: ["clawdbot doctor", "clawdbot doctor --fix", "clawdbot doctor --deep --json"],
} as const satisfies Definition;

export const logs = {
  name: "logs",
  summary: "Print the end of the gateway's log",
  arguments: [],
  options: {
    follow: { type: "flag", short: "f", help: "go on printing new lines until Ctrl-C" },
    limit: {
      type: "integer",
      value: "<n>",
      min: 1,
      max: 5_000,
      default: 200,
      help: "number of lines, 1-5000",
    },
    level: {
      type: "choice",
      value: "<level>",
      choices: LINE_LEVELS,
      help: "only lines of this level and worse: trace, debug, info, warn, error or fatal",
    },
    since: {
      type: "moment",
      value: "<when>",
      help: "only newer lines: an age such as 10m, 2h or 3d, or a date such as 2026-11-29 or 2026-11-29T08:30",
    },
    grep: { type: "pattern", value: "<regex>", help: "only lines that match, as they are printed" },
    ...connection,
    ...json,
  },
  notes: [
    "Asks the gateway when it answers and reads the log file otherwise; stderr says which.",
    "With --follow, --json prints one JSON object per line.",
    "--limit counts the lines that are left by --level, --since and --grep. Times are local; a date without a zone is as well.",
  ],
} as const satisfies Definition;

export const reset = {
  name: "reset",
  summary: "Move configuration, credentials and chats, or everything of a profile, to the trash",
  arguments: [],
  options: {
    scope: {
      type: "choice",
      value: "<scope>",
      choices: RESET_SCOPES,
      help: "config, config+creds+sessions or full; asked for on a terminal",
    },
    yes: { type: "flag", help: "do not ask; needed without a terminal" },
    "dry-run": { type: "flag", help: "only show what would go" },
    ...json,
  },
  notes: [
    "Everything is moved to the trash of the system, or renamed to <path>.trash-<time> where there is none. Nothing is moved while the gateway runs.",
    "full takes the state directory and the work directory of the profile; a work directory chosen in the configuration stays.",
  ],
  examples: ["clawdbot reset --scope config", "clawdbot reset --scope full --dry-run"],
} as const satisfies Definition;

export const completion = {
  name: "completion",
  summary: "Print a script that completes commands in bash, zsh, fish or PowerShell",
  arguments: ["<shell>"],
  options: json,
  notes: [
    "For good: bash: echo 'source <(clawdbot completion bash)' >> ~/.bashrc; zsh: the same with zsh and ~/.zshrc, after compinit; fish: clawdbot completion fish > ~/.config/fish/completions/clawdbot.fish; PowerShell: add clawdbot completion powershell | Out-String | Invoke-Expression to $PROFILE.",
  ],
  examples: ["source <(clawdbot completion bash)", "clawdbot completion fish | source"],
} as const satisfies Definition;

export const uninstall = {
  name: "uninstall",
  summary: "Remove the service, the state, the work directory or the place at login",
  arguments: [],
  options: {
    service: { type: "flag", help: "stop the service and remove it" },
    state: { type: "flag", help: "configuration, credentials, chats and logs of the profile" },
    workspace: { type: "flag", help: "the work directory of the profile" },
    app: { type: "flag", help: "launch at login; says how to remove the program itself" },
    all: { type: "flag", help: "all of these" },
    yes: { type: "flag", help: "do not ask; needed without a terminal" },
    "dry-run": { type: "flag", help: "only show what would go" },
    ...json,
  },
  notes: [
    "Files are moved to the trash of the system, or renamed to <path>.trash-<time> where there is none. The service goes first; nothing goes while another gateway or the tray runs.",
    "A work directory chosen in the configuration stays, and so do other profiles.",
  ],
  examples: ["clawdbot uninstall --service", "clawdbot uninstall --all --dry-run"],
} as const satisfies Definition;

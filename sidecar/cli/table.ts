/** Every command with its options and help text; the code behind one is loaded only when it runs. */
import { choiceOf, PROVIDERS } from "../setup/onboarding/providers.ts";
import type { Command, OptionSpecs, Values } from "./options.ts";

/** Loads a command that leaves files: before it runs, root is kept from leaving them with somebody else. */
function writing(
  load: Command["load"],
  { home = false, when = () => true }: { home?: boolean; when?: (values: Values) => boolean } = {},
): Command["load"] {
  return async () => {
    const [{ refuseForeignState }, { run }] = await Promise.all([
      import("../../shared/node/foreign-state.ts"),
      load(),
    ]);
    return {
      run: async (invocation) => {
        const { command, values, surroundings } = invocation;
        if (when(values)) refuseForeignState(surroundings, command, { home });
        return run(invocation);
      },
    };
  };
}

const json: OptionSpecs = { json: { type: "boolean", help: "print one JSON document instead of text" } };

/** How a command reaches a gateway. */
const connection: OptionSpecs = {
  url: { type: "string", value: "<url>", help: "gateway to ask, such as ws://127.0.0.1:18789" },
  token: {
    type: "string",
    value: "<token>",
    help: "token to present (default: environment, then configuration)",
  },
  password: {
    type: "string",
    value: "<password>",
    help: "password to present (default: environment, then configuration)",
  },
  timeout: { type: "string", value: "<ms>", help: "time limit in milliseconds (default 10000)" },
};

/** The options of a gateway in the foreground, in the order in which bad values are reported. */
const runOptions: OptionSpecs = {
  port: { type: "string", value: "<port>", help: "TCP port, 1-65535 (default 18789)" },
  bind: {
    type: "string",
    value: "<mode>",
    help: "where to listen: loopback, lan, tailnet, auto or custom (default loopback)",
  },
  auth: { type: "string", value: "<mode>", help: "token or password (default: what is configured)" },
  token: { type: "string", value: "<token>", help: "token that clients must present" },
  password: {
    type: "string",
    value: "<password>",
    help: "password that clients must present (visible to other users; see next)",
  },
  "password-file": { type: "string", value: "<path>", help: "read the password from a file" },
  tailscale: {
    type: "string",
    value: "<mode>",
    help: "off, or let Tailscale expose the gateway: serve or funnel",
  },
  "tailscale-reset-on-exit": { type: "boolean", help: "take the exposure back when the gateway stops" },
  "allow-unconfigured": { type: "boolean", help: "start without gateway.mode=local" },
  force: { type: "boolean", help: "end the program that holds the port first" },
  reset: {
    type: "boolean",
    help: "with --dev: move the dev profile's configuration, credentials, history and work directory to the trash first",
  },
  supervised: {
    type: "boolean",
    help: "for the tray and service managers: a refusal exits 78 and leaves its reason in run/start-blocked.json",
  },
  verbose: { type: "boolean", help: "print the debug log" },
  "ws-log": {
    type: "string",
    value: "<style>",
    help: "how WebSocket traffic is logged: auto, full or compact",
  },
  compact: { type: "boolean", help: "short for --ws-log compact" },
};

const run = {
  arguments: [],
  options: { ...runOptions, ...json },
  notes: [
    "Values come from the option, else from CLAWDBOT_GATEWAY_PORT, CLAWDBOT_GATEWAY_TOKEN and CLAWDBOT_GATEWAY_PASSWORD, else from the configuration file.",
    "Anything but loopback needs a token or a password. custom listens on gateway.customBindHost, an address or an interface; funnel is public and needs --auth password.",
    "A changed configuration file is taken over while the gateway runs; options and the environment keep winning over it.",
    "Ctrl-C or SIGTERM stops the gateway gracefully.",
  ],
  examples: ["clawdbot gateway", "clawdbot gateway --port 19001 --verbose", "clawdbot --dev gateway"],
  load: () => import("./gateway/run.ts"),
};

export const COMMANDS: readonly Command[] = [
  {
    name: "start",
    summary: "Run the gateway under the tray, or in the foreground where there is no desktop",
    arguments: [],
    options: {},
    notes: ["The first start writes a configuration with a generated token."],
    load: writing(() => import("./start.ts")),
  },
  {
    name: "onboard",
    summary: "Set everything up, from the configuration to a gateway that runs",
    arguments: [],
    options: {
      "non-interactive": { type: "boolean", help: "ask nothing; needs --accept-risk" },
      "accept-risk": { type: "boolean", help: "say that you know what a gateway may do on this machine" },
      flow: { type: "string", value: "<flow>", help: "quickstart, or advanced (also: manual)" },
      existing: {
        type: "string",
        value: "<what>",
        help: "an existing configuration: keep, modify or reset",
      },
      reset: {
        type: "boolean",
        help: "short for --existing reset: stops the service and moves it to the trash",
      },
      "reset-scope": {
        type: "string",
        value: "<scope>",
        help: "config, config+creds+sessions or full (default config)",
      },
      mode: { type: "string", value: "<mode>", help: "local, or remote: only connect to another gateway" },
      "remote-url": { type: "string", value: "<url>", help: "its address, such as wss://home.example" },
      "remote-token": { type: "string", value: "<token>", help: "its token" },
      workspace: { type: "string", value: "<path>", help: "work directory of the agent (default ~/clawd)" },
      "auth-choice": {
        type: "string",
        value: "<choice>",
        help: "provider whose key is kept for the agent, such as anthropic-api-key, or skip",
      },
      ...Object.fromEntries(
        PROVIDERS.map((provider) => [
          choiceOf(provider),
          {
            type: "string",
            value: "<key>",
            help: `key of ${provider.label} (default: ${provider.variable})`,
          },
        ]),
      ),
      "gateway-port": { type: "string", value: "<port>", help: "TCP port, 1-65535 (default 18789)" },
      "gateway-bind": {
        type: "string",
        value: "<mode>",
        help: "where to listen: loopback, lan, tailnet, auto or custom (default loopback)",
      },
      "gateway-custom-host": {
        type: "string",
        value: "<host>",
        help: "address or interface of --gateway-bind custom",
      },
      "gateway-auth": { type: "string", value: "<mode>", help: "token or password (default token)" },
      "gateway-token": {
        type: "string",
        value: "<token>",
        help: "token that clients must present (default: the configured one, else a random one)",
      },
      "gateway-password": {
        type: "string",
        value: "<password>",
        help: "password that clients must present (default: the configured one)",
      },
      tailscale: {
        type: "string",
        value: "<mode>",
        help: "off, or let Tailscale expose the gateway: serve or funnel",
      },
      "tailscale-reset-on-exit": { type: "boolean", help: "take the exposure back when the gateway stops" },
      daemon: {
        type: "string",
        value: "<what>",
        help: "the background service: install, restart, reinstall or skip; start runs the gateway without it",
      },
      "install-daemon": { type: "boolean", help: "short for --daemon install" },
      "no-install-daemon": { type: "boolean", help: "short for --daemon skip" },
      "skip-daemon": { type: "boolean", help: "the same" },
      "daemon-runtime": { type: "string", value: "<runtime>", help: "node; nothing else runs the gateway" },
      "skip-channels": { type: "boolean", help: "no effect: this release has no channels yet" },
      "skip-skills": { type: "boolean", help: "no effect: this release has no skills yet" },
      "node-manager": { type: "string", value: "<name>", help: "no effect: for skills, npm, pnpm or bun" },
      "skip-health": { type: "boolean", help: "do not wait until the gateway answers" },
      "skip-ui": { type: "boolean", help: "do not print the address of the dashboard" },
      ...json,
    },
    notes: [
      "Questions that an option answers are not asked. Nothing is written before the last answer: Ctrl-C leaves everything as it was.",
      "What is not asked for stays as it is configured, the token above all, so that running it again changes nothing.",
      "A secret among the options is visible to other users of this machine while the command runs; CLAWDBOT_GATEWAY_TOKEN, CLAWDBOT_GATEWAY_PASSWORD and the variables of the providers are not.",
    ],
    examples: [
      "clawdbot onboard",
      "clawdbot onboard --non-interactive --accept-risk --install-daemon --json",
      "clawdbot onboard --non-interactive --accept-risk --mode remote --remote-url wss://home.example",
    ],
    load: writing(() => import("./onboard.ts"), { home: true }),
  },
  {
    name: "tray",
    summary: "Show the tray, which starts the gateway and keeps it running",
    arguments: [],
    options: {
      status: { type: "boolean", help: "print what the tray shows as JSON and exit" },
      "or-foreground": {
        type: "boolean",
        help: "run the gateway in the foreground when the desktop has no tray",
      },
    },
    load: () => import("./tray.ts"),
  },
  { name: "gateway", summary: "Run the gateway in the foreground", ...run },
  { name: "gateway run", summary: "The same as gateway", ...run },
  {
    name: "gateway status",
    summary: "Show whether the gateway runs and answers",
    arguments: [],
    options: {
      ...connection,
      "no-probe": { type: "boolean", help: "do not connect to the gateway" },
      deep: {
        type: "boolean",
        help: "also search the system for other services that would run a gateway",
      },
      "require-rpc": { type: "boolean", help: "exit 1 unless the gateway answers" },
      ...json,
    },
    load: () => import("./gateway/status.ts"),
  },
  {
    name: "gateway install",
    summary: "Install the gateway as a service that starts at boot or login, and start it",
    arguments: [],
    options: {
      port: {
        type: "string",
        value: "<port>",
        help: "TCP port that the service keeps, whatever the configuration says",
      },
      token: {
        type: "string",
        value: "<token>",
        help: "token that clients must present; written to the configuration",
      },
      runtime: { type: "string", value: "<name>", help: "node; bun cannot run the gateway" },
      force: {
        type: "boolean",
        help: "rewrite and restart an equal service as well, and take over a gateway that runs without it",
      },
      ...json,
    },
    notes: [
      "A systemd user unit on Linux, a LaunchAgent on macOS, a scheduled task on Windows. Waits up to 30 s until the gateway answers.",
      "A service that could not start is not installed: what is wrong is said as the start itself would say it.",
      "No secret is written into the service. Its further variables may stand in service.env in the state directory, one NAME=value per line.",
      "A port of an earlier install stays; --force without --port leaves the port to the configuration again.",
    ],
    examples: ["clawdbot gateway install", "clawdbot --profile work gateway install --port 19111"],
    load: writing(() => import("./gateway/service/install.ts"), { home: true }),
  },
  {
    name: "gateway uninstall",
    summary: "Stop the service and remove it; configuration and state stay",
    arguments: [],
    options: { ...json },
    load: writing(() => import("./gateway/service/uninstall.ts"), { home: true }),
  },
  {
    name: "gateway start",
    summary: "Start the installed service",
    arguments: [],
    options: { ...json },
    notes: ["Nothing happens to a service that runs already."],
    load: writing(() => import("./gateway/service/start.ts")),
  },
  {
    name: "gateway stop",
    summary: "Stop the service until the next boot or login",
    arguments: [],
    options: {
      timeout: {
        type: "string",
        value: "<ms>",
        help: "how long it may take, in milliseconds (default 30000)",
      },
      ...json,
    },
    notes: ["Says so, with its pid, when a gateway runs in the foreground instead, and leaves that alone."],
    load: writing(() => import("./gateway/service/stop.ts")),
  },
  {
    name: "gateway restart",
    summary: "Restart the service and wait until the new gateway answers",
    arguments: [],
    options: {
      timeout: {
        type: "string",
        value: "<ms>",
        help: "how long the stop may take, in milliseconds (default 30000)",
      },
      ...json,
    },
    notes: [
      "Several at the same time are one restart.",
      "From inside the gateway, such as in a program it started, the system restarts it after this command has ended.",
    ],
    load: writing(() => import("./gateway/service/restart.ts")),
  },
  {
    name: "gateway health",
    summary: "Ask the running gateway for its health",
    arguments: [],
    options: { ...connection, ...json },
    load: () => import("./gateway/health.ts"),
  },
  {
    name: "gateway call",
    summary: "Call a method of the running gateway and print the answer",
    arguments: ["<method>"],
    options: {
      params: { type: "string", value: "<json>", help: "parameters as a JSON object (default {})" },
      ...connection,
      ...json,
    },
    examples: ["clawdbot gateway call status", `clawdbot gateway call logs.tail --params '{"limit":20}'`],
    load: () => import("./gateway/call.ts"),
  },
  {
    name: "gateway probe",
    summary: "Ask every gateway that may be meant: this machine's, the configured remote one, one behind ssh",
    arguments: [],
    options: {
      ...connection,
      timeout: {
        type: "string",
        value: "<ms>",
        help: "time limit for everything, in milliseconds (default 3000)",
      },
      ssh: {
        type: "string",
        value: "<user@host[:port]>",
        help: "ask a gateway on the loopback of that machine, through an ssh tunnel",
      },
      "ssh-identity": { type: "string", value: "<path>", help: "private key file for the tunnel" },
      ...json,
    },
    notes: [
      "Exits 1 only when no gateway is reachable; one that refuses the secret is reachable.",
      "With --url or --ssh, --token and --password go to the gateways named there only.",
      "ssh asks nothing here: it needs a key without a passphrase, or an agent, and a host key that it knows.",
    ],
    examples: ["clawdbot gateway probe", "clawdbot gateway probe --ssh me@home.example --json"],
    load: () => import("./gateway/probe.ts"),
  },
  {
    name: "gateway discover",
    summary: "List the gateways that announce themselves on the local network",
    arguments: [],
    options: {
      timeout: { type: "string", value: "<ms>", help: "how long to listen, in milliseconds (default 2000)" },
      ...json,
    },
    notes: [
      "Asks local. by multicast DNS.",
      "Announcements can be forged: check a gateway before you give it a secret.",
      "CLAWDBOT_DISABLE_BONJOUR=1 switches multicast DNS off.",
    ],
    load: () => import("./gateway/discover.ts"),
  },
  {
    name: "dashboard",
    summary: "Print a link that opens the dashboard once",
    arguments: [],
    options: { ...connection, ...json },
    notes: ["The link holds for ten minutes and carries no secret that could be used a second time."],
    load: () => import("./dashboard.ts"),
  },
  {
    name: "doctor",
    summary: "Examine the installation, and repair it when asked to",
    arguments: [],
    options: {
      fix: { type: "boolean", help: "carry out every repair that overwrites nothing of yours" },
      repair: { type: "boolean", help: "the same as --fix" },
      force: { type: "boolean", help: "with --fix: also overwrite what was edited by hand" },
      yes: { type: "boolean", help: "answer every question with yes" },
      "non-interactive": {
        type: "boolean",
        help: "ask nothing and carry out only what is safe, such as closing files to others",
      },
      deep: { type: "boolean", help: "also search for other services, and wait longer for the gateway" },
      "generate-gateway-token": {
        type: "boolean",
        help: "generate a token when none is configured; one that is there stays",
      },
      "no-workspace-suggestions": { type: "boolean", help: "leave out advice on the work directory" },
      ...json,
    },
    notes: [
      "On a terminal it asks before each repair; without one and without options it only looks. Exits 1 while an error remains.",
      "A changed configuration keeps its previous file as clawdbot.json.bak. No service is installed, and none is started that does not start by itself.",
    ],
    examples: ["clawdbot doctor", "clawdbot doctor --fix", "clawdbot doctor --deep --json"],
    load: writing(() => import("./doctor.ts"), {
      when: ({ fix, repair, yes }) => Boolean(fix || repair || yes),
    }),
  },
  {
    name: "logs",
    summary: "Print the end of the gateway's log",
    arguments: [],
    options: {
      follow: { type: "boolean", short: "f", help: "go on printing new lines until Ctrl-C" },
      limit: { type: "string", value: "<n>", help: "number of lines, 1-5000 (default 200)" },
      ...connection,
      ...json,
    },
    notes: [
      "Asks the gateway when it answers and reads the log file otherwise; stderr says which.",
      "With --follow, --json prints one JSON object per line.",
    ],
    load: () => import("./logs.ts"),
  },
  {
    name: "config get",
    summary: "Print the configuration, or one value of it",
    arguments: ["[path]"],
    options: { ...json },
    notes: [
      "A secret is printed only when its own path is asked for, as text; CLAWDBOT_SHOW_SECRETS=1 shows all.",
      "Where the file says nothing, the default is printed, and what CLAWDBOT_GATEWAY_PORT, _TOKEN or _PASSWORD says instead; with --json also where it comes from.",
      "A dot inside a key is written as \\.",
    ],
    examples: ["clawdbot config get", "clawdbot config get gateway.port"],
    load: () => import("./config/get.ts"),
  },
  {
    name: "config set",
    summary: "Change one value of the configuration",
    arguments: ["<path>", "[value]"],
    options: {
      generate: { type: "boolean", help: "take a new random secret as the value" },
      "allow-unknown": { type: "boolean", help: "write a key that this release does not know" },
      ...json,
    },
    notes: [
      "The value is JSON5, or text when it is not. It is checked before anything is written.",
      "Everything else in the file stays as it is written, comments included.",
      "The previous file is kept as clawdbot.json.bak, older ones as .bak.1 to .bak.4.",
    ],
    examples: [
      "clawdbot config set gateway.port 19001",
      "clawdbot config set logging.level debug",
      "clawdbot config set gateway.auth.token --generate",
    ],
    load: writing(() => import("./config/set.ts")),
  },
  {
    name: "config unset",
    summary: "Remove one value of the configuration, so that its default holds again",
    arguments: ["<path>"],
    options: { ...json },
    notes: ["The previous file is kept as clawdbot.json.bak, older ones as .bak.1 to .bak.4."],
    examples: ["clawdbot config unset gateway.port"],
    load: writing(() => import("./config/unset.ts")),
  },
  {
    name: "config validate",
    summary: "Check the configuration and show everything that is wrong with it",
    arguments: [],
    options: { ...json },
    notes: ["Exits 1 when the file is invalid or there is none. Warnings do not count."],
    load: () => import("./config/validate.ts"),
  },
  {
    name: "config edit",
    summary: "Edit the configuration in your editor; it is written only when it is valid",
    arguments: [],
    options: { ...json },
    notes: [
      "Takes the editor from VISUAL or EDITOR, which may hold options, such as: code --wait.",
      "The text is written as you typed it, comments included. A text that is not taken over is kept, and its place is named.",
    ],
    load: writing(() => import("./config/edit.ts")),
  },
  {
    name: "config path",
    summary: "Print where the configuration file is",
    arguments: [],
    options: { ...json },
    load: () => import("./config/path.ts"),
  },
  {
    name: "reset",
    summary: "Move configuration, credentials and chats, or everything of a profile, to the trash",
    arguments: [],
    options: {
      scope: { type: "string", value: "<scope>", help: "config, config+creds+sessions or full" },
      yes: { type: "boolean", help: "do not ask; needed without a terminal" },
      "dry-run": { type: "boolean", help: "only show what would go" },
      ...json,
    },
    notes: [
      "Everything is moved to the trash of the system, or renamed to <path>.trash-<time> where there is none. Nothing is moved while the gateway runs.",
      "full takes the state directory and the work directory of the profile; a work directory chosen in the configuration stays.",
    ],
    examples: ["clawdbot reset --scope config", "clawdbot reset --scope full --dry-run"],
    load: writing(() => import("./reset.ts"), { home: true, when: (values) => values["dry-run"] !== true }),
  },
  {
    name: "backup create",
    summary: "Write configuration, credentials, devices and chats of a profile into one file",
    arguments: ["[path]"],
    options: { ...json },
    notes: [
      "The path is a new file or a directory; without one the file comes into the current directory. The gateway may run.",
      "Logs, the work directory and the service of this machine are not in it. It holds secrets in readable form.",
    ],
    examples: ["clawdbot backup create", "clawdbot backup create /mnt/backups"],
    load: writing(() => import("./backup/create.ts"), { home: true }),
  },
  {
    name: "backup verify",
    summary: "Check a backup to its last byte and say what is in it",
    arguments: ["<file>"],
    options: { ...json },
    load: () => import("./backup/verify.ts"),
  },
  {
    name: "backup restore",
    summary: "Put a backup in the place of a profile's state",
    arguments: ["<file>"],
    options: {
      force: { type: "boolean", help: "move a state directory that is not empty to the trash first" },
      ...json,
    },
    notes: [
      "Checks all of it before anything is written. Neither a gateway nor a tray of the profile may run.",
      "--profile <name> restores into that profile, whichever one the backup is of.",
    ],
    examples: ["clawdbot backup restore clawdbot-backup-20260131-090500.tar.gz"],
    load: writing(() => import("./backup/restore.ts"), { home: true }),
  },
  {
    name: "completion",
    summary: "Print a script that completes commands in bash, zsh, fish or PowerShell",
    arguments: ["<shell>"],
    options: { ...json },
    notes: [
      "For good: bash: echo 'source <(clawdbot completion bash)' >> ~/.bashrc; zsh: the same with zsh and ~/.zshrc, after compinit; fish: clawdbot completion fish > ~/.config/fish/completions/clawdbot.fish; PowerShell: add clawdbot completion powershell | Out-String | Invoke-Expression to $PROFILE.",
    ],
    examples: ["source <(clawdbot completion bash)", "clawdbot completion fish | source"],
    load: async () => {
      const { printCompletion } = await import("./completion.ts");
      return { run: async (invocation) => printCompletion(invocation, COMMANDS) };
    },
  },
  {
    name: "uninstall",
    summary: "Remove the service, the state, the work directory or the place at login",
    arguments: [],
    options: {
      service: { type: "boolean", help: "stop the service and remove it" },
      state: { type: "boolean", help: "configuration, credentials, chats and logs of the profile" },
      workspace: { type: "boolean", help: "the work directory of the profile" },
      app: { type: "boolean", help: "launch at login; says how to remove the program itself" },
      all: { type: "boolean", help: "all of these" },
      yes: { type: "boolean", help: "do not ask; needed without a terminal" },
      "dry-run": { type: "boolean", help: "only show what would go" },
      ...json,
    },
    notes: [
      "Files are moved to the trash of the system, or renamed to <path>.trash-<time> where there is none. The service goes first; nothing goes while another gateway or the tray runs.",
      "A work directory chosen in the configuration stays, and so do other profiles.",
    ],
    examples: ["clawdbot uninstall --service", "clawdbot uninstall --all --dry-run"],
    load: writing(() => import("./uninstall.ts"), {
      home: true,
      when: (values) => values["dry-run"] !== true,
    }),
  },
];

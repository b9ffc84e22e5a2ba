/** `clawdbot gateway` and everything about a gateway that runs or is installed. */
import { RUN_OPTIONS } from "../../base/config/run-options.ts";
import type { Definition } from "../definition.ts";
import { connection, json, PORT, TIME_LIMIT } from "./common.ts";

export const gateway = {
  name: "gateway",
  summary: "Run the gateway in the foreground",
  arguments: [],
  options: { ...RUN_OPTIONS, ...json },
  notes: [
    "Values come from the option, else from CLAWDBOT_GATEWAY_PORT, CLAWDBOT_GATEWAY_TOKEN and CLAWDBOT_GATEWAY_PASSWORD, else from the configuration file.",
    "Anything but loopback needs a token or a password. custom listens on gateway.customBindHost, an address or an interface; funnel is public and needs --auth password.",
    "A changed configuration file is taken over while the gateway runs; options and the environment keep winning over it.",
    "Ctrl-C or SIGTERM stops the gateway gracefully.",
  ],
  examples: ["clawdbot gateway", "clawdbot gateway --port 19001 --verbose", "clawdbot --dev gateway"],
} as const satisfies Definition;

export const gatewayRun = {
  ...gateway,
  name: "gateway run",
  summary: "The same as gateway",
} as const satisfies Definition;

export const gatewayStatus = {
  name: "gateway status",
  summary: "Show whether the gateway runs and answers",
  arguments: [],
  options: {
    ...connection,
    "no-probe": { type: "flag", help: "do not connect to the gateway" },
    deep: {
      type: "flag",
      help: "also search the system for other services that would run a gateway",
    },
    "require-rpc": { type: "flag", help: "exit 1 unless the gateway answers" },
    ...json,
  },
} as const satisfies Definition;

export const gatewayInstall = {
  name: "gateway install",
  summary: "Install the gateway as a service that starts at boot or login, and start it",
  arguments: [],
  options: {
    port: {
      ...PORT,
      help: "TCP port that the service keeps, whatever the configuration says",
    },
    token: {
      type: "text",
      value: "<token>",
      help: "token that clients must present; written to the configuration",
    },
    runtime: { type: "text", value: "<name>", hidden: true, help: "node; bun cannot run the gateway" },
    force: {
      type: "flag",
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
} as const satisfies Definition;

export const gatewayUninstall = {
  name: "gateway uninstall",
  summary: "Stop the service and remove it; configuration and state stay",
  arguments: [],
  options: json,
} as const satisfies Definition;

export const gatewayStart = {
  name: "gateway start",
  summary: "Start the installed service",
  arguments: [],
  options: json,
  notes: ["Nothing happens to a service that runs already."],
} as const satisfies Definition;

export const gatewayStop = {
  name: "gateway stop",
  summary: "Stop the service until the next boot or login",
  arguments: [],
  options: {
    timeout: {
      ...TIME_LIMIT,
      help: "how long it may take, in milliseconds (default 30000)",
    },
    ...json,
  },
  notes: ["Says so, with its pid, when a gateway runs in the foreground instead, and leaves that alone."],
} as const satisfies Definition;

export const gatewayRestart = {
  name: "gateway restart",
  summary: "Restart the service and wait until the new gateway answers",
  arguments: [],
  options: {
    timeout: {
      ...TIME_LIMIT,
      help: "how long the stop may take, in milliseconds (default 30000)",
    },
    ...json,
  },
  notes: [
    "Several at the same time are one restart.",
    "From inside the gateway, such as in a program it started, the system restarts it after this command has ended.",
  ],
} as const satisfies Definition;

export const gatewayHealth = {
  name: "gateway health",
  summary: "Ask the running gateway for its health",
  arguments: [],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const gatewayCall = {
  name: "gateway call",
  summary: "Call a method of the running gateway and print the answer",
  arguments: ["<method>"],
  options: {
    params: {
      type: "text",
      value: "<json>",
      default: "{}",
      help: "parameters as a JSON object; @<path> reads them from a file, - from the standard input",
    },
    ...connection,
    ...json,
  },
  examples: [
    "clawdbot gateway call status",
    `clawdbot gateway call logs.tail --params '{"limit":20}'`,
    "clawdbot gateway call config.patch --params @patch.json",
  ],
} as const satisfies Definition;

export const gatewayProbe = {
  name: "gateway probe",
  summary: "Ask every gateway that may be meant: this machine's, the configured remote one, one behind ssh",
  arguments: [],
  options: {
    ...connection,
    timeout: {
      ...TIME_LIMIT,
      default: 3_000,
      help: "time limit for everything, in milliseconds",
    },
    ssh: {
      type: "text",
      value: "<user@host[:port]>",
      help: "ask a gateway on the loopback of that machine, through an ssh tunnel",
    },
    "ssh-identity": { type: "text", value: "<path>", help: "private key file for the tunnel" },
    ...json,
  },
  notes: [
    "Exits 1 only when no gateway is reachable; one that refuses the secret is reachable.",
    "With --url or --ssh, --token and --password go to the gateways named there only.",
    "ssh asks nothing here: it needs a key without a passphrase, or an agent, and a host key that it knows.",
  ],
  examples: ["clawdbot gateway probe", "clawdbot gateway probe --ssh me@home.example --json"],
} as const satisfies Definition;

export const gatewayDiscover = {
  name: "gateway discover",
  summary: "List the gateways that announce themselves on the local network",
  arguments: [],
  options: {
    timeout: { ...TIME_LIMIT, default: 2_000, help: "how long to listen, in milliseconds" },
    ...json,
  },
  notes: [
    "Asks local. by multicast DNS.",
    "Announcements can be forged: check a gateway before you give it a secret.",
    "CLAWDBOT_DISABLE_BONJOUR=1 switches multicast DNS off.",
  ],
} as const satisfies Definition;

/** `clawdbot onboard`. What its options may say depends on the questions, which check it. */

import { advice } from "../../../shared/remedy.ts";
import type { TextSpec } from "../../base/options.ts";
import { choiceOf, PROVIDERS } from "../../setup/onboarding/providers.ts";
import type { Definition } from "../definition.ts";
import { json } from "./common.ts";

/** One for the key of each provider. */
const KEY_OPTIONS: Readonly<Record<string, TextSpec>> = Object.fromEntries(
  PROVIDERS.map((provider) => [
    choiceOf(provider),
    { type: "text", value: "<key>", help: advice`key of ${provider.label} (default: ${provider.variable})` },
  ]),
);

export const onboard = {
  name: "onboard",
  summary: "Set everything up, from the configuration to a gateway that runs",
  arguments: [],
  options: {
    "non-interactive": { type: "flag", help: "ask nothing; needs --accept-risk" },
    "accept-risk": { type: "flag", help: "say that you know what a gateway may do on this machine" },
    flow: { type: "text", value: "<flow>", help: "quickstart or advanced" },
    existing: {
      type: "text",
      value: "<what>",
      help: "an existing configuration: keep, modify or reset",
    },
    reset: {
      type: "flag",
      help: "short for --existing reset: stops the service and moves it to the trash",
    },
    "reset-scope": {
      type: "text",
      value: "<scope>",
      help: "config, config+creds+sessions or full (default config)",
    },
    mode: { type: "text", value: "<mode>", help: "local, or remote: only connect to another gateway" },
    "remote-url": { type: "text", value: "<url>", help: "its address, such as wss://home.example" },
    "remote-token": { type: "text", value: "<token>", help: "its token" },
    workspace: { type: "text", value: "<path>", help: "work directory of the agent (default ~/clawd)" },
    "auth-choice": {
      type: "text",
      value: "<choice>",
      help: "provider whose key is kept for the agent, such as anthropic-api-key, or skip",
    },
    ...KEY_OPTIONS,
    "gateway-port": { type: "text", value: "<port>", help: "TCP port, 1-65535 (default 18789)" },
    "gateway-bind": {
      type: "text",
      value: "<mode>",
      help: "where to listen: loopback, lan, tailnet, auto or custom (default loopback)",
    },
    "gateway-custom-host": {
      type: "text",
      value: "<host>",
      help: "address or interface of --gateway-bind custom",
    },
    "gateway-auth": { type: "text", value: "<mode>", help: "token or password (default token)" },
    "gateway-token": {
      type: "text",
      value: "<token>",
      help: "token that clients must present (default: the configured one, else a random one)",
    },
    "gateway-password": {
      type: "text",
      value: "<password>",
      help: "password that clients must present (default: the configured one)",
    },
    tailscale: {
      type: "text",
      value: "<mode>",
      help: "off, or let Tailscale expose the gateway: serve or funnel",
    },
    "tailscale-reset-on-exit": { type: "flag", help: "take the exposure back when the gateway stops" },
    daemon: {
      type: "text",
      value: "<what>",
      help: "the background service: install, restart, reinstall or skip; start runs the gateway without it",
    },
    "install-daemon": { type: "flag", help: "short for --daemon install" },
    "no-install-daemon": { type: "flag", hidden: true, help: "short for --daemon skip" },
    "skip-daemon": { type: "flag", hidden: true, help: "short for --daemon skip" },
    "daemon-runtime": {
      type: "text",
      hidden: true,
      value: "<runtime>",
      help: "node; nothing else runs the gateway",
    },
    "skip-channels": { type: "flag", hidden: true, help: "no effect: this release has no channels yet" },
    "skip-skills": { type: "flag", hidden: true, help: "no effect: this release has no skills yet" },
    "node-manager": {
      type: "text",
      hidden: true,
      value: "<name>",
      help: "no effect: for skills, npm, pnpm or bun",
    },
    "skip-health": { type: "flag", help: "do not wait until the gateway answers" },
    "skip-key-check": { type: "flag", help: "do not try the keys with one small request each" },
    "skip-ui": { type: "flag", help: "do not print the address of the dashboard" },
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
} as const satisfies Definition;

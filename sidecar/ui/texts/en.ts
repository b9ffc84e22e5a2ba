/** The page in English. */
import type { Texts } from "./texts.ts";

const WHERE_THE_TOKEN_IS =
  "Open the dashboard from the tray icon or with `clawdbot dashboard`, or paste `gateway.auth.token` from the gateway's configuration file.";
const WHERE_THE_PASSWORD_IS = "It is `gateway.auth.password` in the gateway's configuration file.";

export const en: Texts = {
  language: "en",
  running: "Running",
  connecting: "Connecting",
  absent: { lost: "Connection lost", restarting: "Restarting", stopped: "Gateway stopped" },
  notWell: (what) => `Not well: ${what}`,
  up: (uptime) => `up ${uptime}`,
  retryIn: (seconds) => `Reconnecting in ${seconds} s`,
  trying: "Reconnecting now",
  tryNow: "Try now",
  facts: {
    title: "Gateway",
    address: "Address",
    version: "Version",
    process: "Process",
    model: "Model",
    config: "Configuration",
  },
  clients: {
    title: "Clients",
    none: "Nobody is connected",
    thisPage: "this page",
    unnamed: "Unnamed client",
    since: (moment) => `since ${moment}`,
  },
  approvals: {
    title: "Waits for your approval",
    left: (seconds) => `${seconds} s left`,
    rule: (rule) => `Always allows from now on: ${rule}`,
    once: "Once",
    turn: "This turn",
    always: "Always",
    deny: "Deny",
  },
  conversation: {
    title: "Conversation",
    message: "Message",
    send: "Send",
    stop: "Stop",
    empty: "Nothing was said yet",
    by: { user: "You:", assistant: "Assistant:" },
    working: "Working …",
    queued: "waits for its turn",
    cut: "ended before its time",
    failed: (error) => `This turn failed: ${error}`,
    notConnected: "Not connected: what you write stays here.",
    sentLater: "Not connected: the message goes out, once, when the gateway is back.",
    mayNotWrite: "This browser may read the conversation and not write in it (operator.write is missing).",
  },
  health: {
    title: "Health",
    agent: "Agent",
    heartbeat: "Heartbeat",
    heartbeatOff: "off",
    every: (interval) => `every ${interval}`,
    channels: "Channels",
    noChannels: "none configured",
    sessions: "Sessions",
    checked: "Checked",
  },
  log: {
    title: "Log",
    level: "Level",
    levels: {
      trace: "Everything",
      debug: "Debug and up",
      info: "Info and up",
      warn: "Warnings and up",
      error: "Errors",
      fatal: "Fatal errors",
    },
    follow: "Follow",
    empty: "No log lines yet",
    emptyAtLevel: "No lines at this level",
    unreadable: (problem) => `The log cannot be read: ${problem}`,
  },
  gate: {
    secretMissing: { headline: "Connect to your gateway", remedy: WHERE_THE_TOKEN_IS },
    refused: {
      "token-missing": { headline: "The gateway asks for its token", remedy: WHERE_THE_TOKEN_IS },
      "token-wrong": { headline: "That token is not right", remedy: WHERE_THE_TOKEN_IS },
      "token-changed": {
        headline: "The token was changed",
        remedy: `It let this page in before and no longer does. ${WHERE_THE_TOKEN_IS}`,
      },
      "password-missing": { headline: "The gateway asks for its password", remedy: WHERE_THE_PASSWORD_IS },
      "password-wrong": { headline: "That password is not right", remedy: WHERE_THE_PASSWORD_IS },
      "password-changed": {
        headline: "The password was changed",
        remedy: `It let this page in before and no longer does. ${WHERE_THE_PASSWORD_IS}`,
      },
      "link-used": {
        headline: "This link has been used or is too old",
        remedy: `A link opens the page once. ${WHERE_THE_TOKEN_IS}`,
      },
      "secret-not-configured": {
        headline: "The gateway has no secret to compare with",
        remedy: "Set `gateway.auth.token` in its configuration file and restart it.",
      },
      pairing: {
        headline: "This browser waits for approval",
        remedy: "Approve it within five minutes on the gateway's machine, then try again.",
      },
      "rate-limited": {
        headline: "Too many failed attempts",
        remedy: "The gateway takes no more from this address for now. Wait a minute, then try again.",
      },
      "turned-away": {
        headline: "The gateway takes no connection from here",
        remedy:
          "After too many failed attempts it waits a minute. A page with an address of its own must be named in `gateway.controlUi.allowedOrigins`.",
      },
      protocol: {
        headline: "Page and gateway do not match",
        remedy: "The gateway was updated. Reload this page.",
      },
      insecure: {
        headline: "This browser cannot identify itself here",
        remedy:
          "Use HTTPS or `http://localhost` and a current browser: only there may a page hold the key that the gateway asks for.",
      },
      other: { headline: "The gateway refused this page", remedy: "Its log tells more." },
    },
    gatewaySays: "The gateway says",
    secretLabel: "Token or password",
    remember: "Remember on this device",
    rememberNote:
      "This browser then opens the page without asking, in new tabs and after a restart too. Leave it off where others use this browser.",
    connect: "Connect",
    tryAgain: "Try again",
  },
};

/** The commands about the browser of the agents. */
import type { OptionSpecs } from "../../base/options.ts";
import type { Definition } from "../definition.ts";
import { connection, json, TIME_LIMIT } from "./common.ts";

export const browserInstall = {
  name: "browser install",
  summary: "Install what drives a browser, for the agents",
  arguments: [],
  options: {
    timeout: {
      type: "integer",
      value: "<ms>",
      min: 1_000,
      max: 3_600_000,
      default: 300_000,
      help: "time limit in milliseconds",
    },
    ...json,
  },
  notes: [
    "It brings one package with npm, in the version of this release, below tools in the state directory. A browser is not brought: Chrome, Chromium, Edge or Brave has to be installed.",
  ],
} as const satisfies Definition;

/** A browser is started first, and a page takes its time. */
const asking = {
  "browser-profile": {
    type: "text",
    value: "<name>",
    help: "which browser is meant (default: the one of browser.defaultProfile)",
  },
  ...connection,
  timeout: { ...TIME_LIMIT, default: 90_000, help: "time limit in milliseconds" },
  ...json,
} as const satisfies OptionSpecs;

const WHICH_TAB = {
  tab: { type: "text", value: "<tab>", help: "which tab (default: the one in front)" },
} as const satisfies OptionSpecs;

export const browserStatus = {
  name: "browser status",
  summary: "Show whether the agents' browser runs",
  arguments: [],
  options: asking,
} as const satisfies Definition;

export const browserStart = {
  name: "browser start",
  summary: "Start the agents' browser",
  arguments: [],
  options: asking,
} as const satisfies Definition;

export const browserStop = {
  name: "browser stop",
  summary: "Close the agents' browser",
  arguments: [],
  options: asking,
} as const satisfies Definition;

export const browserProfiles = {
  name: "browser profiles",
  summary: "List the profiles of the agents' browser",
  arguments: [],
  options: asking,
} as const satisfies Definition;

export const browserTabs = {
  name: "browser tabs",
  summary: "List the tabs of the agents' browser",
  arguments: [],
  options: asking,
} as const satisfies Definition;

export const browserOpen = {
  name: "browser open",
  summary: "Open a page in a new tab of the agents' browser",
  arguments: ["<url>"],
  options: asking,
  examples: ["clawdbot browser open https://example.org"],
} as const satisfies Definition;

export const browserSnapshot = {
  name: "browser snapshot",
  summary: "Print the page in the agents' browser as agents read it",
  arguments: [],
  options: {
    ...WHICH_TAB,
    interactive: { type: "flag", help: "only what can be used in it" },
    ...asking,
  },
} as const satisfies Definition;

export const browserScreenshot = {
  name: "browser screenshot",
  summary: "Take a picture of the page in the agents' browser, and name its file on the gateway's machine",
  arguments: [],
  options: {
    ...WHICH_TAB,
    "full-page": { type: "flag", help: "all of the page, and not only what is to be seen" },
    ...asking,
  },
} as const satisfies Definition;

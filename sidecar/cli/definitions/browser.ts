/** The commands about the browser of the agents. */
import type { Definition } from "../definition.ts";
import { json } from "./common.ts";

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

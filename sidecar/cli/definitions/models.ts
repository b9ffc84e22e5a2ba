/** The commands about models and the keys for them. */
import type { Definition } from "../definition.ts";
import { connection, json } from "./common.ts";

export const modelsList = {
  name: "models list",
  summary: "List the models that can be chosen",
  arguments: [],
  options: {
    provider: { type: "text", value: "<name>", help: "only those of this provider" },
    ...connection,
    ...json,
  },
  notes: ["Models of a provider are listed once there is a key for it."],
} as const satisfies Definition;

export const modelsSet = {
  name: "models set",
  summary: "Choose the model that answers",
  arguments: ["<model>"],
  options: { ...json },
  notes: [
    "A running gateway takes the choice over at once. Conversations in which another model was chosen keep that one.",
  ],
  examples: ["clawdbot models set anthropic/claude-sonnet-5"],
} as const satisfies Definition;

export const modelsStatus = {
  name: "models status",
  summary: "Show which model answers, and with which keys",
  arguments: [],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const modelsAuth = {
  name: "models auth",
  summary: "List, add, remove or bring in the keys of model providers",
  arguments: ["[action]", "[provider]"],
  options: {
    name: {
      type: "text",
      value: "<name>",
      help: "which key of the provider, where there are several (default: default)",
    },
    from: {
      type: "text",
      value: "<path>",
      help: "import: state directory that has them (default: the one of this profile)",
    },
    "dry-run": { type: "flag", help: "import: only say what there is" },
    ...connection,
    ...json,
  },
  notes: [
    "The actions are list, add, remove and import. A new key is asked for, or read from the standard input; it never stands on the command line, where others could see it.",
    "import takes over the keys of the original Clawdbot or of OpenClaw, those of one provider or all; their files stay as they are, and a key that is kept here already is not replaced.",
  ],
  examples: [
    "clawdbot models auth add anthropic",
    "clawdbot models auth add openai --name work < key.txt",
    "clawdbot models auth remove openai --name work",
    "clawdbot models auth import --from ~/.openclaw --dry-run",
  ],
} as const satisfies Definition;

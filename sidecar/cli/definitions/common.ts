/** Options that several commands have. */
import type { OptionSpecs, ValuesOf } from "../../base/options.ts";

export const json = {
  json: { type: "flag", help: "print one JSON document instead of text" },
} as const satisfies OptionSpecs;

/** Bounds of every time limit that can be asked for, in ms. */
export const TIME_LIMIT = { type: "integer", value: "<ms>", min: 1, max: 600_000 } as const;

/** How a command reaches a gateway. */
export const connection = {
  url: { type: "text", value: "<url>", help: "gateway to ask, such as ws://127.0.0.1:18789" },
  token: {
    type: "text",
    value: "<token>",
    help: "token to present (default: environment, then configuration)",
  },
  password: {
    type: "text",
    value: "<password>",
    help: "password to present (default: environment, then configuration)",
  },
  timeout: { ...TIME_LIMIT, default: 10_000, help: "time limit in milliseconds" },
} as const satisfies OptionSpecs;

/** What says which gateway is meant, and the secret for it. */
export type ConnectionValues = Partial<Pick<ValuesOf<typeof connection>, "url" | "token" | "password">>;

/** Where a run may be told everything by its command line. */
export const PORT = { type: "integer", value: "<port>", min: 1, max: 65_535 } as const;

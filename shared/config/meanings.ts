/**
 * Texts of the configuration that mean something to the gateway: each kind says what fits and what would be right instead. A text that
 * may say anything is declared as one, so that none is left unchecked by an oversight; a test walks the schema for that.
 */
import * as z from "zod";
import { durationMs, sizeBytes, spanMs } from "./amounts.ts";
import {
  isBasePath,
  isBindHost,
  isGatewayAddress,
  isModel,
  isOrigin,
  isPath,
  isProxy,
  isSshTarget,
  isWebAddress,
} from "./forms.ts";
import { API_KINDS, APIS_OF_OTHERS } from "./modes.ts";
import { secretProblem } from "./secrets.ts";

/** What a text is. `words` and `secret` stand for themselves. */
export type Meaning = keyof typeof CHECKS | "words" | "secret";

/** Says what the text is that has this schema, and returns the schema. */
export function meaning<S extends z.ZodType>(is: Meaning, schema: S): S {
  MEANINGS.set(schema, is);
  return schema;
}

/** What was said of the schema of a text; undefined when nothing was. */
export function meaningOf(schema: z.ZodType): Meaning | undefined {
  return MEANINGS.get(schema);
}

/** A name, a sentence, a mark: nothing in it can be wrong but its length. */
export function words(most: number, least = 0) {
  const text = z.string().max(most);
  return meaning("words", least === 0 ? text : text.min(least));
}

/** A secret. What a person or a program wrote by mistake is none, least of all the mark that stands for one in every report. */
export function secretText() {
  return meaning(
    "secret",
    z
      .string()
      .max(10_000)
      .superRefine((text, context) => {
        const problem = secretProblem(text);
        if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
      }),
  );
}

/** A text of the kind, with what would be right where it is none. */
export function checked(is: keyof typeof CHECKS, most: number, least = 1) {
  const { fits, says } = CHECKS[is];
  return meaning(is, z.string().min(least).max(most).refine(fits, { error: says, params: SHOWN }));
}

/** The same, where an empty text is as good as none: other programs write one for what is not set. */
export function checkedOrNone(is: keyof typeof CHECKS, most: number) {
  return checkedOrEmpty(is, most).transform((each) => (each === "" ? undefined : each));
}

/** The same, for a choice of several schemas: a text that is made another one hides there what is wrong with it. */
export function checkedOrEmpty(is: keyof typeof CHECKS, most: number) {
  const { fits, says } = CHECKS[is];
  const text = z
    .string()
    .max(most)
    .refine((each) => each === "" || fits(each), { error: says, params: SHOWN });
  return meaning(is, text);
}

/** Whether the finding is to name the value, which is no secret even in the wrong place. */
export function isShown(params: unknown): boolean {
  return params === SHOWN;
}

/** Goes with a check whose finding names the value. */
export const SHOWN = { isShown: true } as const;

const MEANINGS = new WeakMap<z.ZodType, Meaning>();

interface Check {
  fits: (text: string) => boolean;
  says: string;
}

/** The sentence follows the key, and the value follows the sentence. */
const CHECKS = {
  duration: {
    fits: (text) => durationMs(text) !== undefined,
    says: "must be a duration such as 30m or 1h30m",
  },
  timeOfDay: {
    fits: (text) => /^(?:(?:[01]?\d|2[0-3]):[0-5]\d|24:00)$/.test(text),
    says: "must be a time of day such as 08:00",
  },
  span: { fits: (text) => spanMs(text) !== undefined, says: "must be a span of time such as 90d" },
  size: { fits: (text) => sizeBytes(text) !== undefined, says: "must be a size such as 2gb" },
  webAddress: {
    fits: isWebAddress,
    says: "must be a http:// or https:// address without a password, such as http://127.0.0.1:8080/v1",
  },
  gatewayAddress: {
    fits: isGatewayAddress,
    says: "must be a ws:// or wss:// address without a password, such as wss://home.example",
  },
  origin: { fits: isOrigin, says: "must be an origin such as https://home.example" },
  basePath: {
    fits: isBasePath,
    says: "must be a path such as /clawdbot",
  },
  hookPath: {
    fits: (text: string) => isBasePath(text) && /[^/\s]/.test(text),
    says: "must be a path of its own such as /hooks, or every address would be a hook",
  },
  path: { fits: isPath, says: "must be the path of a file or folder, such as ~/notes" },
  proxy: { fits: isProxy, says: "must be an address or a range of them, such as 192.168.1.5 or 10.0.0.0/8" },
  bindHost: {
    fits: isBindHost,
    says: "must be an address or the name of a network interface, such as 192.168.1.5 or eth0",
  },
  sshTarget: { fits: isSshTarget, says: "must be user@host or user@host:port" },
  model: { fits: isModel, says: "must be a model such as anthropic/claude-sonnet-5, or an alias of one" },
  api: {
    fits: (text) => [...API_KINDS, ...APIS_OF_OTHERS].some((known) => known === text),
    // Those of other releases are taken, and not offered.
    says: "must be one of openai-completions, openai-responses, anthropic-messages, google-generative-ai or ollama",
  },
  provider: {
    fits: (text) => /^[^\s/\p{Cc}]+$/u.test(text),
    says: "must be the name of a provider, without blanks or slashes, such as my-server",
  },
  headerName: {
    fits: (text) => /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/.test(text),
    says: "must be the name of a header, such as X-Title",
  },
} as const satisfies Record<string, Check>;

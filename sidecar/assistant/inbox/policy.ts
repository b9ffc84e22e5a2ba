/** What the configuration says of an account of a channel, as far as it is the same for every channel. */
import * as z from "zod";
import { issueText } from "../../../shared/config/issue-text.ts";
import { Coalesce } from "../../../shared/config/sections/block-streaming.ts";
import { advice, type Remedy, whole } from "../../../shared/remedy.ts";

export const DM_POLICIES = ["pairing", "allowlist", "open", "disabled"] as const;
export const GROUP_POLICIES = ["allowlist", "open", "disabled"] as const;
export const REPLY_TO_MODES = ["off", "first", "all"] as const;

/** An id of a person; some are written as numbers. */
const Id = z.union([z.string().min(1).max(500), z.number().transform(String)]);
const Ids = z.array(Id).max(10_000);
const count = (most: number) => z.int().min(0).max(most);

const Group = z.looseObject({
  enabled: z.boolean().optional(),
  requireMention: z.boolean().optional(),
  allowFrom: Ids.optional(),
  historyLimit: count(100_000).optional(),
});

const ON_UNKNOWN = ["resend-marked", "skip"] as const;

const Policy = z.looseObject({
  enabled: z.boolean().default(true),
  name: z.string().max(200).optional(),
  dmPolicy: z.enum(DM_POLICIES).optional(),
  allowFrom: Ids.default([]),
  dm: z.looseObject({ policy: z.enum(DM_POLICIES).optional(), allowFrom: Ids.optional() }).optional(),
  groupPolicy: z.enum(GROUP_POLICIES).default("allowlist"),
  groupAllowFrom: Ids.optional(),
  groups: z.record(z.string(), Group).optional(),
  requireMention: z.boolean().default(true),
  allowBots: z.boolean().default(false),
  historyLimit: count(100_000).optional(),
  replyToMode: z.enum(REPLY_TO_MODES).default("off"),
  textChunkLimit: z.int().min(20).max(100_000).optional(),
  chunkMode: z.enum(["length", "newline"]).default("length"),
  mediaMaxMb: z.number().positive().max(1_000).optional(),
  sendReadReceipts: z.boolean().default(false),
  streaming: z
    .looseObject({ mode: z.enum(["off", "partial", "block", "progress"]).default("off") })
    .optional(),
  blockStreaming: z.boolean().optional(),
  blockStreamingCoalesce: Coalesce.optional(),
  delivery: z.looseObject({ onUnknown: z.enum(ON_UNKNOWN).optional() }).optional(),
});

/** The rules of one account. What belongs to the channel alone is in it as well, unread. */
export type AccountPolicy = z.infer<typeof Policy>;

/** Of an account of which nothing is said. */
export const DEFAULT_POLICY: AccountPolicy = Policy.parse({});

/** The rules of an account, or what is wrong with what the configuration says of it. An account with mistakes takes nothing. */
export function readPolicy(
  settings: Record<string, unknown>,
  path: string,
): { policy: AccountPolicy; warnings: Remedy[] } | { problem: Remedy } {
  const parsed = Policy.safeParse(settings, { reportInput: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = [path, ...(issue?.path ?? []).map(String)];
    const problem = issue === undefined ? advice`cannot be read` : issueText(issue, where);
    return { problem: advice`${where.join(".")}: ${whole(problem)}` };
  }
  const policy = parsed.data;
  const warnings: Remedy[] = [];
  if (dmPolicyOf(policy) === "open" && !dmAllowFrom(policy).includes("*"))
    warnings.push(
      advice`${path}.dmPolicy is "open", but allowFrom does not hold "*": only listed people are let in`,
    );
  return { policy, warnings };
}

export function dmPolicyOf({ dmPolicy, dm }: AccountPolicy): (typeof DM_POLICIES)[number] {
  return dmPolicy ?? dm?.policy ?? "pairing";
}

export function dmAllowFrom({ allowFrom, dm }: AccountPolicy): readonly string[] {
  return dm?.allowFrom ?? allowFrom;
}

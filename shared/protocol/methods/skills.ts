/** Skills: what agents can do besides, and what that takes. */
import * as z from "zod";
import { methods } from "../contract.ts";

const Names = z.array(z.string());

/** What a skill asks for, or what of it is missing. */
export const SkillNeeds = z.object({
  bins: Names,
  anyBins: Names,
  env: Names,
  config: Names,
  os: Names,
});

/** A way to install what is missing. `command` is what is carried out. */
export const SkillInstall = z.object({
  id: z.string(),
  kind: z.enum(["brew", "node", "go", "uv", "download"]),
  label: z.string(),
  bins: Names,
  command: z.string(),
});

/** A skill of an agent. */
export const SkillStatus = z.object({
  name: z.string(),
  description: z.string(),
  /** `clawdbot-bundled`, `clawdbot-managed` in the state directory, `clawdbot-workspace`, `clawdbot-extra`. */
  source: z.string(),
  filePath: z.string(),
  baseDir: z.string(),
  /** What the configuration knows it by. */
  skillKey: z.string(),
  primaryEnv: z.string().optional(),
  emoji: z.string().optional(),
  homepage: z.string().optional(),
  always: z.boolean(),
  disabled: z.boolean(),
  blockedByAllowlist: z.boolean(),
  /** The agent is told of it. */
  eligible: z.boolean(),
  requirements: SkillNeeds,
  missing: SkillNeeds,
  configChecks: z.array(
    z.object({
      path: z.string(),
      value: z.union([z.boolean(), z.number(), z.null()]),
      satisfied: z.boolean(),
    }),
  ),
  /** The one that is preferred here; none where nothing is to be installed. */
  install: z.array(SkillInstall),
  /** `new` and `changed` wait for the owner's word; `hash` is what it would be given for. */
  trust: z.enum(["trusted", "new", "changed"]),
  hash: z.string().optional(),
});
export type SkillStatus = z.infer<typeof SkillStatus>;

const key = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => !/\p{Cc}/u.test(name) && name !== "__proto__", { error: "must be the key of a skill" });

const InstallResult = z.object({
  ok: z.boolean(),
  message: z.string(),
  stdout: z.string(),
  stderr: z.string(),
  code: z.int().nullable(),
});

export const skillsMethods = methods({
  /** The skills of the agent, and the files that cannot be used. */
  "skills.status": {
    access: "operator.read",
    params: z.strictObject({ agentId: z.string().min(1).max(64).optional() }),
    result: z.object({
      workspaceDir: z.string(),
      managedSkillsDir: z.string(),
      skills: z.array(SkillStatus),
      problems: z.array(z.object({ file: z.string(), line: z.int().optional(), message: z.string() })),
    }),
  },
  /** Programs that skills ask for, so that a node can say which of them it has. */
  "skills.bins": {
    access: "node",
    params: z.strictObject({}),
    result: z.object({ bins: Names }),
  },
  /**
   * Installs what a skill needs, in one of the ways that its front matter names. On failure the result comes beside the error. Fails with
   * `SKILL_UNKNOWN`, `SKILL_UNTRUSTED` and `SKILL_INSTALL_FAILED`.
   */
  "skills.install": {
    access: "operator.admin",
    params: z.strictObject({
      name: z.string().min(1).max(200),
      installId: z.string().min(1).max(500),
      timeoutMs: z.int().min(1_000).max(3_600_000).optional(),
    }),
    result: InstallResult,
  },
  /**
   * Changes what the configuration says of a skill; an empty key or variable takes it away. Secrets come back as marks, and a mark that is
   * sent keeps the stored secret.
   */
  "skills.update": {
    access: "operator.admin",
    params: z.strictObject({
      skillKey: key,
      enabled: z.boolean().optional(),
      apiKey: z.string().max(10_000).optional(),
      env: z.record(z.string().min(1).max(200), z.string().max(10_000)).optional(),
    }),
    result: z.object({
      ok: z.literal(true),
      skillKey: z.string(),
      config: z.object({
        enabled: z.boolean().optional(),
        apiKey: z.string().optional(),
        env: z.record(z.string(), z.string()).optional(),
      }),
    }),
  },
  /** The owner's word for a skill as it is now, by `filePath` and `hash` of its status. Fails with `SKILL_UNKNOWN` where it is another one by now. */
  "skills.trust": {
    access: "operator.admin",
    params: z.strictObject({
      filePath: z.string().min(1).max(4_096),
      hash: z.string().regex(/^[0-9a-f]{64}$/),
    }),
    result: z.object({ ok: z.literal(true), name: z.string(), hash: z.string() }),
  },
});

/** What a check of `clawdbot doctor` is: it looks at one thing and says what is wrong with it, and may know how to repair it. */

import type { ConfigReading } from "../../../shared/node/config-source.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import type { Remedy } from "../../../shared/remedy.ts";
import type { ServiceManager } from "../../host/service/service-manager.ts";

/** `error`: the gateway does not work or is open to strangers. `warning`: it will bite one day. `hint`: worth knowing. */
export type FindingLevel = "error" | "warning" | "hint";

export interface Finding {
  /** Stable, such as `config-readable-by-others`; unique within one report together with `subject`. */
  code: string;
  level: FindingLevel;
  /** One line that names the thing and its value; never a secret. */
  message: Remedy;
  /** What it is about when a check finds several of a kind, such as a path. */
  subject?: string;
  /** A command or a sentence for what the program does not do itself. */
  remedy?: Remedy;
  repair?: Repair;
}

export interface Repair {
  /** `safe` is also done by `--non-interactive`; `change` needs `--fix`; `drastic` needs `--fix --force`. */
  kind: "safe" | "change" | "drastic";
  /** What it does, as an answer to "may I": `set its mode to 0600`. */
  describe: Remedy;
  /** Carries it out and resolves with what was done, in one line. Throws when it cannot; nothing is then half-done. */
  apply(): Promise<Remedy>;
}

/** The configuration as this run of doctor itself wrote it last, shared by all its looks; no hash as long as it wrote none. */
export interface OwnConfig {
  hash: string | undefined;
}

/** What checks look at. Read anew before each run, so that a second look sees what repairs changed. */
export interface CheckContext {
  profile: ProfileContext;
  reading: ConfigReading;
  /** Undefined where the system has none, such as in a container. */
  service: ServiceManager | undefined;
  /** `--deep`: also look where it takes time or at what belongs to others. */
  deep: boolean;
  nowMs: number;
  /** With it, several repairs keep one backup: the file as it was before the first of them. */
  ownConfig?: OwnConfig;
}

/** Looks and never changes anything. Rejecting is a bug: what cannot be examined is a finding of its own. */
export interface Check {
  /** The file's name, such as `state-directory`. */
  id: string;
  examine(context: CheckContext): Promise<Finding[]>;
}

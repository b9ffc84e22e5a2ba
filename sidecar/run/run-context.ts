/** What a run of the gateway asks of whoever started it. */

import type { ConfigReading } from "../../shared/node/config-source.ts";
import type { Remedy } from "../../shared/remedy.ts";
import type { GatewaySettings } from "../base/config/settings.ts";

/** What the start may tell the terminal, and how it reads its settings again. */
export interface RunContext {
  /** One line for the console, newline included: log lines as far as `--verbose` asks, and what the disk refused. */
  console: (text: string) => void;
  /** Something did not work that the gateway can do without. */
  warn: (message: Remedy) => void;
  /** A success worth a line. */
  tick: (line: Remedy) => void;
  env: NodeJS.ProcessEnv;
  /** The environment that programs inherit which this process starts. */
  programEnv: NodeJS.ProcessEnv;
  /** Merges a configuration with the options of this run. Fails with the refusal of a start. */
  resolveSettings: (reading: ConfigReading) => ResolvedSettings;
  /** Keys that an option or a variable overrules, with its name; the same for the whole life of the process. */
  overruled?: Readonly<Record<string, string>>;
  /** The installed service that runs this gateway, if one does. */
  service?: string | undefined;
  /** Told where the gateway listens, as soon as it does and whenever that changes. Must not throw. */
  listening?: ((urls: readonly string[]) => void) | undefined;
}

/** Settings for a configuration. `overridden` names keys whose value an option or the environment hides. */
export interface ResolvedSettings {
  settings: GatewaySettings;
  overridden: string[];
}

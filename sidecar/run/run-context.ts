/** What a run of the gateway asks of whoever started it. */
import type { Remedy } from "../../shared/remedy.ts";
import type { SettingsSource } from "../base/config/settings-source.ts";
import type { ChannelRegistry } from "../channels/registry.ts";

/** How a run tells the terminal, and where it has its settings from. */
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
  source: SettingsSource;
  /** The channels there are; those of this release where none are given. */
  channels?: ChannelRegistry | undefined;
  /** The installed service that runs this gateway, if one does. */
  service?: string | undefined;
  /** Told where the gateway listens, as soon as it does and whenever that changes. Must not throw. */
  listening?: ((urls: readonly string[]) => void) | undefined;
}

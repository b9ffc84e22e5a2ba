/** Where a run of the gateway has its settings from, at the start and whenever the configuration changes. */
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import type { ConfigPlace } from "./config-file.ts";
import { type MergedSettings, mergeSettings, type RunProfile, withEnvironment } from "./load.ts";
import type { Overruled, RunOptions } from "./run-options.ts";
import type { GatewaySettings } from "./settings.ts";

/** What the root of the gateway passes down: nobody below it knows of options. */
export interface SettingsSource {
  readonly place: ConfigPlace;
  /** Keys that an option or a variable of this run overrules, with its name; the same for the whole life of the process. */
  readonly overruled: Overruled;
  /** The configuration as it is now. */
  read(): ConfigReading;
  /** What this run makes of a configuration. Fails with the refusal of a start. */
  settle(reading: ConfigReading): GatewaySettings;
}

/** The configuration of a profile with the options and the environment of one run. */
export class RunSettings implements SettingsSource {
  readonly place: ConfigPlace;
  #options: ReturnType<typeof withEnvironment>;
  #profile: RunProfile;
  #keptPort: number | undefined;

  /** Fails with `USAGE` or `AUTH_NOT_CONFIGURED` when the options or the environment will not do. */
  constructor(options: RunOptions, profile: RunProfile) {
    this.#options = withEnvironment(options, profile.env);
    this.#profile = profile;
    this.place = { file: profile.paths.configFile, env: profile.env };
  }

  get overruled(): Overruled {
    return this.#options.overruled;
  }

  read(): ConfigReading {
    return readConfig(this.place.file, this.place.env);
  }

  /** The settings with what there is to be said about them. Fails with the refusal of a start. */
  merge(reading: ConfigReading): MergedSettings {
    const merged = mergeSettings(this.#options, reading, this.#profile);
    if (this.#keptPort === undefined || merged.portAsked) return merged;
    return { ...merged, settings: { ...merged.settings, port: this.#keptPort } };
  }

  settle(reading: ConfigReading): GatewaySettings {
    return this.merge(reading).settings;
  }

  /** Stays there until a port is asked for: a dev gateway moved out of somebody's way. */
  keepPort(port: number): void {
    this.#keptPort = port;
  }
}

/** The variables of the configuration's section `env` in the environment of this process, for the programs that it starts. */
import type { Environment } from "../../shared/node/paths.ts";

/** What the environment says itself is never touched. */
export class ConfigVariables {
  readonly #env: Environment;
  /** What was put there, and what stood there before. */
  readonly #given = new Map<string, string | undefined>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Those that the process has from the configuration now. */
  get given(): Record<string, string> {
    return Object.fromEntries([...this.#given.keys()].map((name) => [name, this.#env[name] ?? ""]));
  }

  /** Gives the process these and takes back the ones it was given before. */
  give(variables: Readonly<Record<string, string>>): void {
    for (const [name, before] of this.#given) this.#set(name, before);
    this.#given.clear();
    for (const [name, value] of Object.entries(variables)) {
      this.#given.set(name, this.#env[name]);
      this.#set(name, value);
    }
  }

  #set(name: string, value: string | undefined): void {
    // A process turns undefined into a text.
    if (value === undefined) delete this.#env[name];
    else this.#env[name] = value;
  }
}

/** Readings of configurations that are in no file. */
import { type ConfigReading, judgeConfig, readConfig } from "../../../shared/node/config-source.ts";

/** What a file with this content would be; without variables. */
export function readingOf(config: object | string, path = "/c.json"): ConfigReading {
  return judgeConfig(path, typeof config === "string" ? config : JSON.stringify(config), {});
}

/** What is said of a path where no file is. */
export function missingReading(path = "/nowhere/c.json"): ConfigReading {
  return { ...readConfig("/nowhere/c.json", {}), path };
}

/** The text that asks for a variable; spelled out it looks like a forgotten template. */
export function asking(name: string): string {
  return `\${${name}}`;
}

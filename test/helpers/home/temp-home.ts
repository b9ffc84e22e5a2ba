/** A home directory of its own for one test, with an environment that knows nothing of the machine's. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test as base } from "@playwright/test";

export interface TempHome {
  /** Absolute path of the home directory. */
  path: string;
  /** Where the default profile's state lies: `<path>/.clawdbot`. Not created. */
  stateDir: string;
  /** `<stateDir>/clawdbot.json`. */
  configFile: string;
  /** Environment for a child process: HOME, PATH, UTF-8 and nothing else but `extra`. */
  env(extra?: Record<string, string>): Record<string, string>;
  /** Writes the configuration file, an object as JSON and a string as it is. */
  writeConfig(content: object | string): void;
  dispose(): void;
}

/** Creates the directory; `name` may hold spaces and umlauts to test paths with them. */
export function createTempHome(name = "home"): TempHome {
  const root = mkdtempSync(join(tmpdir(), "clawdbot-test-"));
  const path = join(root, name);
  mkdirSync(path);
  const stateDir = join(path, ".clawdbot");
  const configFile = join(stateDir, "clawdbot.json");
  return {
    path,
    stateDir,
    configFile,
    env: (extra = {}) => ({
      HOME: path,
      PATH: process.env.PATH ?? "",
      LANG: "C.UTF-8",
      TMPDIR: tmpdir(),
      ...extra,
    }),
    writeConfig: (content) => {
      mkdirSync(dirname(configFile), { recursive: true, mode: 0o700 });
      writeFileSync(configFile, typeof content === "string" ? content : JSON.stringify(content), {
        mode: 0o600,
      });
    },
    // A program that is just ending may write once more.
    dispose: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/** `test` with a `home` that is removed afterwards. */
export const test = base.extend<{ home: TempHome }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  home: async ({}, use) => {
    const home = createTempHome();
    await use(home);
    home.dispose();
  },
});

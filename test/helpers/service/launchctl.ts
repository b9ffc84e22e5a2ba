/** A launchd for tests: a recorder in place of `launchctl` that really starts and ends the programs of property lists. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { LaunchdState } from "../../fixtures/launchctl/state.ts";
import { endStandIns, noStandInsReason, standIn } from "../process/stand-ins.ts";
import { missingReason } from "../run/desktop-needs.ts";

export interface LaunchdRecorder {
  /** Folder of `launchctl`, for the front of a PATH. */
  folder: string;
  /** Session at the screen of the user who runs the tests, such as `gui/501`. */
  domain: string;
  readonly state: LaunchdState;
  /** Changes what launchd knows and does from the next call on. */
  set(change: Partial<LaunchdState>): void;
  /** Every call so far, as a command line without `launchctl`. */
  calls(): string[];
  /** Calls that change something, without the questions `print`, `print-disabled` and `getenv`. */
  requests(): string[];
  /** What somebody types who has nothing to do with us. */
  type(...args: string[]): void;
  /** The environment of a command line call in this home, with the recorder first on the PATH. */
  env(home: { env(extra?: Record<string, string>): Record<string, string> }): Record<string, string>;
  /** The same, in which programs of ours behave as on a Mac; so do the gateways that launchd starts from then on. */
  macEnv(home: { env(extra?: Record<string, string>): Record<string, string> }): Record<string, string>;
  /** Ends launchd and everything it started. */
  dispose(): Promise<void>;
}

const FIXTURES = new URL("../../fixtures/launchctl/", import.meta.url);
const AS_DARWIN = `--import=${pathToFileURL(fileURLToPath(new URL("as-darwin.mjs", FIXTURES)))}`;

/** Why these tests cannot run here, for `test.skip`; undefined when they can. */
export function noLaunchdReason(): string | undefined {
  return noStandInsReason() ?? missingReason("property list");
}

/** A machine on whose screen the user of the tests is logged in and where nothing is loaded. */
export async function startLaunchd(change: Partial<LaunchdState> = {}): Promise<LaunchdRecorder> {
  const root = mkdtempSync(join(tmpdir(), "clawdbot-launchd-"));
  const folder = join(root, "bin");
  const stateFile = join(root, "state.json");
  const program = join(folder, "launchctl");
  standIn(folder, root, ["launchctl"]);
  const uid = process.getuid?.() ?? 0;
  const read = () => JSON.parse(readFileSync(stateFile, "utf8")) as LaunchdState;
  const write = (state: LaunchdState) => writeFileSync(stateFile, JSON.stringify(state));
  write({ ...EMPTY, uid, ...change });
  writeFileSync(join(root, "calls.jsonl"), "");
  const calls = () =>
    readFileSync(join(root, "calls.jsonl"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as string[]).join(" "));
  const recorder: LaunchdRecorder = {
    folder,
    domain: `gui/${uid}`,
    get state() {
      return read();
    },
    set: (next) => write({ ...read(), ...next }),
    calls,
    requests: () => calls().filter((call) => !/^(print|print-disabled|getenv) /.test(call)),
    type: (...args) => void execFileSync(program, args, { stdio: "pipe" }),
    env: (home) => {
      const env = home.env();
      return { ...env, PATH: `${folder}:${env.PATH}` };
    },
    macEnv: (home) => {
      recorder.set({ jobEnv: { ...read().jobEnv, NODE_OPTIONS: AS_DARWIN } });
      return { ...recorder.env(home), NODE_OPTIONS: AS_DARWIN };
    },
    dispose: async () => {
      await endStandIns(root);
      rmSync(root, { recursive: true, force: true });
    },
  };
  return recorder;
}

/** Another program's understanding of a property list: `plistutil` reads it and writes it anew. */
export function normalizedByPlistutil(text: string, form: "xml" | "bin"): Buffer {
  return execFileSync("plistutil", ["-f", form, "-i", "-"], { input: text, stdio: "pipe" });
}

const EMPTY: Omit<LaunchdState, "uid"> = {
  domains: ["gui", "user", "system"],
  answers: {},
  session: {},
  jobEnv: {},
  systemJobs: [],
  throttleMs: 300,
};

/** A recorder in place of `tailscale` and `sudo`: programs on a PATH of their own that keep their state in a file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecorderState } from "../../fixtures/tailscale/state.ts";
import { standIn } from "../process/stand-ins.ts";

export interface TailscaleRecorder {
  /** Folder of the programs, for the front of a PATH. */
  folder: string;
  /** An environment in which nothing but the recorder is found. */
  env: Record<string, string>;
  readonly state: RecorderState;
  /** Changes what the recorder knows and does from the next call on. */
  set(change: Partial<RecorderState>): void;
  /** Every call so far, as a command line. */
  calls(): string[];
  dispose(): void;
}

/** A logged-in machine `gate.tail1234.ts.net` that serves nothing and whose user may change that. */
export function recordTailscale(change: Partial<RecorderState> = {}): TailscaleRecorder {
  const root = mkdtempSync(join(tmpdir(), "clawdbot-tailscale-"));
  const folder = join(root, "bin");
  const file = join(root, "state.json");
  standIn(folder, root, ["tailscale", "sudo"]);
  const read = () => JSON.parse(readFileSync(file, "utf8")) as RecorderState;
  const write = (state: RecorderState) => writeFileSync(file, JSON.stringify(state));
  write({ ...LOGGED_IN, ...change });
  writeFileSync(`${file}.calls`, "");
  return {
    folder,
    env: { PATH: folder, HOME: root },
    get state() {
      return read();
    },
    set: (next) => write({ ...read(), ...next }),
    calls: () =>
      readFileSync(`${file}.calls`, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as string[]).join(" ").replaceAll(`${folder}/`, "")),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

const LOGGED_IN: RecorderState = {
  version: "1.92.3",
  daemon: "up",
  backendState: "Running",
  dnsName: "gate.tail1234.ts.net.",
  addresses: ["100.101.102.103", "fd7a:115c:a1e0::6501:6667"],
  serve: {},
  people: { "100.64.0.7": { login: "ada@example.com" } },
  operator: true,
  sudo: "asks",
};

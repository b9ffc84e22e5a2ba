/** Where the program lies that the tests start: the built one, unless a test is about running from source. */
import { fileURLToPath } from "node:url";

/** What `clawdbot` runs: the launcher with the bundles beside it. The start of the run has seen to it that they are not stale. */
export const LAUNCHER = file("dist/launch.cjs");

/** The gateway's program itself, without the launcher's own answer to `--version`. */
export const GATEWAY_PROGRAM = file("dist/sidecar.js");

/** The command line as a function of the built program. */
export const BUILT_RUN = file("dist/run.js");

/** The same from source. */
export const SOURCE_LAUNCHER = file("sidecar/launch.cjs");

function file(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

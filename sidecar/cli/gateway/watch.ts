/**
 * Restarts a dev gateway when its source changes: the new source is loaded on trial first, so that a gateway that works goes on
 * until there is one that would.
 */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { errorSentence, errorText } from "../../../shared/errors.ts";
import { advice } from "../../../shared/remedy.ts";
import type { GatewayHandle } from "../../app.ts";
import type { Output } from "../output.ts";
import { SourceTree, sourceRoot } from "./source-tree.ts";

const DEBOUNCE_MS = 300;
const CHECK_TIMEOUT_MS = 15_000;
/** How soon clients may expect the next gateway. */
const RESTART_EXPECTED_MS = 1_500;

type Watched = Pick<GatewayHandle, "stop">;

/** Watches from construction on, so that no change during the start is lost; acts once it has a gateway. */
class SourceWatch {
  readonly #output: Output;
  readonly #tree: SourceTree;
  /** What changed since the gateway was started. */
  readonly #changed = new Set<string>();
  #gateway: Watched | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isDue = false;

  constructor(root: string, output: Output) {
    this.#output = output;
    this.#tree = new SourceTree(root, () => this.#soon());
  }

  /** Says what makes room for new source. */
  attach(gateway: Watched): void {
    this.#gateway = gateway;
  }

  /** The gateway was stopped for new source to take over. */
  get isDue(): boolean {
    return this.#isDue;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#tree.dispose();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#look().catch((error: unknown) => this.#output.note(advice`Warning: ${errorSentence(error)}`));
    }, DEBOUNCE_MS).unref();
  }

  async #look(): Promise<void> {
    const gateway = this.#gateway;
    if (this.#isBusy || gateway === undefined) return this.#soon();
    const changes = this.#tree.takeChanges();
    if (changes.length === 0) return;
    for (const file of changes) this.#changed.add(file);
    this.#isBusy = true;
    const problem = await problemOf([...this.#changed]);
    this.#isBusy = false;
    if (problem !== undefined) {
      this.#output.note(advice`The changed source does not load; the gateway goes on as it was.\n${problem}`);
      return;
    }
    this.dispose();
    this.#isDue = true;
    this.#output.tick("source changed, restarting");
    await gateway.stop("source changed", RESTART_EXPECTED_MS);
  }
}

/**
 * Watches the source tree this program runs from. Undefined in an installed one, with `CLAWDBOT_NO_RESPAWN=1`, and with `--json`,
 * whose reader expects one document.
 */
export function watchSource(output: Output): SourceWatch | undefined {
  const root = sourceRoot();
  if (root === undefined || process.env.CLAWDBOT_NO_RESPAWN === "1" || output.json) return undefined;
  return new SourceWatch(root, output);
}

/** Why the new source would not start; undefined when it would. */
function problemOf(changed: readonly string[]): Promise<string | undefined> {
  const check = fileURLToPath(new URL("./source-check.ts", import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [check, ...changed],
      { timeout: CHECK_TIMEOUT_MS },
      (error, _stdout, stderr) => {
        resolve(error === null ? undefined : stderr.trim() || errorText(error));
      },
    );
  });
}

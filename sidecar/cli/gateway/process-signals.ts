/** Signals that end a gateway in the foreground, and the errors it survives. */
import { errorText, systemCode } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import type { GatewayHandle } from "../../app.ts";

/** A second Ctrl-C counts as impatience only after this time; before, it may be the same key press. */
const IMPATIENT_AFTER_MS = 1_000;

/** Either asks for a restart in place. Listening to SIGUSR1 also keeps Node from opening its debugger on it. */
const RESTART_SIGNALS = ["SIGUSR1", "SIGUSR2"] as const;

/** Failures of single connections that surface outside their owner; the gateway goes on. */
const SURVIVABLE = /^(ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|UND_ERR_\w+)$/;

type Signalled = Pick<GatewayHandle, "stop" | "reload" | "restartOnSignal">;

/** Listens from construction on, so that a signal during the start is not lost: it stops the gateway once attached. */
export class ProcessSignals {
  #gateway: Signalled | undefined;
  /** `at` is on the monotonic clock. */
  #asked: { signal: string; at: number } | undefined;
  #remove: (() => void)[] = [];

  constructor(supervised: boolean) {
    this.#on("SIGTERM", () => this.#ask("SIGTERM"));
    this.#on("SIGINT", () => this.#interrupt());
    // A closed terminal ends a gateway in the foreground; a supervised one has none to lose and reads its file again.
    this.#on("SIGHUP", () => {
      if (supervised) this.#gateway?.reload();
      else this.#ask("SIGHUP");
    });
    if (process.platform === "win32") this.#on("SIGBREAK", () => this.#ask("SIGBREAK"));
    else for (const signal of RESTART_SIGNALS) this.#on(signal, () => this.#gateway?.restartOnSignal(signal));
    const onUncaught = (error: unknown) => {
      if (SURVIVABLE.test(systemCode(error) ?? "")) return;
      console.error(error instanceof Error ? (error.stack ?? error.message) : errorText(error));
      process.exit(EXIT.failure);
    };
    process.on("uncaughtException", onUncaught);
    this.#remove.push(() => process.removeListener("uncaughtException", onUncaught));
  }

  /** A signal asked for the end. */
  get wasAsked(): boolean {
    return this.#asked !== undefined;
  }

  /** Says what to stop; at once when a signal came before. */
  attach(gateway: Signalled): void {
    this.#gateway = gateway;
    if (this.#asked) this.#stop(this.#asked.signal);
  }

  dispose(): void {
    for (const remove of this.#remove.splice(0)) remove();
  }

  #on(signal: NodeJS.Signals, listener: () => void): void {
    process.on(signal, listener);
    this.#remove.push(() => process.removeListener(signal, listener));
  }

  #interrupt(): void {
    const first = this.#asked;
    if (first && process.stdin.isTTY && performance.now() - first.at > IMPATIENT_AFTER_MS)
      process.exit(EXIT.interrupted);
    this.#ask("SIGINT");
  }

  #ask(signal: string): void {
    if (this.#asked) return;
    this.#asked = { signal, at: performance.now() };
    this.#stop(signal);
  }

  #stop(signal: string): void {
    this.#gateway?.stop(`gateway stopping (${signal})`).catch((error: unknown) => {
      console.error(`stop failed: ${errorText(error)}`);
      process.exit(EXIT.failure);
    });
  }
}

/**
 * Tells systemd that the gateway listens, and where; see sd_notify(3). The message needs a kind of socket that Node has not, so
 * `systemd-notify` carries it, started without execa: this runs while the gateway starts, and what it loads stays in memory.
 */
import { execFile } from "node:child_process";
import type { Environment } from "../../../shared/node/paths.ts";

const LIMIT_MS = 10_000;
/** Where systemd-notify lies, also when the user's service.env says otherwise: without the message systemd ends the gateway. */
const USUAL_FOLDERS = "/usr/bin:/bin:/run/current-system/sw/bin";

export class ServiceNotifier {
  readonly #env: Record<string, string | undefined>;
  readonly #warn: (message: string) => void;
  #sending = false;
  /** What it does, in a line. */
  #next: string | undefined;

  /** `socket` is what `takeNotifySocket` found; `warn` hears why systemd could not be told. */
  constructor(
    socket: string,
    { PATH }: Environment,
    warn: (message: string) => void,
    usualFolders = USUAL_FOLDERS,
  ) {
    this.#env = { PATH: PATH ? `${PATH}:${usualFolders}` : usualFolders, NOTIFY_SOCKET: socket };
    this.#warn = warn;
  }

  /** Sends the addresses, and that the gateway is ready. Returns at once; of several that wait only the last is sent. */
  listening(urls: readonly string[]): void {
    this.ready(`listening on ${urls.join(", ")}`);
  }

  /** The same of a program that listens nowhere, with what it does in a line. */
  ready(status: string): void {
    this.#next = status;
    if (!this.#sending) this.#send();
  }

  #send(): void {
    const status = this.#next;
    this.#next = undefined;
    this.#sending = status !== undefined;
    if (status === undefined) return;
    const args = ["--ready", `--status=${status}`];
    const child = execFile("systemd-notify", args, { env: this.#env, timeout: LIMIT_MS }, (error) => {
      if (error !== null)
        this.#warn(`systemd was not told that the gateway listens: ${error.message.trim()}`);
      this.#send();
    });
    // A gateway that ends meanwhile does not wait for it.
    child.unref();
  }
}

/**
 * The socket on which systemd waits for a message; undefined when it does not. Taken out of the environments, so that no program
 * that the gateway starts speaks in its name.
 */
export function takeNotifySocket(...environments: Environment[]): string | undefined {
  const socket = environments.find((env) => env.NOTIFY_SOCKET)?.NOTIFY_SOCKET;
  for (const env of environments) delete env.NOTIFY_SOCKET;
  return socket;
}

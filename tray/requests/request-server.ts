/**
 * Takes requests of commands such as `clawdbot gateway stop` on a socket that only this user reaches, one on each connection. A
 * request that comes long after the greeting waited while the tray could not read it, and its asker is gone: it is refused.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../shared/clock.ts";
import { errorText, systemCode } from "../../shared/errors.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import {
  linesOf,
  REQUEST_FRESH_MS,
  TRAY_VERBS,
  type TrayLine,
  type TrayVerb,
} from "../../shared/node/tray/request.ts";
import { isRecord } from "../../shared/protocol/frame.ts";

/** Carries a request out and resolves with its outcome. */
export type RequestHandler = (verb: TrayVerb) => Promise<TrayLine>;

/** The shortest limit of any system for the path of a socket, see unix(7); that of macOS is 104 with its end. */
const MAX_SOCKET_PATH = 103;
const MAX_CONNECTIONS = 8;

export class RequestServer implements Disposable {
  readonly #key: string;
  readonly #handle: RequestHandler;
  readonly #clock: Clock;
  readonly #server: Server;
  /** A directory for the socket alone, where the one of the state cannot hold it. */
  #ownFolder: string | undefined;

  constructor(key: string, handle: RequestHandler, clock: Clock) {
    this.#key = key;
    this.#handle = handle;
    this.#clock = clock;
    this.#server = createServer((socket) => void this.#serve(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.unref();
  }

  /** Resolves with where it listens; null, after `warn`, where the system has no place for a socket. */
  async listen(
    runDir: string,
    platform: NodeJS.Platform,
    warn: (why: string) => void,
  ): Promise<string | null> {
    if (platform === "win32") return this.#try(`\\\\.\\pipe\\clawdbot-tray-${this.#key}`, warn);
    const usual = join(runDir, "tray.sock");
    // What lies there is of a tray that died: the lock says that we are the only one.
    const fits = Buffer.byteLength(usual) <= MAX_SOCKET_PATH;
    return (fits ? await this.#try(usual, () => {}) : null) ?? this.#try(() => this.#ownSocket(), warn);
  }

  /** Takes no more requests. */
  dispose(): void {
    this.#server.close();
    if (this.#ownFolder !== undefined) rmSync(this.#ownFolder, { recursive: true, force: true });
  }

  async #try(place: string | (() => string), warn: (why: string) => void): Promise<string | null> {
    try {
      const path = typeof place === "string" ? place : place();
      if (!path.startsWith("\\\\")) rmSync(path, { force: true });
      await new Promise<void>((resolve, reject) => {
        this.#server.once("error", reject).listen(path, () => {
          this.#server.off("error", reject);
          resolve();
        });
      });
      if (!path.startsWith("\\\\")) chmodSync(path, 0o600);
      return path;
    } catch (error) {
      warn(`commands cannot ask the tray: ${systemCode(error) ?? errorText(error)}`);
      return null;
    }
  }

  #ownSocket(): string {
    this.#ownFolder ??= mkdtempSync(join(tmpdir(), "clawdbot-tray-"));
    return join(this.#ownFolder, "tray.sock");
  }

  async #serve(socket: Socket): Promise<void> {
    const tell = (line: TrayLine) => void (socket.writable && socket.write(`${JSON.stringify(line)}\n`));
    // Whoever asked may be gone before the answer.
    socket.on("error", () => {});
    const greetedAt = this.#clock.monotonicMs();
    tell({ kind: "greeting" });
    const limit = this.#clock.after(REQUEST_FRESH_MS, () => socket.destroy());
    try {
      for await (const line of linesOf(socket)) {
        const verb = this.#read(line);
        const isFresh = this.#clock.monotonicMs() - greetedAt <= REQUEST_FRESH_MS;
        if (verb === undefined || !isFresh) break;
        limit.dispose();
        tell({ kind: "accepted" });
        tell(await this.#handle(verb));
        break;
      }
    } catch {
      // The connection broke: there is nobody left to tell.
    } finally {
      limit.dispose();
      socket.end();
    }
  }

  #read(line: string): TrayVerb | undefined {
    try {
      const request: unknown = JSON.parse(line);
      if (!isRecord(request) || request.key !== this.#key) return undefined;
      return TRAY_VERBS.find((verb) => verb === request.verb);
    } catch {
      return undefined; // Nothing that a command of ours would send.
    }
  }
}

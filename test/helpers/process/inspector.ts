/** Looks into a Node process that was started with `--inspect`: what it holds after a collection of its garbage. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { WebSocket } from "ws";

export class Inspector {
  #socket: WebSocket;
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** By the address that the process prints. */
  static async of(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new Inspector(socket);
  }

  /** Anonymous memory of the process after a collection, in MB (Linux). */
  async anonymousMb(pid: number): Promise<number> {
    // What the first one frees may hold what the second one frees.
    for (let round = 0; round < 3; round += 1) await this.#ask("HeapProfiler.collectGarbage", {});
    const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes) / 1_024;
  }

  /** How many handles and timers of each kind keep the process alive. */
  async handles(): Promise<Record<string, number>> {
    const expression = "JSON.stringify(process.getActiveResourcesInfo())";
    const answer = await this.#ask("Runtime.evaluate", { expression });
    const { result } = answer as { result: { value: string } };
    const counts: Record<string, number> = {};
    for (const kind of JSON.parse(result.value) as string[]) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: string, params: object): Promise<unknown> {
    this.#id += 1;
    const id = this.#id;
    const answer = new Promise<unknown>((resolve, reject) => {
      const take = (data: unknown) => {
        const message = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: unknown };
        if (message.id !== id) return;
        this.#socket.off("message", take);
        if (message.error === undefined) resolve(message.result);
        else reject(new Error(JSON.stringify(message.error)));
      };
      this.#socket.on("message", take);
    });
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await answer;
  }
}

/** Which devices wait for approval at the connected gateway: asked once, and again whenever the gateway says that it is others. */
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import type { Clock } from "../../shared/clock.ts";
import { type Disposable, Disposables } from "../../shared/lifecycle.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import type { WaitingDevice } from "../model/waiting-devices.ts";

const ASK_TIMEOUT_MS = 5_000;
/** A request expires by itself after some minutes, of which nothing is said, in ms. */
const LOOK_MS = 30_000;

export class PairingWatch implements Disposable {
  readonly #connection: GatewayConnection;
  readonly #report: (devices: readonly WaitingDevice[]) => void;
  readonly #undo = new Disposables();
  #isOver = false;
  #areAny = false;

  constructor(
    connection: GatewayConnection,
    report: (devices: readonly WaitingDevice[]) => void,
    clock: Clock,
  ) {
    this.#connection = connection;
    this.#report = report;
    const dispose = connection.onEvent(({ event }) => {
      if (event === "device.pair.requested" || event === "device.pair.resolved") void this.#ask();
    });
    this.#undo.add({ dispose });
    this.#undo.add(clock.every(LOOK_MS, () => void (this.#areAny && this.#ask())));
    void this.#ask();
  }

  /** Nothing is reported any more. */
  dispose(): void {
    this.#isOver = true;
    this.#undo.dispose();
  }

  async #ask(): Promise<void> {
    try {
      const answer: unknown = await this.#connection.request("device.pair.list", {}, ASK_TIMEOUT_MS);
      const pending = isRecord(answer) && Array.isArray(answer.pending) ? answer.pending : [];
      if (this.#isOver) return;
      this.#areAny = pending.length > 0;
      this.#report(pending.filter(isRecord).map(shownOf).toReversed());
    } catch {
      // An older gateway, or one that goes away: what was shown stays until the next connection.
    }
  }
}

function shownOf({
  requestId,
  displayName,
  clientId,
  platform,
  remoteIp,
}: Record<string, unknown>): WaitingDevice {
  const name = String(displayName ?? clientId ?? "?");
  return {
    requestId: String(requestId),
    name: typeof platform === "string" ? `${name} (${platform})` : name,
    from: typeof remoteIp === "string" ? remoteIp : null,
  };
}

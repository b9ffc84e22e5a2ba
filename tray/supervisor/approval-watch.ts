/** What agents of the connected gateway ask before they do it: asked once, and again whenever the gateway says that it is something else. */
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import type { Clock } from "../../shared/clock.ts";
import { type Disposable, Disposables } from "../../shared/lifecycle.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import type { WaitingApproval } from "../model/waiting-approvals.ts";

const ASK_TIMEOUT_MS = 5_000;
/** An event that was lost is made good after this long, in ms. */
const LOOK_MS = 30_000;

export class ApprovalWatch implements Disposable {
  readonly #connection: GatewayConnection;
  readonly #report: (approvals: readonly WaitingApproval[]) => void;
  readonly #undo = new Disposables();
  #isOver = false;
  #areAny = false;

  constructor(
    connection: GatewayConnection,
    report: (approvals: readonly WaitingApproval[]) => void,
    clock: Clock,
  ) {
    this.#connection = connection;
    this.#report = report;
    // An older gateway has no such list.
    if (!connection.hello.features.methods.includes("exec.approval.list")) return;
    const dispose = connection.onEvent(({ event }) => {
      if (event === "exec.approval.requested" || event === "exec.approval.resolved") void this.#ask();
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
      const answer: unknown = await this.#connection.request("exec.approval.list", {}, ASK_TIMEOUT_MS);
      const waiting = isRecord(answer) && Array.isArray(answer.approvals) ? answer.approvals : [];
      if (this.#isOver) return;
      this.#areAny = waiting.length > 0;
      this.#report(waiting.filter(isRecord).map(shownOf));
    } catch {
      // A gateway that goes away: what was shown stays until the next connection.
    }
  }
}

function shownOf({ id, request }: Record<string, unknown>): WaitingApproval {
  const { command, cwd } = isRecord(request) ? request : {};
  return { requestId: String(id), command: String(command), folder: typeof cwd === "string" ? cwd : null };
}

/** A program of its own: drives browsers for the gateway, and ends with it. Nothing of it outlives the channel to the gateway. */
import type { Answer, Order } from "./messages.ts";
import { Sessions } from "./sessions.ts";

/** A browser that does not close in that time is ended, in ms. */
const PATIENCE_MS = 4_000;

const sessions = new Sessions();

process.on("message", (order: Order) => {
  sessions.perform(order).then(
    (outcome) => answer({ id: order.id, outcome }),
    (error: unknown) => answer({ id: order.id, failure: failureText(error) }),
  );
});
process.once("disconnect", () => void end());
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => void end());

async function end(): Promise<void> {
  // What is left then is killed by what drives it, at the exit.
  setTimeout(() => process.exit(0), PATIENCE_MS).unref();
  await sessions.close().catch(() => {}); // It is gone already.
  process.exit(0);
}

function answer(message: Answer): void {
  if (process.connected) process.send?.(message);
}

function failureText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `gateway start`, `stop` and `restart` where a tray keeps the gateway: the tray does it, as a click in its menu would. */
import { existsSync } from "node:fs";
import { EXIT } from "../../../../shared/exit-codes.ts";
import { serviceIdentity } from "../../../../shared/node/service-identity.ts";
import { liveKeeper, type TrayKeeper } from "../../../../shared/node/tray/keeper.ts";
import { askTray, type TrayResult, type TrayVerb } from "../../../../shared/node/tray/request.ts";
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import type { Invocation } from "../../invocation.ts";

/** Longer than the tray gives a gateway to end, and to come up. */
const LIMITS_MS: Record<TrayVerb, number> = { stop: 30_000, start: 60_000, restart: 90_000 };

/** The live tray that decides whether the gateway of this profile runs; undefined where that is a service's business, or nobody's. */
export function decidingTray({ context }: Invocation): TrayKeeper | undefined {
  const keeper = liveKeeper(context.paths);
  if (keeper === undefined || keeper.owner === "service") return undefined;
  const isServices = keeper.owner === null && existsSync(serviceIdentity(context).file);
  return isServices ? undefined : keeper;
}

/** Has the tray do it, prints the outcome and returns the exit code. `timeoutMs` is what was asked for. */
export async function performByTray(
  verb: TrayVerb,
  keeper: TrayKeeper,
  { output }: Invocation,
  timeoutMs: number | undefined,
): Promise<number> {
  try {
    const { result, pid } = await askTray(keeper, verb, timeoutMs ?? LIMITS_MS[verb]);
    const message = OUTCOMES[result](keeper.pid, pid);
    output.document({
      ok: true,
      action: verb,
      result,
      message: output.plain(message),
      tray: { pid: keeper.pid },
      ...(pid === null ? {} : { gateway: { pid } }),
    });
    output.tick(message);
    return EXIT.ok;
  } catch (error) {
    if (!output.json) return output.fail(error);
    const report = output.describe(error);
    output.document({ ok: false, action: verb, message: report.message, error: report });
    return EXIT.failure;
  }
}

const OUTCOMES: Record<TrayResult, (tray: number, gateway: number | null) => Remedy> = {
  started: (tray, gateway) => advice`the tray (PID ${tray}) started the gateway${named(gateway)}`,
  "already-running": (tray, gateway) =>
    advice`the gateway runs already${named(gateway)}, kept by the tray (PID ${tray})`,
  stopped: (tray) => advice`the tray (PID ${tray}) stopped the gateway; it stays stopped until you start it`,
  "already-stopped": (tray) => advice`the gateway is stopped, and the tray (PID ${tray}) keeps it so`,
  restarted: (tray, gateway) => advice`the tray (PID ${tray}) restarted the gateway${named(gateway)}`,
};

function named(pid: number | null): Remedy {
  return pid === null ? "" : advice` (PID ${pid})`;
}

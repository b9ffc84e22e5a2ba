/** Where a call of `exec` runs: in the sandbox of its conversation, out of it by the owner's leave, or where there is none. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { SessionFields, Turn } from "../../base/store/session-store.ts";
import { closedGates, elevatedLevel, gateName } from "./elevated.ts";
import { type SandboxSettings, sandboxOf } from "./settings.ts";

export interface Confinement {
  /** What it runs in; undefined for this machine as it is. */
  sandbox: SandboxSettings | undefined;
  /** It left a sandbox: `full` without anybody being asked. */
  elevated?: "ask" | "full";
}

/** `wished` is what the call says, if anything. Fails with a sentence for a model that wishes to leave and may not. */
export function confinementOf(
  config: GatewayConfig,
  turn: Pick<Turn, "sessionKey" | "agentId" | "authority" | "principal">,
  { fields, wished, nowMs }: { fields: SessionFields; wished: boolean | undefined; nowMs: number },
): Confinement {
  const sandbox = sandboxOf(config, turn);
  if (sandbox === undefined) return { sandbox };
  const { level } = elevatedLevel(fields, nowMs);
  if (!(wished ?? level !== "off")) return { sandbox };
  const closed = closedGates(config, turn);
  if (closed.length === 0) return { sandbox: undefined, elevated: level === "full" ? "full" : "ask" };
  if (wished !== true) return { sandbox };
  const names = closed.map((gate) => gateName(gate, turn.agentId)).join(", ");
  throw new Error(`Nothing of this conversation runs outside of its sandbox (closed: ${names}).`);
}

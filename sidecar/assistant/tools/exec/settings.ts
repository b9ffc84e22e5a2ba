/** What holds for a command line: the stricter one of what the configuration, the file of this machine and the call say. */
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import type { FilePolicy } from "../../approvals/exec-approvals-file.ts";

const SECURITY = ["deny", "allowlist", "full"] as const;
const ASK = ["always", "on-miss", "off"] as const;
export type Security = (typeof SECURITY)[number];
export type Ask = (typeof ASK)[number];

export interface ExecSettings {
  host: "gateway" | "sandbox" | "node";
  security: Security;
  ask: Ask;
  approvalTimeoutMs: number;
  timeoutMs: number;
  backgroundMs: number;
  cleanupMs: number;
  notifyOnExit: boolean;
  pathPrepend: readonly string[];
  safeBins: readonly string[];
}

/** What a call says of it: it can only be stricter. */
export interface Wished {
  security?: string | undefined;
  ask?: string | undefined;
}

export function execSettings(config: GatewayConfig, file: FilePolicy, wished: Wished = {}): ExecSettings {
  const given = config.tools?.exec ?? {};
  return {
    host: given.host ?? "gateway",
    security: strictest(SECURITY, [
      given.security ?? DEFAULTS["tools.exec.security"],
      file.security,
      wished.security,
    ]),
    ask: strictest(ASK, [given.ask ?? DEFAULTS["tools.exec.ask"], file.ask, wished.ask]),
    approvalTimeoutMs: 1_000 * (given.approvalTimeoutSec ?? DEFAULTS["tools.exec.approvalTimeoutSec"]),
    timeoutMs: 1_000 * (given.timeoutSec ?? DEFAULTS["tools.exec.timeoutSec"]),
    backgroundMs: given.backgroundMs ?? DEFAULTS["tools.exec.backgroundMs"],
    cleanupMs: given.cleanupMs ?? DEFAULTS["tools.exec.cleanupMs"],
    notifyOnExit: given.notifyOnExit ?? DEFAULTS["tools.exec.notifyOnExit"],
    pathPrepend: given.pathPrepend ?? DEFAULTS["tools.exec.pathPrepend"],
    safeBins: given.safeBins ?? DEFAULTS["tools.exec.safeBins"],
  };
}

/** The first of the list that somebody says; words that are none of it say nothing. */
function strictest<T extends string>(list: readonly T[], said: readonly (string | undefined)[]): T {
  const found = list.find((each) => said.includes(each)) ?? list.at(-1);
  if (found === undefined) throw new Error("there is nothing to choose from");
  return found;
}

/** Which repairs the options of `clawdbot doctor` allow. Pure. */
import type { Finding, Repair } from "./check.ts";

export interface ConsentOptions {
  fix: boolean;
  yes: boolean;
  force: boolean;
  nonInteractive: boolean;
  /** `--generate-gateway-token`: at least that one repair. */
  generateToken: boolean;
}

/** `ask`: only a person in front of the terminal can allow it. */
export type Standing = "allowed" | "forbidden" | "ask";

/** Code of the finding that a generated token ends. */
export const TOKEN_MISSING = "auth-token-missing";

export function consentFor(
  { code }: Pick<Finding, "code">,
  { kind }: Pick<Repair, "kind">,
  { fix, yes, force, nonInteractive, generateToken }: ConsentOptions,
): Standing {
  if (generateToken && code === TOKEN_MISSING) return "allowed";
  if (nonInteractive) return kind === "safe" ? "allowed" : "forbidden";
  if (kind === "drastic" && !force) return "forbidden";
  return fix || yes ? "allowed" : "ask";
}

/** The one thing to do next about a gateway that does not run, or does not answer. Pure. */
import { ours, type Remedy } from "../../../../shared/remedy.ts";
import { hasDesktop } from "../../../host/desktop.ts";
import type { ProfileContext } from "../../invocation.ts";
import type { Findings } from "./findings.ts";
import { orphanText, rivalText, standstillText } from "./service-text.ts";

/** Undefined where all is well, where another line of the report tells it, and for a gateway elsewhere. */
export function nextStep(findings: Findings, context: ProfileContext): Remedy | undefined {
  const { asksLocal, pid, probe, reading, blocked, service, hasTray } = findings;
  const isTold = [standstillText, orphanText, rivalText].some((text) => text(findings) !== undefined);
  if (!asksLocal || isTold) return undefined;
  if (pid !== undefined) return probe === undefined || probe.kind === "healthy" ? undefined : ours`doctor`;
  if (reading.state === "missing") return ours`onboard`;
  if (reading.state === "invalid") return ours`config validate`;
  if (reading.config.gateway?.mode !== "local") return ours`doctor`;
  if (blocked?.fix !== undefined) return blocked.fix;
  const runtime = service.status?.runtime;
  if (runtime === "blocked" || runtime === "crash-looping") return ours`logs --level error`;
  // A second tray would end at once, and leave the gateway as it is.
  if (service.installed || hasTray) return ours`gateway start`;
  if (hasDesktop(context)) return ours`start`;
  return service.isPossible ? ours`gateway install` : ours`gateway`;
}

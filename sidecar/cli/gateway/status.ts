/** `clawdbot gateway status`: whether the gateway and its service run and answer, and everything worth knowing about them. See `findings.ts`. */
import { EXIT } from "../../../shared/exit-codes.ts";
import type { gatewayStatus } from "../definitions/gateway.ts";
import type { Invocation } from "../invocation.ts";
import { resolveStatusTargets } from "../target.ts";
import { statusDocument } from "./status/document.ts";
import { lookAround } from "./status/findings.ts";
import { printStatus } from "./status/print.ts";

export async function run({
  values,
  surroundings,
  output,
  exitSoon,
}: Invocation<typeof gatewayStatus>): Promise<number> {
  const probeMs = values.timeout;
  const { asked, local } = await resolveStatusTargets(values, surroundings);
  const query = {
    target: asked,
    local,
    deep: values.deep,
    probeMs: values["no-probe"] ? undefined : probeMs,
  };
  const findings = await output.during("Asking the service and the gateway", lookAround(query, surroundings));
  output.document(statusDocument(findings, surroundings));
  printStatus(findings, surroundings, output);
  // The report is there: a manager or a registry that hangs is not waited for.
  if (findings.service.hint !== undefined || findings.release?.kind === "unknown") exitSoon();
  return values["require-rpc"] && findings.probe?.kind !== "healthy" ? EXIT.failure : EXIT.ok;
}

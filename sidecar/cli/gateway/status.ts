/** `clawdbot gateway status`: whether the gateway and its service run and answer, and everything worth knowing about them. See `findings.ts`. */
import { EXIT } from "../../../shared/exit-codes.ts";
import type { gatewayStatus } from "../definitions/gateway.ts";
import type { Invocation } from "../invocation.ts";
import { resolveStatusTargets } from "../target.ts";
import { statusDocument } from "./status/document.ts";
import { collectStatus } from "./status/findings.ts";
import { printStatus } from "./status/print.ts";

export async function run({
  values,
  context,
  output,
  exitSoon,
}: Invocation<typeof gatewayStatus>): Promise<number> {
  const probeMs = values.timeout;
  const { asked, local } = await resolveStatusTargets(values, context);
  const query = {
    target: asked,
    local,
    deep: values.deep,
    probeMs: values["no-probe"] ? undefined : probeMs,
  };
  const findings = await output.during("Asking the service and the gateway", collectStatus(query, context));
  output.document(statusDocument(findings, context));
  printStatus(findings, context, output);
  // The report is there: a manager or a registry that hangs is not waited for.
  if (findings.service.hint !== undefined || findings.release?.kind === "unknown") exitSoon();
  return values["require-rpc"] && findings.probe?.kind !== "healthy" ? EXIT.failure : EXIT.ok;
}

/** How the verbs of the service tell what they did: a few lines for people, one document for programs, also on failure. */
import { RequestError, SetupError } from "../../../../shared/errors.ts";
import { EXIT } from "../../../../shared/exit-codes.ts";
import type { Paths } from "../../../../shared/node/paths.ts";
import type { ServiceIdentity } from "../../../../shared/node/service-identity.ts";
import type { ServiceStatus } from "../../../host/service/service-manager.ts";
import { errorWithProfile, withProfile } from "../../../setup/service/command-line.ts";
import type { GatewayService } from "../../../setup/service/gateway-service.ts";
import type { ServiceAction, ServiceReport } from "../../../setup/service/report.ts";
import type { Invocation } from "../../invocation.ts";
import { describeError, type Output } from "../../output.ts";

/** Does `work` with the service of this profile, prints the outcome and returns the exit code. */
export async function perform(
  action: ServiceAction,
  { surroundings, output, exitSoon }: Invocation,
  work: (service: GatewayService) => Promise<ServiceReport>,
): Promise<number> {
  const { gatewayService } = await import("../../../setup/service/gateway-service.ts");
  const service = await gatewayService(surroundings);
  const { paths } = surroundings;
  try {
    const report = reportWithProfile(await work(service), paths);
    for (const warning of report.warnings) output.note(`Warning: ${warning}`);
    output.document(reportDocument(report, service.identity));
    for (const line of linesOf(report, service.identity)) say(line, output);
    for (const hint of report.hints) output.say(hint);
    return EXIT.ok;
  } catch (failure) {
    const error = errorWithProfile(failure, paths);
    const document = output.json ? await failureDocument(action, error, service) : undefined;
    // What took too long goes on in the hands of the system; this command has nothing more to say.
    exitSoon();
    if (document === undefined) return output.fail(error);
    output.document(document);
    return error instanceof RequestError && error.code === "USAGE" ? EXIT.usage : EXIT.failure;
  }
}

/** What `--json` prints of a success. */
export function reportDocument(report: ServiceReport, identity: ServiceIdentity) {
  const { action, result, message, hints, warnings, status, gateway } = report;
  return {
    ok: true,
    action,
    result,
    ...(message === undefined ? {} : { message }),
    ...(hints.length === 0 ? {} : { hints }),
    ...(warnings.length === 0 ? {} : { warnings }),
    service: serviceDocument(status, identity),
    ...(gateway === undefined ? {} : { gateway }),
  };
}

/** The lines for people; those that begin with a tick are successes. */
export function linesOf(
  { action, result, message, gateway }: ServiceReport,
  identity: ServiceIdentity,
): string[] {
  const told = message === undefined ? [] : message.split("\n");
  const runtime = `✓ service runtime: ${identity.kind === "schtasks" ? "running" : "active"}`;
  switch (action) {
    case "install":
      return [...told, `✓ ${REGISTERED[identity.kind]}`, runtime];
    case "start":
      return [...told, runtime];
    case "restart":
      if (result === "restarting") return told;
      return [...told, `✓ service restarted${gateway === undefined ? "" : ` (PID ${gateway.pid})`}`, runtime];
    case "stop":
      return result === "stopped" && message === undefined ? ["✓ service stopped"] : told;
    case "uninstall":
      return result === "uninstalled" ? ["✓ service removed", ...told] : told;
  }
}

function reportWithProfile(report: ServiceReport, paths: Paths): ServiceReport {
  const { message, hints, warnings } = report;
  const named = (text: string) => withProfile(text, paths);
  return {
    ...report,
    ...(message === undefined ? {} : { message: named(message) }),
    hints: hints.map(named),
    warnings: warnings.map(named),
  };
}

const REGISTERED: Record<ServiceIdentity["kind"], string> = {
  systemd: "systemd service enabled",
  launchd: "LaunchAgent loaded",
  schtasks: "Scheduled Task registered",
};

/** What a system calls a service that is in its list, and one that is not. */
const LOADED_TEXT: Record<ServiceIdentity["kind"], { loadedText: string; notLoadedText: string }> = {
  systemd: { loadedText: "enabled", notLoadedText: "disabled" },
  launchd: { loadedText: "loaded", notLoadedText: "not loaded" },
  schtasks: { loadedText: "registered", notLoadedText: "missing" },
};

function serviceDocument(status: ServiceStatus, { kind, label, name }: ServiceIdentity) {
  const { installed, loaded, enabled, runtime, pid, restarts, state, subState, detail } = status;
  return {
    label,
    name,
    installed,
    loaded: kind === "systemd" ? enabled : loaded,
    ...LOADED_TEXT[kind],
    runtime: { status: runtime, state, subState, pid, restarts, detail },
  };
}

async function failureDocument(action: ServiceAction, error: unknown, service: GatewayService) {
  const report = describeError(error);
  const isReachable = !(error instanceof SetupError && error.code === "SERVICE_UNAVAILABLE");
  const status = isReachable ? await service.manager.status().catch(() => undefined) : undefined;
  const { identity } = service;
  return {
    ok: false,
    action,
    message: report.message,
    error: report,
    ...(report.fix === undefined ? {} : { hints: [report.fix] }),
    service:
      status === undefined
        ? { label: identity.label, name: identity.name }
        : serviceDocument(status, identity),
  };
}

function say(line: string, output: Output): void {
  if (line.startsWith("✓ ")) output.tick(line.slice(2));
  else output.say(line);
}

/** How the verbs of the service tell what they did: a few lines for people, one document for programs, also on failure. */

import { RequestError } from "../../../../shared/errors.ts";
import { EXIT } from "../../../../shared/exit-codes.ts";
import type { ServiceIdentity } from "../../../../shared/node/service-identity.ts";
import { advice, english, type Remedy, whole } from "../../../../shared/remedy.ts";
import { LIST_WORDS } from "../../../host/service/list-words.ts";
import type { ServiceStatus } from "../../../host/service/service-manager.ts";
import type { GatewayService } from "../../../setup/service/gateway-service.ts";
import type { ServiceAction, ServiceReport } from "../../../setup/service/report.ts";
import type { Invocation } from "../../invocation.ts";
import type { ErrorReport, Output } from "../../output.ts";

/** Does `work` with the service of this profile, prints the outcome and returns the exit code. */
export async function perform(
  action: ServiceAction,
  { context, output, exitSoon }: Invocation,
  work: (service: GatewayService) => Promise<ServiceReport>,
): Promise<number> {
  const { gatewayService } = await import("../../../setup/service/gateway-service.ts");
  const service = await gatewayService(context);
  try {
    const report = await output.during(WAITING[action], work(service));
    for (const warning of report.warnings) output.note(advice`Warning: ${whole(warning)}`);
    output.document(reportDocument(report, service.identity, output));
    for (const { isTick, text } of linesOf(report, service.identity)) output[isTick ? "tick" : "say"](text);
    for (const hint of report.hints) output.say(hint);
    return EXIT.ok;
  } catch (error) {
    const document = output.json ? await failureDocument(action, output.describe(error), service) : undefined;
    // What took too long goes on in the hands of the system; this command has nothing more to say.
    exitSoon();
    if (document === undefined) return output.fail(error);
    output.document(document);
    return error instanceof RequestError && error.code === "USAGE" ? EXIT.usage : EXIT.failure;
  }
}

/** What `--json` prints of a success. */
export function reportDocument(report: ServiceReport, identity: ServiceIdentity, output: Output) {
  const { action, result, message, hints, warnings, status, gateway } = report;
  return {
    ok: true,
    action,
    result,
    ...(message === undefined ? {} : { message: output.plain(message) }),
    ...(hints.length === 0 ? {} : { hints: hints.map((hint) => output.plain(hint)) }),
    ...(warnings.length === 0 ? {} : { warnings: warnings.map((warning) => output.plain(warning)) }),
    service: serviceDocument(status, identity),
    ...(gateway === undefined ? {} : { gateway }),
  };
}

/** One line for people; a tick stands before what was done. */
export interface ReportLine {
  isTick: boolean;
  text: Remedy;
}

/** The lines for people. */
export function linesOf(
  { action, result, message, gateway }: ServiceReport,
  identity: ServiceIdentity,
): ReportLine[] {
  const told = message === undefined ? [] : [{ isTick: false, text: message }];
  const runtime = done(
    identity.kind === "schtasks" ? advice`service runtime: running` : advice`service runtime: active`,
  );
  switch (action) {
    case "install":
      return [...told, done(REGISTERED[identity.kind]), runtime];
    case "start":
      return [...told, runtime];
    case "restart":
      if (result === "restarting") return told;
      return [
        ...told,
        done(
          gateway === undefined ? advice`service restarted` : advice`service restarted (PID ${gateway.pid})`,
        ),
        runtime,
      ];
    case "stop":
      return result === "stopped" && message === undefined ? [done(advice`service stopped`)] : told;
    case "uninstall":
      return result === "uninstalled" ? [done(advice`service removed`), ...told] : told;
  }
}

function done(text: Remedy): ReportLine {
  return { isTick: true, text };
}

/** What is waited for meanwhile. */
const WAITING: Record<ServiceAction, Remedy> = {
  install: advice`Installing the service and waiting for its gateway`,
  start: advice`Waiting until the gateway answers`,
  restart: advice`Waiting until the new gateway answers`,
  stop: advice`Waiting until the gateway is gone`,
  uninstall: advice`Stopping and removing the service`,
};

const REGISTERED: Record<ServiceIdentity["kind"], Remedy> = {
  systemd: advice`systemd service enabled`,
  launchd: advice`LaunchAgent loaded`,
  schtasks: advice`Scheduled Task registered`,
};

function serviceDocument(status: ServiceStatus, { kind, label, name }: ServiceIdentity) {
  const { installed, loaded, enabled, runtime, pid, restarts, state, subState, detail } = status;
  return {
    label,
    name,
    installed,
    loaded: kind === "systemd" ? enabled : loaded,
    loadedText: english(LIST_WORDS[kind].yes),
    notLoadedText: english(LIST_WORDS[kind].no),
    runtime: { status: runtime, state, subState, pid, restarts, detail: detail && english(detail) },
  };
}

async function failureDocument(action: ServiceAction, report: ErrorReport, service: GatewayService) {
  const isReachable = report.code !== "SERVICE_UNAVAILABLE";
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

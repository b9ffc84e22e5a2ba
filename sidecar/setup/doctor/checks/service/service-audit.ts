/** Whether the installed definition is what this program would install: reinstalling puts most of it right. */

import { isLaterRelease, productOfService } from "../../../../../shared/lineage.ts";
import { liveGateway } from "../../../../../shared/node/gateway/live.ts";
import { advice, english, joined, type Remedy, whole } from "../../../../../shared/remedy.ts";
import type { AuditIssue } from "../../../../host/service/service-manager.ts";
import { auditInstalled, withManagers } from "../../../service/audit.ts";
import { wantedService } from "../../../service/definition.ts";
import { serviceEnvironment } from "../../../service/environment.ts";
import { GatewayService } from "../../../service/gateway-service.ts";
import { optionIn, portArgument, resolveInstalled } from "../../../service/installed.ts";
import type { Check, CheckContext, Finding, Repair } from "../../check.ts";
import { type InstalledService, installedService, mayStart } from "../../service-view.ts";

export const serviceAudit: Check = {
  id: "service-audit",
  examine: async (context) => {
    const installed = await installedService(context);
    if (installed === undefined) return [];
    const issues = await allIssues(installed, context);
    const reinstall = reinstallation(installed, issues, context);
    return issues.map((issue) => ({
      code: issue.code,
      level: SEVERE.has(issue.code) ? "error" : "warning",
      ...inWords(issue),
      ...(reinstall !== undefined &&
      isCuredByReinstall(issue, issues) &&
      !comesFromUser(issue, installed, context)
        ? { repair: reinstall }
        : {}),
    }));
  },
};

function inWords({ message, detail, remedy }: AuditIssue): Pick<Finding, "message" | "remedy"> {
  return {
    message: detail === undefined ? message : advice`${whole(message)} (${whole(detail)})`,
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** With these the gateway does not start, or its secret is not one. */
const SEVERE = new Set([
  "gateway-command-missing",
  "gateway-runtime-missing",
  "gateway-runtime-bun",
  "gateway-token-in-unit",
  "gateway-token-drift",
]);

/** Somebody else's files, other people's Node, or a check of its own. */
const NOT_BY_REINSTALL = new Set([
  "gateway-runtime-node-system-missing",
  "launchd-system-duplicate",
  "systemd-dropin-override",
  "systemd-linger-off",
]);

async function allIssues(
  { manager, definition }: InstalledService,
  context: CheckContext,
): Promise<AuditIssue[]> {
  const [general, own] = await Promise.all([
    auditInstalled(definition, context.profile),
    wantedService(context.profile).then((wanted) => manager.audit(wanted.definition)),
  ]);
  // Lingering is told by its own check.
  return withManagers(general, own).filter(({ code }) => code !== "systemd-linger-off");
}

function isCuredByReinstall({ code }: AuditIssue, issues: readonly AuditIssue[]): boolean {
  const has = (other: string) => issues.some((issue) => issue.code === other);
  if (code === "gateway-runtime-node-version-manager") return !has("gateway-runtime-node-system-missing");
  // A token in the user's own service.env is the user's to take out.
  if (code === "gateway-token-drift") return has("gateway-token-in-unit");
  return !NOT_BY_REINSTALL.has(code);
}

/** What stands in a file of the user's is still there after a reinstallation. */
function comesFromUser(
  { message }: AuditIssue,
  { definition }: InstalledService,
  { profile: { paths } }: CheckContext,
): boolean {
  const files = [paths.envFile, definition.environmentFile].filter((file) => file !== undefined);
  return files.some((file) => english(message).includes(file));
}

/** One reinstallation for all findings; what was edited by hand, or belongs to another setup, is overwritten on --force only. */
function reinstallation(
  { manager, status, definition }: InstalledService,
  issues: readonly AuditIssue[],
  context: CheckContext,
): Repair | undefined {
  if (!mayStart(context, status)) return undefined;
  const live = liveGateway(context.profile.paths);
  // It would have to be ended first, and nobody asked for that.
  if (live !== undefined && live.service !== manager.identity.name) return undefined;
  const isForeign =
    issues.some(({ code }) => code === "gateway-state-mismatch") ||
    productOfService(definition) !== undefined;
  const isDowngrade = isLaterRelease(definition.environment.CLAWDBOT_SERVICE_VERSION ?? "0");
  const isEdited = issues.some(({ code, level }) => level === "aggressive" && !NOT_BY_REINSTALL.has(code));
  const lost = lostWith(definition, context);
  const isDrastic = isForeign || isDowngrade || isEdited || lost.length > 0;
  let done: Promise<Remedy> | undefined;
  const reinstall = async () => {
    const service = new GatewayService(context.profile, manager);
    const hasDrifted = issues.some(({ code }) => code === "gateway-port-drift");
    const port = hasDrifted ? "config" : portArgument(definition.command);
    const token = tokenToKeep(definition, context);
    // What the definition does not say, such as who may write its file, only a forced one puts right.
    const isOpen = issues.some(({ code }) => code === "unit-permissions");
    const gentle = await service.install({ port, token, force: isForeign || isDowngrade || isOpen });
    const isSame = gentle.result === "already-installed";
    const { result } = isSame ? await service.install({ port, force: true }) : gentle;
    return advice`reinstalled the service ${manager.identity.name} (${whole(result)})`;
  };
  return {
    kind: isDrastic ? "drastic" : "change",
    describe:
      lost.length === 0
        ? "reinstall the service"
        : advice`reinstall the service, without ${joined(lost, ", ")} of its definition`,
    apply: () => {
      done ??= reinstall();
      return done;
    },
  };
}

/** A token that only the definition knows would be lost with it, and clients have it. */
function tokenToKeep(definition: InstalledService["definition"], context: CheckContext): string | undefined {
  if (secretsIn(context).token !== undefined) return undefined;
  return tokenOf(definition, context);
}

function tokenOf(definition: InstalledService["definition"], { profile }: CheckContext): string | undefined {
  const given = resolveInstalled(definition, profile)?.given.CLAWDBOT_GATEWAY_TOKEN;
  return optionIn(definition.command, "--token") || given || undefined;
}

function secretsIn({ reading }: CheckContext): { token?: string; password?: string } {
  const { token, password } = (reading.state === "valid" ? reading.config.gateway?.auth : undefined) ?? {};
  return { ...(token === undefined ? {} : { token }), ...(password === undefined ? {} : { password }) };
}

/** Variables and options that nobody else says, and what clients know the gateway by: names only. */
function lostWith(definition: InstalledService["definition"], context: CheckContext): Remedy[] {
  const { command, environment } = definition;
  const { reading, profile } = context;
  const configured = secretsIn(context);
  const token = tokenOf(definition, context);
  const password = optionIn(command, "--password") ?? environment.CLAWDBOT_GATEWAY_PASSWORD;
  const own = reading.state === "missing" ? {} : reading.variables.own;
  const kept = { ...own, ...serviceEnvironment(profile) };
  const others = Object.keys(environment).filter((name) => !OURS.test(name) && !(name in kept));
  return [
    ...(token !== undefined && configured.token !== undefined && token !== configured.token
      ? [advice`the token`]
      : []),
    ...(password && password !== configured.password ? [advice`the password`] : []),
    ...others.filter((name) => environment[name] !== ""),
  ];
}

/** Written by some version of this program; the two secrets among them are looked at by themselves. */
const OURS = /^(CLAWDBOT_.*|HOME|PATH|USERPROFILE|TMPDIR)$/i;

/** Every command with its definition; the code behind one is loaded only when it runs. */
import { type OptionSpecs, readValues, type ValuesOf } from "../base/options.ts";
import type { Definition } from "./definition.ts";
import * as assistant from "./definitions/agent.ts";
import * as agents from "./definitions/agents.ts";
import * as approvals from "./definitions/approvals.ts";
import * as backup from "./definitions/backup.ts";
import * as browser from "./definitions/browser.ts";
import * as config from "./definitions/config.ts";
import * as cron from "./definitions/cron.ts";
import * as devices from "./definitions/devices.ts";
import * as gateway from "./definitions/gateway.ts";
import * as models from "./definitions/models.ts";
import * as node from "./definitions/node.ts";
import * as nodes from "./definitions/nodes.ts";
import { onboard } from "./definitions/onboard.ts";
import * as outbox from "./definitions/outbox.ts";
import * as pairing from "./definitions/pairing.ts";
import * as program from "./definitions/program.ts";
import * as skills from "./definitions/skills.ts";
import type { Call, Invocation } from "./invocation.ts";

/** A definition with the way to its code. */
export interface Command extends Definition {
  load: () => Promise<{ run: (call: Call) => Promise<number> }>;
}

/** The code of one command. */
interface Code<Options extends OptionSpecs> {
  run: (invocation: Invocation<{ options: Options }>) => Promise<number> | number;
  /** Reports values that will not do in place of the program. */
  refused?: (error: unknown, call: Call) => Promise<number>;
}

export const COMMANDS: readonly Command[] = [
  command(
    program.start,
    writing(() => import("./start.ts")),
  ),
  command(
    onboard,
    writing(() => import("./onboard.ts"), { home: true }),
  ),
  command(
    program.tray,
    writing(() => import("./tray.ts"), { when: ({ status }) => !status }),
  ),
  command(gateway.gateway, () => import("./gateway/run.ts")),
  command(gateway.gatewayRun, () => import("./gateway/run.ts")),
  command(gateway.gatewayStatus, () => import("./gateway/status.ts")),
  command(
    gateway.gatewayInstall,
    writing(() => import("./gateway/service/install.ts"), { home: true }),
  ),
  command(
    gateway.gatewayUninstall,
    writing(() => import("./gateway/service/uninstall.ts"), { home: true }),
  ),
  command(
    gateway.gatewayStart,
    writing(() => import("./gateway/service/start.ts")),
  ),
  command(
    gateway.gatewayStop,
    writing(() => import("./gateway/service/stop.ts")),
  ),
  command(
    gateway.gatewayRestart,
    writing(() => import("./gateway/service/restart.ts")),
  ),
  command(gateway.gatewayHealth, () => import("./gateway/health.ts")),
  command(gateway.gatewayCall, () => import("./gateway/call.ts")),
  command(gateway.gatewayProbe, () => import("./gateway/probe.ts")),
  command(gateway.gatewayDiscover, () => import("./gateway/discover.ts")),
  command(
    assistant.agent,
    writing(() => import("./agent.ts"), { when: ({ local }) => local }),
  ),
  command(
    assistant.chat,
    writing(() => import("./chat.ts")),
  ),
  command(assistant.sessions, () => import("./sessions.ts")),
  command(assistant.sessionsReopen, () => import("./sessions/reopen.ts")),
  command(assistant.budget, () => import("./budget/show.ts")),
  command(assistant.budgetAdd, () => import("./budget/add.ts")),
  command(
    assistant.sessionsImport,
    writing(() => import("./sessions/import.ts"), { when: isReal }),
  ),
  command(assistant.sessionsExport, () => import("./sessions/export.ts")),
  command(agents.agentsList, () => import("./agents/list.ts")),
  command(
    agents.agentsAdd,
    writing(() => import("./agents/add.ts"), { home: true }),
  ),
  command(
    agents.agentsDelete,
    writing(() => import("./agents/delete.ts")),
  ),
  command(
    agents.agentsSetIdentity,
    writing(() => import("./agents/set-identity.ts")),
  ),
  command(assistant.sessionsDelete, () => import("./sessions/delete.ts")),
  command(models.modelsList, () => import("./models/list.ts")),
  command(
    models.modelsSet,
    writing(() => import("./models/set.ts")),
  ),
  command(models.modelsStatus, () => import("./models/status.ts")),
  command(models.modelsAuth, () => import("./models/auth.ts")),
  command(cron.cronList, () => import("./cron/list.ts")),
  command(cron.cronAdd, () => import("./cron/add.ts")),
  command(cron.cronEdit, () => import("./cron/edit.ts")),
  command(cron.cronRemove, () => import("./cron/remove.ts")),
  command(cron.cronEnable, () => import("./cron/enable.ts")),
  command(cron.cronDisable, () => import("./cron/disable.ts")),
  command(cron.cronRun, () => import("./cron/run.ts")),
  command(cron.cronRuns, () => import("./cron/runs.ts")),
  command(cron.cronStatus, () => import("./cron/status.ts")),
  command(cron.systemEvent, () => import("./system/event.ts")),
  command(cron.systemHeartbeat, () => import("./system/heartbeat.ts")),
  command(skills.skillsList, () => import("./skills/list.ts")),
  command(skills.skillsInfo, () => import("./skills/info.ts")),
  command(skills.skillsCheck, () => import("./skills/check.ts")),
  command(
    skills.skillsTrust,
    writing(() => import("./skills/trust.ts")),
  ),
  command(
    skills.skillsEnable,
    writing(() => import("./skills/enable.ts")),
  ),
  command(
    skills.skillsDisable,
    writing(() => import("./skills/disable.ts")),
  ),
  command(
    skills.skillsInstall,
    writing(() => import("./skills/install.ts")),
  ),
  command(
    browser.browserInstall,
    writing(() => import("./browser/install.ts")),
  ),
  command(browser.browserStatus, () => import("./browser/status.ts")),
  command(browser.browserStart, () => import("./browser/start.ts")),
  command(browser.browserStop, () => import("./browser/stop.ts")),
  command(browser.browserProfiles, () => import("./browser/profiles.ts")),
  command(browser.browserTabs, () => import("./browser/tabs.ts")),
  command(browser.browserOpen, () => import("./browser/open.ts")),
  command(browser.browserSnapshot, () => import("./browser/snapshot.ts")),
  command(browser.browserScreenshot, () => import("./browser/screenshot.ts")),
  command(outbox.outbox, () => import("./outbox/list.ts")),
  command(outbox.outboxResend, () => import("./outbox/resend.ts")),
  command(approvals.approvalsList, () => import("./approvals/list.ts")),
  command(approvals.approvalsAllow, () => import("./approvals/allow.ts")),
  command(approvals.approvalsDeny, () => import("./approvals/deny.ts")),
  command(approvals.approvalsRules, () => import("./approvals/rules.ts")),
  command(approvals.approvalsRevoke, () => import("./approvals/revoke.ts")),
  command(approvals.approvalsGet, () => import("./approvals/get.ts")),
  command(approvals.approvalsSet, () => import("./approvals/set.ts")),
  command(pairing.pairingList, () => import("./pairing/list.ts")),
  command(pairing.pairingApprove, () => import("./pairing/approve.ts")),
  command(pairing.pairingDismiss, () => import("./pairing/dismiss.ts")),
  command(
    node.nodeRun,
    writing(() => import("./node/run.ts")),
  ),
  command(
    node.nodeInstall,
    writing(() => import("./node/install.ts"), { home: true }),
  ),
  command(
    node.nodeUninstall,
    writing(() => import("./node/uninstall.ts"), { home: true }),
  ),
  command(node.nodeStatus, () => import("./node/status.ts")),
  command(nodes.nodesList, () => import("./nodes/list.ts")),
  command(nodes.nodesStatus, () => import("./nodes/status.ts")),
  command(nodes.nodesDescribe, () => import("./nodes/describe.ts")),
  command(nodes.nodesPending, () => import("./nodes/pending.ts")),
  command(nodes.nodesApprove, () => import("./nodes/approve.ts")),
  command(nodes.nodesReject, () => import("./nodes/reject.ts")),
  command(nodes.nodesRename, () => import("./nodes/rename.ts")),
  command(nodes.nodesInvoke, () => import("./nodes/invoke.ts")),
  command(nodes.nodesRun, () => import("./nodes/run.ts")),
  command(nodes.nodesNotify, () => import("./nodes/notify.ts")),
  command(devices.devices, () => import("./devices/list.ts")),
  command(devices.devicesApprove, () => import("./devices/approve.ts")),
  command(devices.devicesReject, () => import("./devices/reject.ts")),
  command(devices.devicesRotate, () => import("./devices/rotate.ts")),
  command(devices.devicesRevoke, () => import("./devices/revoke.ts")),
  command(program.dashboard, () => import("./dashboard.ts")),
  command(
    program.doctor,
    writing(() => import("./doctor.ts"), { when: ({ fix, repair, yes }) => fix || repair || yes }),
  ),
  command(program.logs, () => import("./logs.ts")),
  command(config.configGet, () => import("./config/get.ts")),
  command(
    config.configSet,
    writing(() => import("./config/set.ts")),
  ),
  command(
    config.configUnset,
    writing(() => import("./config/unset.ts")),
  ),
  command(config.configValidate, () => import("./config/validate.ts")),
  command(
    config.configEdit,
    writing(() => import("./config/edit.ts")),
  ),
  command(config.configPath, () => import("./config/path.ts")),
  command(
    backup.backupCreate,
    writing(() => import("./backup/create.ts"), { home: true }),
  ),
  command(backup.backupVerify, () => import("./backup/verify.ts")),
  command(
    backup.backupRestore,
    writing(() => import("./backup/restore.ts"), { home: true }),
  ),
  command(
    program.reset,
    writing(() => import("./reset.ts"), { home: true, when: isReal }),
  ),
  command(program.completion, async () => {
    const { printCompletion } = await import("./completion.ts");
    return { run: (invocation) => printCompletion(invocation, COMMANDS) };
  }),
  command(
    program.uninstall,
    writing(() => import("./uninstall.ts"), { home: true, when: isReal }),
  ),
];

function isReal({ "dry-run": dryRun }: { "dry-run": boolean }): boolean {
  return !dryRun;
}

/** Joins a definition with its code, which is given values of the types that the definition has. */
function command<const Options extends OptionSpecs>(
  definition: Definition & { options: Options },
  load: () => Promise<Code<Options>>,
): Command {
  return {
    ...definition,
    load: async () => {
      const code = await load();
      return {
        run: async (call) => {
          let values: ValuesOf<Options>;
          try {
            values = readValues(definition.options, call.typed, call.context);
          } catch (error) {
            if (code.refused === undefined) throw error;
            return code.refused(error, call);
          }
          return code.run({ ...call, values });
        },
      };
    },
  };
}

/** Loads a command that leaves files: before it runs, root is kept from leaving them with somebody else. */
function writing<Options extends OptionSpecs>(
  load: () => Promise<Code<Options>>,
  { home = false, when = () => true }: { home?: boolean; when?: (values: ValuesOf<Options>) => boolean } = {},
): () => Promise<Code<Options>> {
  return async () => {
    const [{ refuseForeignState }, { run }] = await Promise.all([
      import("../../shared/node/foreign-state.ts"),
      load(),
    ]);
    return {
      run: async (invocation) => {
        const { command, values, context } = invocation;
        if (when(values)) refuseForeignState(context, command, { home });
        return run(invocation);
      },
    };
  };
}

/** The checks of `clawdbot doctor`, from the ground up: repairs are carried out in this order, and what follows may rest on them. */
import type { Check } from "./check.ts";
import { configFile } from "./checks/config/config-file.ts";
import { configKeys } from "./checks/config/config-keys.ts";
import { configPermissions } from "./checks/config/config-permissions.ts";
import { configServed } from "./checks/config/config-served.ts";
import { configValues } from "./checks/config/config-values.ts";
import { configVersion } from "./checks/config/config-version.ts";
import { exposure } from "./checks/config/exposure.ts";
import { gatewayAuth } from "./checks/config/gateway-auth.ts";
import { gatewayMode } from "./checks/config/gateway-mode.ts";
import { owner } from "./checks/config/owner.ts";
import { sessionResets } from "./checks/config/session-resets.ts";
import { startRefusal } from "./checks/config/start-refusal.ts";
import { toolLists } from "./checks/config/tool-lists.ts";
import { firewall } from "./checks/gateway/firewall.ts";
import { type FindContact, gatewayHealth } from "./checks/gateway/gateway-health.ts";
import { tailscale } from "./checks/gateway/tailscale.ts";
import { browser } from "./checks/machine/browser.ts";
import { clock } from "./checks/machine/clock.ts";
import { desktop } from "./checks/machine/desktop.ts";
import { disk } from "./checks/machine/disk.ts";
import { environment } from "./checks/machine/environment.ts";
import { logSize } from "./checks/machine/log-size.ts";
import { release } from "./checks/machine/release.ts";
import { sandbox } from "./checks/machine/sandbox.ts";
import { temporaryDirectory } from "./checks/machine/temporary-directory.ts";
import { update } from "./checks/machine/update.ts";
import { watching } from "./checks/machine/watching.ts";
import { serviceAudit } from "./checks/service/service-audit.ts";
import { serviceLaunchd } from "./checks/service/service-launchd.ts";
import { serviceLinger } from "./checks/service/service-linger.ts";
import { serviceOrphan } from "./checks/service/service-orphan.ts";
import { serviceOthers } from "./checks/service/service-others.ts";
import { serviceState } from "./checks/service/service-state.ts";
import { serviceVariables } from "./checks/service/service-variables.ts";
import { credentials } from "./checks/state/credentials.ts";
import { devices } from "./checks/state/devices.ts";
import { execApprovals } from "./checks/state/exec-approvals.ts";
import { histories } from "./checks/state/histories.ts";
import { jobs } from "./checks/state/jobs.ts";
import { keysElsewhere } from "./checks/state/keys-elsewhere.ts";
import { maintenance } from "./checks/state/maintenance.ts";
import { otherProductsHere } from "./checks/state/other-products.ts";
import { otherState } from "./checks/state/other-state.ts";
import { runLeftovers } from "./checks/state/run-leftovers.ts";
import { sharedRoom } from "./checks/state/shared-room.ts";
import { skills } from "./checks/state/skills.ts";
import { stateDirectory } from "./checks/state/state-directory.ts";
import { stateEntries } from "./checks/state/state-entries.ts";
import { store } from "./checks/state/store.ts";
import { transcripts } from "./checks/state/transcripts.ts";
import { workspace } from "./checks/state/workspace.ts";
import { workspaceFiles } from "./checks/state/workspace-files.ts";

/** `findContact` reaches the gateway; `suggestions` adds what is only advice on the work directory. */
export function doctorChecks(findContact: FindContact, options: { suggestions: boolean }): Check[] {
  return [
    stateDirectory,
    stateEntries,
    temporaryDirectory,
    disk,
    clock,
    browser,
    sandbox,
    watching,
    environment,
    configFile,
    configVersion,
    configValues,
    configKeys,
    configServed,
    sessionResets,
    toolLists,
    gatewayMode,
    gatewayAuth,
    exposure,
    owner,
    startRefusal,
    configPermissions,
    credentials,
    keysElsewhere,
    devices,
    store,
    sharedRoom,
    execApprovals,
    maintenance,
    histories,
    transcripts,
    jobs,
    workspaceFiles,
    skills,
    otherState,
    otherProductsHere,
    runLeftovers,
    logSize,
    serviceLaunchd,
    serviceOthers,
    serviceLinger,
    serviceOrphan,
    serviceAudit,
    serviceVariables,
    serviceState,
    gatewayHealth(findContact),
    tailscale,
    firewall,
    desktop,
    update,
    release,
    ...(options.suggestions ? [workspace] : []),
  ];
}

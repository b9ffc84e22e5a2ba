/** What is wrong with a registered task and its files, as findings with their stable codes. */
import { advice, joined, ours, whole } from "../../../../shared/remedy.ts";
import type { AuditIssue } from "../service-manager.ts";
import { crowdsThatMayWrite } from "./file-access.ts";
import type { RegisteredTask } from "./task-xml.ts";

const REMEDY = advice`${ours`gateway install`} writes the task anew`;

/** `task` is undefined when there is none or it could not be read; `access` tells who may do what with the files it runs. */
export function auditTask(
  task: RegisteredTask | undefined,
  access: readonly { file: string; sddl: string | undefined }[],
): AuditIssue[] {
  const issues: AuditIssue[] = [];
  if (task !== undefined && task.timeLimit !== "PT0S") {
    issues.push({
      code: "schtasks-time-limit",
      message: advice`Windows ends the gateway after the time limit of its task (ExecutionTimeLimit ${task.timeLimit})`,
      remedy: REMEDY,
      level: "recommended",
    });
  }
  if (task !== undefined && (task.refusesBattery || task.stopsOnBattery)) {
    const settings = [
      ...(task.refusesBattery ? ["DisallowStartIfOnBatteries"] : []),
      ...(task.stopsOnBattery ? ["StopIfGoingOnBatteries"] : []),
    ];
    issues.push({
      code: "schtasks-battery",
      message: advice`the gateway does not run while this machine is on battery (${settings.join(", ")})`,
      remedy: REMEDY,
      level: "recommended",
    });
  }
  for (const { file, sddl } of access) {
    const crowds = sddl === undefined ? [] : crowdsThatMayWrite(sddl);
    if (crowds.length === 0) continue;
    issues.push({
      code: "unit-permissions",
      message: advice`${file} can be changed by ${joined(crowds.map(whole), ", ")}`,
      remedy: advice`whoever changes it decides what runs as this user: icacls "${file}" /inheritance:r /grant:r "%USERNAME%:F"`,
      level: "recommended",
    });
  }
  return issues;
}

/** Whether the file by which the owner allows command lines can be read, and whether others can write into it. */
import { statSync } from "node:fs";
import { CodedError } from "../../../../../shared/errors.ts";
import { modeText } from "../../../../../shared/node/mode-text.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { ExecApprovalsFile } from "../../../../assistant/approvals/exec-approvals-file.ts";
import type { Check, Finding } from "../../check.ts";
import { closing } from "../../file-access.ts";

export const execApprovals: Check = {
  id: "exec-approvals",
  examine: async ({ profile: { paths, platform } }) => {
    const file = new ExecApprovalsFile(paths.stateDir);
    const stats = statSync(file.path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    const findings: Finding[] = [];
    try {
      file.snapshot();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      findings.push({
        code: "exec-approvals-unusable",
        level: "error",
        subject: file.path,
        message: advice`no command of an agent runs, as ${file.path} cannot be used`,
        remedy: advice`repair it, or move it away; commands are asked about then`,
      });
    }
    if (platform !== "win32" && (stats.mode & 0o077) !== 0)
      findings.push({
        code: "exec-approvals-open",
        level: (stats.mode & 0o022) === 0 ? "warning" : "error",
        subject: file.path,
        message: advice`other users may change or read what ${file.path} allows (mode ${modeText(stats.mode)})`,
        repair: closing(file.path, 0o600),
      });
    return findings;
  },
};

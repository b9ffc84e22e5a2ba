/** Whether the service knows the variables that its configuration asks for: it sees none of a shell. */

import { missingVariable } from "../../../../../shared/node/config/variables.ts";
import { readConfig } from "../../../../../shared/node/config-source.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { resolveInstalled } from "../../../service/installed.ts";
import type { Check, Finding } from "../../check.ts";
import { installedService } from "../../service-view.ts";

export const serviceVariables: Check = {
  id: "service-variables",
  examine: async (context) => {
    const { reading, profile } = context;
    const asks = reading.state === "valid" && reading.variables.used.length > 0;
    const installed = asks ? await installedService(context) : undefined;
    const view = installed && resolveInstalled(installed.definition, profile);
    if (view === undefined) return [];
    const theirs = readConfig(view.paths.configFile, view.env);
    return (theirs.state === "invalid" ? theirs.issues : []).flatMap((issue): Finding[] => {
      const name = missingVariable(issue);
      // What this shell misses as well is named by the check of values.
      if (name === undefined || !profile.env[name]) return [];
      return [
        {
          code: "service-variable-missing",
          level: "error",
          subject: issue.path,
          message: advice`the service does not know the variable ${name} of this shell, for which ${issue.path} asks`,
          remedy: advice`put a line ${name}=… into ${view.paths.envFile}`,
        },
      ];
    });
  },
};

/** Whether the agents' work directories can be used, and whether a model is shown all of what stands in them. */
import { join } from "node:path";
import { agentIds } from "../../../../../shared/config/agents.ts";
import { advice, type OurCommand } from "../../../../../shared/remedy.ts";
import { hostTime, promptSettings } from "../../../../assistant/prompt/settings.ts";
import { unwritableWorkspace } from "../../../../assistant/workspace/create.ts";
import { WorkspaceFiles } from "../../../../assistant/workspace/files.ts";
import { workspaceCommand, workspaceOf } from "../../../../assistant/workspace/place.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";

export const workspaceFiles: Check = {
  id: "workspace-files",
  examine: async (context) => {
    const config = context.reading.state === "valid" ? context.reading.config : {};
    const { paths } = context.profile;
    // Of two agents in one directory the first one is named.
    const agents = new Map(
      agentIds(config)
        .map((id) => [workspaceOf(config, id, paths), id] as const)
        .reverse(),
    );
    return [...agents]
      .reverse()
      .flatMap(([directory, id]) => [
        ...unusable(directory, workspaceCommand(config, id)),
        ...inPart(directory, context),
      ]);
  },
};

function unusable(directory: string, choose: OurCommand): Finding[] {
  const error = unwritableWorkspace(directory, choose);
  if (error === undefined) return [];
  return [
    {
      code: "workspace-unusable",
      level: "error",
      subject: directory,
      message: error.sentence,
      ...(error.fix === undefined ? {} : { remedy: error.fix }),
    },
  ];
}

/** Notes of a day are meant to grow. */
function inPart(directory: string, { reading, nowMs }: CheckContext): Finding[] {
  const { caps, zone } = promptSettings(reading.state === "valid" ? reading.config : {}, "", hostTime());
  const files = new WorkspaceFiles(directory).read({ isOwnerAlone: true, turn: "heartbeat" }, caps, {
    nowMs,
    zone,
  });
  return files
    .filter(({ state, isDaily }) => state === "cut" && !isDaily)
    .map(({ name, chars }) => ({
      code: "workspace-file-cut",
      level: "warning",
      subject: join(directory, name),
      message: advice`the agent is shown ${join(directory, name)} in part only: it has ${chars} characters, and there is room for ${caps.fileChars} of a file and ${caps.totalChars} of all`,
      remedy: advice`make the file shorter, or raise agents.defaults.bootstrapMaxChars and agents.defaults.bootstrapTotalMaxChars`,
    }));
}

/** `clawdbot agents list`: the agents of the configuration. */
import { agentEntry, agentIds, agentName, defaultAgentId } from "../../../shared/config/agents.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { choiceOf } from "../../assistant/models/choose-model.ts";
import { identityOf } from "../../assistant/workspace/agent-identity.ts";
import { workspaceOf } from "../../assistant/workspace/place.ts";
import type { agentsList } from "../definitions/agents.ts";
import type { Invocation } from "../invocation.ts";
import { configOf } from "./known.ts";

export function run({ context, output }: Invocation<typeof agentsList>): number {
  const config = configOf(context);
  const { paths } = context;
  const agents = agentIds(config).map((id) => {
    const name = agentEntry(config, id)?.name;
    const { primary } = choiceOf(config, {}, id);
    return {
      id,
      default: id === defaultAgentId(config),
      ...(name === undefined ? {} : { name }),
      identity: identityOf(config, id, paths),
      workspace: workspaceOf(config, id, paths),
      ...(primary === undefined ? {} : { model: primary }),
      bindings: (config.bindings ?? []).filter(({ agentId }) => agentName(agentId) === id).length,
    };
  });
  output.document({ agents });
  for (const each of agents) {
    output.say(each.default ? advice`${heading(each)} (default)` : heading(each));
    output.say(advice`  work directory: ${tildePath(each.workspace, paths.home)}`);
    if (each.model !== undefined) output.say(advice`  model: ${neutralLine(each.model)}`);
    if (each.bindings > 0) output.say(advice`  bindings: ${each.bindings}`);
  }
  return EXIT.ok;
}

/** Its id, and the name that people know. */
function heading({
  id,
  name,
  identity,
}: {
  id: string;
  name?: string;
  identity: ReturnType<typeof identityOf>;
}): Remedy {
  const called = [identity.emoji, identity.name ?? name].filter((each) => each !== undefined).join(" ");
  return called === "" ? id : advice`${id}: ${neutralLine(called, 80)}`;
}

/** `clawdbot agents delete <agent>`: takes it out of the configuration, and says where its files are. */
import { agentEntry, agentIds, agentName, defaultAgentId } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice } from "../../../shared/remedy.ts";
import { type WorkspacePaths, workspaceOf } from "../../assistant/workspace/place.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import { changeValue } from "../config/change.ts";
import { ask, canAsk, leftUnchanged } from "../confirm.ts";
import type { agentsDelete } from "../definitions/agents.ts";
import type { Invocation } from "../invocation.ts";
import { configIn, configOf, knownAgent, LIST, placeOf } from "./known.ts";

export async function run(invocation: Invocation<typeof agentsDelete>): Promise<number> {
  const { values, context, output } = invocation;
  const [named = ""] = invocation.arguments;
  const config = configOf(context);
  const id = knownAgent(named, config);
  refuseLast(id, config);
  const workspace = workspaceOf(config, id, context.paths);
  if (!values.yes && !values.force) {
    if (!canAsk(output))
      throw new RequestError("USAGE", "agents delete asks before it takes an agent out: pass --yes");
    const question = advice`Take the agent ${quoted(id)} out of the configuration? Its files and conversations stay.`;
    const answer = await ask(output, question, false);
    if (answer !== true) return leftUnchanged(output);
  }
  let heir: string | undefined;
  await changeValue(
    invocation,
    LIST,
    (file) => advice`The agent ${quoted(id)} is taken out of ${file}`,
    (reading, preview) => {
      const now = configIn(reading);
      const [edit, ...also] = editsFor(knownAgent(id, now), now, context.paths);
      const next = preview([edit, ...also]);
      heir = id === defaultAgentId(now) && next.state === "valid" ? defaultAgentId(next.config) : undefined;
      return { edit, also, next, told: { id, workspace } };
    },
  );
  const place = tildePath(workspace, context.paths.home);
  output.say(advice`Its work directory stays: ${place}. Its conversations stay as well.`);
  if (heir !== undefined) output.say(advice`${quoted(heir)} answers now where no agent is named.`);
  return EXIT.ok;
}

function refuseLast(id: string, config: GatewayConfig): void {
  if (agentIds(config).length > 1) return;
  throw new RequestError("USAGE", advice`${quoted(id)} is the only agent; add another one first`);
}

/** Whoever becomes the default one would work in the common directory then, which is the other one's, with all that it remembers. */
function keptDirectory(id: string, config: GatewayConfig, paths: WorkspacePaths): TextEdit[] {
  const list = (config.agents?.list ?? []).filter((each) => agentName(each.id) !== id);
  const heir = defaultAgentId({ ...config, agents: { ...config.agents, list } });
  if (id !== defaultAgentId(config) || agentEntry(config, heir)?.workspace !== undefined) return [];
  const index = list.findIndex((each) => agentName(each.id) === heir);
  const value = tildePath(workspaceOf(config, heir, paths), paths.home);
  return [{ kind: "set", keys: [...LIST.split("."), String(index), "workspace"], value }];
}

/** From the end, so that places stay what they are; the agent itself first. */
function editsFor(id: string, config: GatewayConfig, paths: WorkspacePaths): [TextEdit, ...TextEdit[]] {
  refuseLast(id, config);
  const bound = (config.bindings ?? []).flatMap(({ agentId }, index) =>
    agentName(agentId) === id ? [index] : [],
  );
  const keys = placeOf(config, id) ?? LIST.split(".");
  return [
    { kind: "unset", keys },
    ...keptDirectory(id, config, paths),
    ...bound.reverse().map((index) => ({ kind: "unset" as const, keys: ["bindings", String(index)] })),
  ];
}

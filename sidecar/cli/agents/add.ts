/** `clawdbot agents add <agent>`: an agent of its own, with a directory to work in. */
import { AGENT_ID, agentIds, agentName } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { createWorkspace } from "../../assistant/workspace/create.ts";
import { workspaceOf } from "../../assistant/workspace/place.ts";
import { changeValue } from "../config/change.ts";
import type { agentsAdd } from "../definitions/agents.ts";
import type { Invocation } from "../invocation.ts";
import { namedModel } from "../models/named-model.ts";
import { appended, configIn, configOf, LIST, listWith } from "./known.ts";

export async function run(invocation: Invocation<typeof agentsAdd>): Promise<number> {
  const { values, context, output } = invocation;
  const [id = ""] = invocation.arguments;
  const config = configOf(context);
  refuseId(id, config);
  const model = values.model?.trim();
  if (model) namedModel(model, config, context.env);
  const entry = {
    id,
    ...said("name", values.name),
    ...said("workspace", values.workspace),
    ...said("model", values.model),
  };
  const list = listWith(config, entry);
  const workspace = workspaceOf({ ...config, agents: { ...config.agents, list } }, id, context.paths);
  // Where it cannot work there is no agent.
  const made = await createWorkspace(workspace, {
    skipBootstrap: config.agents?.defaults?.skipBootstrap === true,
    choose: "--workspace <path>",
  });
  await changeValue(
    invocation,
    LIST,
    (file) => advice`The agent ${quoted(id)} is added in ${file}`,
    (reading, preview) => {
      const now = configIn(reading);
      refuseId(id, now);
      const edit = appended(now, entry);
      return { edit, next: preview([edit]), told: { id, workspace } };
    },
  );
  const place = tildePath(workspace, context.paths.home);
  output.say(
    made === "nothing"
      ? advice`It works in ${place}, as it is.`
      : advice`It works in ${place}, which was made.`,
  );
  output.say(advice`Ask it: ${ours`agent --agent ${id} --message ${"hi"}`}`);
  return EXIT.ok;
}

function said(key: string, value: string | undefined): Record<string, string> {
  if (value === undefined) return {};
  if (value.trim() === "") throw new RequestError("USAGE", advice`--${key} must not be empty`);
  return { [key]: value.trim() };
}

function refuseId(id: string, config: GatewayConfig): void {
  if (!AGENT_ID.test(id)) {
    const like = likeAnId(id);
    throw new RequestError(
      "USAGE",
      advice`${quoted(id)} is no name for an agent: a to z, digits, - and _, at most 64 of them, such as ${like}`,
    );
  }
  if (agentIds(config).includes(agentName(id)))
    throw new RequestError("USAGE", advice`There is an agent ${quoted(id)} already`);
}

function likeAnId(text: string): string {
  const like = text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^[-_]+|-+$/g, "")
    .slice(0, 64);
  return AGENT_ID.test(like) ? like : "work";
}

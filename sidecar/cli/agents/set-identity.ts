/** `clawdbot agents set-identity [agent]`: who an agent is for people. */
import { defaultAgentId } from "../../../shared/config/agents.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice } from "../../../shared/remedy.ts";
import { avatarOf, identityOf } from "../../assistant/workspace/agent-identity.ts";
import { workspaceOf } from "../../assistant/workspace/place.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import { changeValue } from "../config/change.ts";
import type { agentsSetIdentity } from "../definitions/agents.ts";
import type { Invocation } from "../invocation.ts";
import { appended, configIn, configOf, knownAgent, LIST, placeOf } from "./known.ts";

const FIELDS = ["name", "emoji", "theme", "avatar"] as const;

export async function run(invocation: Invocation<typeof agentsSetIdentity>): Promise<number> {
  const { values, context, output } = invocation;
  const given = FIELDS.flatMap((field) => {
    const value = values[field]?.trim();
    return value === undefined ? [] : [[field, value] as const];
  });
  const [first, ...others] = given;
  if (first === undefined)
    throw new RequestError("USAGE", advice`Say what it is to be: --name, --emoji, --theme or --avatar`);
  const config = configOf(context);
  const id = knownAgent(invocation.arguments[0] ?? defaultAgentId(config), config);
  const workspace = workspaceOf(config, id, context.paths);
  await changeValue(
    invocation,
    LIST,
    (file) => advice`${quoted(id)} is known by it from now on (${file})`,
    (reading, preview) => {
      const now = configIn(reading);
      const place = placeOf(now, knownAgent(id, now));
      const set = ([field, value]: typeof first): TextEdit => ({
        kind: "set",
        keys: [...(place ?? []), "identity", field],
        value,
      });
      const edit =
        place === undefined ? appended(now, { id, identity: Object.fromEntries(given) }) : set(first);
      const also = place === undefined ? [] : others.map(set);
      const next = preview([edit, ...also]);
      const identity = next.state === "valid" ? identityOf(next.config, id, context.paths) : {};
      return { edit, also, next, told: { id, identity } };
    },
  );
  const { avatar } = values;
  if (avatar !== undefined && avatarOf(avatar, workspace) === undefined)
    output.note(
      advice`No picture is at ${quoted(avatar)} yet; it belongs into ${tildePath(workspace, context.paths.home)}.`,
    );
  return EXIT.ok;
}

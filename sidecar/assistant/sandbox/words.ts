/** What a model is told of the sandbox that it works in, in one line. */
import type { SandboxAccess } from "../../../shared/config/modes.ts";
import type { SandboxSettings } from "./settings.ts";

const ROOMS: Readonly<Record<SandboxAccess, string>> = {
  none: "the work directory is one of the sandbox's own, without the agent's files",
  ro: "the work directory can be read, not written",
  rw: "the work directory can be read and written",
};

export function sandboxLine({ backend, workspaceAccess }: SandboxSettings): string {
  return `${backend}, without a network and with a read-only system; ${ROOMS[workspaceAccess]}; of other places only /tmp can be written, and is empty again for each command`;
}

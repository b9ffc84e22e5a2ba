/** Whether ufw may keep out those for whom the gateway listens on the network. */

import { DEFAULT_PORT } from "../../../../../shared/config/defaults.ts";
import { smallText } from "../../../../../shared/node/small-file.ts";
import { advice } from "../../../../../shared/remedy.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { reachOf } from "../../reach.ts";

/** The files of ufw: whether it is on, and the rules that people added. */
export interface UfwFiles {
  settings: string;
  rules: string;
}

const UFW: UfwFiles = { settings: "/etc/ufw/ufw.conf", rules: "/etc/ufw/user.rules" };

export const firewall: Check = {
  id: "firewall",
  examine: async (context) => (context.profile.platform === "linux" ? ufwFindings(context, UFW) : []),
};

/** What these files say about the port of the gateway. */
export function ufwFindings(context: CheckContext, files: UfwFiles): Finding[] {
  const { reading } = context;
  if (reading.state !== "valid" || reading.config.gateway?.mode !== "local") return [];
  const port = reading.config.gateway.port ?? DEFAULT_PORT;
  const isOn = /^\s*ENABLED=yes\s*$/im.test(textOf(files.settings));
  if (!isOn || !reachOf(reading.config, context).isWide || allows(textOf(files.rules), port)) return [];
  return [
    {
      code: "firewall-may-block",
      level: "hint",
      message: advice`ufw is on and may keep other machines away from port ${port}`,
      remedy: advice`if they should reach the gateway: sudo ufw allow ${port}/tcp`,
    },
  ];
}

/** Each rule is noted as `### tuple ### allow tcp 18789 0.0.0.0/0 any 0.0.0.0/0 in`. */
function allows(rules: string, port: number): boolean {
  return new RegExp(`^### tuple ### (allow|limit) (tcp|any) (${port}|any) `, "m").test(rules);
}

/** Empty also where only root may read it: then nobody can tell. */
function textOf(file: string): string {
  return smallText(file) ?? "";
}

/** Where and for whom no unit is installed or taken away. Each fails with `SERVICE_REFUSED` and says what to do instead. */

import { SetupError } from "../../../../shared/errors.ts";
import { account } from "../../../../shared/node/machine.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import type { ServiceIdentity } from "../../../../shared/node/service-identity.ts";
import { advice, whole } from "../../../../shared/remedy.ts";
import type { ServiceDefinition } from "../service-manager.ts";
import { MASK } from "./unit-storage.ts";

/** What helps where systemd and this command look for units in different places. */
export const SAME_HOME = "set HOME and XDG_CONFIG_HOME as they were when the systemd of this user started";

/** `done` is what does not happen: installed, uninstalled. */
export function refuseNix(done: string, env: Environment): void {
  if (env.CLAWDBOT_NIX_MODE !== "1") return;
  throw new SetupError(
    "SERVICE_REFUSED",
    advice`CLAWDBOT_NIX_MODE=1 says that Nix manages the service: it is not ${whole(done)} from here.`,
    { fix: "change the service where your Nix configuration declares it" },
  );
}

/** Root's own services are not what somebody meant who put sudo before the command. */
export function refuseSudo({ SUDO_USER }: Environment): void {
  const { uid, username = String(uid) } = account();
  if (!SUDO_USER || SUDO_USER === username) return;
  throw new SetupError(
    "SERVICE_REFUSED",
    advice`Run by sudo, this would change the services of ${username} instead of those of ${SUDO_USER}.`,
    { fix: advice`run it as ${SUDO_USER}, without sudo` },
  );
}

/** Names that no unit can have. */
export function refuseName({ name }: ServiceIdentity): void {
  if (UNIT_NAME.test(name) && name.length <= 255) return;
  throw new SetupError(
    "SERVICE_REFUSED",
    advice`"${name}" is not the name of a unit (CLAWDBOT_SYSTEMD_UNIT).`,
    {
      fix: "use letters, digits and : - _ .",
    },
  );
}

/** Of a service or of an instance of a template; a template itself runs nothing. See systemd.unit(5). */
const UNIT_NAME = /^[A-Za-z0-9:_.\\-]+(@[A-Za-z0-9:_.\\@-]+)?\.service$/;

/** systemd's own rule for the programs of units. */
export function refuseProgram({ command: [program = ""] }: ServiceDefinition): void {
  if (!/["'\\]/.test(program)) return;
  const what = advice`systemd runs no program with a quote or a backslash in its path (${program})`;
  throw new SetupError("SERVICE_REFUSED", advice`The service cannot be installed: ${what}.`, {
    fix: "install Node in another directory",
  });
}

/** A link in the place of the unit, to this target, belongs to whoever made it. */
export function refuseLink({ name, file }: ServiceIdentity, target: string | undefined): void {
  if (target === undefined) return;
  const masked = target === MASK;
  throw new SetupError(
    "SERVICE_REFUSED",
    masked
      ? advice`${name} is masked.`
      : advice`${file} is a link to ${target}, which something else manages.`,
    { fix: masked ? `systemctl --user unmask ${name}` : "remove the link, or install with --force" },
  );
}

/** What somebody else put at `path` is not ours to take away, and disabling it would leave it behind. */
export function refuseElsewhere({ name, file }: ServiceIdentity, path: string | undefined): void {
  throw new SetupError(
    "SERVICE_REFUSED",
    advice`${name} is installed as ${path ?? ""}, which is not the ${file} of this command.`,
    { fix: advice`${whole(SAME_HOME)}; or remove it where it came from` },
  );
}

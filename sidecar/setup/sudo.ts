/** Keeps `sudo` from leaving files of root in the home of somebody else. */
import { statSync } from "node:fs";
import { SetupError } from "../../shared/errors.ts";
import type { Surroundings } from "../../shared/node/surroundings.ts";

/** Fails with `STATE_UNWRITABLE` where root, by `sudo`, would leave files in a home whose owner could not use them. */
export function refuseSudo({ env: { SUDO_USER }, paths: { home } }: Surroundings): void {
  if (!SUDO_USER || process.getuid?.() !== 0) return;
  const owner = statSync(home, { throwIfNoEntry: false })?.uid ?? 0;
  if (owner === 0) return;
  throw new SetupError(
    "STATE_UNWRITABLE",
    `Run by sudo, this would put files of root into ${home}, where ${SUDO_USER} could not use them.`,
    { fix: `run it as ${SUDO_USER}, without sudo` },
  );
}

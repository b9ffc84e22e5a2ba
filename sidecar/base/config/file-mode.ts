/** Notices a configuration whose secrets other users of the machine can read. */

import { statSync } from "node:fs";
import { holdsSecrets } from "../../../shared/config/secrets.ts";
import type { ConfigReading } from "../../../shared/node/config-source.ts";
import { modeText } from "../../../shared/node/mode-text.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { shellWord } from "../../../shared/shell-word.ts";

/** What to warn of at a start; undefined when the file holds no secret or is its owner's alone, and where modes do not say who may read. */
export function exposureWarning(reading: ConfigReading, platform: NodeJS.Platform): Remedy | undefined {
  if (platform === "win32" || reading.state === "missing" || !holdsSecrets(reading.parsed)) return undefined;
  const mode = (statSync(reading.path, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  if ((mode & 0o077) === 0) return undefined;
  return advice`other users can get at the secrets in ${reading.path} (mode ${modeText(mode)}); run: chmod 600 ${shellWord(reading.path)}`;
}

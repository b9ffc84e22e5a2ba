/** Places of this machine that are in a sandbox besides what every sandbox has. */
import { realpathSync, statSync } from "node:fs";
import { isAbsolute, normalize } from "node:path";
import { SetupError } from "../../../shared/errors.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { isWithin, type ProtectedPlaces } from "../tools/files/protected-places.ts";

export interface Binding {
  /** On this machine, without links. */
  source: string;
  /** In the sandbox. */
  target: string;
  isReadOnly: boolean;
}

/** Where a sandbox has something of its own. */
const TAKEN = ["/proc", "/sys", "/dev", "/run", "/var/run", "/boot"];

/** What the configuration lists. Fails with `SANDBOX_UNAVAILABLE` where one of it is none that a sandbox may have. */
export function bindingsOf(binds: readonly string[], places: ProtectedPlaces): Binding[] {
  return binds.map((text) => {
    const [source = "", target = source, mode = "ro", ...more] = text.split(":");
    if (!isAbsolute(source) || !isAbsolute(target) || !["ro", "rw"].includes(mode) || more.length > 0)
      throw refused(text, advice`it is not written as /source:/target:ro`);
    const real = realOf(source);
    if (real === undefined) throw refused(text, advice`${source} is not there`);
    const { isSocket } = kindOf(real);
    if (isSocket) throw refused(text, advice`a socket leads out of the sandbox`);
    const isTaken = [real, normalize(target)].some(
      (path) => path === "/" || TAKEN.some((place) => isWithin(path, place)),
    );
    if (isTaken) throw refused(text, advice`a sandbox has a place of its own there`);
    if (places.holds(real) || places.below(real).length > 0)
      throw refused(text, advice`there are keys, or what is the gateway's own`);
    return { source: real, target: normalize(target), isReadOnly: mode === "ro" };
  });
}

function refused(bind: string, reason: Remedy): SetupError {
  return new SetupError(
    "SANDBOX_UNAVAILABLE",
    advice`The sandbox cannot have ${bind}: ${reason}; nothing runs`,
    { fix: advice`correct sandbox.docker.binds` },
  );
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function kindOf(path: string): { isSocket: boolean } {
  return { isSocket: statSync(path, { throwIfNoEntry: false })?.isSocket() === true };
}

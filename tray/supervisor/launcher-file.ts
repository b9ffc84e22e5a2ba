/** Where the launcher of the `clawdbot` command lies. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SetupError } from "../../shared/errors.ts";

/** Beside the bundle, or in the gateway's folder when run from source. Fails with `RUNTIME_MISSING`. */
export function launcherFile(): string {
  const places = ["./launch.cjs", "../../sidecar/launch.cjs"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const file = places.find((place) => existsSync(place));
  if (file !== undefined) return file;
  throw new SetupError("RUNTIME_MISSING", `${places[0]} is missing`, { fix: "install Clawdbot again" });
}

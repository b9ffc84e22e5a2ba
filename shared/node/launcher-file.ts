/** Where the launcher of the `clawdbot` command lies. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SetupError } from "../errors.ts";
import { advice } from "../remedy.ts";

/** Beside the bundles, or in the gateway's folder when run from source. Fails with `RUNTIME_MISSING` when it is gone. */
export function launcherFile(): string {
  const places = ["./launch.cjs", "../../sidecar/launch.cjs"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const file = places.find((place) => existsSync(place));
  if (file !== undefined) return file;
  throw new SetupError("RUNTIME_MISSING", advice`${places[0] ?? ""} is missing`, {
    fix: "install the package again",
  });
}

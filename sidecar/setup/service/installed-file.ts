/** Reads the definition of the installed service from its file alone: quick, and also where the manager cannot be reached. */
import { existsSync } from "node:fs";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { serviceIdentity } from "../../../shared/node/service-identity.ts";
import { smallText } from "../../../shared/node/small-file.ts";
import { createServiceManager } from "../../host/service/index.ts";
import type { InstalledDefinition } from "../../host/service/service-manager.ts";

/** Undefined when no service is installed, or when its file cannot be read or understood. */
export async function readInstalledFile(context: ProfileContext): Promise<InstalledDefinition | undefined> {
  const { kind, file } = serviceIdentity(context);
  if (!existsSync(file)) return undefined;
  try {
    if (kind === "systemd") return await readUnitFile(file, context.paths.home);
    const manager = await createServiceManager(context);
    return await manager.readDefinition();
  } catch {
    return undefined; // `gateway status` says what is wrong with it; everybody else goes on without.
  }
}

/** The manager would ask systemd, which knows more but takes longer. */
async function readUnitFile(file: string, home: string): Promise<InstalledDefinition | undefined> {
  const text = smallText(file);
  // An empty one masks the unit instead of defining it.
  if (!text) return undefined;

  const [{ parseUnit, unitCommand }, { UnitStorage }] = await Promise.all([
    import("../../host/service/systemd/unit-file.ts"),
    import("../../host/service/systemd/unit-storage.ts"),
  ]);
  const overridePaths = new UnitStorage(file).dropIns();
  const entries = [text, ...overridePaths.map((path) => smallText(path) ?? "")].flatMap(parseUnit);
  return { ...unitCommand(entries, home), sourcePath: file, overridePaths };
}

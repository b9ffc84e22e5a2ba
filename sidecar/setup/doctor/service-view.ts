/** What the service manager knows, asked once per look for all checks that want to know. */

import { errorSentence, SetupError } from "../../../shared/errors.ts";
import type { Remedy } from "../../../shared/remedy.ts";
import type {
  InstalledDefinition,
  ServiceManager,
  ServiceStatus,
} from "../../host/service/service-manager.ts";
import type { CheckContext } from "./check.ts";
import { isManagedElsewhere } from "./check-context.ts";

/** `unavailable`: the manager cannot be asked; `fix` says how it could. */
export type ServiceView =
  | { kind: "none" }
  | { kind: "unavailable"; manager: ServiceManager; reason: Remedy; fix: Remedy | undefined }
  | {
      kind: "known";
      manager: ServiceManager;
      status: ServiceStatus;
      /** Undefined when nothing is installed. */
      definition: InstalledDefinition | undefined;
    };

/** The service of an installation, for checks that are about nothing else. */
export interface InstalledService {
  manager: ServiceManager;
  status: ServiceStatus;
  definition: InstalledDefinition;
}

const views = new WeakMap<CheckContext, Promise<ServiceView>>();

export function viewService(context: CheckContext): Promise<ServiceView> {
  const known = views.get(context);
  if (known !== undefined) return known;
  const view = look(context);
  views.set(context, view);
  return view;
}

/** Undefined where no service is installed or its manager does not answer. */
export async function installedService(context: CheckContext): Promise<InstalledService | undefined> {
  const view = await viewService(context);
  if (view.kind !== "known" || !view.status.installed || view.definition === undefined) return undefined;
  const { manager, status, definition } = view;
  return { manager, status, definition };
}

/** Whether the service may be changed from here, and its user wants it to run by itself. */
export function mayStart(context: CheckContext, { enabled }: ServiceStatus): boolean {
  return enabled && !isManagedElsewhere(context);
}

async function look({ service: manager }: CheckContext): Promise<ServiceView> {
  if (manager === undefined) return { kind: "none" };
  try {
    const status = await manager.status();
    const definition = status.installed ? await manager.readDefinition() : undefined;
    return { kind: "known", manager, status, definition };
  } catch (error) {
    const fix = error instanceof SetupError ? error.fix : undefined;
    return { kind: "unavailable", manager, reason: errorSentence(error), fix };
  }
}

/** Other services of this machine that would run a gateway: of earlier versions, made by hand, or for everybody. */
import { advice, whole } from "../../../../../shared/remedy.ts";
import { LEGACY_LABELS } from "../../../../host/service/launchd/others.ts";
import type { ExtraService } from "../../../../host/service/service-manager.ts";
import type { Check, Finding } from "../../check.ts";
import { viewService } from "../../service-view.ts";

export const serviceOthers: Check = {
  id: "service-others",
  examine: async (context) => {
    const view = await viewService(context);
    if (view.kind !== "known") return [];
    // Names of earlier versions exist on macOS only; what others made is their own business unless it is asked for.
    if (!context.deep && view.manager.identity.kind !== "launchd") return [];
    const others = await view.manager.findOthers();
    return others.filter((other) => context.deep || isLegacy(other)).map(describe);
  },
};

function isLegacy({ label }: ExtraService): boolean {
  return LEGACY_LABELS.some((legacy) => legacy === label);
}

function describe(other: ExtraService): Finding {
  const { label, detail, scope, product, cleanup } = other;
  const legacy = isLegacy(other);
  return {
    code: legacy ? "service-legacy" : "service-extra",
    level: "warning",
    subject: `${scope} ${label}`,
    message: legacy
      ? advice`the service ${label} of an earlier version is still there (${whole(detail)})`
      : advice`another service would run a gateway: ${label} (${product === undefined ? "" : `${product}, `}${whole(detail)}${scope === "system" ? advice`, for the whole system` : ""})`,
    remedy: advice`if it is not needed: ${cleanup.join(" && ")}`,
  };
}

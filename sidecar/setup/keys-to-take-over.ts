/** Keys of model providers that other programs of the family left on this machine, for somebody who has none yet. */
import type { GatewayConfig } from "../../shared/config/schema.ts";
import { foreignLine } from "../../shared/foreign-text.ts";
import { otherProducts } from "../../shared/node/other-products.ts";
import type { ProfileContext } from "../../shared/node/profile-context.ts";
import { findKeys } from "../assistant/import/key-files.ts";
import { providerNames } from "../assistant/models/catalogue/providers.ts";
import { modelInForce } from "../assistant/models/choose-model.ts";
import { storedProviders } from "../base/store/stored-providers.ts";

/** Empty once a model can answer, or a key is kept here. */
export async function keysToTakeOver(
  context: ProfileContext,
  config: GatewayConfig,
  nowMs: number,
): Promise<{ place: string; providers: string[] }[]> {
  const { paths, env } = context;
  const stored = await storedProviders(paths.storeFile);
  if (stored.length > 0 || modelInForce(config, env).kind === "chosen") return [];
  const served = providerNames(config);
  const places = [paths.stateDir, ...otherProducts(context).flatMap((each) => each.places)];
  const found = await Promise.all(
    places.map(async (place) => {
      const { keys } = await findKeys(place, nowMs);
      const providers = [...new Set(keys.map(({ provider }) => provider))];
      return { place, providers: providers.filter((id) => served.includes(id)).map((id) => foreignLine(id)) };
    }),
  );
  return found.filter(({ providers }) => providers.length > 0);
}

/** The model that a word on the command line means. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { CodedError, RequestError } from "../../../shared/errors.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { Catalogue, type CatalogueEntry } from "../../assistant/models/catalogue/catalogue.ts";

/** Without asking a provider. Fails with `USAGE` for a name that means nothing. */
export function namedModel(named: string, config: GatewayConfig, env: Environment): CatalogueEntry {
  try {
    return new Catalogue(config, env, new Map()).find(named);
  } catch (error) {
    if (error instanceof CodedError && error.code === "MODEL_UNKNOWN")
      throw new RequestError("USAGE", error.sentence, { cause: error });
    throw error;
  }
}

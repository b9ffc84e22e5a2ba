/** The sentences of sidecar/cli. */
import type { Translation } from "../../../shared/remedy.ts";

export const CLI: Translation = {};

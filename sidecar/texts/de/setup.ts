/** The sentences of sidecar/setup. */
import type { Translation } from "../../../shared/remedy.ts";

export const SETUP: Translation = {};

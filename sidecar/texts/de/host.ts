/** The sentences of sidecar/host, base, run, gateway and shared. */
import type { Translation } from "../../../shared/remedy.ts";

export const HOST: Translation = {};

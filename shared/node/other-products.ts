/** What other products of the family left for this user: their state and their services. Looked for by name; nothing is opened or changed. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { OtherProduct } from "../lineage.ts";
import { isThere } from "./is-there.ts";
import { xdgConfigHome } from "./paths.ts";
import type { ProfileContext } from "./profile-context.ts";

/** Where one of them lives. */
export interface Neighbour {
  product: OtherProduct["name"];
  /** Its state directories and the files of its services; at least one. */
  places: string[];
}

/** Those of other names. The original Clawdbot has the places of this program: versions tell it, see `lineage.ts`. */
export function otherProducts({
  env,
  platform,
  paths: { home },
}: Pick<ProfileContext, "env" | "platform" | "paths">): Neighbour[] {
  const services =
    platform === "darwin"
      ? join(home, "Library", "LaunchAgents")
      : platform === "win32"
        ? undefined
        : join(xdgConfigHome(env, home), "systemd", "user");
  return PRODUCTS.flatMap(({ product, state, service }) => {
    const states = namesIn(home).filter((name) => state.test(name) && isThere(join(home, name)));
    const files = services === undefined ? [] : namesIn(services).filter((name) => service.test(name));
    const places = [
      ...states.map((name) => join(home, name)),
      ...files.map((name) => join(services ?? "", name)),
    ];
    return places.length === 0 ? [] : [{ product, places }];
  });
}

/** Profiles add a name. */
const PRODUCTS = [
  {
    product: "OpenClaw",
    state: /^\.openclaw(-[\w-]+)?$/,
    service: /^(openclaw-gateway(-[\w-]+)?\.service|ai\.openclaw\.(?!node\.)[\w-]+\.plist)$/,
  },
  {
    product: "Moltbot",
    state: /^\.moltbot(-[\w-]+)?$/,
    service: /^(moltbot-gateway(-[\w-]+)?\.service|bot\.molt\.(?!node\.)[\w-]+\.plist)$/,
  },
] as const;

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return []; // Not there, or not for us to read.
  }
}

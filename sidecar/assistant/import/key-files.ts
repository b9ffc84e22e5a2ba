/** Finds the keys that a state directory of the original or of OpenClaw holds: `auth-profiles.json`, agent by agent. Looks, and changes nothing. */
import { join } from "node:path";
import { DEFAULT_AGENT_ID } from "../../../shared/config/defaults.ts";
import { placeholderProblem } from "../../../shared/config/secrets.ts";
import { errorText } from "../../../shared/errors.ts";
import { readJson5Object } from "../../../shared/node/json5-object.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { Credential } from "../../base/store/credential-store.ts";
import { keyProblem } from "../models/credentials/key-problem.ts";
import { namesIn } from "./names-in.ts";

/**
 * `login`: only the program that made it can renew it. `expired`: a token whose time is over. `elsewhere`: the file names the place of
 * the secret. `placeholder`: a variable or a mark stands in its place. `malformed`: what stands there can be no key. `unusable`: there
 * is none. `type`: a kind of profile that nobody knows. `damaged`: no profile at all. `other-agent`: an agent's own key of a provider
 * for which there is one already, which would serve everybody here.
 */
export type LeftBecause =
  | "login"
  | "expired"
  | "elsewhere"
  | "placeholder"
  | "malformed"
  | "unusable"
  | "type"
  | "damaged"
  | "other-agent";

/** What can be used nowhere but there, or not at all. */
export interface LeftKey {
  provider: string;
  /** Its whole name, as the file has it. */
  id: string;
  agentId: string;
  why: LeftBecause;
}

export interface FoundKeys {
  /** By provider, those first that were asked first. */
  keys: Credential[];
  left: LeftKey[];
  /** Providers of which somebody put several keys into an order by hand, with the names of those found. */
  orders: ReadonlyMap<string, readonly string[]>;
  unreadable: { file: string; reason: string }[];
}

const FILE = "auth-profiles.json";
const MOST_BYTES = 4 * 1024 * 1024;
/** As long as a name may be that is given by hand. */
const MOST_NAME_CHARS = 60;

/** Everything in the state directory, the main agent's first. */
export async function findKeys(stateDir: string, nowMs: number): Promise<FoundKeys> {
  const finder = new KeyFinder(nowMs);
  for (const { agentId, file } of filesIn(stateDir)) {
    try {
      finder.add(agentId, await readJson5Object(file, MOST_BYTES));
    } catch (error) {
      finder.unreadable.push({ file, reason: errorText(error) });
    }
  }
  return finder.found();
}

function filesIn(stateDir: string): { agentId: string; file: string }[] {
  const agents = join(stateDir, "agents");
  const others = namesIn(agents)
    .sort()
    .filter((name) => name !== DEFAULT_AGENT_ID);
  return [
    ...[DEFAULT_AGENT_ID, ...others].map((agentId) => ({
      agentId,
      file: join(agents, agentId, "agent", FILE),
    })),
    // Before there were agents.
    { agentId: DEFAULT_AGENT_ID, file: join(stateDir, "agent", FILE) },
  ];
}

class KeyFinder {
  readonly unreadable: FoundKeys["unreadable"] = [];
  readonly #nowMs: number;
  readonly #keys: Credential[] = [];
  readonly #left: LeftKey[] = [];
  readonly #orders = new Map<string, readonly string[]>();

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** Of one agent; whoever is added first counts more. */
  add(agentId: string, content: Record<string, unknown>): void {
    // The first files were nothing but the profiles.
    const profiles = isRecord(content.profiles) ? content.profiles : content;
    const served = new Set(this.#keys.map(({ provider }) => provider));
    // Beside the first profiles stood no more than they.
    const damaged = isRecord(content.profiles)
      ? Object.keys(profiles).filter((id) => !isRecord(profiles[id]))
      : [];
    for (const id of damaged) this.#left.push({ provider: providerOf(id, {}), id, agentId, why: "damaged" });
    const entries = Object.entries(profiles).flatMap(([id, entry]) =>
      isRecord(entry) ? [{ id, entry, provider: providerOf(id, entry) }] : [],
    );
    const orderOf = (provider: string) => orderIn(content, provider);
    const placeOf = ({ id, provider }: { id: string; provider: string }) => {
      const place = orderOf(provider).indexOf(id);
      return place === -1 ? Number.MAX_SAFE_INTEGER : place;
    };
    const names = new Map<string, string>();
    for (const { id, entry, provider } of entries.toSorted((a, b) => placeOf(a) - placeOf(b))) {
      const read = readEntry(entry, this.#nowMs);
      if (typeof read === "string") {
        this.#left.push({ provider, id, agentId, why: read });
        continue;
      }
      const isKnown = this.#keys.some((key) => key.provider === provider && key.secret === read.secret);
      if (isKnown) continue;
      if (served.has(provider)) {
        this.#left.push({ provider, id, agentId, why: "other-agent" });
        continue;
      }
      const profile = this.#freeName(provider, id);
      names.set(id, profile);
      this.#keys.push({ provider, profile, ...read });
    }
    for (const provider of new Set(entries.map((each) => each.provider))) {
      const order = given(content, "order", provider).flatMap((id) => names.get(id) ?? []);
      if (order.length > 1) this.#orders.set(provider, order);
    }
  }

  found(): FoundKeys {
    return { keys: this.#keys, left: this.#left, orders: this.#orders, unreadable: this.unreadable };
  }

  /** The name of the profile without its provider, in characters that names have here. */
  #freeName(provider: string, id: string): string {
    const own = id.toLowerCase().startsWith(`${provider}:`) ? id.slice(provider.length + 1) : id;
    const plain = own.replace(/[^\w.@-]/g, "-").slice(0, MOST_NAME_CHARS - 4) || "default";
    const isTaken = (name: string) =>
      this.#keys.some((key) => key.provider === provider && key.profile === name);
    let name = plain;
    for (let number = 2; isTaken(name); number += 1) name = `${plain}-${number}`;
    return name;
  }
}

/** In small letters, as people write the name of the same one either way. */
function providerOf(id: string, { provider }: Record<string, unknown>): string {
  const named = typeof provider === "string" ? provider.trim() : "";
  return (named === "" ? (id.split(":")[0] ?? id) : named).toLowerCase();
}

/** As somebody ordered them, else the one first that worked last. */
function orderIn(content: Record<string, unknown>, provider: string): readonly string[] {
  const order = given(content, "order", provider);
  return order.length > 0 ? order : given(content, "lastGood", provider);
}

function given(content: Record<string, unknown>, name: string, provider: string): string[] {
  const all = content[name];
  const own = Object.entries(isRecord(all) ? all : {}).find(([id]) => id.trim().toLowerCase() === provider);
  return [own?.[1]].flat().filter((id) => typeof id === "string");
}

/** The secret, or why there is none. OpenClaw has two names for some of the members. */
function readEntry(
  entry: Record<string, unknown>,
  nowMs: number,
): Pick<Credential, "kind" | "secret"> | LeftBecause {
  const type = entry.type ?? entry.mode;
  if (type === "oauth") return isOver(entry, nowMs) && !entry.refresh ? "expired" : "login";
  if (type !== "api_key" && type !== "token") return "type";
  if (type === "token" && isOver(entry, nowMs)) return "expired";
  const secret = type === "token" ? entry.token : (entry.key ?? entry.apiKey);
  if (typeof secret !== "string" || secret.trim() === "")
    return entry.keyRef !== undefined || entry.tokenRef !== undefined ? "elsewhere" : "unusable";
  if (placeholderProblem(secret.trim()) !== undefined) return "placeholder";
  return keyProblem(secret.trim()) === undefined ? { kind: type, secret: secret.trim() } : "malformed";
}

function isOver({ expires }: Record<string, unknown>, nowMs: number): boolean {
  return typeof expires === "number" && expires > 0 && expires <= nowMs;
}

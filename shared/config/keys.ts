/** The keys that `schema.ts` declares, as a tree and by path: what is known, what nobody reads, what is written where. */
import type * as z from "zod";
import { isRecord } from "../protocol/frame.ts";
import { factsOf, type InLanguages, type ReloadKind } from "./key.ts";
import { API_KINDS, APIS_OF_OTHERS } from "./modes.ts";
import { GatewayConfig } from "./schema.ts";
import { strayValues } from "./stray-values.ts";

/** One key with what it has from the section that it is in. */
export interface ConfigKey {
  path: string;
  schema: z.ZodType;
  /** Undefined for a section that only holds others. */
  doc: InLanguages | undefined;
  reload: ReloadKind;
  notServed: InLanguages | undefined;
  /** The keys in it that are declared; none in a single value or an opaque section. */
  keys: ReadonlyMap<string, ConfigKey>;
  /** Other names in it that other releases know. */
  ofOthers: readonly string[];
  /** Whatever stands in it is taken as it is. */
  takesAny: boolean;
}

/** The whole configuration as a key; its path is "". */
export function configTree(): ConfigKey {
  tree ??= keyOf("", GatewayConfig, undefined);
  return tree;
}

/** Every key below the whole, in the order of the schema, sections before what they hold. */
export function configKeys(from: ConfigKey = configTree()): ConfigKey[] {
  return [...from.keys.values()].flatMap((each) => [each, ...configKeys(each)]);
}

/** The key at the path, or undefined where none is declared. */
export function keyAt(path: readonly string[]): ConfigKey | undefined {
  let found: ConfigKey | undefined = configTree();
  for (const name of path) found = found?.keys.get(name);
  return found;
}

/** The names that are known at a place; none where anything goes. */
export function knownNames(path: readonly string[]): string[] {
  const found = keyAt(path);
  return found === undefined ? [] : [...found.keys.keys(), ...found.ofOthers];
}

/** A path of a configuration where a key stands that nobody reads. */
export interface NotServed {
  path: string;
  instead: InLanguages;
  /** The key is read, and this value of it means nothing to anybody. */
  isMeaningless?: true;
}

/** What a configuration says to nobody: keys that are valid and that this release does not serve. What says nothing is left out. */
export function notServedIn(config: unknown): NotServed[] {
  return [...heldBy(configTree(), config), ...valuesNotServed(config), ...strayValues(config)];
}

/** The paths of a configuration that nobody knows, in this release or another; the highest of each. */
export function unknownIn(config: unknown): string[][] {
  return unknownBelow(configTree(), config, []);
}

let tree: ConfigKey | undefined;

const TO_OTHERS: InLanguages = {
  en: "kept, but nothing in this release reads it",
  de: "es bleibt stehen, aber nichts in dieser Version liest es",
};

function keyOf(path: string, schema: z.ZodType, section: ConfigKey | undefined): ConfigKey {
  const facts = factsOf(schema);
  const shape = shapeOf(schema) ?? {};
  const keys = new Map<string, ConfigKey>();
  const own: ConfigKey = {
    path,
    schema,
    doc: facts && { en: facts.en, de: facts.de },
    reload: facts?.reload ?? section?.reload ?? "ignore",
    notServed: facts?.notServed ?? section?.notServed,
    keys,
    ofOthers: facts?.ofOthers?.split(" ") ?? [],
    takesAny: facts?.takesAny === true || Object.keys(shape).length === 0,
  };
  for (const [name, each] of Object.entries(shape)) {
    keys.set(name, keyOf(path === "" ? name : `${path}.${name}`, each, own));
  }
  return own;
}

/** The keys of an object, or of an optional one; those in the members of a list are none. */
function shapeOf(schema: unknown): Record<string, z.ZodType> | undefined {
  let inner = schema as
    | { shape?: Record<string, z.ZodType>; element?: unknown; unwrap?: () => unknown }
    | undefined;
  while (inner && !inner.shape && !inner.element && typeof inner.unwrap === "function")
    inner = inner.unwrap() as typeof inner;
  return inner?.shape;
}

function heldBy(key: ConfigKey, value: unknown): NotServed[] {
  if (key.notServed !== undefined && key.keys.size === 0) {
    return isIdle(value) ? [] : [{ path: key.path, instead: key.notServed }];
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    const below = key.keys.get(name);
    if (below !== undefined) return heldBy(below, each);
    const isOthers = key.ofOthers.includes(name) && !isIdle(each);
    return isOthers ? [{ path: `${key.path}.${name}`, instead: TO_OTHERS }] : [];
  });
}

/** Values that fit a key which is served, and that this release does not take as they are. */
function valuesNotServed(config: unknown): NotServed[] {
  const { models, gateway } = isRecord(config) ? config : {};
  const providers = isRecord(models) && isRecord(models.providers) ? models.providers : {};
  const apis = Object.entries(providers)
    .filter(([, provider]) => isRecord(provider) && APIS_OF_OTHERS.some((api) => api === provider.api))
    .map(([id]) => ({ path: `models.providers.${id}.api`, instead: NOT_SPOKEN }));
  const page = isRecord(gateway) && isRecord(gateway.controlUi) ? gateway.controlUi : {};
  const isForAll = Array.isArray(page.allowedOrigins) && page.allowedOrigins.includes("*");
  return isForAll ? [...apis, { path: "gateway.controlUi.allowedOrigins", instead: NOT_FOR_ALL }] : apis;
}

const NOT_SPOKEN: InLanguages = {
  en: `models of this provider cannot be asked; it speaks ${API_KINDS.join(", ")}`,
  de: `Modelle dieses Anbieters lassen sich nicht fragen; gesprochen wird ${API_KINDS.join(", ")}`,
};
const NOT_FOR_ALL: InLanguages = {
  en: "`*` lets nobody in; name each origin",
  de: "`*` lässt niemanden herein; nennen Sie jeden Ursprung",
};

/** What is off or empty is as good as not said. */
function isIdle(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function unknownBelow(key: ConfigKey, value: unknown, path: readonly string[]): string[][] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    const below = key.keys.get(name);
    if (below !== undefined) return unknownBelow(below, each, [...path, name]);
    return key.takesAny || key.ofOthers.includes(name) ? [] : [[...path, name]];
  });
}

/** What a key of the configuration is besides its schema: said where it is declared, and kept beside it. */
import * as z from "zod";
import { BugError } from "../errors.ts";

/** A sentence in each language of the guide. */
export type InLanguages = { readonly en: string; readonly de: string };

/**
 * What a change asks of a running gateway: nothing, taking it over in place, a restart in place, or another process, which
 * a restart in place does not bring.
 */
export type ReloadKind = "ignore" | "live" | "restart" | "later";

/** What is said of a key. The keys in a section that say nothing of it themselves are like the section. */
export interface KeyFacts extends InLanguages {
  reload?: ReloadKind;
  /** Set for a key that is valid and read by nobody: what happens instead. */
  notServed?: InLanguages;
  /** Names of other keys in the section that other releases read, apart by blanks; nobody reads them here. */
  ofOthers?: string;
  /** Any other name in the section is one of the person's own, and served. */
  takesAny?: boolean;
}

/** Says what the key is that has this schema, and returns the schema. Each key has a schema of its own. */
export function key<S extends z.ZodType>(schema: S, facts: KeyFacts): S {
  if (FACTS.has(schema)) throw new BugError(`one schema is declared as two keys: ${facts.en}`);
  FACTS.set(schema, facts);
  return schema;
}

/** A section that this release takes as it is. */
export function opaque(facts: KeyFacts) {
  return key(z.unknown().optional(), facts);
}

/** What was said of a key; undefined when nothing was. */
export function factsOf(schema: z.ZodType): KeyFacts | undefined {
  return FACTS.get(schema);
}

const FACTS = new WeakMap<z.ZodType, KeyFacts>();

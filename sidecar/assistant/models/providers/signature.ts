/**
 * What a provider wants back with a thought or a call, as the one text that messages have for it. Anthropic's is its signature itself, as
 * in transcripts of version 3; everything else is the library's data as JSON.
 */
import type { SharedV4ProviderMetadata } from "@ai-sdk/provider";
import { isRecord } from "../../../../shared/protocol/frame.ts";

type Metadata = SharedV4ProviderMetadata[string];

/** Undefined where there is nothing to give back. */
export function signatureOf(metadata: Metadata | undefined): string | undefined {
  if (metadata === undefined) return undefined;
  const told = Object.entries(metadata).filter(([, value]) => value !== undefined && value !== null);
  const [first, ...rest] = told;
  if (first === undefined) return undefined;
  const [name, value] = first;
  if (rest.length === 0 && name === "signature" && typeof value === "string") return value;
  return JSON.stringify(Object.fromEntries(told));
}

/** The other way round. */
export function metadataOf(signature: string | undefined): Metadata | undefined {
  if (signature === undefined || signature === "") return undefined;
  if (!signature.startsWith("{")) return { signature };
  try {
    const value: unknown = JSON.parse(signature);
    return isRecord(value) ? (value as Metadata) : undefined;
  } catch {
    return undefined; // Of another program: nothing that could be given back.
  }
}

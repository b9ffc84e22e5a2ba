/** Takes over, once, whom the original had let in: `credentials/<channel>-allowFrom.json`. Its files stay as they are. */
import { join } from "node:path";
import type { Clock } from "../../shared/clock.ts";
import { readJsonObject } from "../../shared/node/json-object.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { PAIRING } from "../assistant/inbox/pairing.ts";
import type { Logger } from "../base/log/logger.ts";
import type { PairingLimits } from "../base/store/pairing-records.ts";
import type { SessionStore } from "../base/store/session-store.ts";
import type { ChannelDescriptor } from "./channel.ts";

interface ImportPlace {
  registry: readonly ChannelDescriptor[];
  credentialsDir: string;
  store: Pick<SessionStore, "importPaired" | "requestPairing" | "remember" | "remembered">;
  clock: Clock;
  log: Logger;
}

const SCOPE = "imported-pairings";
/** More than anybody lets in; what is beyond is no list of people. */
const MOST = 10_000;
const LIMITS: PairingLimits = { ttlMs: PAIRING.ttlMs, mostPending: PAIRING.mostPending };

export async function importPairings({
  registry,
  credentialsDir,
  store,
  clock,
  log,
}: ImportPlace): Promise<void> {
  for (const descriptor of registry) {
    const { id: channel } = descriptor;
    if ((await store.remembered(SCOPE, channel)) !== undefined) continue;
    const people = listIn(join(credentialsDir, `${channel}-allowFrom.json`), "allowFrom", log);
    const requests = listIn(join(credentialsDir, `${channel}-pairing.json`), "requests", log);
    if (people === undefined && requests === undefined) continue;
    const ids = (people ?? []).flatMap((entry) =>
      isId(entry) ? (descriptor.normalizeId(String(entry)) ?? []) : [],
    );
    const atMs = clock.now();
    const added = await store.importPaired(ids.map((senderId) => ({ channel, senderId, atMs })));
    for (const request of (requests ?? []).filter(isRecord)) await askAgain(request, descriptor, store);
    await store.remember(SCOPE, channel, "done", atMs);
    log.info({ channel, people: added }, "people whom another program had let in are let in here");
  }
}

/** A request that still waits keeps its code and its time. */
async function askAgain(
  { id, code, createdAt }: Record<string, unknown>,
  { id: channel, normalizeId }: ChannelDescriptor,
  store: ImportPlace["store"],
): Promise<void> {
  const createdAtMs = typeof createdAt === "string" ? Date.parse(createdAt) : Number.NaN;
  if (!isId(id) || typeof code !== "string" || !CODE.test(code) || Number.isNaN(createdAtMs)) return;
  const senderId = normalizeId(String(id));
  if (senderId === undefined) return;
  const wish = { channel, account: "default", senderId, name: undefined, code, chat: String(id) };
  await store.requestPairing(wish, [], LIMITS, createdAtMs);
}

const CODE = new RegExp(`^[${PAIRING.alphabet}]{${PAIRING.codeChars}}$`);

function isId(entry: unknown): entry is string | number {
  return (typeof entry === "string" && entry.trim() !== "" && entry !== "*") || typeof entry === "number";
}

/** Undefined where there is no such file. */
function listIn(file: string, name: string, log: Logger): unknown[] | undefined {
  const read = readJsonObject(file);
  if (read.state === "missing") return undefined;
  if (read.state === "unusable") {
    log.warn({ file, reason: read.reason }, "a list of people cannot be read; nobody of it is let in");
    return undefined;
  }
  const list = read.value[name];
  return Array.isArray(list) ? list.slice(0, MOST) : [];
}

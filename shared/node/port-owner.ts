/** Says which processes listen on a TCP port, and on which addresses. */

import { foreignLine, neutralLine } from "../foreign-text.ts";
import { type OtherProduct, productOfProcess, productOfService } from "../lineage.ts";
import { advice, type Remedy } from "../remedy.ts";
import { describeByProc, procSockets } from "./listeners/linux.ts";
import type { ProcessFacts, SocketRow, SocketSource } from "./listeners/socket-row.ts";
import { describeByPs, lsofSockets, macNetstatSockets, ssSockets } from "./listeners/unix-tools.ts";
import { describeByTasklist, powershellSockets, windowsNetstatSockets } from "./listeners/windows.ts";

/** A process that listens. Several appear when a server shares its socket with its children. */
export interface Listener extends ProcessFacts {
  /** Undefined when the system hides it, as it does with processes of other users. */
  pid: number | undefined;
  /** Every address it listens on, without brackets; `0.0.0.0` and `::` for all. */
  addresses: string[];
}

interface SystemView {
  /** The first source that answers is believed. */
  sources: SocketSource[];
  factsOf: (pid: number) => Promise<ProcessFacts | undefined>;
}

/**
 * All listeners of `port` in the order of the system's list; empty when there is none. Never throws and never blocks:
 * what the system does not tell stays `unknown`. Secrets in command lines are replaced by `***`.
 */
export async function listenersOn(
  port: number,
  platform: NodeJS.Platform = process.platform,
): Promise<Listener[]> {
  const { sources, factsOf } = systemView(platform);
  for (const source of sources) {
    const rows = await source(port);
    if (rows !== undefined) return listenersFrom(rows, factsOf);
  }
  return [];
}

/** `pid 812 (nginx, user www-data)`, for messages; of another product of the family with its name. */
export function describeListener(listener: Listener): Remedy {
  const { pid, command, user } = listener;
  if (pid === undefined) return advice`a process of user ${user}`;
  const product = productOfListener(listener);
  return product === undefined
    ? advice`pid ${pid} (${command}, user ${user})`
    : advice`pid ${pid} (${product.name}, ${command}, user ${user})`;
}

/** The product whose gateway it is, by the name that it gives its process, or by the package that it was started from. */
function productOfListener({ command, commandLine = "" }: Listener): OtherProduct | undefined {
  const words = commandLine.split(/\s+/);
  const named = [command, words[0] ?? ""].map(productOfProcess).find((product) => product !== undefined);
  return named ?? productOfService({ command: words, environment: {} });
}

function systemView(platform: NodeJS.Platform): SystemView {
  if (platform === "win32") {
    return { sources: [powershellSockets, windowsNetstatSockets], factsOf: describeByTasklist };
  }
  if (platform === "linux") {
    return { sources: [procSockets, ssSockets, lsofSockets], factsOf: describeByProc };
  }
  return { sources: [lsofSockets, macNetstatSockets], factsOf: describeByPs };
}

async function listenersFrom(rows: SocketRow[], factsOf: SystemView["factsOf"]): Promise<Listener[]> {
  const byOwner = new Map<string, SocketRow[]>();
  for (const row of rows) {
    const owner = row.pid === undefined ? `user ${row.user}` : `pid ${row.pid}`;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), row]);
  }
  return Promise.all(
    [...byOwner.values()].map(async (owned) => {
      const [first] = owned;
      const facts = first?.process ?? (first?.pid === undefined ? undefined : await factsOf(first.pid));
      return {
        pid: first?.pid,
        command: neutralLine(facts?.command ?? "unknown", MAX_NAME),
        commandLine: foreignLine(facts?.commandLine ?? ""),
        user: neutralLine(facts?.user ?? first?.user ?? "unknown", MAX_NAME),
        startId: facts?.startId,
        addresses: [...new Set(owned.map((row) => row.address))],
      };
    }),
  );
}

/** Characters of a name: programs choose their own. */
const MAX_NAME = 100;

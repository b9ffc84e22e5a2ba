/** Keeps secrets from whoever took the place of a gateway on this machine. */

import { SetupError, UnavailableError } from "../../errors.ts";
import { advice, ours } from "../../remedy.ts";
import type { Paths } from "../paths.ts";
import type { Listener } from "../port-owner.ts";
import { type Holder, holderOf } from "./holder.ts";
import { liveGateway } from "./live.ts";

/** Where a connection goes: a host of this machine, without brackets. */
export interface LocalPlace {
  host: string;
  port: number;
}

/**
 * A check to be made twice for one connection: before the socket is opened, and again before the secret leaves. It rejects with
 * `PORT_IN_USE` when somebody else listens there, with `PEER_UNKNOWN` when the system does not tell, and with `CONNECTION_LOST` when
 * the place changed hands in between: what answers then may not be who was asked about.
 */
export function vouchFor(
  place: LocalPlace,
  paths: Pick<Paths, "factsFile">,
  platform: NodeJS.Platform,
): () => Promise<void> {
  let before: Holder | undefined;
  return async () => {
    const gateway = liveGateway(paths);
    const holder = await holderOf(place.host, place.port, gateway, platform);
    if (holder.kind === "stranger") throw portHeld(place.port, holder.listener, gateway !== undefined);
    if (before === undefined) {
      // Nobody is there to be told anything, and where the system keeps silent the attempt to connect says whether there is.
      before = holder;
      return;
    }
    if (holder.kind === "unknown") throw peerUnknown(place.port);
    const isSame = before.kind === "ours" && holder.kind === "ours" && before.identity === holder.identity;
    if (!isSame) {
      throw new UnavailableError(
        "CONNECTION_LOST",
        advice`port ${place.port} changed hands while connecting; try again`,
      );
    }
  };
}

/** The error for a port that somebody else holds. */
function portHeld(
  port: number,
  { pid, command, user }: Pick<Listener, "pid" | "command" | "user">,
  isRunning: boolean,
): SetupError {
  const who = pid === undefined ? advice`a program of ${user}` : advice`${user}'s ${command} (pid ${pid})`;
  const state = isRunning
    ? advice`your gateway runs, but does not hold it`
    : advice`your gateway is not running`;
  const theirs =
    process.geteuid?.() === 0
      ? advice`if it is ${user}'s gateway, ask as that user: sudo -u ${user} clawdbot …; else `
      : "";
  return new SetupError("PORT_IN_USE", advice`port ${port} is held by ${who}; ${state}`, {
    fix: advice`${theirs}end that program, or choose another port: ${ours`config set gateway.port <port>`}`,
    details: { port, holder: { user, ...(pid === undefined ? {} : { pid, command }) } },
  });
}

function peerUnknown(port: number): SetupError {
  return new SetupError(
    "PEER_UNKNOWN",
    advice`the system does not tell who listens on port ${port}, so no secret is sent there`,
    { fix: "pass --token, --password or --url to send one all the same", details: { port } },
  );
}

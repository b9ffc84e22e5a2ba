/**
 * Who writes directly while `session.dmScope` puts all people into one conversation: from the second person on, what one says is shown
 * to the model together with what the other said, and whoever runs the gateway is told so.
 */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorText } from "../../../shared/errors.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { Authority, SessionStore } from "../../base/store/session-store.ts";
import type { NormalizeId } from "./identity.ts";
import type { AccountId, InboundMessage } from "./message.ts";
import { conversationOf } from "./route.ts";

/** Where they are kept. */
export const SHARED_ROOM = { scope: "shared-room", key: "people" } as const;
/** More say nothing more. */
const MOST = 10;

export interface SharedRoomPlace {
  store: () => Promise<Pick<SessionStore, "remembered" | "remember">>;
  config: () => GatewayConfig;
  clock: Clock;
  log: Logger;
}

export class SharedRoom {
  #place: SharedRoomPlace;
  #people: Set<string> | undefined;

  constructor(place: SharedRoomPlace) {
    this.#place = place;
  }

  /** Says at the start what was found out before. */
  async start(): Promise<void> {
    if (isShared(this.#place.config()) && (await this.#known()).size > 1) this.#warn();
  }

  /** Somebody who was let in wrote directly. Not worth losing a message over: never rejects. */
  async seen(
    id: AccountId,
    message: InboundMessage,
    who: { authority: Authority; normalize: NormalizeId },
  ): Promise<void> {
    if (message.chat.kind !== "dm" || !isShared(this.#place.config())) return;
    await this.#note(id, message, who).catch((error: unknown) =>
      this.#place.log.warn({ reason: errorText(error) }, "who shares a conversation could not be kept"),
    );
  }

  async #note(
    id: AccountId,
    message: InboundMessage,
    who: { authority: Authority; normalize: NormalizeId },
  ): Promise<void> {
    const { store, config, clock } = this.#place;
    const people = await this.#known();
    const person = personOf(id, message, who, config());
    if (people.has(person) || people.size >= MOST) return;
    people.add(person);
    await (await store()).remember(
      SHARED_ROOM.scope,
      SHARED_ROOM.key,
      JSON.stringify([...people]),
      clock.now(),
    );
    if (people.size === 2) this.#warn();
  }

  async #known(): Promise<Set<string>> {
    const { scope, key } = SHARED_ROOM;
    this.#people ??= peopleIn(await (await this.#place.store()).remembered(scope, key));
    return this.#people;
  }

  #warn(): void {
    this.#place.log.warn(
      "session.dmScope is main, and several people write directly: all of them are in one conversation, so answers to one may tell what another said; auto keeps them apart",
    );
  }
}

/** Whether the configuration itself says so: nobody is surprised by a default. */
export function isShared({ session }: GatewayConfig): boolean {
  return session?.dmScope === "main";
}

/** Those who were kept; nobody where nothing is. */
export function peopleIn(kept: string | undefined): Set<string> {
  const list: unknown = kept === undefined ? [] : JSON.parse(kept);
  return new Set(Array.isArray(list) ? list.map(String) : []);
}

/** The same for all ids of one person that are linked, and for all owners. */
function personOf(
  id: AccountId,
  message: InboundMessage,
  { authority, normalize }: { authority: Authority; normalize: NormalizeId },
  config: GatewayConfig,
): string {
  if (authority === "owner") return "owner";
  const apart = { ...config, session: { ...config.session, dmScope: "auto", scope: "per-sender" } as const };
  return conversationOf(id, message, "guest", apart, normalize).sessionKey;
}

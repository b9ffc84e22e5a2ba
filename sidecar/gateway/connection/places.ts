/**
 * The clients that are let in, on this machine and elsewhere: as many as a gateway can serve. When every place is taken, whoever may do
 * everything gets that of the one who may not and has been here longest.
 */

/** What matters of a client here. */
export interface Seated {
  origin: { local: boolean };
}

export class Places<Client extends Seated> {
  #limit: number;
  #mayDoAll: (client: Client) => boolean;
  /** The oldest first. */
  #here = new Set<Client>();
  #elsewhere = new Set<Client>();

  /** `limit` is for either kind. */
  constructor(limit: number, mayDoAll: (client: Client) => boolean) {
    this.#limit = limit;
    this.#mayDoAll = mayDoAll;
  }

  /** Whether there is a place for a newcomer; `leaves` is who has to go for it. */
  find(newcomer: Client, mayDoAll: boolean): { isFree: boolean; leaves?: Client } {
    const taken = this.#of(newcomer);
    if (taken.size < this.#limit) return { isFree: true };
    const leaves = mayDoAll ? [...taken].find((client) => !this.#mayDoAll(client)) : undefined;
    return leaves === undefined ? { isFree: false } : { isFree: true, leaves };
  }

  take(client: Client): void {
    this.#of(client).add(client);
  }

  leave(client: Client): void {
    this.#of(client).delete(client);
  }

  #of({ origin }: Client): Set<Client> {
    return origin.local ? this.#here : this.#elsewhere;
  }
}

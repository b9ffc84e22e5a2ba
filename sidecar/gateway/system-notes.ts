/** System notes that wait for the next turn of the main conversation: bounded, in memory, without consecutive repeats. */

/** Notes kept per conversation; the oldest goes first. */
const MAX_NOTES = 20;

export class SystemNotes {
  #notes: string[] = [];

  add(note: string): void {
    if (this.#notes.at(-1) === note) return;
    this.#notes.push(note);
    if (this.#notes.length > MAX_NOTES) this.#notes.shift();
  }

  list(): string[] {
    return [...this.#notes];
  }
}

/** What starts and stops, and how things that were opened are closed again in reverse order. */

/** One thing to undo. Calling `dispose` twice is harmless. */
export interface Disposable {
  dispose(): void;
}

/** Collects disposables of one run and undoes them in reverse order. */
export class Disposables implements Disposable {
  #items: Disposable[] = [];

  /** Registers `item` and returns it. */
  add<T extends Disposable>(item: T): T {
    this.#items.push(item);
    return item;
  }

  dispose(): void {
    for (const item of this.#items.splice(0).reverse()) item.dispose();
  }
}

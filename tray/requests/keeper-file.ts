/** Keeps the file up to date by which commands find the tray that keeps a gateway. */
import { existsSync, rmSync } from "node:fs";
import { errorText, systemCode } from "../../shared/errors.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { startIdOf } from "../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../shared/node/run-state.ts";
import { keeperFile, type TrayKeeper } from "../../shared/node/tray/keeper.ts";
import type { TrayPlaces } from "../gateway-profiles.ts";
import { ownerOf, type TrayModel } from "../model/tray-model.ts";

export class KeeperFile implements Disposable {
  readonly #places: TrayPlaces;
  readonly #contact: Pick<TrayKeeper, "address" | "key">;
  readonly #warn: (message: string) => void;
  #file: string | undefined;
  #written = "";

  constructor(
    places: TrayPlaces,
    contact: Pick<TrayKeeper, "address" | "key">,
    warn: (message: string) => void,
  ) {
    this.#places = places;
    this.#contact = contact;
    this.#warn = warn;
  }

  /** Writes what is different by now, or gone, where the gateway lies, or would lie. */
  show({ gateway, intent, facts }: TrayModel): void {
    const owner = ownerOf(gateway);
    const mode = owner === null ? intent.mode : facts.runMode;
    const file = keeperFile(this.#places.gateway[mode].paths);
    if (file !== this.#file) this.dispose();
    const keeper: TrayKeeper = {
      pid: process.pid,
      startId: startIdOf(process.pid) ?? "",
      ...this.#contact,
      owner,
      gatewayPid: "gateway" in gateway ? gateway.gateway.pid : "pid" in gateway ? gateway.pid : null,
    };
    const text = JSON.stringify(keeper);
    if (text === this.#written && existsSync(file)) return;
    this.#file = file;
    try {
      writeJsonFile(file, keeper, { durable: false, parents: false });
      this.#written = text;
    } catch (error) {
      // The dev profile may have no directory before its first start; the next change writes again.
      const code = systemCode(error);
      if (code !== "ENOENT") this.#warn(`${file} cannot be written (${code ?? errorText(error)})`);
    }
  }

  /** Takes the file away. */
  dispose(): void {
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
    this.#file = undefined;
    this.#written = "";
  }
}

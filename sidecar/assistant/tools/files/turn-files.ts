/** The files of each turn: what it has read it may overwrite, and nothing that it reads shows a secret. */
import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { CredentialStore } from "../../../base/store/credential-store.ts";
import { type OwnerWordPlace, ownersWord } from "../../approvals/owner-word.ts";
import { sandboxOf } from "../../sandbox/settings.ts";
import {
  holdsMark,
  type KnownSecrets,
  knownSecrets,
  secretsInVariables,
  withoutSecrets,
} from "../../secrets/known-secrets.ts";
import { workspaceOf } from "../../workspace/place.ts";
import type { ToolCall } from "../tool.ts";
import { type ScopePlace, scopeOf } from "./file-scope.ts";
import { ScopedFiles } from "./scoped-files.ts";

/** What tools of files go by. */
export interface FileAccess {
  of(call: ToolCall): ScopedFiles;
  /** Asks the owner before something outside of the work directory is written. Fails with a sentence for the model where it may not be. */
  mayWrite(call: ToolCall, path: string): Promise<void>;
  /** Those of the work directory alone, without hidden ones: what may be given away. */
  toGive(call: Pick<ToolCall, "turn">): ScopedFiles;
  /** The text as a model may see it. `path` is the file that it is of. */
  shown(text: string, path: string): Promise<string>;
}

type TurnFilesPlace = ScopePlace & OwnerWordPlace & { credentials: Pick<CredentialStore, "list"> };

/** Turns whose files are remembered. */
const MOST_TURNS = 64;

export class TurnFiles implements FileAccess {
  #place: TurnFilesPlace;
  #files = new Map<string, ScopedFiles>();

  constructor(place: TurnFilesPlace) {
    this.#place = place;
  }

  of({ turn }: ToolCall): ScopedFiles {
    const known = this.#files.get(turn.id);
    if (known !== undefined) return known;
    const files = new ScopedFiles(scopeOf(turn, this.#place));
    this.#files.set(turn.id, files);
    for (const id of this.#files.keys()) {
      if (this.#files.size <= MOST_TURNS) break;
      this.#files.delete(id);
    }
    return files;
  }

  toGive({ turn }: Pick<ToolCall, "turn">): ScopedFiles {
    const { elsewhere: _elsewhere, ...scope } = scopeOf(turn, this.#place);
    return new ScopedFiles({ ...scope, hasHidden: false, told: "files of the work directory" });
  }

  async mayWrite(call: ToolCall, path: string): Promise<void> {
    // Whoever calls a tool himself has said so.
    if (call.isDirect === true || call.turn.authority !== "owner") return;
    const { config, paths } = this.#place;
    // Nothing but its work directory can be written there.
    if (sandboxOf(config(), call.turn) !== undefined) return;
    const directory = workspaceOf(config(), call.turn.agentId, paths);
    const place = placeOutside(path, directory, paths.home);
    if (place === undefined) return;
    const isHidden = place.split(sep).some((part) => part.startsWith("."));
    const folder = dirname(place);
    // What lies hidden, or beside the home directory, is what systems and programs go by.
    const rule =
      isHidden || !isBelow(folder, paths.home) ? undefined : { name: folder, text: `write in ${folder}` };
    await ownersWord(this.#place, call, { kind: "files", command: `write ${place}`, rule });
    if (placeOutside(path, directory, paths.home) !== place)
      throw new Error("The path leads to another place by now; nothing was written.");
  }

  async shown(text: string, path: string): Promise<string> {
    const secrets: KnownSecrets = isOfVariables(path)
      ? new Map([...secretsInVariables(text), ...(await this.#known())])
      : await this.#known();
    return withoutSecrets(text, secrets);
  }

  async #known(): Promise<KnownSecrets> {
    const { config, env, credentials } = this.#place;
    const stored = (await credentials.list()).map(({ provider, profile, secret }) => ({
      name: `${provider} ${profile}`,
      secret,
    }));
    return knownSecrets({ config: config(), env, stored });
  }
}

/** One scope, whatever the turn, in which nothing is hidden. */
export function sameFiles(files: ScopedFiles): FileAccess {
  return { of: () => files, toGive: () => files, mayWrite: async () => {}, shown: async (text) => text };
}

/** Refuses a text with a mark, which would take the place of the secret in the file. */
export function refuseMarks(text: string): void {
  if (holdsMark(text))
    throw new Error(
      "The text holds the mark of a hidden secret, which would replace it. Change what is around it with edit.",
    );
}

/** Where the path leads, links followed; undefined for one in the work directory. */
function placeOutside(path: string, directory: string, home: string): string | undefined {
  const named = path.trim().replace(/^~(?=$|[\\/])/, () => home);
  const place = ledTo(resolve(directory, named));
  return isBelow(place, ledTo(directory)) ? undefined : place;
}

function ledTo(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(ledTo(above), basename(path));
  }
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory + sep);
}

function isOfVariables(path: string): boolean {
  return /^\.env(?:\..+)?$|\.env$/i.test(basename(path.trim()));
}

/** The files of each turn: what it has read it may overwrite, and nothing that it reads shows a secret. */
import { basename } from "node:path";
import type { CredentialStore } from "../../../base/store/credential-store.ts";
import {
  holdsMark,
  type KnownSecrets,
  knownSecrets,
  secretsInVariables,
  withoutSecrets,
} from "../../secrets/known-secrets.ts";
import type { ToolCall } from "../tool.ts";
import { type ScopePlace, scopeOf } from "./file-scope.ts";
import { ScopedFiles } from "./scoped-files.ts";

/** What tools of files go by. */
export interface FileAccess {
  of(call: ToolCall): ScopedFiles;
  /** The text as a model may see it. `path` is the file that it is of. */
  shown(text: string, path: string): Promise<string>;
}

/** Turns whose files are remembered. */
const MOST_TURNS = 64;

export class TurnFiles implements FileAccess {
  #place: ScopePlace & { credentials: Pick<CredentialStore, "list"> };
  #files = new Map<string, ScopedFiles>();

  constructor(place: ScopePlace & { credentials: Pick<CredentialStore, "list"> }) {
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
  return { of: () => files, shown: async (text) => text };
}

/** Refuses a text with a mark, which would take the place of the secret in the file. */
export function refuseMarks(text: string): void {
  if (holdsMark(text))
    throw new Error(
      "The text holds the mark of a hidden secret, which would replace it. Change what is around it with edit.",
    );
}

function isOfVariables(path: string): boolean {
  return /^\.env(?:\..+)?$|\.env$/i.test(basename(path.trim()));
}

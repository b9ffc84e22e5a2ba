/** What commands of agents stand on: the desk where they ask, what runs, and the secrets that they do not show. */
import { mkdirSync, realpathSync } from "node:fs";
import type { StoredCredential } from "../../../base/store/credential-store.ts";
import { ApprovalDesk } from "../../approvals/desk.ts";
import { ExecApprovalsFile } from "../../approvals/exec-approvals-file.ts";
import { Sandboxes } from "../../sandbox/sandboxes.ts";
import { type Mask, maskOf } from "../../secrets/mask.ts";
import type { SkillBook } from "../../skills/skill-book.ts";
import type { ToolPlace } from "../tool.ts";
import { RunTable } from "./run-table.ts";

/** What they are made of. */
type HandsPlace = Pick<
  ToolPlace,
  "store" | "clock" | "config" | "log" | "bus" | "env" | "stateDir" | "paths"
> & {
  /** What skills give to programs. */
  skills?: Pick<SkillBook, "environment">;
};

export type Hands = HandsPlace & {
  desk: ApprovalDesk;
  file: ExecApprovalsFile;
  runs: RunTable;
  sandboxes: Sandboxes;
  /** `directories` may hold files of variables. */
  mask: (directories: readonly string[]) => Promise<Mask>;
};

export function handsOf(place: HandsPlace, credentials: { list(): Promise<StoredCredential[]> }): Hands {
  const { config, env } = place;
  const sandboxes = new Sandboxes(place);
  return {
    ...place,
    desk: new ApprovalDesk(place),
    file: new ExecApprovalsFile(place.stateDir),
    sandboxes,
    runs: new RunTable({ ...place, endElsewhere: (id) => sandboxes.end(id) }),
    mask: async (directories) => {
      const stored = (await credentials.list()).map(({ provider, profile, secret }) => ({
        name: `${provider} ${profile}`,
        secret,
      }));
      return maskOf({ config: config(), env, stored, directories });
    },
  };
}

/** Without links; made where there is none. */
export function realDirectory(path: string): string {
  mkdirSync(path, { recursive: true });
  return realpathSync.native(path);
}

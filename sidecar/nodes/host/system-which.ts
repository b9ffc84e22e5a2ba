/** `system.which`: where programs of these names are. What is not there is left out. */
import type { NodeCommand } from "./command.ts";
import { textsIn } from "./command.ts";
import { findProgram } from "./programs.ts";
import type { RunPlace } from "./system-run.ts";

const MOST_NAMES = 500;
const NAME = /^[\w.+-]{1,100}$/;

export function systemWhich({ env, platform, home }: Omit<RunPlace, "allowed">): NodeCommand {
  return {
    async run(params) {
      const names = textsIn(params, "bins", MOST_NAMES).map((name) => name.trim());
      // A path would tell of files, not of programs.
      const found = names.flatMap((name) => {
        const file = NAME.test(name) ? findProgram(name, { env, platform, directory: home }) : undefined;
        return file === undefined ? [] : [[name, file] as const];
      });
      return { bins: Object.fromEntries(found) };
    },
  };
}

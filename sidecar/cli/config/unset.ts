/** `clawdbot config unset <path>`: removes one value, so that its default holds again. */
import { validateConfig } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { parsePath, withoutValueAt } from "../../base/config/dotted-path.ts";
import type { Invocation } from "../invocation.ts";
import { changeValue } from "./change.ts";

export async function run(invocation: Invocation): Promise<number> {
  const [path = ""] = invocation.arguments;
  const keys = parsePath(path);
  await changeValue(invocation, path, `${path} is removed from`, (values) => {
    const next = withoutValueAt(values, keys);
    if (next !== undefined) return { next, verdict: validateConfig(next) };
    const file = invocation.surroundings.paths.configFile;
    throw new RequestError("NOT_FOUND", `${path} is not set in ${file}`);
  });
  return EXIT.ok;
}

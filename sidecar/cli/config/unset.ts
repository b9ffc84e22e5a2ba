/** `clawdbot config unset <path>`: removes one value, so that its default holds again. */

import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import { valuesIn } from "../../base/config/config-file.ts";
import { parsePath, withoutValueAt } from "../../base/config/dotted-path.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import type { Invocation } from "../invocation.ts";
import { changeValue } from "./change.ts";

export async function run(invocation: Invocation): Promise<number> {
  const [path = ""] = invocation.arguments;
  const keys = parsePath(path);
  await changeValue(
    invocation,
    path,
    (file) => advice`${path} is removed from ${file}`,
    (reading, preview) => {
      if (withoutValueAt(valuesIn(reading), keys) === undefined) {
        throw new RequestError("NOT_FOUND", advice`${path} is not set in ${reading.path}`);
      }
      const edit: TextEdit = { kind: "unset", keys };
      return { edit, next: preview([edit]) };
    },
  );
  return EXIT.ok;
}

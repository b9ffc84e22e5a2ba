/** `clawdbot backup create`: writes the state of a profile into one file. */

import { EXIT } from "../../../shared/exit-codes.ts";
import { advice, whole } from "../../../shared/remedy.ts";
import { createBackup } from "../../setup/backup/create.ts";
import { amountOf } from "../../setup/backup/manifest.ts";
import type { Invocation } from "../invocation.ts";
import { fileArgument } from "./file-argument.ts";

export async function run({ arguments: words, context, output }: Invocation): Promise<number> {
  const target = words[0] === undefined ? undefined : fileArgument(words[0], "create");
  const { file, sizeBytes, manifest, leftOut } = await createBackup(context, target, Date.now());
  const contentBytes = manifest.files.reduce((sum, each) => sum + each.sizeBytes, 0);
  output.tick(advice`backup written: ${file} (${amountOf(manifest.files.length, contentBytes)})`);
  for (const { path, reason } of leftOut) output.note(advice`Not in it: ${path} (${whole(reason)})`);
  output.say("It holds every secret of the profile: keep it where nobody else can read it.");
  output.document({ ok: true, file, sizeBytes, ...manifest, leftOut });
  return EXIT.ok;
}

/** `clawdbot backup verify`: checks a backup to its last byte and says what is in it. */

import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import { amountOf, partsOf } from "../../setup/backup/manifest.ts";
import { openBackup } from "../../setup/backup/read.ts";
import type { Invocation } from "../invocation.ts";
import { describeBackup, fileArgument } from "./file-argument.ts";

export async function run({ arguments: [word = ""], output }: Invocation): Promise<number> {
  const file = fileArgument(word, "verify");
  await using backup = await openBackup(file);
  const manifest = await backup.read();
  const contents = partsOf(manifest.files);
  output.tick(`whole: ${file} (${describeBackup(manifest)})`);
  for (const { what, files, sizeBytes } of contents)
    output.say(advice`  ${what}: ${amountOf(files, sizeBytes)}`);
  output.document({ ok: true, file, ...manifest, contents });
  return EXIT.ok;
}

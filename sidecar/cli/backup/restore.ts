/** `clawdbot backup restore`: puts a backup in the place of a profile's state. */
import { join } from "node:path";
import { EXIT } from "../../../shared/exit-codes.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { amountOf } from "../../setup/backup/manifest.ts";
import { restoreBackup } from "../../setup/backup/restore.ts";
import type { Invocation } from "../invocation.ts";
import { describeBackup, fileArgument, profileText } from "./file-argument.ts";

export async function run({ arguments: [word = ""], values, context, output }: Invocation): Promise<number> {
  const file = fileArgument(word, "restore");
  const { paths } = context;
  const options = { force: values.force === true, nowMs: Date.now() };
  const { stateDir, manifest, moved } = await restoreBackup(file, context, options);
  const contentBytes = manifest.files.reduce((sum, each) => sum + each.sizeBytes, 0);
  const profile = paths.profile ?? null;

  if (moved !== undefined) output.tick(`${moved.path} → ${moved.place ?? "Recycle Bin"}`);
  const place = tildePath(stateDir, paths.home);
  output.tick(
    advice`restored: ${place} (${amountOf(manifest.files.length, contentBytes)}; ${describeBackup(manifest)})`,
  );
  if (manifest.profile !== profile) {
    const [from, to] = [profileText(manifest.profile), profileText(profile)];
    output.note(
      `Note: this is a backup of the ${from}, restored into the ${to}; port and secret are those of the backup.`,
    );
  }
  if (paths.configFile !== join(paths.stateDir, "clawdbot.json")) {
    output.note(`Note: CLAWDBOT_CONFIG_PATH names ${paths.configFile}, which was left as it is.`);
  }
  output.say(advice`Next: ${ours`gateway install`}, or ${ours`start`}`);
  output.document({ ok: true, file, stateDir, ...manifest, restoredInto: profile, moved: moved ?? null });
  return EXIT.ok;
}

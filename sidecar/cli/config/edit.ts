/** `clawdbot config edit`: the file in the person's own editor, as a copy that replaces it only when it is valid. */

import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findingLines } from "../../../shared/config/validate.ts";
import { errorText, SetupError, UnavailableError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { configError, readConfig } from "../../../shared/node/config-source.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "../../../shared/node/text-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice } from "../../../shared/remedy.ts";
import { changeConfigFile } from "../../base/config/config-file.ts";
import { confirm } from "../confirm.ts";
import type { Invocation, ProfileContext } from "../invocation.ts";
import { refuseChange } from "./change.ts";
import { noteRunningGateway } from "./taken-over.ts";

/** What somebody who has no configuration starts from. */
const FIRST_TEXT = `{\n  "gateway": {\n    "mode": "local"\n  }\n}\n`;

export async function run(invocation: Invocation): Promise<number> {
  const { context, output } = invocation;
  const { env, paths } = context;
  const file = paths.configFile;
  const before = readConfig(file, env);
  if (before.state === "invalid" && before.raw === undefined) throw configError(before);
  const text = before.state === "missing" ? FIRST_TEXT : (before.raw ?? "");
  const copy = createCopy(file, text);

  const edited = await editUntilValid(copy, text, invocation);
  const changed = before.state === "missing" || edited !== before.raw;
  if (changed) await takeOver(copy, edited, before.hash, invocation);
  rmSync(copy);
  output.tick(changed ? `${file} is written; the previous one is ${file}.bak` : `${file} is unchanged`);
  const gateway = changed ? await noteRunningGateway(invocation) : undefined;
  output.document({ ok: true, file, changed, gateway });
  return EXIT.ok;
}

/** Beside the file, readable by the owner only, with an ending by which editors know the syntax. */
function createCopy(file: string, text: string): string {
  const copy = join(dirname(file), `clawdbot.edit-${process.pid}.json5`);
  try {
    ensureDirectory(dirname(copy));
    writeFileSync(copy, text, { flag: "wx", mode: 0o600 });
    return copy;
  } catch (error) {
    throw unwritable(copy, error);
  }
}

/** The text of the copy once it is valid. */
async function editUntilValid(
  copy: string,
  original: string,
  { context, output }: Invocation,
): Promise<string> {
  for (;;) {
    try {
      await openEditor(copy, context, output.json);
    } catch (error) {
      if (!isUntouched(copy, original)) throw kept(copy, errorText(error), error);
      rmSync(copy, { force: true });
      throw new UnavailableError("EDIT_ABANDONED", errorText(error), { cause: error });
    }
    const verdict = readConfig(copy, context.env);
    if (verdict.state === "valid") {
      for (const line of findingLines(verdict.warnings, verdict.more)) output.note(advice`Warning: ${line}`);
      return verdict.raw;
    }
    if (verdict.state === "missing") throw new UnavailableError("EDIT_ABANDONED", `${copy} was removed`);
    for (const line of findingLines(verdict.issues, verdict.more)) output.note(line);
    if (!(await confirm(output, "Edit again?", true))) {
      const { message } = refuseChange("clawdbot.json", verdict.issues, verdict.more);
      throw new SetupError("CONFIG_INVALID", keptLine(copy, message), {
        details: { copy, issues: verdict.issues },
      });
    }
  }
}

/** Runs the editor of the environment through the shell, because the variable may hold options such as `code --wait`. */
function openEditor(file: string, { env, platform }: ProfileContext, json: boolean): Promise<void> {
  const editor = env.VISUAL?.trim() || env.EDITOR?.trim() || (platform === "win32" ? "notepad" : "vi");
  const [command, args] =
    platform === "win32"
      ? [`${editor} "${file}"`, []]
      : ["/bin/sh", ["-c", `${editor} "$1"`, "clawdbot", file]];
  const child = spawn(command, args, {
    // What the editor prints must not get into the one document of --json.
    stdio: ["inherit", json ? 2 : "inherit", "inherit"],
    shell: platform === "win32",
    env: { ...env },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`the editor (${editor}) ended with ${signal ?? code}`));
    });
  });
}

/** Writes the text, unless another program wrote the file meanwhile and nobody says that this does not matter. */
async function takeOver(
  copy: string,
  text: string,
  hash: string,
  { context, output }: Invocation,
): Promise<void> {
  const { env, paths } = context;
  const file = paths.configFile;
  const writeOver = (expected: string | undefined) =>
    changeConfigFile(
      { file, env },
      (reading) => (expected === undefined || reading.hash === expected ? text : undefined),
      Date.now(),
    );
  try {
    if (await writeOver(hash)) return;
    const question = `${file} was changed by another program meanwhile. Overwrite it?`;
    if (!(await confirm(output, question, false)))
      throw new Error(`${file} was changed by another program meanwhile`);
    await writeOver(undefined);
  } catch (error) {
    throw kept(copy, errorText(error), error);
  }
}

/** Nothing was typed into the copy, so there is nothing to keep, least of all another copy of a secret. */
function isUntouched(copy: string, original: string): boolean {
  const now = readTextFile(copy, MAX_CONFIG_BYTES);
  return now.state === "missing" || (now.state === "text" && now.text === original);
}

function kept(copy: string, reason: string, cause: unknown): UnavailableError {
  return new UnavailableError("EDIT_ABANDONED", keptLine(copy, reason), { cause, details: { copy } });
}

function keptLine(copy: string, reason: string): string {
  return `${reason}\nYour text is kept in ${copy}`;
}

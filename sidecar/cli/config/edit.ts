/** `clawdbot config edit`: the file in the person's own editor, as a copy that replaces it only when it is valid. */

import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findingLines } from "../../../shared/config/findings.ts";
import { errorSentence, RequestError, SetupError, UnavailableError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { configError, readConfig } from "../../../shared/node/config-source.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "../../../shared/node/text-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice, joined, type Remedy, whole } from "../../../shared/remedy.ts";
import { changeConfigFile } from "../../base/config/config-file.ts";
import { confirm } from "../confirm.ts";
import type { Invocation, ProfileContext } from "../invocation.ts";
import type { Output } from "../output.ts";
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
  const editor = editorFor(context, output);
  const text = before.state === "missing" ? FIRST_TEXT : (before.raw ?? "");
  const copy = createCopy(file, text);

  const edited = await editUntilValid(copy, { original: text, editor }, invocation);
  const changed = before.state === "missing" || edited !== before.raw;
  if (changed) await takeOver(copy, edited, before.hash, invocation);
  rmSync(copy);
  output.tick(
    changed ? advice`${file} is written; the previous one is ${file}.bak` : advice`${file} is unchanged`,
  );
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
  { original, editor }: { original: string; editor: string },
  { context, output }: Invocation,
): Promise<string> {
  for (;;) {
    try {
      await openEditor(copy, editor, context, output.json);
    } catch (error) {
      if (!isUntouched(copy, original)) throw kept(copy, errorSentence(error), error);
      rmSync(copy, { force: true });
      throw new UnavailableError("EDIT_ABANDONED", errorSentence(error), { cause: error });
    }
    const verdict = readConfig(copy, context.env);
    if (verdict.state === "valid") {
      for (const line of findingLines(verdict.warnings, verdict.more))
        output.note(advice`Warning: ${whole(line)}`);
      return verdict.raw;
    }
    if (verdict.state === "missing")
      throw new UnavailableError("EDIT_ABANDONED", advice`${copy} was removed`);
    for (const line of findingLines(verdict.issues, verdict.more)) output.note(line);
    if (!(await confirm(output, "Edit again?", true))) {
      const { sentence } = refuseChange("clawdbot.json", verdict.issues, verdict);
      throw new SetupError("CONFIG_INVALID", keptLine(copy, sentence), {
        details: { copy, issues: verdict.issues },
      });
    }
  }
}

/** The one of the environment, else that of the system, which for vi takes a terminal. */
function editorFor({ env, platform }: ProfileContext, { isAttended }: Output): string {
  const chosen = env.VISUAL?.trim() || env.EDITOR?.trim();
  if (chosen) return chosen;
  if (platform === "win32") return "notepad";
  if (isAttended) return "vi";
  throw new RequestError("USAGE", "config edit opens vi: run it in a terminal, or set VISUAL or EDITOR");
}

/** Runs the editor through the shell, because it may be given with options such as `code --wait`. */
function openEditor(
  file: string,
  editor: string,
  { env, platform }: ProfileContext,
  json: boolean,
): Promise<void> {
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
      else {
        const how = signal ?? code ?? "";
        reject(new UnavailableError("EDIT_ABANDONED", advice`the editor (${editor}) ended with ${how}`));
      }
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
    const question = advice`${file} was changed by another program meanwhile. Overwrite it?`;
    if (!(await confirm(output, question, false))) {
      const reason = advice`${file} was changed by another program meanwhile`;
      throw new UnavailableError("EDIT_ABANDONED", reason);
    }
    await writeOver(undefined);
  } catch (error) {
    throw kept(copy, errorSentence(error), error);
  }
}

/** Nothing was typed into the copy, so there is nothing to keep, least of all another copy of a secret. */
function isUntouched(copy: string, original: string): boolean {
  const now = readTextFile(copy, MAX_CONFIG_BYTES);
  return now.state === "missing" || (now.state === "text" && now.text === original);
}

function kept(copy: string, reason: Remedy, cause: unknown): UnavailableError {
  return new UnavailableError("EDIT_ABANDONED", keptLine(copy, reason), { cause, details: { copy } });
}

function keptLine(copy: string, reason: Remedy): Remedy {
  return joined([whole(reason), advice`Your text is kept in ${copy}`], "\n");
}

/** Whether the store of sessions is sound: every page of it is read. */
import { existsSync } from "node:fs";
import { errorSentence, errorText, SetupError } from "../../../../../shared/errors.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { lookIntoDatabase, problemsIn } from "../../../../base/store/database.ts";
import type { Check, Finding } from "../../check.ts";

export const store: Check = {
  id: "store",
  examine: async ({ profile }) => {
    const { storeFile } = profile.paths;
    return existsSync(storeFile) ? await lookAt(storeFile) : [];
  },
};

async function lookAt(file: string): Promise<Finding[]> {
  try {
    const database = await lookIntoDatabase(file);
    try {
      const problems = problemsIn(database);
      return problems.length === 0 ? [] : [damaged(file, problems)];
    } finally {
      database.close();
    }
  } catch (error) {
    if (!(error instanceof SetupError)) {
      const message = advice`the store of sessions ${file} cannot be read: ${errorText(error)}`;
      return [{ code: "store-unreadable", level: "error", subject: file, message }];
    }
    const code = error.code === "STORE_NEWER" ? "store-newer" : "store-damaged";
    const finding: Finding = { code, level: "error", subject: file, message: errorSentence(error) };
    return [error.fix === undefined ? finding : { ...finding, remedy: error.fix }];
  }
}

/** What is still readable may be saved before a backup takes its place. */
function damaged(file: string, [first = "", ...others]: readonly string[]): Finding {
  const more = others.length === 0 ? "" : advice` and ${others.length} more`;
  return {
    code: "store-damaged",
    level: "error",
    subject: file,
    message: advice`the store of sessions ${file} is damaged: ${first}${more}`,
    remedy: advice`keep a copy of it, then put back the newest backup: ${ours`backup restore <file>`}`,
  };
}

/** Run as a program of its own: ends with 0 when the source would load, so that a gateway is only replaced by one that starts. */
import { existsSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { errorText } from "../../../shared/errors.ts";

process.emitWarning = () => {}; // Node calls type stripping experimental; here it is the point.

try {
  for (const file of process.argv.slice(2)) if (file.endsWith(".ts") && existsSync(file)) parse(file);
  await import("./run.ts");
  await import("../../app.ts");
} catch (error) {
  console.error(error instanceof Error ? error.stack : errorText(error));
  process.exitCode = 1;
}

/** Also finds errors in files that are loaded only when they are needed. */
function parse(file: string): void {
  try {
    stripTypeScriptTypes(readFileSync(file, "utf8"));
  } catch (cause) {
    const error = new SyntaxError(`${file}: ${errorText(cause)}`, { cause });
    error.stack = error.message;
    throw error;
  }
}

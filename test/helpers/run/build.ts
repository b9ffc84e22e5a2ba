/**
 * Before the first test: builds the program unless dist/ is made of the sources as they are, and the programs of the tests. After the
 * last: fails if dist/ no longer is.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildTestPrograms } from "./test-programs.ts";

const BUILD = fileURLToPath(new URL("../../../build.mjs", import.meta.url));

export default async function setUp(): Promise<() => void> {
  if (!isFresh()) execFileSync(process.execPath, [BUILD], { stdio: "inherit" });
  await buildTestPrograms();
  return () => {
    if (!isFresh()) throw new Error("the sources were changed during the run: dist/ is stale, run it again");
  };
}

function isFresh(): boolean {
  return spawnSync(process.execPath, [BUILD, "--check"]).status === 0;
}

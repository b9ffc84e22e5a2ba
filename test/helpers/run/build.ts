/** Before the first test: builds the program unless dist/ is made of the sources as they are. After the last: fails if it no longer is. */
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const BUILD = fileURLToPath(new URL("../../../build.mjs", import.meta.url));

export default function setUp(): () => void {
  if (!isFresh()) execFileSync(process.execPath, [BUILD], { stdio: "inherit" });
  return () => {
    if (!isFresh()) throw new Error("the sources were changed during the run: dist/ is stale, run it again");
  };
}

function isFresh(): boolean {
  return spawnSync(process.execPath, [BUILD, "--check"]).status === 0;
}

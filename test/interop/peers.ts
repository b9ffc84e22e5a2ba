/** The programs of others that are run against ours, in a folder of their own outside of the project. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The original, as npm has it. */
const VERSION = "2026.1.24-3";
/** It asks for a library that no registry has under that name; the one it is made of does as well. */
const MANIFEST = {
  private: true,
  overrides: { libsignal: "6.0.0", "@whiskeysockets/libsignal-node": "npm:libsignal@6.0.0" },
  dependencies: { clawdbot: VERSION },
};
const OLDEST_NODE = 24;

export interface Peer {
  version: string;
  /** The program of its command line, to be run with this Node. */
  program: string;
  /** The static files of its page. */
  page: string;
}

/** Installs the original into the cache, once; a few minutes, 1 GB. Fails where npm does. */
export function original(): Peer {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE)
    throw new Error(
      `The original needs Node ${OLDEST_NODE}; this is ${process.version}. Run it with: npm run interop`,
    );
  const cache = process.env.CLAWDBOT_INTEROP_CACHE ?? join(homedir(), ".cache", "clawdbot-interop");
  const folder = join(cache, "clawdbot");
  const installed = join(folder, "node_modules", "clawdbot");
  if (!existsSync(join(installed, "dist", "control-ui"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify(MANIFEST));
    console.log(`Installing clawdbot ${VERSION} into ${folder} …`);
    const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: folder,
      stdio: "inherit",
    });
    if (status !== 0) throw new Error(`npm could not install clawdbot ${VERSION} in ${folder}`);
  }
  return {
    version: VERSION,
    program: join(folder, "node_modules", ".bin", "clawdbot"),
    page: join(installed, "dist", "control-ui"),
  };
}

/**
 * The programs of the tests as plain JavaScript, made once per run: started from their sources, each of them would have every module
 * found, stripped of its types and compiled at every start, which takes longer than what most of them do.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDER = join(ROOT, "test/.programs");
const STAMP = join(FOLDER, "sources.sha256");

const PROGRAMS = [
  "fixtures/channel/gateway",
  "fixtures/port/force",
  "fixtures/port/impostor",
  "fixtures/port/server",
  "fixtures/port/socket-holder",
  "fixtures/service/ask-manager",
  "fixtures/stand-ins/server",
  "helpers/process/command-host",
] as const;

/** The file to start with Node. */
export function testProgram(name: (typeof PROGRAMS)[number]): string {
  return join(FOLDER, `${name}.js`);
}

/** Makes them unless they are made of the sources as they are. */
export async function buildTestPrograms(): Promise<void> {
  const stamp = sourcesHash();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp) return;
  const { build } = await import("rolldown");
  const fresh = `${FOLDER}.${process.pid}.tmp`;
  try {
    await build({
      cwd: join(ROOT, "test"),
      input: Object.fromEntries(PROGRAMS.map((name) => [name, `${name}.ts`])),
      platform: "node",
      transform: { target: "node22" },
      external: ["node-notifier"],
      logLevel: "warn",
      checks: { ineffectiveDynamicImport: false },
      output: { dir: fresh, format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    });
    writeFileSync(join(fresh, "sources.sha256"), stamp);
    rmSync(FOLDER, { recursive: true, force: true });
    renameSync(fresh, FOLDER);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** The stamp of dist/ stands for the program's own sources; figures of a program elsewhere are taken without one. */
function sourcesHash(): string {
  const built = join(ROOT, "dist/sources.sha256");
  const hash = createHash("sha256").update(existsSync(built) ? readFileSync(built) : "");
  for (const file of globSync("test/{fixtures,helpers}/**/*.ts", { cwd: ROOT }).sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update("\0");
  return hash.digest("hex");
}

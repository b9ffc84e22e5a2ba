/**
 * Builds the program into dist/: both bundles, the dashboard, the launcher, the licences of what is bundled, and a stamp of the
 * sources. Runs on any Node from 18 on. `--check` only says whether dist/ is made of the sources as they are; `--if-possible`
 * leaves a checkout without its development dependencies unbuilt, in one line, instead of failing.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = dirname(fileURLToPath(import.meta.url));
const DIST = join(ROOT, "dist");
const STAMP = "sources.sha256";

/** All that dist/ is made of; the lock file stands for the packages. */
const SOURCES = [
  "build.mjs",
  "build-parts.mjs",
  "build-contracts.mjs",
  "package.json",
  "package-lock.json",
  "assets/icons/clawdbot.svg",
  "shared",
  "sidecar",
  "tray",
];

const PROGRAMS = {
  // `run` is for the tests, which run the built command line inside themselves; it is not packed.
  input: { sidecar: "sidecar/main.ts", run: "sidecar/cli/run.ts", tray: "tray/main.ts" },
  platform: "node",
  transform: { target: "node22" },
  // Each starts or loads what lies beside it.
  external: ["node-notifier", "@lydell/node-pty"],
};

/** Makes pictures smaller in a thread of its own, with the programs of its codecs beside it. */
const IMAGE_WORKER = {
  input: { "image-worker": "sidecar/assistant/media/scale/worker.ts" },
  platform: "node",
  transform: { target: "node22" },
};
const IMAGE_CODECS = [
  "jpeg/codec/dec/mozjpeg_dec.wasm",
  "jpeg/codec/enc/mozjpeg_enc.wasm",
  "png/codec/pkg/squoosh_png_bg.wasm",
  "resize/lib/resize/pkg/squoosh_resize_bg.wasm",
  "webp/codec/dec/webp_dec.wasm",
];

/** Drives browsers, in a process of its own; the package that it takes for it is brought by whoever wants one. */
const BROWSER_CHILD = {
  input: { "browser-child": "sidecar/assistant/tools/browser/child/main.ts" },
  platform: "node",
  transform: { target: "node22" },
};

/** Further licences that packages bring: of what their codecs are made of. */
const ALSO_LICENSED = {
  "@jsquash/jpeg": ["codec/LICENSE.codec.md"],
  "@jsquash/png": ["codec/LICENSE.codec.md"],
  "@jsquash/resize": ["lib/resize/LICENSE.codec.md"],
  "@jsquash/webp": ["codec/LICENSE.codec.md"],
};

/** Packages without a licence file, and the one of the same repository whose licence is theirs. */
const LICENSED_AS = { "@ai-sdk/provider-utils": "@ai-sdk/provider" };

/** A package that brings the whole text of the Apache License, of which others name the address alone. */
const WITH_APACHE_TEXT = "openai";

/** Makes the manual page of the commands, whose code stays out of it. */
const MANUAL = {
  input: { man: "sidecar/cli/man.ts" },
  platform: "node",
  plugins: [
    {
      name: "without-code",
      resolveId: (id, _importer, { kind }) => (kind === "dynamic-import" ? { id, external: true } : null),
    },
  ],
};

/** Names of functions and classes stay in the output for the sake of stack traces; those that no trace shows are short. */
const KEPT_NAMES = { keepNames: { function: true, class: true } };
const READABLE = { compress: KEPT_NAMES, mangle: KEPT_NAMES, codegen: true };

const DASHBOARD = {
  input: { main: "sidecar/ui/main.ts" },
  platform: "browser",
  transform: { target: "es2022" },
};

/** In a licence, who holds the rights. */
const COPYRIGHT = /^\s*(?:Copyright\b|\(c\)|©)/i;

/** What the dashboard needs as it is. */
const DASHBOARD_FILES = {
  "index.html": "sidecar/ui/index.html",
  "styles.css": "sidecar/ui/styles.css",
  "favicon.svg": "assets/icons/clawdbot.svg",
};

if (process.argv.includes("--check")) {
  process.exitCode = stampOf(DIST) === sourcesHash() ? 0 : 1;
  if (process.exitCode !== 0) console.error("dist/ is not made of the sources as they are: npm run build");
} else {
  process.exitCode = await main(process.argv.includes("--if-possible"));
}

async function main(ifPossible) {
  if (!hasBundler()) {
    console.error(notBuilt());
    return ifPossible ? 0 : 1;
  }
  const fresh = join(ROOT, `dist.${process.pid}.tmp`);
  try {
    await buildInto(fresh);
    rmSync(DIST, { recursive: true, force: true });
    renameSync(fresh, DIST);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return 0;
}

function hasBundler() {
  try {
    createRequire(import.meta.url).resolve("rolldown");
    return true;
  } catch {
    return false; // A development dependency: npm ci --omit=dev leaves it out.
  }
}

/** One line: what there is to run, and what helps. The launcher is there all the same, to say so when it is run. */
function notBuilt() {
  const remedy = `run npm ci in ${ROOT}, without --omit=dev`;
  if (existsSync(join(DIST, "sidecar.js"))) {
    return stampOf(DIST) === sourcesHash()
      ? "dist/ is built already"
      : `dist/ is older than the sources: ${remedy}`;
  }
  mkdirSync(DIST, { recursive: true });
  copyLauncher(DIST);
  return `clawdbot is not built: ${remedy}`;
}

async function buildInto(folder) {
  const { build } = await import("rolldown");
  const { PARTS } = await import("./build-parts.mjs");
  const { PURE_SCHEMAS, withoutUnreadSchemas } = await import("./build-contracts.mjs");
  const stamp = sourcesHash();
  // A part may be loaded late by one command and at once by another.
  const always = { cwd: ROOT, logLevel: "warn", checks: { ineffectiveDynamicImport: false } };
  const output = { format: "esm", comments: { legal: false }, hashCharacters: "hex" };
  const names = { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash:8].js" };
  const [{ output: programs }, { output: imageWorker }, , , { output: manual }] = await Promise.all([
    build({
      ...always,
      ...PROGRAMS,
      plugins: [withoutUnreadSchemas],
      treeshake: PURE_SCHEMAS,
      output: { ...output, ...names, dir: folder, minify: READABLE, codeSplitting: PARTS },
    }),
    build({
      ...always,
      ...IMAGE_WORKER,
      output: { ...output, ...names, dir: folder, minify: READABLE },
    }),
    build({
      ...always,
      ...BROWSER_CHILD,
      output: { ...output, ...names, dir: folder, minify: READABLE },
    }),
    build({
      ...always,
      ...DASHBOARD,
      output: { ...output, ...names, dir: join(folder, "ui"), minify: true },
    }),
    build({ ...always, ...MANUAL, write: false, output }),
  ]);
  await writeManual(folder, manual[0].code);
  for (const [name, source] of Object.entries(DASHBOARD_FILES)) {
    copyFileSync(join(ROOT, source), join(folder, "ui", name));
  }
  for (const codec of IMAGE_CODECS)
    writeFileSync(join(folder, basename(codec)), readFileSync(join(ROOT, "node_modules", "@jsquash", codec)));
  copyLauncher(folder);
  writeFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), noticesOf([...programs, ...imageWorker]));
  writeFileSync(join(folder, STAMP), `${stamp}\n`);
}

/** Runs what makes the page, once and from beside it, as a module without a file cannot be run. */
async function writeManual(folder, code) {
  const maker = join(folder, "man.mjs");
  writeFileSync(maker, code);
  const { manualPage } = await import(pathToFileURL(maker).href);
  rmSync(maker);
  const { SOURCE_DATE_EPOCH } = process.env;
  const day = SOURCE_DATE_EPOCH ? new Date(Number(SOURCE_DATE_EPOCH) * 1000) : new Date();
  mkdirSync(join(folder, "man"));
  writeFileSync(join(folder, "man", "clawdbot.1"), manualPage(day.toISOString().slice(0, 10)));
}

function copyLauncher(folder) {
  const launcher = join(folder, "launch.cjs");
  copyFileSync(join(ROOT, "sidecar", "launch.cjs"), launcher);
  chmodSync(launcher, 0o755);
}

/** What the licences of the bundled packages ask to be passed on; what many of them say in the same words is said once. */
function noticesOf(programs) {
  const folders = programs
    .flatMap(({ moduleIds = [] }) => moduleIds)
    .map((file) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0]);
  const groups = new Map();
  for (const folder of [...new Set(folders)].filter(Boolean).sort()) {
    const { title, text } = noticeOf(folder);
    const lines = text.split(/\r?\n/);
    const owners = lines.filter((line) => COPYRIGHT.test(line)).map((line) => line.trim());
    const body = lines
      .filter((line) => !COPYRIGHT.test(line))
      .join("\n")
      .trim();
    const words = body.replace(/\s+/g, " ");
    const group = groups.get(words) ?? { body, packages: [] };
    group.packages.push([title, ...owners].join("\n"));
    groups.set(words, group);
  }
  const notices = [...groups.values()].map(({ body, packages }) => `${packages.join("\n\n")}\n\n${body}\n`);
  if (notices.some((notice) => /^\S+ \S+ \(Apache-2\.0\)/m.test(notice))) notices.push(apacheLicense());
  return `Clawdbot Companion contains the following packages.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`;
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const other = LICENSED_AS[name];
  const place = other === undefined ? folder : join(ROOT, "node_modules", other);
  const file = readdirSync(place).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (file === undefined)
    throw new Error(`${folder} has no licence file: say in build.mjs what is passed on for it`);
  const texts = [file, ...(ALSO_LICENSED[name] ?? [])].map((each) =>
    readFileSync(join(place, each), "utf8").trim(),
  );
  return { title: `${name} ${version} (${license})`, text: texts.join("\n\n") };
}

/** Up to where its terms end: what follows is about the package that brings it. */
function apacheLicense() {
  const text = readFileSync(join(ROOT, "node_modules", WITH_APACHE_TEXT, "LICENSE"), "utf8");
  const end = "END OF TERMS AND CONDITIONS";
  if (!text.includes(end)) throw new Error(`${WITH_APACHE_TEXT} no longer brings the Apache License`);
  return `${text.slice(0, text.indexOf(end) + end.length).trim()}\n`;
}

/** What dist/ was built from; undefined when it was not built. */
function stampOf(folder) {
  const file = join(folder, STAMP);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

/** Hex SHA-256 over the path and content of every source. */
function sourcesHash() {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap((name) => filesOf(join(ROOT, name)))) {
    hash
      .update(`${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesOf(path) {
  const entries = readdirIfFolder(path);
  return entries === undefined ? [path] : entries.sort().flatMap((name) => filesOf(join(path, name)));
}

function readdirIfFolder(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * U1: the program in the five places where people install it, each from an empty home. Prints every command with what it says, and
 * fails with the first promise that is not kept. Needs npm and a registry: `node test/install/main.ts`.
 */
import { deepStrictEqual, match, ok } from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { APP_VERSION, MIN_NODE_VERSION } from "../../shared/version.ts";
import { megabytesOf } from "./megabytes.ts";
import { fetchNode, type Outcome, type Person, person } from "./transcript.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What an installation may take on the disk, without a Node. */
const MAX_MEGABYTES = 30;
const LISTENING = /✓ log file: /;
/** What npm says of a package that asks for another Node. */
const NOISE = /EBADENGINE|npm warn/i;

const folder = mkdtempSync(join(tmpdir(), "clawdbot-install-"));
const [node18, node20, node24] = [fetchNode("18"), fetchNode("20"), fetchNode("24")] as const;
try {
  const checkout = await builtCheckout("a checkout on Node 20", node20);
  await builtCheckout("a checkout on Node 24", node24);
  const tarball = packed(checkout);
  await installedOnNew(tarball);
  await installedOnOld(tarball);
  unbuiltCheckout();
  console.log("all five places: as promised");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The README's first command, up to a gateway that listens. */
async function builtCheckout(title: string, node: string): Promise<string> {
  const { me, place } = begin(title, node);
  copyOfSources(place);

  const installed = me.types(place, "npm", "ci");
  const started = await me.typesUntil(LISTENING, place, "npm", "start");
  const version = me.types(place, "node", "dist/launch.cjs", "--version");

  deepStrictEqual(installed.code, 0);
  ok(!NOISE.test(installed.output), "npm ci says nothing of other Nodes");
  match(started.output, /✓ listening on ws:\/\/127\.0\.0\.1:/);
  deepStrictEqual(version, { code: 0, output: `${APP_VERSION}\n` });
  return place;
}

function packed(checkout: string): string {
  const { me, place } = begin("the packed package", node24);
  const { code } = me.types(checkout, "npm", "pack", "--pack-destination", place);
  deepStrictEqual(code, 0);
  const [name = ""] = readdirSync(place);
  ok(name.endsWith(".tgz"));
  return join(place, name);
}

async function installedOnNew(tarball: string): Promise<void> {
  const { me, place } = begin("the packed package in an empty prefix, on Node 24", node24);
  const command = join(place, "bin", "clawdbot");
  const link = join(place, "claw");

  const installed = me.types(place, "npm", "install", "--global", "--prefix", place, tarball);
  symlinkSync(command, link);

  deepStrictEqual(installed.code, 0);
  const megabytes = megabytesOf(join(place, "lib"));
  console.log(`installed: ${megabytes.toFixed(1)} MB\n`);
  ok(megabytes <= MAX_MEGABYTES, `${megabytes} MB are more than ${MAX_MEGABYTES}`);
  for (const each of [command, link]) {
    deepStrictEqual(me.types(place, each, "--version"), { code: 0, output: `${APP_VERSION}\n` });
    const path = me.types(place, each, "config", "path");
    deepStrictEqual(path, { code: 0, output: `${join(me.home, ".clawdbot", "clawdbot.json")}\n` });
  }
  listened(await me.typesUntil(LISTENING, place, command, "start"));
  ok(readdirSync(join(realpathSync(command), "..")).includes("THIRD-PARTY-NOTICES.txt"));
  ok(realpathSync(join(place, "share", "man", "man1", "clawdbot.1")).startsWith(realpathSync(place)));
}

async function installedOnOld(tarball: string): Promise<void> {
  const { me, place } = begin("the packed package in an empty prefix, on Node 20", node20);
  const command = join(place, "bin", "clawdbot");
  const gateway = ["gateway", "--allow-unconfigured"];

  const installed = me.types(place, "npm", "install", "--global", "--prefix", place, tarball);
  const refused = me.types(place, command, ...gateway);
  const older = person(node18).types(place, command, ...gateway);
  const version = me.types(place, command, "--version");

  deepStrictEqual(installed.code, 0);
  for (const [outcome, major] of [
    [refused, 20],
    [older, 18],
  ] as const) {
    isOneLine(outcome, new RegExp(`^clawdbot needs Node ${MIN_NODE_VERSION} or newer, this is ${major}\\.`));
    ok(outcome.output.includes("npm install --global node@24"));
  }
  deepStrictEqual(version, { code: 0, output: `${APP_VERSION}\n` });

  const cured = me.types(place, "npm", "install", "--global", "--prefix", place, "node@24");
  deepStrictEqual(cured.code, 0);
  listened(await me.typesUntil(LISTENING, place, command, ...gateway));
}

function unbuiltCheckout(): void {
  const { me, place } = begin("a checkout without development dependencies, on Node 24", node24);
  copyOfSources(place);
  const says = new RegExp(
    `^clawdbot is not built: run npm ci in ${realpathSync(place)}, without --omit=dev$`,
    "m",
  );

  const installed = me.types(place, "npm", "ci", "--omit=dev");
  const built = me.types(place, "node", "dist/launch.cjs", "gateway");
  const source = me.types(place, "node", "sidecar/launch.cjs", "gateway");

  deepStrictEqual(installed.code, 0);
  match(installed.output, says);
  ok(!NOISE.test(installed.output), "npm ci says nothing else");
  isOneLine(built, says);
  isOneLine(source, says);
}

function listened({ code, output }: Outcome): void {
  match(output, LISTENING);
  deepStrictEqual(code, 0);
}

function begin(title: string, node: string): { me: Person; place: string } {
  console.log(`── ${title}\n`);
  return { me: person(node), place: mkdtempSync(join(folder, "place-")) };
}

/** As a clone has them: nothing installed, nothing built. */
function copyOfSources(place: string): void {
  const left = new Set(["node_modules", "dist", ".git", ".results"]);
  cpSync(ROOT, place, { recursive: true, filter: (path) => !left.has(basename(path)) });
}

function isOneLine({ code, output }: Outcome, pattern: RegExp): void {
  deepStrictEqual(code, 1);
  deepStrictEqual(output.trimEnd().split("\n").length, 1, output);
  match(output.trimEnd(), pattern);
}

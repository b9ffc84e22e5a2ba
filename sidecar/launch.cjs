#!/usr/bin/env node
/**
 * The `clawdbot` command. Runs on any Node from 18 on: answers --version at once, hands over to a newer Node where this one is
 * too old, and loads the gateway's or the tray's program.
 */
"use strict";

const { accessSync, constants, existsSync, readFileSync, realpathSync } = require("node:fs");
const nodeModule = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const MIN_NODE = [22, 18];
// npm links to this file, and Node can be told to take such a link for the file itself.
const HERE = path.dirname(realpathSync(__filename));
const ROOT = path.dirname(HERE);
const args = process.argv.slice(2);

if (isNewEnough(process.versions.node) && nodeModule.enableCompileCache) {
  // Answers with a status where the directory cannot be written; start-up is then slower, nothing else.
  nodeModule.enableCompileCache(path.join(ROOT, "dist", ".compile-cache"));
}

if (args.length === 1 && ["--version", "-V", "-v", "version"].includes(args[0])) {
  console.log(JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")).version);
} else if (isNewEnough(process.versions.node)) {
  load();
} else {
  const node = newerNode();
  if (node === undefined) {
    const cure = isCheckout() ? `npm ci in ${ROOT}` : "npm install --global node@24";
    refuse(
      `clawdbot needs Node ${MIN_NODE.join(".")} or newer, this is ${process.versions.node}: run ${cure}, or get one from https://nodejs.org`,
    );
  } else {
    handOver(node);
  }
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
}

/**
 * Exactly the words with which entries at login and the program itself start the tray go to it at once. Whatever else is typed, such
 * as --help or a mistake, is read like every other command line, which then starts the tray with these words.
 */
function startsTray([command, ...words]) {
  if (command !== "tray") return false;
  const names = words.map((word, index) => words[index - 1] === "--profile" && !word.startsWith("-"));
  return words.every((word, index) => {
    if (word === "--profile") return names[index + 1] === true;
    return names[index] || ["--status", "--or-foreground", "--dev"].includes(word);
  });
}

function load() {
  const [bundle, source] = startsTray(args) ? ["tray.js", "../tray/main.ts"] : ["sidecar.js", "main.ts"];
  const entry = [bundle, source].map((name) => path.join(HERE, name)).find((file) => existsSync(file));
  if (entry === undefined || (entry.endsWith(".ts") && !hasDevelopmentPackages())) return refuse(notBuilt());
  import(pathToFileURL(entry).href).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}

/** From source the program needs the packages that its bundles contain. */
function hasDevelopmentPackages() {
  try {
    require.resolve("json5");
    return true;
  } catch {
    return false; // As npm ci --omit=dev leaves a checkout.
  }
}

function notBuilt() {
  return isCheckout()
    ? `clawdbot is not built: run npm ci in ${ROOT}, without --omit=dev`
    : "clawdbot is not complete: install it again with npm install --global clawdbot-companion";
}

function isCheckout() {
  return existsSync(path.join(ROOT, "build.mjs"));
}

function refuse(line) {
  console.error(line);
  process.exitCode = 1;
}

/** The pinned Node of the package, or the first on PATH that is new enough. */
function newerNode() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const folders = [
    path.join(ROOT, "node_modules", "node", "bin"),
    path.join(ROOT, "node_modules", ".bin"),
    path.join(ROOT, "..", "node", "bin"),
    ...(process.env.PATH || "").split(path.delimiter).filter((folder) => path.isAbsolute(folder)),
  ];
  return folders
    .map((folder) => path.join(folder, name))
    .filter((file) => file !== process.execPath && isExecutable(file))
    .find((file) => isNewEnough(pinnedVersion(file) ?? toldVersion(file)));
}

/** The version that the package `node` says of the program in it; undefined for any other program. */
function pinnedVersion(file) {
  try {
    const manifest = path.join(path.dirname(realpathSync(file)), "..", "package.json");
    const { name, version } = JSON.parse(readFileSync(manifest, "utf8"));
    return name === "node" ? version : undefined;
  } catch {
    return undefined; // Most programs lie in no package.
  }
}

/** The version that the program itself says, which costs its start. */
function toldVersion(file) {
  const { spawnSync } = require("node:child_process");
  const { stdout } = spawnSync(file, ["--version"], { encoding: "utf8", timeout: 5000 });
  return typeof stdout === "string" ? stdout.trim().replace(/^v/, "") : "0";
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for us: the next folder.
  }
}

/** Runs the same command line on `node`: in place of this process where it can be replaced, else with the same terminal, signals and end. */
function handOver(node) {
  const command = [__filename, ...args];
  if (process.platform !== "win32" && typeof process.execve === "function") {
    process.emitWarning = () => {}; // It is called experimental; users cannot act on that.
    process.execve(node, [node, ...command], process.env);
  }
  const { spawn } = require("node:child_process");
  const child = spawn(node, command, { stdio: "inherit" });
  const forward = (signal) => child.kill(signal);
  const signals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"];
  for (const signal of signals) {
    if (process.platform !== "win32" || !signal.startsWith("SIGUSR")) process.on(signal, forward);
  }
  child.on("error", (error) => {
    console.error(`clawdbot: ${node} cannot be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    for (const name of signals) process.removeListener(name, forward);
    if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
}

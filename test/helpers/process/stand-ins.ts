/** Programs on a PATH that a server beside the tests answers for: one server per worker, which knows every test by its folder. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "../run/desktop-needs.ts";
import { testProgram } from "../run/test-programs.ts";

const FIXTURES = new URL("../../fixtures/stand-ins/", import.meta.url);
const ASK = fileURLToPath(new URL("ask.pl", FIXTURES));
const SERVER = testProgram("fixtures/stand-ins/server");

const POLL_MS = 5;

let socket: string | undefined;

/** One line for `test.skip`, or undefined when programs can be played here. */
export function noStandInsReason(): string | undefined {
  if (process.platform === "win32") return "programs are played through Unix sockets and scripts";
  return findProgram("perl") === undefined ? "not installed: perl" : undefined;
}

/** Writes these programs into `folder`; `root` is where the server keeps what they know, and their calls. */
export function standIn(folder: string, root: string, programs: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const perl = findProgram("perl") ?? "/usr/bin/perl";
  for (const program of programs) {
    const words = [serverSocket(), root, program].map(quoted).join(", ");
    const script = `#!${perl}\nunshift @ARGV, ${words};\ndo ${quoted(ASK)};\ndie $@;\n`;
    writeFileSync(join(folder, program), script, { mode: 0o755 });
  }
}

/** Ends everything that was started for this folder. */
export function endStandIns(root: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = connect(serverSocket());
    call.once("error", reject).once("close", () => resolve());
    call.resume().end(["2", root, "leave"].join("\0"));
  });
}

/** Started with the first program, and there before that is called. */
function serverSocket(): string {
  if (socket !== undefined) return socket;
  const folder = mkdtempSync(join(tmpdir(), "clawdbot-stand-ins-"));
  socket = join(folder, "socket");
  // The server ends with the pipe to its stdin.
  const server = spawn(process.execPath, [SERVER, socket], { stdio: ["pipe", "ignore", "inherit"] });
  server.unref();
  process.once("exit", () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  // In turn rather than at once: some who call it are given a second for their answer.
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(socket) && server.exitCode === null) Atomics.wait(pause, 0, 0, POLL_MS);
  return socket;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

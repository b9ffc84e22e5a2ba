/**
 * Sandboxes of bubblewrap: a root made of the system's own directories, read-only, in namespaces of its own. What is not put into it is
 * not there, so that nothing has to be thought of to be kept out.
 */
import { existsSync, lstatSync, readdirSync, readlinkSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../../shared/node/paths.ts";
import { advice } from "../../../shared/remedy.ts";
import { run } from "../../host/process/run.ts";
import { findProgram } from "../tools/exec/programs.ts";
import { OF_SYSTEM } from "../tools/files/protected-places.ts";
import type { Availability, Backend, Job, Launch, Surroundings } from "./backend.ts";
import { whyNoNamespaces } from "./why-not.ts";

/** Directories of the system that programs need; none of them is a person's. */
export const SYSTEM = ["/usr", "/opt", "/nix", "/gnu", "/etc"];
/** Links into `/usr` nowadays, directories before. */
export const OF_USR = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

const APART = [
  "--unshare-user",
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-net",
  "--unshare-cgroup-try",
  "--hostname",
  "sandbox",
  // With the gateway it ends, however that ends.
  "--die-with-parent",
  // Nothing is typed into a terminal of ours.
  "--new-session",
  "--cap-drop",
  "ALL",
];
/** As of release 0.8: who makes no namespaces of his own has less of the kernel to attack. */
const NEWER = ["--disable-userns"];
/** As much as fits into what is forgotten after a command, in bytes. */
const SCRATCH_BYTES = 512 * 1024 * 1024;

const PROBE_MS = 10_000;

export class Bubblewrap implements Backend {
  readonly name = "bubblewrap";
  #env: Environment;
  #file: string | undefined;
  /** It knows all the options that are used here. */
  #isNew = true;
  #there: Extract<Availability, { isThere: true }> | undefined;

  constructor(env: Environment) {
    this.#env = env;
  }

  async availability(): Promise<Availability> {
    if (this.#there !== undefined && this.#file !== undefined && existsSync(this.#file)) return this.#there;
    if (process.platform !== "linux")
      return {
        isThere: false,
        reason: advice`it is for Linux alone`,
        fix: advice`choose docker or podman with sandbox.backend`,
      };
    this.#file = findProgram("bwrap", "/", this.#env.PATH ?? "")?.path;
    if (this.#file === undefined)
      return {
        isThere: false,
        reason: advice`bwrap is not installed`,
        fix: advice`${"sudo apt install bubblewrap"}, or the package of that name elsewhere`,
      };
    this.#isNew = (await this.#try(true)).isDone;
    const { isDone, said } = this.#isNew ? { isDone: true, said: "" } : await this.#try(false);
    if (!isDone) return { isThere: false, ...whyNoNamespaces(said) };
    const { stdout } = await this.#run(["--version"]);
    this.#there = { isThere: true, version: stdout.trim() };
    return this.#there;
  }

  launch({ line, cwd, env, surroundings }: Job): Launch {
    const shell = existsSync("/bin/bash") ? ["/bin/bash", "--noprofile", "--norc"] : ["/bin/sh"];
    const args = [...around(surroundings, this.#isNew), "--chdir", cwd, "--", ...shell, "-c", line];
    return { file: this.#file ?? "bwrap", args, env: { ...env } };
  }

  async #try(isNew: boolean): Promise<{ isDone: boolean; said: string }> {
    const args = around({ bindings: [], hidden: [], home: "/home/sandbox" }, isNew);
    const { end, stderr } = await this.#run([...args, "--", "/bin/sh", "-c", ":"]);
    return { isDone: end.kind === "exited" && end.code === 0, said: stderr };
  }

  async #run(args: readonly string[]) {
    return await run(this.#file ?? "bwrap", args, { timeoutMs: PROBE_MS, env: { PATH: this.#env.PATH } });
  }
}

/** The sandbox, in the order in which it is put together: later places lie in earlier ones. */
function around(
  { bindings, hidden, home }: Pick<Surroundings, "bindings" | "hidden" | "home">,
  isNew: boolean,
): string[] {
  const size = isNew ? ["--size", String(SCRATCH_BYTES)] : [];
  const veils = (path: string) => veiled(path, lstatSync(path, { throwIfNoEntry: false }));
  return [
    ...APART,
    ...(isNew ? NEWER : []),
    ...SYSTEM.filter((path) => existsSync(path)).flatMap((path) => ["--ro-bind", path, path]),
    ...OF_USR.flatMap(ofUsr),
    ...["--proc", "/proc", "--dev", "/dev", "--dir", "/run"],
    ...["/tmp", "/var/tmp", home].flatMap((path) => [...size, "--tmpfs", path]),
    ...bindings.flatMap(({ source, target, isReadOnly }) => [
      isReadOnly ? "--ro-bind" : "--bind",
      source,
      target,
    ]),
    ...[...new Set([...closedIn("/etc"), ...hidden])].flatMap(veils),
    "--remount-ro",
    "/",
  ];
}

function ofUsr(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}

/** Nothing stands where it stood. */
function veiled(path: string, stats: Stats | undefined): string[] {
  if (stats === undefined || stats.isSymbolicLink()) return [];
  return stats.isDirectory()
    ? ["--perms", "0500", "--tmpfs", path, "--remount-ro", path]
    : ["--ro-bind", "/dev/null", path];
}

/** What not everybody may read is nothing for programs of agents: they may have more rights than they seem, as those of root. */
function closedIn(directory: string): string[] {
  const named = OF_SYSTEM.filter((path) => path.startsWith(`${directory}/`));
  const others = readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((path) => (statSync(path, { throwIfNoEntry: false })?.mode ?? 0o777) % 0o10 === 0);
  return [...named, ...others];
}

/** Sandboxes of Docker and Podman: a container for each command line, of an image that is on this machine, gone when it ends. */
import type { Environment } from "../../../shared/node/paths.ts";
import { advice } from "../../../shared/remedy.ts";
import { type RunResult, run } from "../../host/process/run.ts";
import { MARK } from "../tools/exec/process-tree.ts";
import { findProgram } from "../tools/exec/programs.ts";
import type { Availability, Backend, Job, Launch, Surroundings } from "./backend.ts";

const ASK_MS = 20_000;
/** Where the configuration says nothing: more than a build needs, and no flood. */
const PIDS = 512;
/** Of what is forgotten after a command. */
const SCRATCH = "rw,size=512m,mode=1777";

/** How the two differ. */
const KINDS = {
  docker: {
    version: ["version", "--format", "{{.Server.Version}}"],
    fix: advice`start Docker, and let this user use it`,
    // Its processes are not children of ours: files would be root's.
    user: () => ["--user", `${process.getuid?.() ?? 1_000}:${process.getgid?.() ?? 1_000}`],
  },
  podman: {
    version: ["version", "--format", "{{.Client.Version}}"],
    fix: advice`see what podman info says`,
    user: () => (process.getuid?.() === 0 ? [] : ["--userns", "keep-id"]),
  },
} as const;

export class ContainerBackend implements Backend {
  readonly name: keyof typeof KINDS;
  #env: Environment;
  #file: string | undefined;

  constructor(name: keyof typeof KINDS, env: Environment) {
    this.name = name;
    this.#env = env;
  }

  async availability({ image }: Pick<Surroundings, "image">): Promise<Availability> {
    const { version, fix } = KINDS[this.name];
    this.#file = findProgram(this.name, "/", this.#env.PATH ?? "")?.path;
    if (this.#file === undefined)
      return {
        isThere: false,
        reason: advice`${this.name} is not installed`,
        fix: advice`install it, or choose another sandbox.backend`,
      };
    const asked = await this.#ask(version);
    if (!isDone(asked)) return { isThere: false, reason: advice`${this.name} does not answer`, fix };
    if (image === undefined)
      return {
        isThere: false,
        reason: advice`no image is chosen`,
        fix: advice`set sandbox.docker.image to one that is on this machine`,
      };
    if (!isDone(await this.#ask(["image", "inspect", image])))
      return {
        isThere: false,
        reason: advice`there is no image ${image} on this machine`,
        fix: advice`load it: ${this.name} pull ${image}`,
      };
    return { isThere: true, version: `${this.name} ${asked.stdout.trim()}` };
  }

  launch({ id, line, cwd, env, hasInput, surroundings }: Job): Launch {
    const { bindings, home, image = "", limits, hidden } = surroundings;
    const variables = Object.entries({ ...env, [MARK]: id }).flatMap(([name, value]) => [
      "--env",
      `${name}=${value}`,
    ]);
    const args = [
      "run",
      "--rm",
      ...["--name", nameOf(id), "--pull", "never"],
      ...["--network", "none", "--read-only"],
      ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
      ...["--pids-limit", String(limits.pids ?? PIDS)],
      ...(limits.memory === undefined ? [] : ["--memory", limits.memory]),
      ...(limits.cpus === undefined ? [] : ["--cpus", String(limits.cpus)]),
      ...KINDS[this.name].user(),
      ...[`/tmp:${SCRATCH}`, `${home}:${SCRATCH}`].flatMap((place) => ["--tmpfs", place]),
      ...bindings.flatMap(({ source, target, isReadOnly }) => [
        "--volume",
        `${source}:${target}${isReadOnly ? ":ro" : ""}`,
      ]),
      ...hidden
        .filter((path) => bindings.some(({ target }) => path.startsWith(`${target}/`)))
        .flatMap((path) => ["--tmpfs", `${path}:ro,size=4k`]),
      ...(hasInput ? ["--interactive"] : []),
      ...["--workdir", cwd],
      ...variables,
      image,
      ...["/bin/sh", "-c", line],
    ];
    return { file: this.#file ?? this.name, args, env: this.#own };
  }

  /** The container is no child of the program that was started. */
  async end(id: string): Promise<void> {
    this.#file ??= findProgram(this.name, "/", this.#env.PATH ?? "")?.path;
    if (this.#file !== undefined) await this.#ask(["rm", "--force", nameOf(id)]);
  }

  #ask(args: readonly string[]): Promise<RunResult> {
    return run(this.#file ?? this.name, args, { timeoutMs: ASK_MS, env: this.#own });
  }

  /** What the program itself goes by. */
  get #own(): Record<string, string> {
    const kept = Object.entries(this.#env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && OWN.test(entry[0]),
    );
    return Object.fromEntries(kept);
  }
}

const OWN = /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|XDG_[A-Z_]+|DOCKER_[A-Z_]+|CONTAINERS?_[A-Z_]+)$/;

function nameOf(id: string): string {
  return `clawdbot-${id}`;
}

function isDone({ end }: RunResult): boolean {
  return end.kind === "exited" && end.code === 0;
}

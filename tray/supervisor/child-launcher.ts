/**
 * Starts the gateway as a child that outlives the tray: a process group of its own, no input, and its output in files,
 * so that there is no pipe that could break.
 */
import { closeSync, existsSync } from "node:fs";
import { execa } from "execa";
import type { Clock } from "../../shared/clock.ts";
import { errorText, SetupError } from "../../shared/errors.ts";
import { allocatorVariables } from "../../shared/node/gateway/allocator.ts";
import { startIdOf } from "../../shared/node/process-identity.ts";
import type { GatewayProfile } from "../gateway-profiles.ts";
import type { GatewayLauncher, LaunchedExit, LaunchedGateway } from "./gateway-launcher.ts";
import { openOutput, readTail } from "./output-files.ts";

/** The library passes any descriptor on, but its types spell out the smallest alone. */
type SmallDescriptor = 3;

type Child = ReturnType<typeof spawnGateway>;

export class ChildLauncher implements GatewayLauncher {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async launch(place: GatewayProfile): Promise<LaunchedGateway> {
    const { logDir } = place.paths;
    const stdout = openOutput(logDir, "gateway.out.log");
    try {
      const stderr = openOutput(logDir, "gateway.err.log");
      try {
        const startedAt = this.#clock.monotonicMs();
        const child = spawnGateway(place, stdout.fd, stderr.fd);
        const { pid } = child;
        if (pid === undefined) throw await startFailure(child);
        child.nodeChildProcess.unref();
        return {
          pid,
          startId: startIdOf(pid, place.platform),
          exited: this.#watch(child, startedAt),
          stderrTail: (maxBytes) => readTail(stderr.path, stderr.sizeBytes, maxBytes),
        };
      } finally {
        closeSync(stderr.fd);
      }
    } finally {
      closeSync(stdout.fd);
    }
  }

  async #watch(child: Child, startedAt: number): Promise<LaunchedExit> {
    const { exitCode, signal } = await child;
    const uptimeMs = Math.round(this.#clock.monotonicMs() - startedAt);
    return { code: exitCode ?? null, signal: signal ?? null, uptimeMs };
  }
}

function spawnGateway(place: GatewayProfile, stdout: number, stderr: number) {
  const { options, launcher, paths, env, platform } = place;
  const args = [launcher(), "gateway", "run", "--supervised", ...options];
  return execa(process.execPath, args, {
    // The folder the tray was started in may be removed or unmounted meanwhile.
    ...(existsSync(paths.home) ? { cwd: paths.home } : {}),
    env: { ...allocatorVariables(platform), ...env },
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: "ignore",
    stdout: stdout as SmallDescriptor,
    stderr: stderr as SmallDescriptor,
    reject: false,
    buffer: false,
    windowsHide: true,
  });
}

async function startFailure(child: Child): Promise<SetupError> {
  const { originalMessage } = await child;
  const message = `${process.execPath} cannot be started: ${errorText(originalMessage ?? "no reason given")}`;
  return new SetupError("RUNTIME_MISSING", message);
}

/**
 * Has the service manager start and end the gateway, through the commands of `clawdbot gateway`: one after another, and
 * what is overtaken by a stop is given up.
 */

import { existsSync } from "node:fs";
import { liveGateway } from "../../shared/node/gateway/live.ts";
import { readStartBlocked } from "../../shared/node/run-state.ts";
import { serviceIdentity } from "../../shared/node/service-identity.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import type { GatewayProfile, TrayPlaces } from "../gateway-profiles.ts";
import type { TrayEvent } from "../model/events.ts";
import {
  type Profile,
  SERVICE_RUNTIMES,
  type ServiceRuntime,
  type ServiceVerb,
} from "../model/tray-model.ts";
import { type CommandAnswer, type CommandOptions, runCommand } from "./gateway-command.ts";

/** Runs a command for the place; `runCommand` but in tests. */
export type CommandRunner = (
  place: GatewayProfile,
  words: readonly string[],
  options: CommandOptions,
) => Promise<CommandAnswer>;

/** Longer than any of them takes by its own limits: they wait until the gateway answers, or until it is gone. */
const VERB_TIMEOUT_MS = 90_000;
const STATUS_TIMEOUT_MS = 15_000;

export class ServiceLauncher {
  readonly #places: TrayPlaces;
  readonly #emit: (event: TrayEvent) => void;
  readonly #look: () => void;
  readonly #run: CommandRunner;
  #queue: Promise<void> = Promise.resolve();
  /** A start or restart that nobody waits for once a stop is asked for. */
  #coming: AbortController | undefined;

  /** `look` makes known which services are installed now. */
  constructor(
    places: TrayPlaces,
    emit: (event: TrayEvent) => void,
    look: () => void,
    run: CommandRunner = runCommand,
  ) {
    this.#places = places;
    this.#emit = emit;
    this.#look = look;
    this.#run = run;
  }

  /** Answered by `service-done` or `service-failed`, but for a start or restart that a later verb overtakes. */
  command(generation: number, mode: Profile, verb: ServiceVerb): void {
    this.#coming?.abort();
    const coming = verb === "start" || verb === "restart" ? new AbortController() : undefined;
    this.#coming = coming;
    this.#queue = this.#queue.then(async () => {
      if (coming?.signal.aborted) return;
      const answer = await this.#carryOut(this.#places.gateway[mode], verb, coming?.signal);
      if (coming?.signal.aborted) return;
      this.#look();
      this.#emit(
        answer.ok
          ? { type: "service-done", generation, mode, verb }
          : { type: "service-failed", generation, mode, verb, refusal: answer.failure },
      );
    });
  }

  /** Answered by `service-status`. */
  async ask(generation: number, mode: Profile, sinceMs: number): Promise<void> {
    const place = this.#places.gateway[mode];
    this.#look();
    const runtime = await this.#runtimeOf(place);
    const reason = readStartBlocked(place.paths.startBlockedFile);
    const refusal = reason === undefined || reason.atMs < sinceMs ? null : reason;
    this.#emit({ type: "service-status", generation, runtime, refusal });
  }

  async #carryOut(place: GatewayProfile, verb: ServiceVerb, signal?: AbortSignal): Promise<CommandAnswer> {
    const options = { timeoutMs: VERB_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
    if (verb !== "install") return this.#run(place, ["gateway", verb], options);
    const wasThere = isInstalled(place);
    const words = ["gateway", "install", ...chosenPort(place), ...takingOver(place)];
    const answer = await this.#run(place, words, options);
    // A service that was written and does not run must not stand in the way of a gateway of our own.
    if (!answer.ok && !wasThere && isInstalled(place)) {
      await this.#run(place, ["gateway", "uninstall"], { timeoutMs: VERB_TIMEOUT_MS });
    }
    return answer;
  }

  async #runtimeOf(place: GatewayProfile): Promise<ServiceRuntime> {
    if (!isInstalled(place)) return "not-installed";
    const answer = await this.#run(place, ["gateway", "status", "--no-probe"], {
      timeoutMs: STATUS_TIMEOUT_MS,
    });
    return runtimeIn(answer.document);
  }
}

/** Whether the definition of the place's service exists. */
export function isInstalled(place: GatewayProfile): boolean {
  return existsSync(serviceIdentity(place).file);
}

/** What `gateway status --json` says of the service. */
export function runtimeIn(document: Record<string, unknown> | undefined): ServiceRuntime {
  const service = isRecord(document?.service) ? document.service : {};
  const runtime = isRecord(service.runtime) ? service.runtime : {};
  return SERVICE_RUNTIMES.find((known) => known === runtime.status) ?? "unknown";
}

/** A gateway that runs without the service is ended by the command, once it knows that the service can start. */
function takingOver({ paths }: GatewayProfile): string[] {
  const facts = liveGateway(paths);
  return facts !== undefined && facts.service === undefined ? ["--force"] : [];
}

/** A service does not inherit our environment: a port that stands there alone goes into its definition. */
function chosenPort({ env }: GatewayProfile): string[] {
  const port = env.CLAWDBOT_GATEWAY_PORT?.trim();
  return port === undefined || port === "" ? [] : ["--port", port];
}

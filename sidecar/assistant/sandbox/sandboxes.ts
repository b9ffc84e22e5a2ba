/** The back ends, made when one is first asked for, and a command line put into the sandbox of its conversation. */
import { agentIds } from "../../../shared/config/agents.ts";
import type { SandboxBackend } from "../../../shared/config/modes.ts";
import type { Turn } from "../../base/store/session-store.ts";
import { type Backend, type Launch, unavailable } from "./backend.ts";
import { Bubblewrap } from "./bubblewrap.ts";
import { ContainerBackend } from "./container.ts";
import { agentSandbox, type SandboxSettings } from "./settings.ts";
import { type SurroundingsPlace, sandboxEnvironment, surroundingsOf } from "./surroundings.ts";

/** A command line that is to run in a sandbox. */
export interface SandboxedLine {
  id: string;
  line: string;
  /** As the conversation names it. */
  cwd: string;
  /** Variables of the call. */
  env: Readonly<Record<string, string>>;
  hasInput: boolean;
}

/** What a program is started with, and how the rest of it is ended. */
export interface SandboxedLaunch extends Launch {
  end?: () => Promise<void>;
}

export class Sandboxes {
  #place: SurroundingsPlace;
  #backends = new Map<SandboxBackend, Backend>();

  constructor(place: SurroundingsPlace) {
    this.#place = place;
  }

  /** Fails with `SANDBOX_UNAVAILABLE`; then nothing runs. */
  async launch(
    settings: SandboxSettings,
    turn: Pick<Turn, "sessionKey" | "agentId">,
    { id, line, cwd, env, hasInput }: SandboxedLine,
  ): Promise<SandboxedLaunch> {
    const backend = this.backend(settings.backend);
    const { surroundings } = surroundingsOf(this.#place, settings, turn);
    const found = await backend.availability(surroundings);
    if (!found.isThere) throw unavailable(backend.name, found.reason, found.fix);
    const variables = sandboxEnvironment(this.#place, settings, env);
    const launch = backend.launch({ id, line, cwd, env: variables, hasInput, surroundings });
    const { end } = backend;
    return { ...launch, ...(end && { end: () => end.call(backend, id) }) };
  }

  /** Ends what a former process of the gateway ran, wherever the agents' sandboxes are. Never rejects. */
  async end(id: string): Promise<void> {
    const { config } = this.#place;
    const used = agentIds(config()).flatMap((agentId) => agentSandbox(config(), agentId)?.backend ?? []);
    await Promise.all([...new Set(used)].map((name) => this.backend(name).end?.(id)));
  }

  backend(name: SandboxBackend): Backend {
    const known = this.#backends.get(name);
    if (known !== undefined) return known;
    const { env } = this.#place;
    const made = name === "bubblewrap" ? new Bubblewrap(env) : new ContainerBackend(name, env);
    this.#backends.set(name, made);
    return made;
  }
}

/**
 * The skills as turns see them. The list of a prompt is made once for each version of the skills and kept: all conversations of an agent
 * share its bytes, so that a provider keeps what begins with them, until a skill comes, goes or says something else of itself.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Clock } from "../../../shared/clock.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { SessionStore, StartedTurn } from "../../base/store/session-store.ts";
import type { SkillLine } from "../prompt/skills-text.ts";
import { workspaceOf } from "../workspace/place.ts";
import type { SkillCatalogue } from "./catalogue.ts";
import { type SkillEnvironment, skillEnvironment } from "./environment.ts";
import { skillLines } from "./prompt-lines.ts";
import type { FoundSkill } from "./skill.ts";

/** What the book stands on. */
export interface SkillBookPlace {
  catalogue: SkillCatalogue;
  store: Pick<SessionStore, "remembered" | "remember" | "history">;
  clock: Clock;
  log: Logger;
}

/** The list of an agent as it is kept. */
interface KeptList {
  version: string;
  lines: SkillLine[];
}

const LISTS = "skills";
const USES = "skill-uses";

export class SkillBook {
  #place: SkillBookPlace;

  constructor(place: SkillBookPlace) {
    this.#place = place;
  }

  get catalogue(): SkillCatalogue {
    return this.#place.catalogue;
  }

  /** Those that the agent can use now. */
  async ready(agentId: string): Promise<FoundSkill[]> {
    const { skills } = await this.#place.catalogue.look(agentId);
    return skills.filter(({ isReady }) => isReady).map(({ skill }) => skill);
  }

  /**
   * The list for the prompt of a turn that is offered these tools: it is of use to whoever can read the files, and nobody else is told
   * what the owner's assistant can do. What the gateway asks a model for itself needs none.
   */
  async linesFor(
    { agentId, origin }: Pick<StartedTurn, "agentId" | "origin">,
    tools: readonly { name: string }[],
  ): Promise<readonly SkillLine[]> {
    if (origin === "background" || !tools.some(({ name }) => name === READ)) return [];
    const { store, clock, catalogue } = this.#place;
    const ready = await this.ready(agentId);
    const version = versionOf(ready);
    const kept = parsed<KeptList>(await store.remembered(LISTS, agentId));
    if (kept?.version === version) return kept.lines;
    const uses = await this.#uses(agentId);
    const { home } = catalogue.place.paths;
    const { lines } = skillLines(ready, { home, lastUsedMs: (file) => uses[file] });
    await store.remember(LISTS, agentId, JSON.stringify({ version, lines }), clock.now());
    return lines;
  }

  /** What programs of a run of the agent are given, see `skillEnvironment`. To be asked for each run. */
  async environment(agentId: string): Promise<SkillEnvironment> {
    const { config, env, stateDir } = this.#place.catalogue.place;
    return skillEnvironment(await this.ready(agentId), { config: config(), gatewayEnv: env, stateDir });
  }

  /** Remembers which skills were read in the turn, so that their descriptions are the last to be shortened. */
  readonly after = (turn: StartedTurn, _end: unknown, signal: AbortSignal): void => {
    if (turn.origin === "background" || signal.aborted) return;
    this.#noteReads(turn).catch((error: unknown) =>
      this.#place.log.warn({ err: error }, "which skills were used could not be kept"),
    );
  };

  async #noteReads({ id, agentId, sessionId }: StartedTurn): Promise<void> {
    const { store, catalogue } = this.#place;
    const said = await store.history(sessionId, { limit: MOST_ENTRIES });
    const paths = said
      .filter(({ turnId }) => turnId === id)
      .flatMap(({ message }) => message.content)
      .flatMap((block) => (block.type === "toolCall" && block.name === READ ? [block.arguments.path] : []))
      .filter((path): path is string => typeof path === "string" && path.includes("SKILL.md"));
    if (paths.length === 0) return;
    const { config, paths: places } = catalogue.place;
    const workspace = workspaceOf(config(), agentId, places);
    const files = paths.map((path) =>
      resolve(
        workspace,
        path.trim().replace(/^~(?=[\\/])/, () => places.home),
      ),
    );
    for (const { file } of await this.ready(agentId))
      if (files.includes(file)) await this.used(agentId, file);
  }

  /** The skill of the file is used now. */
  async used(agentId: string, file: string): Promise<void> {
    const { store, clock } = this.#place;
    const uses = { ...(await this.#uses(agentId)), [file]: clock.now() };
    const newest = Object.entries(uses)
      .sort(([, one], [, other]) => other - one)
      .slice(0, MOST_USES);
    await store.remember(USES, agentId, JSON.stringify(Object.fromEntries(newest)), clock.now());
  }

  async #uses(agentId: string): Promise<Record<string, number>> {
    return parsed<Record<string, number>>(await this.#place.store.remembered(USES, agentId)) ?? {};
  }
}

/** The tool that reads a skill's file. */
const READ = "read";
const MOST_USES = 500;
/** Of a turn that are looked at. */
const MOST_ENTRIES = 100;

/** Of what a list is made of. */
function versionOf(ready: readonly FoundSkill[]): string {
  const said = ready.map(({ name, description, file, isOffered }) => [name, description, file, isOffered]);
  return createHash("sha256").update(JSON.stringify(said)).digest("hex");
}

function parsed<T>(text: string | undefined): T | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/**
 * `exec-approvals.json`: what the owner of this machine allows of command lines, whatever the configuration says. A field that is absent
 * is no opinion. What is not known here is kept.
 */
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import { RequestError, SetupError } from "../../../shared/errors.ts";
import { writePrivateFile } from "../../../shared/node/private-file.ts";
import { readSmallFile } from "../../../shared/node/small-file.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice } from "../../../shared/remedy.ts";

const MOST_BYTES = 1024 * 1024;

/** An entry as this release reads it. */
export interface FileAllowed {
  id?: string | undefined;
  pattern: string;
}

/** What the file says for an agent. */
export interface FilePolicy {
  security?: "deny" | "allowlist" | "full" | undefined;
  ask?: "off" | "on-miss" | "always" | undefined;
  allowlist: readonly FileAllowed[];
}

export interface ApprovalsSnapshot {
  path: string;
  exists: boolean;
  /** SHA-256 of the file, in hexadecimal. */
  hash: string;
  /** Without the token. */
  file: Record<string, unknown>;
}

const POLICY = {
  security: z.enum(["deny", "allowlist", "full"]).optional(),
  ask: z.enum(["off", "on-miss", "always"]).optional(),
};
const FILE = z.looseObject({
  version: z.literal(1),
  defaults: z.looseObject(POLICY).optional(),
  agents: z
    .record(
      z.string(),
      z.looseObject({
        ...POLICY,
        allowlist: z
          .array(z.looseObject({ id: z.string().optional(), pattern: z.string() }))
          .max(10_000)
          .optional(),
      }),
    )
    .optional(),
});
type FileContent = z.infer<typeof FILE>;

export class ExecApprovalsFile {
  readonly path: string;

  constructor(stateDir: string) {
    this.path = join(stateDir, "exec-approvals.json");
  }

  /** As clients see it. Makes no file. Fails with `EXEC_APPROVALS_INVALID` where the file cannot be understood. */
  snapshot(): ApprovalsSnapshot {
    const { content, hash, exists } = this.#read();
    return { path: this.path, exists, hash, file: shown(content) };
  }

  /** The same, of a file that is there afterwards. */
  ensured(): ApprovalsSnapshot {
    if (!this.#read().exists) this.#write({ version: 1, defaults: {}, agents: {} });
    return this.snapshot();
  }

  /**
   * Puts `file` in the place of what is there; a token and entries without a name are kept or made. Fails with `EXEC_APPROVALS_STALE`
   * where `baseHash` is not that of the file, and with `PARAMS_INVALID`.
   */
  replace(file: Record<string, unknown>, baseHash: string | undefined): ApprovalsSnapshot {
    const { content, hash, exists } = this.#read();
    if (exists && (baseHash === undefined || baseHash === ""))
      throw stale("exec approvals base hash required; re-run exec.approvals.get and retry");
    if (exists && baseHash !== hash)
      throw stale("exec approvals changed since last load; re-run exec.approvals.get and retry");
    const parsed = FILE.safeParse(file);
    if (!parsed.success)
      throw new RequestError(
        "PARAMS_INVALID",
        "invalid exec.approvals.set params: at /file: must be exec approvals",
      );
    const { agents = {}, defaults = {}, socket, ...rest } = { ...parsed.data };
    const kept = isRecord(content.socket) ? content.socket : {};
    const given = isRecord(socket) ? socket : {};
    const merged = { ...kept, ...given };
    const { default: main, ...others } = agents;
    const named = main === undefined ? others : { ...others, main: { ...main, ...others.main } };
    this.#write({
      ...rest,
      version: 1,
      ...(Object.keys(merged).length === 0 ? {} : { socket: merged }),
      defaults,
      agents: Object.fromEntries(Object.entries(named).map(([id, agent]) => [id, withIds(agent)])),
    });
    return this.snapshot();
  }

  /** What it says for the agent; nothing where there is no file. Fails as `snapshot`: nothing runs by a file that nobody understands. */
  policyOf(agentId: string): FilePolicy {
    const { defaults = {}, agents = {} } = this.#read().content;
    const own = agents[agentId] ?? (agentId === "main" ? agents.default : undefined);
    const common = agents["*"];
    return {
      security: own?.security ?? defaults.security,
      ask: own?.ask ?? defaults.ask,
      allowlist: [...(own?.allowlist ?? []), ...(common?.allowlist ?? [])].map(({ id, pattern }) => ({
        id,
        pattern,
      })),
    };
  }

  /** The entries of all agents. */
  allowed(): (FileAllowed & { agentId: string })[] {
    return Object.entries(this.#read().content.agents ?? {}).flatMap(([agentId, { allowlist = [] }]) =>
      allowlist.map(({ id, pattern }) => ({ id, pattern, agentId })),
    );
  }

  /** Takes an entry out; false where there is none of that name. */
  remove(id: string): boolean {
    const { content, exists } = this.#read();
    if (!exists || !this.allowed().some((entry) => entry.id === id)) return false;
    const agents = Object.entries(content.agents ?? {}).map(([name, agent]) => [
      name,
      { ...agent, allowlist: agent.allowlist?.filter((entry) => entry.id !== id) },
    ]);
    this.#write({ ...content, agents: Object.fromEntries(agents) });
    return true;
  }

  #read(): { content: FileContent; hash: string; exists: boolean } {
    const read = readSmallFile(this.path, MOST_BYTES);
    if (read.state === "missing") return { content: { version: 1 }, hash: hashOf(""), exists: false };
    if (read.state === "unreadable") throw invalid(this.path, read.reason, read.fix);
    const text = read.bytes.toString("utf8");
    try {
      return { content: FILE.parse(JSON.parse(text)), hash: hashOf(text), exists: true };
    } catch {
      throw invalid(this.path, "it is no file of version 1", "repair it or move it away");
    }
  }

  #write(content: object): void {
    writePrivateFile(this.path, `${JSON.stringify(content, undefined, 2)}\n`);
  }
}

function withIds(agent: NonNullable<FileContent["agents"]>[string]) {
  const { allowlist } = agent;
  if (allowlist === undefined) return agent;
  return { ...agent, allowlist: allowlist.map((entry) => ({ ...entry, id: entry.id ?? randomUUID() })) };
}

function shown({ socket, ...rest }: FileContent): Record<string, unknown> {
  const { token: _secret, ...place } = isRecord(socket) ? socket : {};
  return {
    ...(Object.keys(place).length === 0 ? {} : { socket: place }),
    ...rest,
    defaults: rest.defaults ?? {},
    agents: rest.agents ?? {},
  };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function stale(message: string): RequestError {
  return new RequestError("EXEC_APPROVALS_STALE", message);
}

function invalid(path: string, reason: string, fix: string): SetupError {
  return new SetupError("EXEC_APPROVALS_INVALID", advice`${path} cannot be used: ${reason}`, { fix });
}

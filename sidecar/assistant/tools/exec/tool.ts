/** `exec`: a command line, run on the machine of the gateway as far as its owner allows that. */
import { randomUUID } from "node:crypto";
import { lstatSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { ApprovalRow } from "../../../base/store/approval-records.ts";
import { approvalWords } from "../../approvals/words.ts";
import { tailOf } from "../../prompt/cut.ts";
import { type Confinement, confinementOf } from "../../sandbox/confinement.ts";
import { roomOf } from "../../sandbox/rooms.ts";
import type { SandboxedLaunch } from "../../sandbox/sandboxes.ts";
import type { SandboxSettings } from "../../sandbox/settings.ts";
import type { SkillEnvironment } from "../../skills/environment.ts";
import { workspaceOf } from "../../workspace/place.ts";
import { countArgument, textArgument } from "../arguments.ts";
import { isOwnersOwn } from "../owner-alone.ts";
import { type Tool, type ToolCall, type ToolResult, textResult } from "../tool.ts";
import { areHarmless, programEnvironment, programPath, refusedVariables } from "./environment.ts";
import { type Hands, realDirectory } from "./hands.ts";
import { type CommandLine, changesSince, type Judgement, judgeLine, rulesOf, turnRulesOf } from "./judge.ts";
import { type ExecRule, matchesPattern, matchesRule, spelledRule } from "./rules.ts";
import type { KeptRun } from "./run-table.ts";
import { type ExecSettings, execSettings } from "./settings.ts";
import { terminals } from "./terminal.ts";
import { isWithin } from "./within.ts";

/** What a model sees of it at once. */
const MOST_CHARS = 30_000;
/** A program or a directory that changed while somebody was asked is asked about again, this often. */
const MOST_QUESTIONS = 3;

export function execTool(hands: Hands): Tool {
  return {
    name: "exec",
    description:
      "Run a command line in a shell, in the work directory. What only looks (ls, cat, grep, find, git status and the like) runs at once; anything else may wait for the owner's word. Write one plain command at a time: no substitutions, no redirections into files. What takes longer than yieldMs goes on in the background; look after it with process.",
    parameters: {
      type: "object",
      properties: {
        command: { type: "string", description: "The command line" },
        workdir: { type: "string", description: "Where it runs; the work directory without it" },
        env: {
          type: "object",
          additionalProperties: { type: "string" },
          description: "Variables besides the usual ones",
        },
        yieldMs: {
          type: "integer",
          minimum: 10,
          maximum: 120_000,
          description: "How long to wait for it, in ms",
        },
        background: { type: "boolean", description: "Go on at once" },
        timeout: {
          type: "integer",
          minimum: 1,
          maximum: 86_400,
          description: "How long it may run, in seconds",
        },
        pty: { type: "boolean", description: "At a terminal of its own, for programs that want one" },
        host: { type: "string", enum: ["gateway", "sandbox", "node"] },
        elevated: {
          type: "boolean",
          description: "Run it outside of the sandbox, where there is one and the owner allows it",
        },
        security: { type: "string", enum: ["deny", "allowlist", "full"] },
        ask: { type: "string", enum: ["off", "on-miss", "always"] },
      },
      required: ["command"],
      additionalProperties: false,
    },
    group: "runtime",
    hasSideEffect: true,
    // What a command prints is of the whole machine: nobody reads along.
    isFor: isOwnersOwn,
    hasBegun: (callId, turn) => hands.store.hasProcess(turn.id, callId),
    run: (args, call) => new ExecCall(hands, args, call).run(),
  };
}

/** Why somebody is asked. */
type Why = "not-allowed" | "unclear" | "always" | "tainted" | "windows";

/** What lets a line run. */
interface Leave {
  judgement: Judgement;
  /** The answer of the owner, where he was asked. */
  approval?: ApprovalRow | undefined;
}

const AMOUNTS = ["timeout", "yieldMs"];
const NO_SKILLS: SkillEnvironment = { env: {}, path: [] };

class ExecCall {
  #hands: Hands;
  #args: Readonly<Record<string, unknown>>;
  #call: ToolCall;
  #skills = NO_SKILLS;
  #confinement: Confinement = { sandbox: undefined };

  constructor(hands: Hands, args: Readonly<Record<string, unknown>>, call: ToolCall) {
    this.#hands = hands;
    this.#args = args;
    this.#call = call;
  }

  async run(): Promise<ToolResult> {
    const { turn, signal } = this.#call;
    const command = textArgument(this.#args, "command").trim();
    if (command === "") throw new Error("command is empty.");
    if (command.includes("\0")) throw new Error("command holds a character that no shell takes.");
    // Said before the owner is asked.
    for (const amount of AMOUNTS) countArgument(this.#args, amount);
    const settings = this.#settings();
    const { store, clock, config } = this.#hands;
    const wished = typeof this.#args.elevated === "boolean" ? this.#args.elevated : undefined;
    const fields = (await store.get(turn.sessionKey))?.fields ?? {};
    this.#confinement = confinementOf(config(), turn, { fields, wished, nowMs: clock.now() });
    refuseUnserved(this.#args, settings, this.#confinement);
    const id = randomUUID();
    // Nobody is asked about what could not run.
    const launch = await this.#launch(id, command, settings);
    // Keys of skills are of no use where there is no network.
    if (launch === undefined)
      this.#skills = (await this.#hands.skills?.environment(turn.agentId)) ?? NO_SKILLS;
    const leave = await this.#leave(command, settings);
    if ("refused" in leave) return textResult(leave.refused, true);
    signal.throwIfAborted();
    const { judgement, approval } = leave;
    // What nobody could write down does not run.
    if (
      approval !== undefined &&
      !(await this.#hands.store.useApproval(approval.id, this.#hands.clock.now()))
    )
      throw new Error("The approval cannot be used any more.");
    const env = this.#variables();
    const place = this.#place(command, settings);
    const isLooking = isLookingLine(judgement);
    const atTerminal = this.#args.pty === true ? await terminals() : undefined;
    const plan = {
      id,
      launch,
      line: judgement.line,
      isPlain: judgement.unclear === undefined,
      cwd: place.cwd,
      env: programEnvironment(this.#hands.env, place.path, { ...this.#skills.env, ...env }),
      timeoutMs: Math.min(1_000 * (countArgument(this.#args, "timeout") ?? Infinity), settings.timeoutMs),
      hasInput: !isLooking || atTerminal !== undefined,
      atTerminal,
      mask: await this.#hands.mask([place.workspace, place.cwd]),
    };
    const owner = {
      sessionKey: turn.sessionKey,
      agentId: turn.agentId,
      turnId: turn.id,
      callId: this.#call.id,
    };
    const { cleanupMs, notifyOnExit } = settings;
    const kept = await this.#hands.runs.begin(plan, owner, { command, cleanupMs, notifyOnExit });
    const result = await this.#watch(kept, settings);
    if (this.#args.pty !== true || atTerminal !== undefined) return result;
    const note = { type: "text" as const, text: "(There are no terminals on this machine: it has pipes.)" };
    return { ...result, content: [note, ...result.content] };
  }

  /** What the line is started with in the sandbox; undefined outside of one. */
  async #launch(id: string, line: string, settings: ExecSettings): Promise<SandboxedLaunch | undefined> {
    const { sandbox } = this.#confinement;
    if (sandbox === undefined) return undefined;
    const hasInput = this.#args.pty === true || !isLookingLine(judgeLine(this.#place(line, settings)));
    const job = { id, line, cwd: this.#shownPlace(sandbox).cwd, env: this.#variables(), hasInput };
    return await this.#hands.sandboxes.launch(sandbox, this.#call.turn, job);
  }

  /** Waits for it, and goes on beside it when that takes too long. */
  async #watch(kept: KeptRun, { backgroundMs }: ExecSettings): Promise<ToolResult> {
    const { signal } = this.#call;
    const { run } = kept;
    const stop = () => {
      if (signal.reason !== "shutdown") void run.kill("stopped");
    };
    signal.addEventListener("abort", stop, { once: true });
    void run.ended.then(() => signal.removeEventListener("abort", stop));
    if (signal.aborted) stop();
    const waitMs =
      this.#args.background === true ? 0 : (countArgument(this.#args, "yieldMs") ?? backgroundMs);
    const isEnded = await this.#isEndedWithin(kept, waitMs);
    signal.throwIfAborted();
    if (!isEnded) {
      kept.isBeside = true;
      const said = shown(run.output.news());
      return textResult(
        `Still running in the background, session ${run.plan.id}. Look after it with process.${said === "" ? "" : `\nSo far:\n${said}`}`,
      );
    }
    const end = await run.ended;
    this.#hands.runs.forget(run.plan.id);
    const said = shown(run.output.text);
    const isDone = end.code === 0 && !end.isKilled;
    return textResult(
      isDone ? said || "(no output)" : `${said === "" ? "" : `${said}\n`}(${end.told})`,
      !isDone,
    );
  }

  async #isEndedWithin({ run }: KeptRun, waitMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = this.#hands.clock.after(waitMs, () => resolve(run.end !== undefined));
    const { signal } = this.#call;
    // A gateway that stops ends it, and nobody waits for the answer.
    const over = () => resolve(false);
    signal.addEventListener("abort", over, { once: true });
    void run.ended.then(() => resolve(true));
    try {
      return await promise;
    } finally {
      timer.dispose();
      signal.removeEventListener("abort", over);
    }
  }

  /** Whether the line may run: allowed, or allowed by an answer to exactly this line. */
  async #leave(command: string, settings: ExecSettings): Promise<Leave | { refused: string }> {
    if (settings.security === "deny") return { refused: "Commands are not allowed here (security: deny)." };
    let changed: readonly string[] | undefined;
    for (let asked = 0; asked < MOST_QUESTIONS; asked += 1) {
      const judgement = judgeLine(this.#place(command, settings));
      // A shell would say no more.
      const isOutside = this.#confinement.sandbox === undefined;
      if (isOutside && judgement.missing !== undefined && isPlainName(command))
        return { refused: `${judgement.missing}: command not found` };
      const why = await this.#whyAsk(judgement, settings);
      if (why === undefined) return { judgement };
      if (settings.ask === "off")
        return { refused: "This command is not allowed, and nobody is asked (ask: off). Do it another way." };
      const approval = await this.#ask(command, judgement, { settings, why, changed });
      if (approval.state === "denied")
        return { refused: "The owner denied this command. Do not try it in another form." };
      if (approval.state === "expired")
        return { refused: "Not approved in time: nobody answered, and the command did not run." };
      // Only what was asked about runs: programs, links and directories may be others by now.
      const now = judgeLine(this.#place(command, settings));
      if (now.binding === judgement.binding) return { judgement: now, approval };
      changed = changesSince(judgement, now);
    }
    return { refused: "What the command stands for keeps changing; it did not run." };
  }

  async #whyAsk(judgement: Judgement, settings: ExecSettings): Promise<Why | undefined> {
    const { security, ask } = settings;
    if (ask === "always") return "always";
    const isLooking = isLookingLine(judgement);
    if (isLooking && process.platform !== "win32") return undefined;
    if (this.#call.taintedBy !== undefined) return "tainted";
    // What a sandbox holds touches nothing of the owner's.
    if (this.#confinement.sandbox !== undefined || this.#confinement.elevated === "full") return undefined;
    if (security === "full") return undefined;
    // Nobody here knows what a line of its shell comes to.
    if (process.platform === "win32") return "windows";
    if (judgement.unclear !== undefined) return "unclear";
    return (await this.#isAllowed(judgement)) ? undefined : "not-allowed";
  }

  /** By rules, by the file, or for the rest of the turn. */
  async #isAllowed({ calls }: Judgement): Promise<boolean> {
    const { store, clock, file } = this.#hands;
    const { turn } = this.#call;
    const [rules, turns] = await Promise.all([
      store.approvalRules(clock.now()),
      store.turnApprovals(turn.id),
    ]);
    const ofAgent = rules.filter(({ kind, agentId }) => kind === "exec" && agentId === turn.agentId);
    const ofTurn = turns.flatMap(({ payload }) => payload.turnRules as ExecRule[]);
    const { allowlist } = file.policyOf(turn.agentId);
    const used = new Set<string>();
    const isAllowed = calls.every((call) => {
      if (call.isLooking) return true;
      if (call.isOpen) return false;
      const rule = ofAgent.find((each) => matchesRule(each.rule as unknown as ExecRule, call));
      if (rule !== undefined) used.add(rule.id);
      return (
        rule !== undefined ||
        ofTurn.some((each) => matchesRule(each, call)) ||
        allowlist.some(({ pattern }) => matchesPattern(pattern, call.program))
      );
    });
    if (isAllowed)
      for (const id of used)
        await store.usedApprovalRule(id, textArgument(this.#args, "command"), clock.now());
    return isAllowed;
  }

  async #ask(
    command: string,
    judgement: Judgement,
    { settings, why, changed }: { settings: ExecSettings; why: Why; changed: readonly string[] | undefined },
  ): Promise<ApprovalRow> {
    const { turn, id: callId, signal, setAside = (work) => work } = this.#call;
    const { id: turnId, runId, sessionKey, agentId } = turn;
    const rules = why === "tainted" || why === "always" ? undefined : rulesOf(judgement);
    const turnRules = why === "tainted" || why === "always" ? undefined : turnRulesOf(judgement);
    const env = this.#variables();
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value} `);
    const payload = {
      command: `${variables.join("")}${command}`,
      cwd: this.#place(command, settings).cwd,
      host: this.#confinement.sandbox === undefined ? "gateway" : "sandbox",
      security: settings.security,
      ask: settings.ask,
      resolvedPath: judgement.calls[0]?.program.path,
      why,
      changed,
      binding: judgement.binding,
      rules,
      ruleTexts: rules?.map(spelledRule),
      turnRules,
    };
    const asked = this.#hands.desk.ask(
      {
        kind: "exec",
        payload,
        of: { turnId, callId, runId, sessionKey, agentId },
        timeoutMs: settings.approvalTimeoutMs,
        asked: async (row) => {
          const words = approvalWords(this.#call.language ?? "en");
          await this.#call.tell?.(words.asked(row.id, payload.command, payload.ruleTexts ?? [], changed));
        },
      },
      signal,
    );
    return await setAside(asked);
  }

  #settings(): ExecSettings {
    const { file, config } = this.#hands;
    const wished = { security: wordOf(this.#args.security), ask: wordOf(this.#args.ask) };
    return execSettings(config(), file.policyOf(this.#call.turn.agentId), wished);
  }

  #place(command: string, { pathPrepend, safeBins }: ExecSettings): CommandLine {
    const { config, paths, env, stateDir } = this.#hands;
    const { turn } = this.#call;
    const { sandbox } = this.#confinement;
    const workspace = realDirectory(
      sandbox === undefined
        ? workspaceOf(config(), turn.agentId, paths)
        : roomOf(this.#hands, sandbox, turn).directory,
    );
    const wished = wordOf(this.#args.workdir)?.trim() || ".";
    const directory =
      sandbox === undefined ? resolve(workspace, wished) : (this.#shownPlace(sandbox).real ?? workspace);
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new Error(`There is no directory ${JSON.stringify(wished.slice(0, 200))}.`);
    const variables = this.#variables();
    return {
      command,
      cwd: realDirectory(directory),
      workspace,
      stateDir: realDirectory(stateDir),
      // What skills brought along is found, and takes no other program's place.
      path: programPath(env, pathPrepend, this.#skills.path),
      env: variables,
      isPlainEnv: areHarmless(variables),
      safeBins,
    };
  }

  /** The directory of the call as the sandbox has it, and where that is on this machine; undefined where it is no directory of the room. */
  #shownPlace(sandbox: SandboxSettings): { cwd: string; real: string | undefined } {
    const { directory, shownAt } = roomOf(this.#hands, sandbox, this.#call.turn);
    const cwd = resolve(shownAt, wordOf(this.#args.workdir)?.trim() || ".");
    if (!isWithin(cwd, shownAt)) return { cwd, real: undefined };
    const real = join(directory, relative(shownAt, cwd));
    const found = lstatSync(real, { throwIfNoEntry: false });
    return {
      cwd,
      real:
        found?.isDirectory() && isWithin(realDirectory(real), realDirectory(directory)) ? real : undefined,
    };
  }

  #variables(): Record<string, string> {
    const given = this.#args.env;
    if (given === undefined || given === null) return {};
    if (typeof given !== "object" || Array.isArray(given)) throw new Error("env must be an object of texts.");
    const variables: Record<string, string> = {};
    for (const [name, value] of Object.entries(given)) {
      if (typeof value !== "string" || value.includes("\0"))
        throw new Error(`env.${name.slice(0, 80)} must be text.`);
      variables[name] = value;
    }
    const refused = refusedVariables(variables);
    if (refused.length > 0)
      throw new Error(`These variables cannot be set: ${refused.join(", ").slice(0, 200)}.`);
    return variables;
  }
}

function isLookingLine({ calls }: Judgement): boolean {
  return calls.length > 0 && calls.every((each) => each.isLooking);
}

function refuseUnserved(
  args: Readonly<Record<string, unknown>>,
  { host }: ExecSettings,
  { sandbox, elevated }: Confinement,
): void {
  if (sandbox !== undefined || elevated !== undefined) {
    const named = wordOf(args.host) ?? "sandbox";
    if (elevated === undefined && named !== "sandbox")
      throw new Error(
        "This conversation runs in a sandbox; elevated asks for a command to run outside of it.",
      );
    return;
  }
  const wished = wordOf(args.host) ?? host;
  if (wished === "sandbox" || host === "sandbox")
    throw new Error(
      "There is no sandbox for this conversation, and the command did not run (host: sandbox).",
    );
  if (wished !== "gateway" || host !== "gateway")
    throw new Error(`Commands run on the gateway alone, not on ${JSON.stringify(wished.slice(0, 40))}.`);
}

/** Whether a shell could do nothing else with it than say that the program is not there. */
function isPlainName(command: string): boolean {
  return /^[\w.+-]+(?: [\w./+-]+)*$/.test(command);
}

/** The end of it, and how much is missing. */
function shown(text: string): string {
  const said = text.trimEnd();
  if (said.length <= MOST_CHARS) return said;
  return `(the last ${MOST_CHARS} characters of ${said.length})\n${tailOf(said, MOST_CHARS)}`;
}

function wordOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

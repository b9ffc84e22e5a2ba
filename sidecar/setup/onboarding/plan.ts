/**
 * Turns answers into what is to be done: the values the configuration gets, and everything beside it. Nothing is read or written
 * here; what was not asked for stays as it is configured, the secrets above all.
 */
import { isDeepStrictEqual } from "node:util";
import { DEFAULT_PORT } from "../../../shared/config/defaults.ts";
import type { AuthMode } from "../../../shared/config/schema.ts";
import { type ErrorCode, SetupError } from "../../../shared/errors.ts";
import { type ConfigReading, configError } from "../../../shared/node/config-source.ts";
import { advice, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { APP_VERSION } from "../../../shared/version.ts";
import { valueAt } from "../../base/config/dotted-path.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import { refuseIncluded } from "../../base/config/included.ts";
import type { ResetScope } from "../reset-scopes.ts";
import {
  type Answers,
  configuredAuth,
  type ServiceChoice,
  type Situation,
  startingConfig,
} from "./answers.ts";
import { choiceOf, providerOf } from "./providers.ts";
import { chosenAuth, expandedPath, isLocal, isShared } from "./steps.ts";
import { isPlainRemote, shortSecretProblem } from "./values.ts";

/** Where a secret comes from. */
export type SecretSource = "given" | "environment" | "kept" | "generated";

/** Values by the keys that lead to them. */
export type Assignment = readonly [keys: readonly string[], value: unknown];

export interface Plan {
  mode: "local" | "remote";
  /** What goes to the trash first. */
  reset: ResetScope | undefined;
  /** The text that goes back into a configuration that is empty or gone, before anything else; undefined when none has to. */
  restores: string | undefined;
  /** Hash of the configuration that the plan is made for. */
  configHash: string;
  assignments: readonly Assignment[];
  /** The work directory to create. */
  workspace: string | undefined;
  /** Variables for `<state>/.env`. */
  variables: Readonly<Record<string, string>>;
  auth: { mode: AuthMode; source: SecretSource } | undefined;
  /** Undefined: nobody said anything about the service. */
  service: ServiceChoice | undefined;
  /** What somebody should know, one line each. */
  notes: readonly Remedy[];
}

/** Where new tokens come from, and what time it is. */
export interface PlanSources {
  newToken: () => string;
  nowMs: number;
}

/**
 * The plan for the answers; questions that were not answered are taken as "as it is". Fails with `CONFIG_INVALID` when the file is
 * invalid and not to be reset, and with `USAGE` or `AUTH_NOT_CONFIGURED` when answers do not go together.
 */
export function planOnboarding(answers: Answers, situation: Situation, sources: PlanSources): Plan {
  const { reading } = situation;
  if (reading.state === "invalid" && answers.existing !== "reset") throw configError(reading);
  const part = isLocal(answers, situation)
    ? localPart(answers, situation, sources.newToken)
    : remotePart(answers, situation);
  const reset = answers.existing === "reset" ? (answers.resetScope ?? "config") : undefined;
  const assignments = stamped(part.assignments, part.mode, sources.nowMs);
  const restores = reset === undefined ? situation.restores : undefined;
  return {
    ...part,
    restores: restores?.raw,
    reset: reading.state === "missing" && reset === "config" ? undefined : reset,
    configHash: reading.hash,
    assignments,
    notes: [...part.notes, ...(restores === undefined ? [] : [restoredNote(reading.path, restores.path)])],
  };
}

function restoredNote(file: string, copy: string): Remedy {
  return advice`${file} was empty or gone: its last copy that worked is back in its place (${copy}).`;
}

/**
 * The changes of the configuration that the plan asks for; undefined when it says all of it already. What holds counts, not how it
 * is written: a variable or an included file may say it. Fails with `USAGE` when such a file says something else.
 */
export function plannedEdits(
  { assignments, reset }: Pick<Plan, "assignments" | "reset">,
  reading: ConfigReading,
): TextEdit[] | undefined {
  const keeps = reset === undefined && reading.state !== "missing";
  const says = keeps ? reading.resolved : {};
  const isWizard = ([keys]: Assignment) => keys[0] === "wizard";
  const settings = assignments.filter(
    (each) => !isWizard(each) && !isDeepStrictEqual(valueAt(says, each[0]), each[1]),
  );
  if (settings.length === 0) return undefined;
  if (keeps) for (const [keys] of settings) refuseIncluded(keys, reading);
  return [...settings, ...assignments.filter(isWizard)].map(([keys, value]) => ({
    kind: "set",
    keys,
    value,
  }));
}

type Part = Omit<Plan, "reset" | "restores" | "configHash">;

function localPart(answers: Answers, situation: Situation, newToken: () => string): Part {
  const { paths, env } = situation;
  const config = startingConfig(answers, situation);
  const gateway = config.gateway ?? {};
  const workspace = answers.workspace ?? config.agents?.defaults?.workspace ?? paths.workspaceDir;
  refuseContradictions(answers, situation);
  const { auth, assignments: authAssignments, notes } = authPart(answers, situation, newToken);
  const tailscale = answers.tailscale;
  const isExposed = tailscale !== undefined && tailscale !== "off";
  const bind = isExposed ? "loopback" : (answers.bind ?? gateway.bind ?? "loopback");
  const fromEnv = env.CLAWDBOT_GATEWAY_PORT?.trim();
  if (fromEnv && answers.port !== undefined && fromEnv !== String(answers.port)) {
    notes.push(
      advice`CLAWDBOT_GATEWAY_PORT=${fromEnv} counts instead of gateway.port where it is set, as it is here.`,
    );
  }
  const { taken } = situation;
  if (taken !== undefined && taken.port === (answers.port ?? gateway.port ?? DEFAULT_PORT)) {
    notes.push(
      advice`Port ${taken.port} is held by ${taken.holder}: end that program, or take another one, such as --gateway-port ${taken.free}.`,
    );
  }
  if (isExposed && !situation.hasTailscale) {
    notes.push(
      "The tailscale program is not installed on this machine; the gateway exposes nothing without.",
    );
  }
  const wished = answers.bind ?? gateway.bind ?? "loopback";
  if (isExposed && wished !== "loopback") {
    notes.push(
      advice`The gateway listens on loopback instead of ${wished}: Tailscale ${tailscale} works there only.`,
    );
  }
  return {
    mode: "local",
    assignments: [
      [["gateway", "mode"], "local"],
      ...given(["gateway", "port"], answers.port),
      [["gateway", "bind"], bind],
      ...given(["gateway", "customBindHost"], bind === "custom" ? answers.customHost : undefined),
      ...authAssignments,
      ...given(
        ["gateway", "tailscale", "mode"],
        tailscale === "off" && !gateway.tailscale?.mode ? undefined : tailscale,
      ),
      ...given(["gateway", "tailscale", "resetOnExit"], answers.tailscaleResetOnExit),
      [["agents", "defaults", "workspace"], workspace],
    ],
    workspace: expandedPath(workspace, paths.home),
    variables: newVariables(answers, env),
    auth,
    service: answers.service,
    notes,
  };
}

function remotePart(answers: Answers, situation: Situation): Part {
  const remote = startingConfig(answers, situation).gateway?.remote;
  const url = answers.remoteUrl ?? remote?.url;
  if (url === undefined) {
    throw refusal(
      "USAGE",
      "--mode remote needs the address of the gateway: --remote-url ws://<host>:<port>.",
    );
  }
  const notes: Remedy[] = isPlainRemote(url)
    ? [advice`${url} is not encrypted: everybody on the way can read the token; use wss:// or an ssh tunnel.`]
    : [];
  if (situation.service.state === "installed") {
    notes.push(
      advice`The service stays installed, but will not start as long as the mode is remote; ${ours`gateway uninstall`} removes it.`,
    );
  }
  return {
    mode: "remote",
    assignments: [
      [["gateway", "mode"], "remote"],
      [["gateway", "remote", "url"], url],
      ...given(["gateway", "remote", "token"], answers.remoteToken || undefined),
    ],
    workspace: undefined,
    variables: {},
    auth: undefined,
    service: undefined,
    notes,
  };
}

/** What no question would let through, but options can say. */
function refuseContradictions(answers: Answers, situation: Situation): void {
  const gateway = startingConfig(answers, situation).gateway ?? {};
  const { customHost } = answers;
  const bind = answers.bind ?? gateway.bind ?? "loopback";
  if (answers.bind === "custom" && (customHost ?? gateway.customBindHost) === undefined) {
    throw refusal(
      "USAGE",
      "--gateway-bind custom needs an address or interface: --gateway-custom-host <host>.",
    );
  }
  if (customHost !== undefined && bind !== "custom") {
    throw refusal(
      "USAGE",
      advice`--gateway-custom-host has no effect with bind ${bind}: add --gateway-bind custom.`,
    );
  }
}

function authPart(
  answers: Answers,
  situation: Situation,
  newToken: () => string,
): { auth: NonNullable<Plan["auth"]>; assignments: Assignment[]; notes: Remedy[] } {
  const config = startingConfig(answers, situation);
  const configured = config.gateway?.auth ?? {};
  const mode = chosenAuth(answers, situation);
  const secret = mode === "token" ? answers.token : answers.password;
  const stored = configured[mode];
  const fromEnv = environmentSecret(situation, mode);
  const source = sourceOf(secret, stored, fromEnv);
  if (source === "generated" && mode === "password") {
    throw refusal(
      "AUTH_NOT_CONFIGURED",
      "Auth mode password needs a password: --gateway-password or CLAWDBOT_GATEWAY_PASSWORD.",
    );
  }
  const value = source === "generated" ? newToken() : secret || stored || fromEnv;
  refuseShortSecret(answers, situation, { mode, source, value });
  const notes: Remedy[] = [];
  if (fromEnv !== undefined && fromEnv !== value) {
    notes.push(
      advice`${variableOf(mode)} in this shell differs from gateway.auth.${mode}: commands here will be refused until it is unset.`,
    );
  }
  if (answers.tailscale === "funnel" && (answers.auth ?? configuredAuth(config)) === "token") {
    notes.push("Clients prove themselves with a password instead of a token: Tailscale funnel is public.");
  }
  return {
    auth: { mode, source },
    assignments: [
      [["gateway", "auth", "mode"], mode],
      ...given(["gateway", "auth", mode], source === "kept" ? undefined : value),
    ],
    notes,
  };
}

/** As the start of the gateway would. */
function refuseShortSecret(
  answers: Answers,
  situation: Situation,
  { mode, source, value = "" }: { mode: AuthMode; source: SecretSource; value: string | undefined },
): void {
  const problem = isShared(answers, situation, mode) ? shortSecretProblem(value) : undefined;
  if (problem === undefined) return;
  const place = { environment: variableOf(mode), kept: `gateway.auth.${mode}`, given: `--gateway-${mode}` };
  const named = source === "generated" ? `gateway.auth.${mode}` : place[source];
  throw new SetupError("SECRET_TOO_SHORT", advice`${named}: the ${mode} ${whole(problem)}.`, {
    fix: advice`give a longer one with --gateway-${mode}, or --gateway-bind loopback`,
  });
}

/** A stored secret is never replaced by anything but a given one: every client would be locked out. */
function sourceOf(
  secret: string | undefined,
  stored: string | undefined,
  fromEnv: string | undefined,
): SecretSource {
  if (secret) return secret === stored ? "kept" : "given";
  if (stored !== undefined) return "kept";
  return fromEnv === undefined ? "generated" : "environment";
}

function environmentSecret({ env }: Situation, mode: AuthMode): string | undefined {
  return env[variableOf(mode)]?.trim() || undefined;
}

function variableOf(mode: AuthMode): string {
  return `CLAWDBOT_GATEWAY_${mode.toUpperCase()}`;
}

/** Keys for the agent. A provider that was chosen takes the key of its variable when none was given. */
function newVariables({ provider, keys = {} }: Answers, env: Situation["env"]): Record<string, string> {
  const chosen = providerOf(provider);
  const variables = Object.fromEntries(Object.entries(keys).filter(([, key]) => key !== ""));
  if (chosen === undefined || chosen.variable in keys) return variables;
  const key = env[chosen.variable];
  if (key) return { ...variables, [chosen.variable]: key };
  throw refusal(
    "USAGE",
    advice`--auth-choice ${choiceOf(chosen)} needs a key: --${choiceOf(chosen)} or ${chosen.variable}.`,
  );
}

function given(keys: readonly string[], value: unknown): Assignment[] {
  return value === undefined ? [] : [[keys, value]];
}

/** Written with a change only, and nothing that a running gateway would act on. */
function stamped(assignments: readonly Assignment[], mode: Plan["mode"], nowMs: number): Assignment[] {
  return [
    ...assignments,
    [["wizard", "lastRunAt"], new Date(nowMs).toISOString()],
    [["wizard", "lastRunVersion"], APP_VERSION],
    [["wizard", "lastRunCommand"], "onboard"],
    [["wizard", "lastRunMode"], mode],
  ];
}

function refusal(code: ErrorCode, message: Remedy): SetupError {
  return new SetupError(code, message);
}

/**
 * The order of the questions as a pure state machine: what was answered and what is there decide what is asked next. Each question
 * is also an option of the command, read and checked by the same step.
 */

import { DEFAULT_PORT } from "../../../shared/config/defaults.ts";
import { AUTH_MODES, type AuthMode, BIND_MODES, TAILSCALE_MODES } from "../../../shared/config/schema.ts";
import { configError } from "../../../shared/node/config-source.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { RESET_SCOPES } from "../reset-scopes.ts";
import {
  type Answers,
  configuredAuth,
  EXISTING_CHOICES,
  FLOWS,
  MODES,
  SERVICE_CHOICES,
  type Situation,
  startingConfig,
} from "./answers.ts";
import { choiceOf, NO_PROVIDER, PROVIDER_CHOICES, PROVIDERS, providerOf } from "./providers.ts";
import {
  choiceProblem,
  portProblem,
  reachesBeyond,
  remoteUrlProblem,
  shortSecretProblem,
  storedKeyProblem,
  storedSecretProblem,
} from "./values.ts";

/** One entry of a list to choose from. */
export interface Choice {
  value: string;
  label: Remedy;
  hint?: Remedy;
}

/** What a person is asked. Every answer is a text; those to `confirm` are `yes` and `no`. */
export type Question = {
  step: Step;
  message: Remedy;
  /** Said before the question. */
  remark?: Remedy;
} & (
  | { kind: "confirm"; byDefault: "yes" | "no" }
  | { kind: "select"; choices: readonly Choice[]; byDefault: string }
  | { kind: "text"; byDefault: string }
  /** What is typed is not shown; it may be left blank unless `problem` of its step objects. */
  | { kind: "secret" }
);

/** A question without its step. */
type Asked = Question extends infer Each ? (Each extends Question ? Omit<Each, "step"> : never) : never;

type State = readonly [answers: Answers, situation: Situation];

/** One thing to be known. */
export interface Step {
  name: keyof Answers;
  /** The option that answers it, without dashes; that of a key depends on its provider. */
  option: string;
  /** Whether it matters, given what is known. */
  isDue: (...state: State) => boolean;
  ask: (...state: State) => Asked;
  /** What is wrong with an answer; undefined when it will do. */
  problem: (text: string, ...state: State) => Remedy | undefined;
  /** The answer of a text that has no problem. */
  take: (text: string, ...state: State) => Answers;
}

/** The next question; undefined when everything is known. Fails with `CONFIG_INVALID` when an invalid configuration is to be kept. */
export function nextQuestion(answers: Answers, situation: Situation): Question | undefined {
  const { reading } = situation;
  if (reading.state === "invalid" && (answers.existing ?? "reset") !== "reset") throw configError(reading);
  const step = STEPS.find((each) => !isAnswered(each, answers) && each.isDue(answers, situation));
  return step && { ...step.ask(answers, situation), step };
}

/** The answers with one more. `text` is an answer that its step has no problem with. */
export function withAnswer(answers: Answers, step: Step, text: string, situation: Situation): Answers {
  return { ...answers, ...step.take(text, answers, situation) };
}

/** Whether the gateway itself is to be set up, instead of the way to another one. */
export function isLocal(answers: Answers, situation: Situation): boolean {
  return (answers.mode ?? startingConfig(answers, situation).gateway?.mode ?? "local") === "local";
}

/** Whether other machines may try the secret. */
export function isShared(answers: Answers, situation: Situation, mode: AuthMode): boolean {
  const { gateway = {} } = startingConfig(answers, situation);
  const tailscale = answers.tailscale ?? gateway.tailscale?.mode ?? "off";
  if (tailscale !== "off") return mode === "password";
  const bind = answers.bind ?? gateway.bind ?? "loopback";
  return reachesBeyond(bind, answers.customHost ?? gateway.customBindHost);
}

/** How clients are to prove themselves: what was asked for, else what is configured. Funnel leaves no choice. */
export function chosenAuth(answers: Answers, situation: Situation): AuthMode {
  if (answers.tailscale === "funnel") return "password";
  const given = answers.password === undefined || answers.token !== undefined ? undefined : "password";
  return answers.auth ?? given ?? configuredAuth(startingConfig(answers, situation)) ?? "token";
}

/** The directory that a person means: `~` is the home directory. */
export function expandedPath(text: string, home: string): string {
  return text.trim().replace(/^~(?=$|[\\/])/, home);
}

export const RISK_NOTICE =
  "The gateway lets an assistant, and everybody who has its secret, act on this machine with your rights. Keep it on loopback unless you need more, and treat its token like a password.";

const FLOW_ALIASES: Record<string, string> = { manual: "advanced" };
/** What older scripts call the key of Anthropic. */
const PROVIDER_ALIASES: Record<string, string> = { apiKey: "anthropic-api-key" };

/** In the order in which they are asked; one that becomes due later is asked as soon as it does. */
export const STEPS: readonly Step[] = [
  {
    name: "acceptRisk",
    option: "accept-risk",
    isDue: () => true,
    ask: () => ({ kind: "confirm", message: "Go on?", byDefault: "no", remark: RISK_NOTICE }),
    problem: () => undefined,
    take: (text) => ({ acceptRisk: text === "yes" }),
  },
  {
    name: "flow",
    option: "flow",
    isDue: () => true,
    ask: () => ({
      kind: "select",
      message: "How do you want to set it up?",
      byDefault: "quickstart",
      choices: [
        { value: "quickstart", label: "QuickStart", hint: "this machine only, with a token of its own" },
        { value: "advanced", label: "Manual", hint: "port, addresses, authentication, Tailscale" },
      ],
    }),
    problem: (text) => choiceProblem(FLOW_ALIASES[text] ?? text, FLOWS),
    take: (text) => choose("flow", FLOW_ALIASES[text] ?? text, FLOWS),
  },
  {
    name: "existing",
    option: "existing",
    isDue: (_answers, { reading }) => reading.state !== "missing",
    ask: (_answers, { reading, restores, paths }) => ({
      kind: "select",
      message: advice`There is a configuration already (${tildePath(paths.configFile, paths.home)}${stateText(reading, restores)}).`,
      ...(reading.state === "invalid" ? BROKEN_CHOICES : EXISTING),
    }),
    problem: (text) => choiceProblem(text, EXISTING_CHOICES),
    take: (text) => choose("existing", text, EXISTING_CHOICES),
  },
  {
    name: "resetScope",
    option: "reset-scope",
    isDue: ({ existing }) => existing === "reset",
    ask: () => ({
      kind: "select",
      message: "What goes to the trash?",
      byDefault: "config",
      choices: [
        { value: "config", label: "The configuration" },
        { value: "config+creds+sessions", label: "Credentials and chats as well" },
        { value: "full", label: "Everything", hint: "the work directory too" },
      ],
    }),
    problem: (text) => choiceProblem(text, RESET_SCOPES),
    take: (text) => choose("resetScope", text, RESET_SCOPES),
  },
  {
    name: "mode",
    option: "mode",
    isDue: (answers) => asksAll(answers),
    ask: (answers, situation) => ({
      kind: "select",
      message: "Where is the gateway?",
      byDefault: startingConfig(answers, situation).gateway?.mode ?? "local",
      choices: [
        { value: "local", label: "On this machine" },
        { value: "remote", label: "On another machine", hint: "this one only connects to it" },
      ],
    }),
    problem: (text) => choiceProblem(text, MODES),
    take: (text) => choose("mode", text, MODES),
  },
  {
    name: "remoteUrl",
    option: "remote-url",
    isDue: (...state) => isRemote(...state) && (asksAll(state[0]) || remoteOf(...state)?.url === undefined),
    ask: (...state) => ({
      kind: "text",
      message: "Its address",
      byDefault: remoteOf(...state)?.url ?? `ws://127.0.0.1:${DEFAULT_PORT}`,
    }),
    problem: remoteUrlProblem,
    take: (text) => ({ remoteUrl: text }),
  },
  {
    name: "remoteToken",
    option: "remote-token",
    isDue: (...state) => isRemote(...state) && (asksAll(state[0]) || remoteOf(...state)?.url === undefined),
    ask: (...state) => ({
      kind: "secret",
      message:
        remoteOf(...state)?.token === undefined ? "Its token (blank: none)" : "Its token (blank: as it is)",
    }),
    problem: (text) => (text === "" ? undefined : storedSecretProblem(text)),
    take: (text) => ({ remoteToken: text }),
  },
  {
    name: "workspace",
    option: "workspace",
    isDue: (...state) => asksGateway(...state),
    ask: (answers, situation) => {
      const { paths } = situation;
      const configured = startingConfig(answers, situation).agents?.defaults?.workspace;
      const byDefault = tildePath(configured ?? paths.workspaceDir, paths.home);
      return { kind: "text", message: "Work directory of the agent", byDefault };
    },
    problem: (text, _answers, { paths, directoryProblem }) =>
      directoryProblem(expandedPath(text, paths.home)),
    take: (text, _answers, { paths }) => ({ workspace: expandedPath(text, paths.home) }),
  },
  {
    name: "provider",
    option: "auth-choice",
    isDue: isLocal,
    ask: () => ({
      kind: "select",
      message:
        "Key of a model provider? Its models answer then; without one local/echo does, which only repeats.",
      byDefault: NO_PROVIDER,
      remark: "Channels and skills come with a later release.",
      choices: [
        { value: NO_PROVIDER, label: "Not now" },
        ...PROVIDERS.map((provider) => ({
          value: choiceOf(provider),
          label: provider.label,
          ...(provider.needsAddress && {
            hint: advice`once models.providers.${provider.id}.baseUrl says where it is`,
          }),
        })),
      ],
    }),
    problem: (text) => choiceProblem(PROVIDER_ALIASES[text] ?? text, PROVIDER_CHOICES),
    take: (text) => ({ provider: PROVIDER_ALIASES[text] ?? text }),
  },
  {
    name: "keys",
    option: "<provider>-api-key",
    isDue: (answers, situation) => isLocal(answers, situation) && providerOf(answers.provider) !== undefined,
    ask: ({ provider }, { env }) => {
      const { label = "", variable = "" } = providerOf(provider) ?? {};
      const blank = env[variable] ? advice`the one of ${variable}` : advice`none`;
      return { kind: "secret", message: advice`Key of ${label} (blank: ${blank})` };
    },
    problem: (text) => (text === "" ? undefined : storedKeyProblem(text)),
    take: (text, { provider, keys }, { env }) => {
      const { variable = "" } = providerOf(provider) ?? {};
      return { keys: { ...keys, [variable]: text || env[variable] || "" } };
    },
  },
  {
    name: "port",
    option: "gateway-port",
    isDue: (...state) => asksGateway(...state) || isTaken(...state),
    ask: (answers, situation) => {
      const { taken } = situation;
      const configured = startingConfig(answers, situation).gateway?.port ?? DEFAULT_PORT;
      const remark = taken && advice`Port ${taken.port} is held by ${taken.holder}.`;
      const byDefault = String(taken?.port === configured ? taken.free : configured);
      return { kind: "text", message: "Port of the gateway", byDefault, ...(remark && { remark }) };
    },
    problem: portProblem,
    take: (text) => ({ port: Number(text) }),
  },
  {
    name: "bind",
    option: "gateway-bind",
    isDue: (...state) => asksGateway(...state),
    ask: (answers, situation) => ({
      kind: "select",
      message: "Who can reach it?",
      byDefault: startingConfig(answers, situation).gateway?.bind ?? "loopback",
      choices: [
        { value: "loopback", label: "This machine only", hint: "loopback" },
        { value: "lan", label: "The local network", hint: "lan" },
        { value: "tailnet", label: "The tailnet and this machine", hint: "tailnet" },
        { value: "auto", label: "The local network as long as there is a secret", hint: "auto" },
        { value: "custom", label: "Who reaches one address", hint: "custom" },
      ],
    }),
    problem: (text) => choiceProblem(text, BIND_MODES),
    take: (text) => choose("bind", text, BIND_MODES),
  },
  {
    name: "customHost",
    option: "gateway-custom-host",
    isDue: (...state) => {
      const isKnown = startingConfig(...state).gateway?.customBindHost !== undefined;
      return isLocal(...state) && state[0].bind === "custom" && (asksGateway(...state) || !isKnown);
    },
    ask: (...state) => ({
      kind: "text",
      message: "Address or interface to listen on",
      byDefault: startingConfig(...state).gateway?.customBindHost ?? "127.0.0.1",
    }),
    problem: (text, _answers, { hostProblem }) => hostProblem(text.trim()),
    take: (text) => ({ customHost: text.trim() }),
  },
  {
    name: "auth",
    option: "gateway-auth",
    isDue: (...state) => asksGateway(...state),
    ask: (...state) => ({
      kind: "select",
      message: "How do clients prove themselves?",
      byDefault: chosenAuth(...state),
      choices: [
        { value: "token", label: "With a token" },
        { value: "password", label: "With a password" },
      ],
    }),
    problem: (text) => choiceProblem(text, AUTH_MODES),
    take: (text) => choose("auth", text, AUTH_MODES),
  },
  {
    name: "token",
    option: "gateway-token",
    isDue: (...state) => asksGateway(...state) && chosenAuth(...state) === "token",
    ask: (...state) => ({
      kind: "secret",
      message: advice`Token (blank: ${startingConfig(...state).gateway?.auth?.token === undefined ? advice`a random one` : advice`as it is`})`,
    }),
    problem: (text, ...state) => sharedSecretProblem(text, "token", state),
    take: (text) => ({ token: text }),
  },
  {
    name: "password",
    option: "gateway-password",
    isDue: (...state) => {
      const isKnown = startingConfig(...state).gateway?.auth?.password !== undefined;
      const isNeeded = isLocal(...state) && chosenAuth(...state) === "password";
      return isNeeded && (asksGateway(...state) || !isKnown);
    },
    ask: (...state) => ({
      kind: "secret",
      message:
        startingConfig(...state).gateway?.auth?.password === undefined
          ? "Password"
          : "Password (blank: as it is)",
    }),
    problem: (text, ...state) => {
      const isKnown = startingConfig(...state).gateway?.auth?.password !== undefined;
      return text === "" && !isKnown
        ? storedSecretProblem(text)
        : sharedSecretProblem(text, "password", state);
    },
    take: (text) => ({ password: text }),
  },
  {
    name: "tailscale",
    option: "tailscale",
    isDue: (...state) => asksGateway(...state),
    ask: (answers, situation) => ({
      kind: "select",
      message: "Expose it with Tailscale?",
      byDefault: startingConfig(answers, situation).gateway?.tailscale?.mode ?? "off",
      ...(situation.hasTailscale
        ? {}
        : { remark: "The tailscale program is not installed on this machine." }),
      choices: [
        { value: "off", label: "No" },
        { value: "serve", label: "To the tailnet (serve)", hint: "listens on loopback then" },
        { value: "funnel", label: "To everybody (funnel)", hint: "public: needs a password" },
      ],
    }),
    problem: (text, ...state) => choiceProblem(text, TAILSCALE_MODES) ?? exposureProblem(text, ...state),
    take: (text) => choose("tailscale", text, TAILSCALE_MODES),
  },
  {
    name: "tailscaleResetOnExit",
    option: "tailscale-reset-on-exit",
    isDue: (...state) => asksGateway(...state) && (state[0].tailscale ?? "off") !== "off",
    ask: (...state) => ({
      kind: "confirm",
      message: "Take the exposure back when the gateway stops?",
      byDefault: startingConfig(...state).gateway?.tailscale?.resetOnExit === true ? "yes" : "no",
    }),
    problem: () => undefined,
    take: (text) => ({ tailscaleResetOnExit: text === "yes" }),
  },
  {
    name: "service",
    option: "daemon",
    isDue: isLocal,
    ask: (_answers, { service, hasDesktop }) => ({
      kind: "select",
      message: "How shall the gateway run?",
      ...serviceChoices(service, hasDesktop),
    }),
    problem: (text) => choiceProblem(text, SERVICE_CHOICES),
    take: (text) => choose("service", text, SERVICE_CHOICES),
  },
];

const EXISTING = {
  byDefault: "keep",
  choices: [
    { value: "keep", label: "Keep it" },
    { value: "modify", label: "Change it", hint: "asks for everything, with its values as proposals" },
    { value: "reset", label: "Begin anew", hint: "moves it to the trash" },
  ],
} as const;

const BROKEN_CHOICES = {
  byDefault: "keep",
  choices: [
    {
      value: "keep",
      label: "Leave it and stop here",
      hint: advice`${ours`config validate`} shows what is wrong`,
    },
    { value: "reset", label: "Begin anew", hint: "moves it to the trash" },
  ],
} as const;

function stateText(reading: Situation["reading"], restores: Situation["restores"]): Remedy {
  if (restores !== undefined) return advice`, as it last worked: ${restores.path}`;
  return reading.state === "invalid" ? advice`, which is invalid` : "";
}

function isAnswered({ name }: Step, answers: Answers): boolean {
  if (name === "keys") {
    const provider = providerOf(answers.provider);
    return provider !== undefined && answers.keys?.[provider.variable] !== undefined;
  }
  return answers[name] !== undefined;
}

/** A configuration that is to be changed is asked for whole. */
function asksAll({ flow, existing }: Answers): boolean {
  return existing !== "keep" && (flow === "advanced" || existing === "modify");
}

function asksGateway(...[answers, situation]: State): boolean {
  return asksAll(answers) && isLocal(answers, situation);
}

function isRemote(...state: State): boolean {
  return !isLocal(...state);
}

function isTaken(answers: Answers, situation: Situation): boolean {
  return situation.taken !== undefined && answers.existing !== "keep" && isLocal(answers, situation);
}

function remoteOf(...state: State) {
  return startingConfig(...state).gateway?.remote;
}

function serviceChoices(
  service: Situation["service"],
  hasDesktop: boolean,
): { choices: Choice[]; byDefault: string; remark?: Remedy } {
  const start = hasDesktop
    ? { value: "start", label: "Under the tray, from now on" }
    : { value: "start", label: "In this terminal, from now on" };
  const skip = { value: "skip", label: "Not now" };
  switch (service.state) {
    case "unavailable":
      return {
        choices: [start, skip],
        byDefault: "start",
        remark: service.reason,
      };
    case "missing":
      return {
        byDefault: "install",
        choices: [
          { value: "install", label: "Always, as a background service", hint: service.label },
          start,
          skip,
        ],
      };
    case "installed":
      return {
        byDefault: "restart",
        choices: [
          { value: "restart", label: "Restart the background service", hint: service.label },
          { value: "reinstall", label: "Install the background service anew" },
          { ...skip, label: "Leave the background service as it is" },
        ],
      };
  }
}

/** One of a few words as an answer; the caller has checked it. */
function choose<const Name extends keyof Answers, const Value extends string>(
  name: Name,
  text: string,
  allowed: readonly Value[],
): Answers {
  const value = allowed.find((each) => each === text);
  return value === undefined ? {} : ({ [name]: value } as Answers);
}

/** Of a secret that is typed, or kept by an empty answer; Tailscale is asked about later and may be taken away again. */
function sharedSecretProblem(
  text: string,
  mode: AuthMode,
  [answers, situation]: [Answers, Situation],
): Remedy | undefined {
  const kept = startingConfig(answers, situation).gateway?.auth?.[mode];
  const secret = text === "" ? kept : text;
  if (secret === undefined) return undefined;
  const ways = [answers, { ...answers, tailscale: "off" } as const];
  const problem = ways.some((way) => isShared(way, situation, mode)) ? shortSecretProblem(secret) : undefined;
  if (text === "") return problem === undefined ? undefined : advice`the one that is there ${whole(problem)}`;
  return storedSecretProblem(text) ?? problem;
}

/** A password that was typed or kept, and is too short for what Tailscale opens. */
function exposureProblem(text: string, answers: Answers, situation: Situation): Remedy | undefined {
  const wished: Answers = { ...answers, ...choose("tailscale", text, TAILSCALE_MODES) };
  const password = answers.password || startingConfig(answers, situation).gateway?.auth?.password;
  const mode = chosenAuth(wished, situation);
  if (mode !== "password" || password === undefined || !isShared(wished, situation, mode)) return undefined;
  const problem = shortSecretProblem(password);
  return problem === undefined ? undefined : advice`the password ${whole(problem)}`;
}

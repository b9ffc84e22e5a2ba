/** Handlers of runs and agents. */
import type { Clock } from "../../../shared/clock.ts";
import { agentIds, agentName } from "../../../shared/config/agents.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { plainText, quoted, RequestError, UnavailableError } from "../../../shared/errors.ts";
import { loadPart } from "../../../shared/node/part.ts";
import { agentMethods } from "../../../shared/protocol/methods/agent.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { agentOf, keyRules, mainSessionKey, requestedKey } from "../../assistant/session-key.ts";
import type { WorkspacePaths } from "../../assistant/workspace/place.ts";
import type { TokenUsage } from "../../base/store/message.ts";
import type { RunState, TurnResult } from "../../base/store/session-store.ts";
import { FailedAnswer, implement, type Method } from "../rpc/implement.ts";
import { attachmentsIn, failed, forModel, levelOf, refuseBlocked } from "./chat.ts";
import { authorityOf, type ChatCommands, senderOf } from "./chat-commands.ts";

/** What the handlers stand on. */
export interface AgentPlace {
  assistant: Assistant;
  config: () => GatewayConfig;
  clock: Clock;
  commands: ChatCommands;
  paths: WorkspacePaths;
}

/** How long a run may take that says nothing of its own, with some time for what it waits for. */
const LONGEST_RUN_MS = 86_400_000;
const TAKEN_BACK = "the message was taken back before it was answered";
const NO_SESSION = "Error: Pass --to <E.164>, --session-id, or --agent to choose a session";

export function agentHandlers({ assistant, config, clock, commands, paths }: AgentPlace): Method[] {
  const rules = () => keyRules(config());
  return implement(agentMethods, {
    "agents.list": async () => {
      const { agentInfo } = await loadPart(() => import("./agent-identity.ts"));
      const { defaultId, mainKey, scope } = rules();
      const agents = agentIds(config()).map((id) => agentInfo(config(), id, paths));
      return { defaultId, mainKey, scope, agents };
    },

    "agent.identity.get": async ({ agentId: named, sessionKey }) => {
      const { identityInfo } = await loadPart(() => import("./agent-identity.ts"));
      const { defaultId } = rules();
      const agentId = named === undefined ? undefined : agentName(named);
      const key = sessionKey?.trim() ? requestedKey(sessionKey, rules()) : undefined;
      const inKey = key === undefined ? undefined : agentOf(key, defaultId);
      refuseOtherAgent("agent.identity.get", agentId, inKey);
      const basePath = config().gateway?.controlUi?.basePath ?? DEFAULTS["gateway.controlUi.basePath"];
      return identityInfo(config(), agentId ?? inKey ?? defaultId, { paths, basePath });
    },

    agent: async (params, call) => {
      const { message, sessionKey, sessionId, to, channel, idempotencyKey: runId, timeout, label } = params;
      const agentId = params.agentId === undefined ? undefined : agentName(params.agentId);
      if (agentId !== undefined) refuseUnknown(agentId, config());
      const named = sessionKey === undefined ? undefined : requestedKey(sessionKey, rules());
      refuseOtherAgent("agent", agentId, named && agentOf(named, agentId ?? rules().defaultId));
      if (channel !== undefined && !isKnown(channel, params.deliver === true))
        throw new RequestError(
          "CHANNEL_UNKNOWN",
          `invalid agent params: unknown channel: ${plainText(channel, 80)}`,
        );
      const files = await attachmentsIn(params.attachments);
      const store = await assistant.store();
      const key =
        named ??
        (sessionId === undefined ? undefined : (await store.bySessionId(sessionId))?.key) ??
        (agentId === undefined && to === undefined ? undefined : mainSessionKey(rules(), agentId));
      const acceptedAt = clock.now();
      if (key === undefined) {
        call.acknowledge({ runId, status: "accepted", acceptedAt });
        throw failed(runId, NO_SESSION);
      }
      const sessionName = sessionKey ?? key;
      const { identity } = call;
      const hasFiles = files.length > 0;
      const taken = await commands.take(message, { runId, sessionName, identity, hasFiles });
      if (taken.kind === "known" || (taken.kind === "answered" && taken.follow === undefined)) {
        call.acknowledge({ runId, status: "accepted", acceptedAt });
        const text = taken.kind === "known" ? "" : taken.text;
        if (taken.kind === "answered") await commands.reply(text, sessionName, runId);
        return commandOutcome(runId, text, (await store.get(key))?.sessionId ?? "");
      }
      const { text, beside, directives } = forModel(taken);
      refuseBlocked(key, (await store.get(key))?.fields, config());
      if (label !== undefined) await store.patch(key, agentOf(key), { label }, clock.now());
      const accepted = await assistant.accept({
        idempotency: { scope: "agent", key: runId },
        runId,
        sessionKey: key,
        agentId: agentOf(key, agentId ?? rules().defaultId),
        channel: "webchat",
        sender: senderOf(call.identity),
        authority: authorityOf(call.identity),
        origin: "api",
        text,
        ...(await assistant.attach(files)),
        options: {
          timeoutMs: timeout ? timeout * 1_000 : undefined,
          sessionName,
          thinking: levelOf(directives.think ?? params.thinking),
          model: directives.model,
          ...(params.extraSystemPrompt?.trim() && { instructions: params.extraSystemPrompt }),
        },
      });
      if (!accepted.fresh && accepted.result !== undefined) return outcome(runId, accepted);
      if (accepted.fresh && beside !== "") await commands.replyBeside(beside, sessionName);
      call.acknowledge({ runId, status: "accepted", acceptedAt });
      const run = await assistant.waitFor(runId, LONGEST_RUN_MS, call.signal);
      return outcome(runId, run);
    },

    "agent.wait": async ({ runId, timeoutMs = 30_000 }, call) => {
      const run = await assistant.waitFor(runId, timeoutMs, call.signal);
      const { result } = run ?? {};
      if (isTakenBack(run)) return { runId, status: "error" as const, error: TAKEN_BACK };
      if (result === undefined) return { runId, status: "timeout" as const };
      const times = { startedAt: result.startedAtMs, endedAt: result.endedAtMs };
      return result.status === "error"
        ? { runId, status: "error" as const, ...times, error: result.text }
        : { runId, status: "ok" as const, ...times };
    },
  });
}

/** Where an answer may go in this release: to whoever asked. */
const SERVED = ["webchat", "last"];
/** Channels of the protocol, which its clients name also when nothing is to be sent there. */
const NAMED = ["whatsapp", "telegram", "discord", "slack", "signal", "imessage", "googlechat", "msteams"];

function isKnown(channel: string, isDelivered: boolean): boolean {
  return SERVED.includes(channel) || (!isDelivered && NAMED.includes(channel));
}

function refuseOtherAgent(method: string, agentId: string | undefined, inKey: string | undefined): void {
  if (agentId === undefined || inKey === undefined || agentId === inKey) return;
  throw new RequestError(
    "AGENT_UNKNOWN",
    `invalid ${method} params: agent "${agentId}" does not match session key agent "${inKey}"`,
  );
}

function refuseUnknown(agentId: string, config: GatewayConfig): void {
  if (agentIds(config).includes(agentId)) return;
  throw new RequestError("AGENT_UNKNOWN", `invalid agent params: unknown agent id ${quoted(agentId)}`);
}

/** A command is answered without a model. */
function commandOutcome(runId: string, text: string, sessionId: string) {
  const payloads = text === "" ? [] : [{ text, mediaUrl: null }];
  const meta = { durationMs: 0, agentMeta: { sessionId, provider: "", model: "" } };
  return { runId, status: "ok" as const, summary: "completed", result: { payloads, meta } };
}

function isTakenBack(run: RunState | undefined): boolean {
  return run?.state === "aborted" && run.result === undefined;
}

/** Its end is kept by the next process. */
function unfinished(runId: string): FailedAnswer {
  const summary = "the run goes on; ask agent.wait for its end";
  return new FailedAnswer(
    { runId, status: "error", summary },
    new UnavailableError("RUN_UNFINISHED", summary),
  );
}

function outcome(runId: string, run: RunState | undefined) {
  const result = run?.result;
  if (isTakenBack(run)) throw failed(runId, TAKEN_BACK);
  if (result === undefined) throw unfinished(runId);
  if (result.status === "error") throw failed(runId, result.text);
  return { runId, status: "ok" as const, summary: "completed", result: resultOf(result) };
}

/** What came of a run, as clients are told it. */
export function resultOf({
  text,
  texts = [text],
  sessionId,
  provider,
  model,
  usage,
  startedAtMs,
  endedAtMs,
  stopReason,
  isCut = false,
  thoughts = [],
}: TurnResult) {
  return {
    payloads: texts.filter((each) => each !== "").map((each) => ({ text: each, mediaUrl: null })),
    ...(thoughts.length > 0 && { thoughts }),
    meta: {
      durationMs: endedAtMs - startedAtMs,
      agentMeta: { sessionId, provider, model, ...(usage === undefined ? {} : { usage: tokensOf(usage) }) },
      aborted: stopReason !== undefined,
      ...(stopReason === undefined ? {} : { stopReason }),
      ...(isCut && { stopReason: "length" }),
    },
  };
}

/** As clients of runs know it. */
function tokensOf({ input, output, cacheRead, cacheWrite, totalTokens }: TokenUsage) {
  return { input, output, cacheRead, cacheWrite, total: totalTokens };
}

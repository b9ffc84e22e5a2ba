/**
 * One message answered in this process, where no gateway runs: with the store, the configuration and the log of one, and under its lock.
 * What the message was asked for is kept as in a gateway, and answered once whatever happens.
 */
import { randomUUID } from "node:crypto";
import { systemClock } from "../../shared/clock.ts";
import { agentIds, defaultAgentId } from "../../shared/config/agents.ts";
import { quoted, RequestError, UnavailableError } from "../../shared/errors.ts";
import { configError, readConfig } from "../../shared/node/config-source.ts";
import { advice, joined } from "../../shared/remedy.ts";
import { Assistant } from "../assistant/assistant.ts";
import type { Attachment } from "../assistant/media/attachments.ts";
import { agentOf, keyRules, mainSessionKey, requestedKey } from "../assistant/session-key.ts";
import { resolveLogFile } from "../base/config/load.ts";
import { EventBus } from "../base/events/event-bus.ts";
import { openLog } from "../base/log/logger.ts";
import type { TurnResult } from "../base/store/session-store.ts";
import { resultOf } from "../gateway/methods/agent.ts";
import { AnswerPrinter, type Question } from "./ask.ts";
import type { AttachedFile } from "./attached-files.ts";
import type { ProfileContext } from "./invocation.ts";
import type { Output } from "./output.ts";
import { refuseLongKey, type SessionChoice } from "./session-choice.ts";
import { withStateLock } from "./state-lock.ts";

/** What is asked, without the key that only a gateway can tell. */
export type LocalQuestion = Omit<Question, "sessionKey" | "attachments"> &
  SessionChoice & { files?: readonly AttachedFile[] };

/**
 * Prints the answer as it comes and returns it as the method `agent` does. Fails with `ALREADY_RUNNING` where a gateway runs, with
 * `RUN_FAILED`, and with what is wrong with the configuration.
 */
export async function askLocally(
  question: LocalQuestion,
  context: ProfileContext,
  output: Output,
): Promise<unknown> {
  const { paths, env } = context;
  const reading = readConfig(paths.configFile, env);
  if (reading.state === "invalid") throw configError(reading);
  const config = reading.state === "valid" ? reading.config : {};
  const sessionKey = keyOf(question, config);
  return withStateLock(paths, async () => {
    const log = openLog({
      file: resolveLogFile(config, paths),
      level: "info",
      consoleLevel: "silent",
      console: () => {},
      clock: systemClock,
    });
    const bus = new EventBus();
    const assistant = new Assistant({
      storeFile: paths.storeFile,
      paths,
      bus,
      clock: systemClock,
      log: log.logger,
      config: () => config,
      env,
      stateDir: paths.stateDir,
      holder: randomUUID(),
    });
    try {
      const agentId = agentOf(sessionKey, question.agent ?? defaultAgentId(config));
      return await answer(question, { sessionKey, agentId }, { assistant, bus, output });
    } finally {
      await assistant.stop();
      log.close();
    }
  });
}

interface LocalPlace {
  assistant: Assistant;
  bus: EventBus;
  output: Output;
}

async function answer(
  question: LocalQuestion,
  { sessionKey, agentId }: { sessionKey: string; agentId: string },
  place: LocalPlace,
): Promise<unknown> {
  const { message, runId, thinking, answerWithinS, files = [] } = question;
  const { assistant, bus, output } = place;
  const printer = new AnswerPrinter(runId, output);
  const listening = bus.subscribe((name, payload) => printer.take(name, payload));
  // Who leaves does not want it answered the next time.
  const stop = () => void assistant.abort(sessionKey, runId, "stop");
  process.once("SIGINT", stop);
  try {
    await assistant.accept({
      idempotency: { scope: "agent", key: runId },
      runId,
      sessionKey,
      agentId,
      channel: "webchat",
      sender: "owner",
      authority: "owner",
      origin: "api",
      text: message,
      ...(await assistant.attach(await kept(files, assistant))),
      options: { timeoutMs: answerWithinS * 1_000, sessionName: sessionKey, ...thinkingOf(thinking) },
    });
    const run = await assistant.waitFor(
      runId,
      answerWithinS * 1_000 + GRACE_MS,
      new AbortController().signal,
    );
    const result = resultIn(run?.result);
    printer.end(result.text);
    return { runId, status: "ok", summary: "completed", result: resultOf(result) };
  } finally {
    process.off("SIGINT", stop);
    listening.dispose();
  }
}

/** One after the other, as a gateway is sent them; what a refusal leaves behind goes as everything does that no message refers to. */
async function kept(files: readonly AttachedFile[], { media }: Assistant): Promise<Attachment[]> {
  const attachments: Attachment[] = [];
  for (const { name, read } of files) {
    const { mediaId } = await media.keep([read()], { name, declared: undefined });
    attachments.push({ label: name, name, declared: undefined, content: { mediaId } });
  }
  return attachments;
}

/** The turn ends itself; this only waits for the end of its end, in ms. */
const GRACE_MS = 10_000;

function thinkingOf(thinking: string | undefined): { thinking?: string } {
  return thinking === undefined ? {} : { thinking };
}

function resultIn(result: TurnResult | undefined): TurnResult {
  if (result === undefined) throw new UnavailableError("RUN_FAILED", "The answer did not end in time.");
  if (result.status === "error") throw new UnavailableError("RUN_FAILED", result.text);
  return result;
}

function keyOf({ session, agent }: SessionChoice, config: Parameters<typeof keyRules>[0]): string {
  const rules = keyRules(config);
  const ids = agentIds(config);
  if (agent !== undefined && !ids.includes(agent)) {
    throw new RequestError(
      "AGENT_UNKNOWN",
      advice`--agent: there is no agent ${quoted(agent)}; there is ${joined(ids.map(quoted), ", ")}`,
    );
  }
  if (session === undefined) return mainSessionKey(rules, agent);
  const key = requestedKey(refuseLongKey(session), { ...rules, defaultId: agent ?? rules.defaultId });
  if (agent === undefined || agentOf(key, agent) === agent) return key;
  throw new RequestError(
    "USAGE",
    advice`--session names a conversation of the agent ${quoted(agentOf(key))}, and --agent is ${quoted(agent)}`,
  );
}

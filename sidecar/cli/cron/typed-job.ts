/** A job as it was typed, in the parts that the gateway knows. */
import { durationMs } from "../../../shared/config/amounts.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { advice } from "../../../shared/remedy.ts";
import { withoutUndefined } from "../../../shared/without-undefined.ts";
import type { ValuesOf } from "../../base/options.ts";
import type { cronAdd, cronEdit } from "../definitions/cron.ts";

type Typed = Partial<ValuesOf<typeof cronAdd.options> & ValuesOf<typeof cronEdit.options>>;

/** When; undefined where nothing of it was typed. Fails with `USAGE`. */
export function typedSchedule({ at, every, cron, tz }: Typed): Record<string, unknown> | undefined {
  const given = [at, every, cron].filter((each) => each !== undefined);
  if (given.length > 1)
    throw new RequestError("USAGE", "--at, --every and --cron exclude each other: give one of them");
  if (tz !== undefined && cron === undefined)
    throw new RequestError("USAGE", "--tz is the time zone of --cron: give both");
  if (at !== undefined) return { kind: "at", at };
  if (cron !== undefined) return { kind: "cron", expr: cron, ...(tz !== undefined && { tz }) };
  if (every === undefined) return undefined;
  const everyMs = durationMs(every) ?? 0;
  if (everyMs >= 1_000) return { kind: "every", everyMs };
  if (everyMs >= 1)
    throw new RequestError("USAGE", advice`--every ${quoted(every)} is too often; write 1s or more`);
  throw new RequestError(
    "USAGE",
    advice`--every ${quoted(every)} is no duration; write one such as 30m or 1h`,
  );
}

/** What; undefined where nothing of it was typed. Fails with `USAGE`. */
export function typedPayload(values: Typed): Record<string, unknown> | undefined {
  const { "system-event": text, message, model, thinking, channel, to } = values;
  if (text !== undefined && message !== undefined)
    throw new RequestError("USAGE", "--system-event and --message exclude each other: give one of them");
  const delivers = values["no-deliver"] === true ? false : values.deliver === true ? true : undefined;
  const options = withoutUndefined({
    model,
    thinking,
    timeoutSeconds: values["timeout-seconds"],
    deliver: delivers,
    channel,
    to,
    bestEffortDeliver: values["best-effort-deliver"] === true ? true : undefined,
  });
  const [option] = Object.keys(options);
  if (text !== undefined && option !== undefined)
    throw new RequestError(
      "USAGE",
      "--system-event is said as it is: model, time limit and chat go with --message",
    );
  if (text !== undefined) return { kind: "systemEvent", text };
  if (message === undefined && option === undefined) return undefined;
  return { kind: "agentTurn", ...(message !== undefined && { message }), ...options };
}

/** The rest. */
export function typedRest(values: Typed): Record<string, unknown> {
  const isolation = withoutUndefined({
    postToMainPrefix: values["post-prefix"],
    postToMainMode: values["post-mode"],
    postToMainMaxChars: values["post-max-chars"],
  });
  return withoutUndefined({
    name: values.name,
    description: values.description,
    agentId: values["clear-agent"] === true ? null : values.agent,
    deleteAfterRun: values["delete-after-run"] === true ? true : undefined,
    sessionTarget: values.session,
    wakeMode: values.wake,
    isolation: Object.keys(isolation).length > 0 ? isolation : undefined,
  });
}

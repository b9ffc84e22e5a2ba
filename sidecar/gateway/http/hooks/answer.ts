/** Carries out what a call of a program asks for, and answers it. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import { plainText } from "../../../../shared/errors.ts";
import { ApiError, refusalOf } from "../api/errors.ts";
import { readJsonBody } from "../api/request-body.ts";
import { sendJson, sendText } from "../responses.ts";
import { MINUTE_MS, MOST_A_MINUTE } from "./call-counts.ts";
import {
  agentOrder,
  type HookOrder,
  HookProblem,
  type MappedOrder,
  mappedOrder,
  wakeOrder,
} from "./order.ts";
import type { HookExchange, HookPlace } from "./place.ts";

/** Headers by which senders name a delivery that they may repeat. */
const DELIVERY_HEADERS = [
  "idempotency-key",
  "webhook-id",
  "svix-id",
  "x-github-delivery",
  "x-gitea-delivery",
  "x-gitlab-event-uuid",
  "x-shopify-webhook-id",
];
export async function answerHook(place: HookPlace, call: HookExchange & { path: string }): Promise<void> {
  const { request, response } = call;
  try {
    const ordered = await orderOf(place, call);
    if (ordered === undefined) return sendText(response, 404, "Not Found");
    if (ordered.mapping !== undefined && place.calls.isTooOften(ordered.mapping))
      return refuse(response, 429, `more than ${MOST_A_MINUTE} calls in a minute`);
    await carryOut(place, ordered.order, deliveryOf(request, call.path), response);
  } catch (error) {
    const refusal = refusalOf(error);
    if (error instanceof HookProblem) return refuse(response, 400, error.message);
    if (!(refusal instanceof ApiError)) throw error;
    const isTooLarge = /larger than \d+ bytes/.test(refusal.message);
    const status = isTooLarge ? 413 : refusal.status;
    refuse(response, status, isTooLarge ? "payload too large" : refusal.message);
  }
}

async function orderOf(
  { config, clock, channels }: HookPlace,
  { request, response, url, path }: HookExchange & { path: string },
): Promise<(Omit<MappedOrder, "mapping"> & { mapping?: string }) | undefined> {
  const { maxBodyBytes = DEFAULTS["hooks.maxBodyBytes"], mappings = [] } = config().hooks ?? {};
  const payload = await readJsonBody({ request, response }, maxBodyBytes);
  if (path === "wake") return { order: wakeOrder(payload) };
  if (path === "agent") return { order: agentOrder(payload, channels()) };
  const nowIso = new Date(clock.now()).toISOString();
  return mappedOrder(mappings, { payload, headers: request.headers, query: url.searchParams, path, nowIso });
}

async function carryOut(
  { assistant, calls }: HookPlace,
  order: HookOrder,
  delivery: string | undefined,
  response: ServerResponse,
): Promise<void> {
  if (order.kind === "wake") {
    if (delivery === undefined || !calls.isRepeated(delivery))
      await (await assistant.hooks()).tell(order.text, order.mode);
    return sendJson(response, 200, { ok: true, mode: order.mode });
  }
  const runId = await (await assistant.hooks()).start(order, delivery ?? randomUUID());
  sendJson(response, 202, { ok: true, runId });
}

/** What makes a second call the same one; undefined where whoever calls names nothing. */
function deliveryOf({ headers }: IncomingMessage, path: string): string | undefined {
  const name = DELIVERY_HEADERS.find((each) => typeof headers[each] === "string");
  return name === undefined ? undefined : `${path} ${String(headers[name]).slice(0, 200)}`;
}

function refuse(response: ServerResponse, status: number, error: string): void {
  if (status === 429) response.setHeader("Retry-After", MINUTE_MS / 1_000);
  sendJson(response, status, { ok: false, error: plainText(error, 400) });
}

import { expect, test } from "@playwright/test";
import type { HelloOk } from "../../../../shared/protocol/handshake.ts";
import type { MethodResult } from "../../../../shared/protocol/index.ts";
import {
  type Action,
  INITIAL_STATE,
  MAX_LOG_LINES,
  reduce,
  type State,
  Store,
} from "../../../../sidecar/ui/store.ts";

const HELLO: HelloOk = {
  type: "hello-ok",
  protocol: 3,
  server: { version: "0.1.0", host: "box", connId: "c-1" },
  features: { methods: [], events: [] },
  snapshot: {
    presence: [{ host: "Dashboard", mode: "webchat", ts: 5 }],
    health: {},
    stateVersion: { presence: 1, health: 1 },
    uptimeMs: 4_000,
    configPath: "/home/u/.clawdbot/clawdbot.json",
  },
  policy: { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: 30_000 },
};

function after(...actions: Action[]): State {
  return actions.reduce(reduce, INITIAL_STATE);
}

function tail(lines: string[], extra: Partial<MethodResult<"logs.tail">> = {}): Action {
  return {
    type: "log-read",
    tail: { file: "/log", cursor: 10, size: 10, lines, truncated: false, reset: false, ...extra },
  };
}

test.describe("reduce", () => {
  test("takes the gateway's facts from the welcome and its start from the uptime", () => {
    const state = after({ type: "connected", hello: HELLO, monotonicMs: 10_000 });

    expect(state.link).toEqual({ kind: "connected" });
    expect(state.gateway).toEqual({
      version: "0.1.0",
      host: "box",
      configPath: "/home/u/.clawdbot/clawdbot.json",
      startedAtMs: 6_000,
    });
    expect(state.presence).toHaveLength(1);
    expect(state.health).toBeUndefined();
  });

  test("keeps what waits for an answer until somebody decided, once each, and asks anew after a welcome", () => {
    const approval = (id: string) => {
      const request = {
        command: id,
        cwd: null,
        host: null,
        security: null,
        ask: null,
        agentId: null,
        resolvedPath: null,
        sessionKey: null,
      };
      return { id, request, createdAtMs: 1, expiresAtMs: 2 };
    };
    const waiting = after(
      { type: "approvals", approvals: [approval("a")] },
      { type: "approval-requested", approval: approval("b") },
      { type: "approval-requested", approval: approval("b") },
    );
    const ids = ({ approvals }: State) => approvals.map(({ id }) => id);

    expect(ids(waiting)).toEqual(["a", "b"]);
    expect(ids(reduce(waiting, { type: "approval-resolved", id: "a" }))).toEqual(["b"]);
    expect(ids(reduce(waiting, { type: "connected", hello: HELLO, monotonicMs: 1 }))).toEqual([]);
  });

  test("forgets process and model of the gateway before when another one welcomes", () => {
    const welcome: Action = { type: "connected", hello: HELLO, monotonicMs: 10_000 };

    const known = after(welcome, { type: "process-known", pid: 7 }, { type: "model-known", model: "m" });

    expect(known.gateway).toMatchObject({ pid: 7, model: "m" });
    expect(reduce(known, welcome).gateway).not.toHaveProperty("pid");
  });

  test("has nowhere to put facts before there is a gateway", () => {
    expect(after({ type: "process-known", pid: 7 })).toBe(INITIAL_STATE);
  });

  test("remembers why the gateway is away while it tries again, and keeps what it showed", () => {
    const connected = after({ type: "connected", hello: HELLO, monotonicMs: 10_000 });
    const waiting = reduce(connected, { type: "waiting", absence: "stopped", retryAtMs: 11_000 });

    const trying = reduce(waiting, { type: "connecting" });

    expect(trying.link).toEqual({ kind: "connecting", absence: "stopped" });
    expect(trying.gateway).toBe(connected.gateway);
  });

  test("connects without an absence at first and after a refusal", () => {
    const refused = after({ type: "refused", refusal: { kind: "token-wrong", message: "unauthorized" } });

    expect(after({ type: "connecting" }).link).toEqual({ kind: "connecting" });
    expect(reduce(refused, { type: "connecting" }).link).toEqual({ kind: "connecting" });
  });

  test("appends log lines with rising ids and goes on after a rotation", () => {
    const state = after(tail(["a", "b"]), tail(["c"], { cursor: 2, reset: true }));

    expect(state.log.entries.map(({ id, message }) => [id, message])).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
    expect(state.log.cursor).toBe(2);
  });

  test("starts afresh with another log file, with ids that still rise", () => {
    const state = after(tail(["a", "b"]), tail(["c"], { file: "/other" }));

    expect(state.log.entries.map(({ id, message }) => [id, message])).toEqual([[3, "c"]]);
  });

  test("keeps the newest lines up to the limit", () => {
    const many = Array.from({ length: MAX_LOG_LINES + 5 }, (_, index) => `line ${index}`);

    const { entries } = after(tail(["old"]), tail(many)).log;

    expect(entries).toHaveLength(MAX_LOG_LINES);
    expect(entries[0]?.message).toBe("line 5");
    expect(entries.at(-1)?.message).toBe(`line ${MAX_LOG_LINES + 4}`);
  });

  test("stays the same object when a read brings nothing", () => {
    const before = after(tail(["a"]));

    expect(reduce(before, tail([])).log).toBe(before.log);
  });

  test("shows that the log is unreadable until a read succeeds", () => {
    const unreadable = after(tail(["a"]), { type: "log-unreadable", problem: "EACCES" });

    expect(unreadable.log).toMatchObject({ problem: "EACCES", cursor: 10 });
    expect(reduce(unreadable, tail([])).log.problem).toBeUndefined();
  });
});

test.describe("Store", () => {
  test("tells its listeners about changes until they are disposed", () => {
    const store = new Store();
    const seen: string[] = [];
    const subscription = store.subscribe(({ link }) => seen.push(link.kind));

    store.dispatch({ type: "secret-missing" });
    store.dispatch({ type: "process-known", pid: 7 });
    subscription.dispose();
    store.dispatch({ type: "connecting" });

    expect(seen).toEqual(["secret-missing"]);
    expect(store.state.link.kind).toBe("connecting");
  });
});

import type { ServerResponse } from "node:http";
import { expect, test } from "@playwright/test";
import { APP_VERSION } from "../../../../../shared/version.ts";
import {
  answerHealthz,
  answerReadyz,
  type Vitals,
} from "../../../../../sidecar/gateway/http/health-routes.ts";

const VITALS: Vitals = {
  instanceId: "i-1",
  phase: "ready",
  startedAtMs: 5,
  profile: undefined,
  components: { log: { ok: true } },
};

function record() {
  const got = { status: 0, body: {} as Record<string, unknown> };
  const response = {
    req: { method: "GET" },
    writeHead: (status: number) => {
      got.status = status;
    },
    end: (text: string) => {
      got.body = JSON.parse(text);
    },
  };
  return { got, response: response as unknown as ServerResponse };
}

test.describe("/healthz", () => {
  test("shows strangers the signature and nothing else", () => {
    const { got, response } = record();

    answerHealthz(response, VITALS, false);

    expect(got).toEqual({ status: 200, body: { ok: true, service: "clawdbot-gateway" } });
  });

  test("shows callers on this machine who answers", () => {
    const { got, response } = record();

    answerHealthz(response, { ...VITALS, profile: "dev" }, true);

    expect(got.body).toEqual({
      ok: true,
      service: "clawdbot-gateway",
      instanceId: "i-1",
      pid: process.pid,
      version: APP_VERSION,
      protocol: 3,
      phase: "ready",
      profile: "dev",
      startedAtMs: 5,
    });
  });
});

test.describe("/readyz", () => {
  for (const [phase, status] of [
    ["starting", 503],
    ["listening", 503],
    ["ready", 200],
    ["stopping", 503],
  ] as const) {
    test(`answers ${status} in phase ${phase}`, () => {
      const { got, response } = record();

      answerReadyz(response, { ...VITALS, phase }, false);

      expect(got).toEqual({ status, body: { ok: status === 200, service: "clawdbot-gateway" } });
    });
  }

  test("is not ready while a component is ill, and says which to callers on this machine", () => {
    const { got, response } = record();
    const components = { log: { ok: false, detail: "ENOSPC" } };

    answerReadyz(response, { ...VITALS, components }, true);

    expect(got.status).toBe(503);
    expect(got.body).toMatchObject({ ok: false, profile: "default", components });
  });
});

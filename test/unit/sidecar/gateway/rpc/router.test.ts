import { expect, test } from "@playwright/test";
import * as z from "zod";
import { SetupError, UnavailableError } from "../../../../../shared/errors.ts";
import type { MethodAccess } from "../../../../../shared/protocol/contract.ts";
import { gatewayMethods } from "../../../../../shared/protocol/index.ts";
import { OPERATOR_SCOPES } from "../../../../../shared/protocol/roles.ts";
import { grants } from "../../../../../sidecar/gateway/auth/scopes.ts";
import type { Call, Method } from "../../../../../sidecar/gateway/rpc/implement.ts";
import { Router } from "../../../../../sidecar/gateway/rpc/router.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";

function method(name: string, access: MethodAccess, handle: Method["handle"] = () => "done"): Method {
  return {
    name,
    contract: { access, params: z.strictObject({ n: z.int().optional() }) },
    handle,
  };
}

function callBy(scopes: string[], role: "operator" | "node" = "operator"): Call {
  const { logger } = memoryLog();
  const identity = { role, scopes, proof: "secret" as const };
  return { connId: "c1", identity, signal: new AbortController().signal, acknowledge: () => {}, log: logger };
}

function request(name: string, params?: unknown) {
  return { type: "req" as const, id: "1", method: name, params };
}

const ADMIN = callBy(["operator.admin"]);

test.describe("grants", () => {
  const expected: Record<string, string[]> = {
    "operator.admin": [...OPERATOR_SCOPES],
    "operator.read": ["operator.read"],
    "operator.write": ["operator.read", "operator.write"],
    "operator.approvals": ["operator.approvals"],
    "operator.pairing": ["operator.pairing"],
    "custom.scope": [],
  };

  for (const [scope, opened] of Object.entries(expected)) {
    test(`${scope} opens ${opened.join(", ") || "nothing"}`, () => {
      expect(OPERATOR_SCOPES.filter((access) => grants([scope], access))).toEqual(opened);
    });
  }

  test("no scope opens nothing", () => {
    expect(OPERATOR_SCOPES.filter((access) => grants([], access))).toEqual([]);
  });
});

test.describe("Router", () => {
  test("answers with the handler's result", async () => {
    const router = new Router([method("add", "operator.read", (params) => params)]);

    expect(await router.handle(request("add", { n: 2 }), ADMIN)).toEqual({
      type: "res",
      id: "1",
      ok: true,
      payload: { n: 2 },
    });
  });

  test("does not come up with two methods of one name", () => {
    const methods = [method("a", "operator.read"), method("a", "operator.admin")];

    expect(() => new Router(methods)).toThrow("two methods share one name");
  });

  for (const params of [undefined, null]) {
    test(`takes ${params} parameters for an empty object`, async () => {
      const router = new Router([method("echo", "operator.read", (given) => given)]);

      expect(await router.handle(request("echo", params), ADMIN)).toMatchObject({ ok: true, payload: {} });
    });
  }

  for (const [what, frame, call, message] of [
    ["an unknown method", request("nope"), ADMIN, "unknown method: nope"],
    ["a name that every object has", request("constructor"), ADMIN, "unknown method: constructor"],
    ["a second connect", request("connect"), ADMIN, "connect is only valid as the first request"],
    [
      "an unknown method without admin",
      request("nope"),
      callBy(["operator.write"]),
      "missing scope: operator.admin",
    ],
    ["a missing scope", request("read"), callBy([]), "missing scope: operator.read"],
    [
      "a missing scope before wrong params",
      request("read", { bad: 1 }),
      callBy([]),
      "missing scope: operator.read",
    ],
    ["a node among operators", request("read"), callBy([], "node"), "unauthorized role: node"],
    ["an operator among nodes", request("node.event"), ADMIN, "unauthorized role: operator"],
    ["wrong params", request("read", { n: "x" }), ADMIN, "invalid read params: at /n: must be integer"],
  ] as const) {
    test(`refuses ${what}`, async () => {
      const router = new Router([method("read", "operator.read"), method("node.event", "node")]);

      const answer = await router.handle(frame, call);

      expect(answer).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST", message } });
    });
  }

  test("lets a node call a method for nodes whatever its scopes", async () => {
    const router = new Router([method("node.event", "node")]);

    expect(await router.handle(request("node.event"), callBy([], "node"))).toMatchObject({ ok: true });
  });

  for (const [what, thrown, error] of [
    ["a bug", new TypeError("x is undefined"), { code: "UNAVAILABLE", message: "TypeError: x is undefined" }],
    ["something thrown that is no error", "oops", { code: "UNAVAILABLE", message: "Error: oops" }],
    [
      "a known failure",
      new UnavailableError("LOG_UNREADABLE", "log read failed: EACCES", { details: { path: "/x" } }),
      { code: "UNAVAILABLE", message: "log read failed: EACCES", details: { path: "/x" } },
    ],
    ["a long text", new SetupError("STATE_UNWRITABLE", "x".repeat(500)), { message: `${"x".repeat(239)}…` }],
  ] as const) {
    test(`turns ${what} into an answer`, async () => {
      const router = new Router([
        method("fail", "operator.read", () => {
          throw thrown;
        }),
      ]);

      expect(await router.handle(request("fail"), ADMIN)).toMatchObject({ ok: false, error });
    });
  }

  test("logs a failure of ours with its method, and none of the caller's", async () => {
    const { logger, records } = memoryLog();
    const router = new Router([method("fail", "operator.read", () => Promise.reject(new Error("disk")))]);

    await router.handle(request("fail"), { ...ADMIN, log: logger });
    await router.handle(request("nope"), { ...ADMIN, log: logger });

    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ method: "fail", err: { message: "disk" } });
  });
});

test.describe("the contract", () => {
  test("opens every method to exactly one scope, or to nodes alone", () => {
    const accesses = Object.values(gatewayMethods).map((contract) => contract.access);

    const ofNodes = accesses.filter((access) => !OPERATOR_SCOPES.some((scope) => scope === access));

    expect(new Set(ofNodes)).toEqual(new Set(["node"]));
  });
});

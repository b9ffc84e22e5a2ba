import { expect, test } from "@playwright/test";
import { ailmentsIn, gatewayIn } from "../../../../../shared/node/gateway/healthz.ts";

test.describe("gatewayIn", () => {
  test("reads the instance id from an answer with our signature", () => {
    expect(gatewayIn('{"ok":true,"service":"clawdbot-gateway","instanceId":"i-1"}')?.instanceId).toBe("i-1");
  });

  for (const text of [
    "",
    "<html>",
    "null",
    '{"ok":true}',
    '{"ok":true,"service":"other","instanceId":"i-1"}',
    '{"ok":false,"service":"clawdbot-gateway","instanceId":"i-1"}',
    '{"ok":true,"service":"clawdbot-gateway","instanceId":7}',
  ]) {
    test(`finds no gateway in ${text || "an empty answer"}`, () => {
      expect(gatewayIn(text)?.instanceId).toBeUndefined();
    });
  }
});

test.describe("ailmentsIn", () => {
  const answer = (components: object) =>
    JSON.stringify({ ok: false, service: "clawdbot-gateway", components });

  test("names what is not well, with the reason where there is one", () => {
    const components = { log: { ok: false, detail: "ENOSPC" }, disk: { ok: false }, fine: { ok: true } };

    expect(ailmentsIn(answer(components))).toEqual(["log: ENOSPC", "disk: not well"]);
  });

  for (const text of [
    "",
    "null",
    "<html>",
    '{"ok":false,"components":{"a":{"ok":false}}}',
    answer({ a: 1 }),
  ]) {
    test(`finds nothing in ${text || "no answer"}`, () => {
      expect(ailmentsIn(text)).toEqual([]);
    });
  }
});

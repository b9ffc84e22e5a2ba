import { expect, test } from "@playwright/test";
import { instanceIdIn } from "../../../../../sidecar/host/net/gateway-identity.ts";

test.describe("instanceIdIn", () => {
  test("reads the instance id from an answer with our signature", () => {
    expect(instanceIdIn('{"ok":true,"service":"clawdbot-gateway","instanceId":"i-1"}')).toBe("i-1");
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
      expect(instanceIdIn(text)).toBeUndefined();
    });
  }
});

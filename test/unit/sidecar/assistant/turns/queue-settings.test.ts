import { expect, test } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { queueSettings } from "../../../../../sidecar/assistant/turns/queue-settings.ts";

test("what is said of the session counts more than its channel, and that more than all channels", () => {
  const config: GatewayConfig = {
    messages: {
      queue: {
        mode: "followup",
        debounceMs: 300,
        byChannel: { telegram: "queue" },
        debounceMsByChannel: { telegram: 50 },
        drop: "new",
      },
    },
  };
  expect(queueSettings({}, {})).toEqual({ mode: "collect", debounceMs: 1_000, cap: 20, drop: "summarize" });
  expect(queueSettings(config, { channel: "signal" })).toEqual({
    mode: "followup",
    debounceMs: 300,
    cap: 20,
    drop: "new",
  });
  expect(queueSettings(config, { lastChannel: "telegram" })).toMatchObject({ mode: "steer", debounceMs: 50 });
  const fields = {
    channel: "telegram",
    queueMode: "abort",
    queueDebounceMs: 0,
    queueCap: 3,
    queueDrop: "old",
  };
  expect(queueSettings(config, fields)).toEqual({ mode: "interrupt", debounceMs: 0, cap: 3, drop: "old" });
  expect(queueSettings(config, { channel: "constructor" })).toMatchObject({ mode: "followup" });
});

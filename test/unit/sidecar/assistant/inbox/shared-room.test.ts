import { expect, test } from "@playwright/test";
import { SHARED_ROOM, SharedRoom } from "../../../../../sidecar/assistant/inbox/shared-room.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

test.describe("the conversation that several people share", () => {
  for (const [kept, dmScope, warnings] of [
    ['["owner","agent:main:fixture:dm:bob"]', "main", 1],
    ['["owner"]', "main", 0],
    [undefined, "main", 0],
    ['["owner","agent:main:fixture:dm:bob"]', "auto", 0],
  ] as const) {
    test(`is warned of ${warnings} times at a start with ${dmScope} and ${kept}`, async () => {
      const { logger: log, records } = memoryLog();
      const store = {
        remembered: async (scope: string, key: string) =>
          scope === SHARED_ROOM.scope && key === SHARED_ROOM.key ? kept : undefined,
        remember: async () => {},
      };
      const room = new SharedRoom({
        store: async () => store,
        config: () => ({ session: { dmScope } }),
        clock: new FakeClock(),
        log,
      });

      await room.start();

      expect(records).toHaveLength(warnings);
    });
  }
});

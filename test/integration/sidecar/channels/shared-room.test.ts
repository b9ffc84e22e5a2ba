/** `session.dmScope: main`, with which all people write into one conversation. */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { sharedRoom } from "../../../../sidecar/setup/doctor/checks/state/shared-room.ts";
import {
  type ChannelGateway,
  type ChannelGatewayOptions,
  directFrom,
  startChannelGateway,
} from "../../../helpers/channel/channel-gateway.ts";
import { findingsOf, SOUND } from "../../../helpers/home/check-context.ts";

const WARNING = "session.dmScope is main, and several people write directly";

const warningsIn = ({ gateway }: ChannelGateway) =>
  readFileSync(gateway.settings.logFile, "utf8").split(WARNING).length - 1;

const SHARED: ChannelGatewayOptions = {
  account: { dmPolicy: "open", allowFrom: ["*"] },
  config: { commands: { ownerAllowFrom: ["fixture:ann"] }, session: { dmScope: "main" } },
};

async function say({ platform }: ChannelGateway, sender: string, text: string) {
  const before = platform.textsIn(`dm-${sender}`).length;
  platform.deliver(directFrom(sender, text));
  await platform.until(() => platform.textsIn(`dm-${sender}`).length > before);
}

test("the second person who writes is a warning, in the log and of the doctor", async () => {
  const started = await startChannelGateway(SHARED);
  try {
    const { home } = started.gateway;
    const doctor = () => findingsOf(sharedRoom, home, { config: { ...SOUND, session: { dmScope: "main" } } });
    await say(started, "ann", "one");
    await say(started, "ann", "two");
    expect(warningsIn(started)).toBe(0);
    expect(await doctor()).toEqual([]);

    await say(started, "bob", "three");
    await say(started, "bob", "four");

    expect(warningsIn(started)).toBe(1);
    expect(await doctor()).toMatchObject([
      {
        code: "dm-scope-shared",
        level: "warning",
        remedy: expect.stringContaining("config set session.dmScope auto"),
      },
    ]);
    expect(await findingsOf(sharedRoom, home, { config: SOUND })).toEqual([]);
  } finally {
    await started.stop();
  }
});

test("ids of one person that are linked are one person, and without it said nobody is warned", async () => {
  const cases: [GatewayConfig, number][] = [
    [{ session: { dmScope: "main", identityLinks: { bob: ["fixture:bob", "fixture:rob"] } } }, 0],
    [{}, 0],
    [{ session: { dmScope: "main" } }, 1],
  ];
  for (const [config, warnings] of cases) {
    const started = await startChannelGateway({ ...SHARED, config });
    try {
      await say(started, "bob", "one");
      await say(started, "rob", "two");

      expect(warningsIn(started)).toBe(warnings);
    } finally {
      await started.stop();
    }
  }
});

/** Messages of a channel that come while another one is answered. */
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { lookIntoDatabase } from "../../../../sidecar/base/store/database.ts";
import {
  type ChannelGateway,
  type ChannelGatewayOptions,
  directFrom,
  groupFrom,
  withChannelGateway,
} from "../../../helpers/channel/channel-gateway.ts";

/** Its echo takes a moment, in which others come. */
const LONG = "word ".repeat(3_000);

const withGateway = (options: ChannelGatewayOptions, use: (started: ChannelGateway) => Promise<void>) =>
  withChannelGateway({ limit: 20_000, ...options }, use);

async function turnsOf({ gateway }: ChannelGateway): Promise<unknown[]> {
  const database = await lookIntoDatabase(join(gateway.settings.paths.stateDir, "clawdbot.db"));
  try {
    return database.prepare("SELECT authority, state FROM turns ORDER BY created_at, rowid").all();
  } finally {
    database.close();
  }
}

test("case 7: three messages of one person become one turn, in the order they came", async () => {
  await withGateway({}, async (started) => {
    const { platform } = started;
    platform.deliver(directFrom("ann", LONG));
    await platform.until(() => platform.typing.some(({ isOn }) => isOn));
    for (const text of ["one", "two", "three"]) platform.deliver(directFrom("ann", text));
    await platform.until(() => platform.textsIn("dm-ann").length === 2);

    expect(platform.textsIn("dm-ann")[1]).toMatch(/one\ntwo\nthree$/);
    expect(await turnsOf(started)).toHaveLength(2);
  });
});

test("case 7: messages of two authorities are two turns, each with its own rights", async () => {
  await withGateway({ account: { groupAllowFrom: ["bob"] } }, async (started) => {
    const { platform } = started;
    platform.deliver(groupFrom("ann", `clawd: ${LONG}`));
    await platform.until(() => platform.typing.some(({ isOn }) => isOn));
    platform.deliver(groupFrom("bob", "clawd: from bob"));
    platform.deliver(groupFrom("ann", "clawd: from ann"));
    await platform.until(() => platform.textsIn("room").length === 3);

    expect(platform.textsIn("room").slice(1)).toEqual([
      expect.stringMatching(/from bob$/),
      expect.stringMatching(/from ann$/),
    ]);
    expect(await turnsOf(started)).toEqual([
      { authority: "owner", state: "done" },
      { authority: "trusted", state: "done" },
      { authority: "owner", state: "done" },
    ]);
  });
});

test("case 13: a message that interrupts takes the place of the answer, which is never sent", async () => {
  await withGateway({ config: { messages: { queue: { mode: "interrupt" } } } }, async (started) => {
    const { platform } = started;
    platform.deliver(directFrom("ann", LONG));
    await platform.until(() => platform.typing.some(({ isOn }) => isOn));
    platform.deliver(directFrom("ann", "no, this"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);
    platform.deliver(directFrom("ann", "and this"));
    await platform.until(() => platform.textsIn("dm-ann").length === 2);

    expect(platform.textsIn("dm-ann")).toEqual([
      expect.stringMatching(/no, this$/),
      expect.stringMatching(/and this$/),
    ]);
  });
});

test("case 15: somebody who may less does not join in the owner's run, and is answered after it", async () => {
  const options = {
    account: { groupAllowFrom: ["bob"] },
    config: { messages: { queue: { mode: "steer" as const } } },
  };
  await withGateway(options, async (started) => {
    const { platform } = started;
    platform.deliver(groupFrom("ann", `clawd: ${LONG}`));
    await platform.until(() => platform.typing.some(({ isOn }) => isOn));
    platform.deliver(groupFrom("bob", "clawd: from bob"));
    await platform.until(() => platform.textsIn("room").length === 2);

    expect(await turnsOf(started)).toEqual([
      { authority: "owner", state: "done" },
      { authority: "trusted", state: "done" },
    ]);
  });
});

test("case 23: typing ends with a turn that is stopped, and with one that failed", async () => {
  await withGateway({}, async ({ platform }) => {
    platform.deliver(directFrom("ann", LONG));
    await platform.until(() => platform.typing.some(({ isOn }) => isOn));
    platform.deliver(directFrom("ann", "stop"));
    await platform.until(() => platform.typing.at(-1)?.isOn === false);
    await platform.until(() => platform.sent.length === 1);

    expect(platform.textsIn("dm-ann").join()).not.toContain("word");
  });
  await withGateway(
    { config: { agents: { defaults: { model: "nobody/nothing" } } } },
    async ({ platform }) => {
      platform.deliver(directFrom("ann", "hello"));
      await platform.until(() => platform.sent.length === 1);
      await platform.until(() => platform.typing.at(-1)?.isOn === false);

      expect(platform.textsIn("dm-ann")[0]).toContain("could not be answered");
    },
  );
});

test("what went wrong is told in a chat in the language of whoever wrote, all of it", async () => {
  await withGateway(
    { config: { agents: { defaults: { model: "nobody/nothing" } } } },
    async ({ platform }) => {
      platform.deliver(directFrom("ann", "Wie wird das Wetter heute?"));
      await platform.until(() => platform.sent.length === 1);

      expect(platform.textsIn("dm-ann")[0]).toMatch(
        /^Das konnte nicht beantwortet werden: .*Modell.*nobody\/nothing/,
      );
      expect(platform.textsIn("dm-ann")[0]).not.toMatch(/ (is|the|no) /);
    },
  );
});

test("of more messages than may wait the oldest are shortened, and the sender is told", async () => {
  const messages = { queue: { cap: 2 } };
  await withGateway({ config: { messages } }, async ({ platform }) => {
    platform.deliver(directFrom("ann", LONG));
    await platform.until(() => platform.typing.some(({ isOn }) => isOn));
    for (const text of ["one", "two", "three"]) platform.deliver(directFrom("ann", text));
    await platform.until(() => platform.textsIn("dm-ann").length === 3);

    expect(platform.textsIn("dm-ann")[1]).toContain("of the oldest 1 only the beginnings are answered");
    expect(platform.textsIn("dm-ann")[2]).toMatch(/two\nthree$/);
  });
});

test("where what comes is to be refused it is, and the sender is told", async () => {
  const messages = { queue: { cap: 1, drop: "new" as const } };
  await withGateway({ config: { messages } }, async ({ platform }) => {
    platform.deliver(directFrom("ann", LONG));
    await platform.until(() => platform.typing.some(({ isOn }) => isOn));
    for (const text of ["one", "two"]) platform.deliver(directFrom("ann", text));
    await platform.until(() => platform.textsIn("dm-ann").length === 3);

    const texts = platform.textsIn("dm-ann").map((text) => text.slice(-40));
    expect(texts).toContainEqual(expect.stringContaining("again when they are answered"));
    expect(texts).toContainEqual(expect.stringMatching(/one$/));
  });
});

test("a message that waits has a reaction until it is answered", async () => {
  await withGateway({}, async ({ platform }) => {
    platform.deliver(directFrom("ann", LONG));
    await platform.until(() => platform.typing.some(({ isOn }) => isOn));
    const second = directFrom("ann", "and this?");
    platform.deliver(second);
    await platform.until(() => platform.textsIn("dm-ann").length === 2);

    const waits = platform.reactions.filter(({ emoji }) => emoji === "⏳");
    expect(waits).toEqual([
      { messageId: second.id, emoji: "⏳", remove: false },
      { messageId: second.id, emoji: "⏳", remove: true },
    ]);
  });
});

/** The owner's own words for a new conversation, written in chats. */
import { expect, test } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import {
  type ChannelGateway,
  directFrom,
  groupFrom,
  withChannelGateway,
} from "../../../helpers/channel/channel-gateway.ts";

const withGateway = (use: (started: ChannelGateway) => Promise<void>) =>
  withChannelGateway(
    {
      account: { groupAllowFrom: ["ann", "bob"] },
      config: { session: { resetTriggers: ["Neustart"] }, agents: { defaults: { language: "de" } } },
    },
    use,
  );

async function sessionIds({ client }: ChannelGateway): Promise<Record<string, unknown>> {
  const { payload } = await client.request("sessions.list", {});
  const sessions =
    isRecord(payload) && Array.isArray(payload.sessions) ? payload.sessions.filter(isRecord) : [];
  return Object.fromEntries(sessions.map(({ key, sessionId }) => [String(key), sessionId]));
}

test("one alone begins anew in a direct message and, without a mention, in a group", async () => {
  await withGateway(async (started) => {
    const { platform } = started;
    platform.deliver(directFrom("ann", "hello"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);
    platform.deliver(groupFrom("bob", "clawd: hello"));
    await platform.until(() => platform.textsIn("room").length === 1);
    const before = await sessionIds(started);

    platform.deliver(directFrom("ann", "NEUSTART"));
    await platform.until(() => platform.textsIn("dm-ann").length === 2);
    platform.deliver(groupFrom("bob", "neustart"));
    await platform.until(() => platform.textsIn("room").length === 2);

    expect(platform.textsIn("dm-ann")[1]).toBe("Ein neues Gespräch beginnt.");
    expect(platform.textsIn("room")[1]).toBe("Ein neues Gespräch beginnt.");
    const after = await sessionIds(started);
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    for (const [key, sessionId] of Object.entries(after)) expect(sessionId).not.toBe(before[key]);
  });
});

test("what follows it is the first message of the new conversation, once, however often it is delivered", async () => {
  await withGateway(async (started) => {
    const { platform } = started;
    const message = directFrom("ann", "neustart mit einer Frage");
    platform.deliver(message);
    await platform.until(() => platform.textsIn("dm-ann").length === 2);
    const before = await sessionIds(started);
    platform.deliver(message);
    platform.deliver(directFrom("ann", "noch da?"));
    await platform.until(() => platform.textsIn("dm-ann").length === 3);

    expect(platform.textsIn("dm-ann")).toEqual([
      "Ein neues Gespräch beginnt.",
      expect.stringMatching(/mit einer Frage$/),
      expect.stringMatching(/noch da\?$/),
    ]);
    expect(await sessionIds(started)).toEqual(before);
  });
});

test("in a group a sentence that begins so is nothing but a sentence, and strangers begin nothing", async () => {
  await withGateway(async (started) => {
    const { platform } = started;
    platform.deliver(groupFrom("bob", "clawd: hello"));
    await platform.until(() => platform.textsIn("room").length === 1);
    const before = await sessionIds(started);

    platform.deliver(groupFrom("bob", "neustart wäre gut"));
    platform.deliver(groupFrom("mallory", "neustart"));
    platform.deliver(groupFrom("bob", "clawd: still there?"));
    await platform.until(() => platform.textsIn("room").length === 2);

    expect(platform.textsIn("room")[1]).toMatch(/still there\?$/);
    expect(await sessionIds(started)).toEqual(before);
  });
});

/** Threads in the chats of a channel, which go on from what was said in the chat. */
import { expect, test } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { directFrom, groupFrom, withChannelGateway } from "../../../helpers/channel/channel-gateway.ts";
import { fakeModel } from "../../../helpers/models/fake-model.ts";
import { FakeProvider } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";

const ROOM = "agent:main:fixture:group:room";

test("a thread that hangs on an answer in a group knows what led to it, and nothing else", async () => {
  const provider = await FakeProvider.start();
  let count = 0;
  provider.script(() => answered(`answer ${++count}`));
  try {
    const config = { commands: { ownerAllowFrom: ["fixture:ann"] }, ...fakeModel(provider.url) };
    await withChannelGateway({ config }, async ({ platform, client }) => {
      const say = async (message: ReturnType<typeof directFrom>) => {
        const before = platform.sent.length;
        platform.deliver(message);
        await platform.until(() => platform.sent.length > before);
        return { answer: platform.sent.at(-1), asked: JSON.stringify(provider.requests.at(-1)?.body) };
      };
      await say(directFrom("ann", "aardvark"));
      const { answer } = await say(groupFrom("ann", "clawd: badger"));
      await say(groupFrom("ann", "clawd: chinchilla"));
      const thread = { id: "t1", parentId: answer?.id ?? "" };

      const { asked } = await say(groupFrom("ann", "clawd: in the thread", { thread }));

      expect(answer?.text).toBe("answer 2");
      for (const word of ["badger", "answer 2", "in the thread"]) expect(asked).toContain(word);
      for (const word of ["aardvark", "answer 1", "chinchilla", "answer 3"])
        expect(asked).not.toContain(word);
      const key = `${ROOM}:thread:t1`;
      for (const method of ["chat.history", "chat.page"]) {
        const { payload } = await client.request(method, { sessionKey: key });
        expect(payload).toMatchObject({ fork: { sessionKey: ROOM, id: expect.any(String) } });
        const { messages } = isRecord(payload) ? payload : {};
        expect(messages).toHaveLength(2);
      }
      const room = await client.request("chat.history", { sessionKey: ROOM });
      expect(room.payload).not.toHaveProperty("fork");
    });
  } finally {
    await provider.stop();
  }
});

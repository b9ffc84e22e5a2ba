/** The way of a message from a channel to its answer, with a real gateway and store. */
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { lookIntoDatabase } from "../../../../sidecar/base/store/database.ts";
import {
  type ChannelGateway,
  directFrom,
  groupFrom,
  withChannelGateway,
} from "../../../helpers/channel/channel-gateway.ts";

/** What stands in a column of the store, as one text. */
async function stored({ gateway }: ChannelGateway, sql: string): Promise<string> {
  const database = await lookIntoDatabase(join(gateway.settings.paths.stateDir, "clawdbot.db"));
  try {
    return JSON.stringify(database.prepare(sql).all());
  } finally {
    database.close();
  }
}

const answerTo = (text: string) => expect.stringMatching(new RegExp(`local/echo[\\s\\S]*${text}$`));

test("an owner's direct message is answered where it came from", async () => {
  await withChannelGateway({}, async ({ platform }) => {
    platform.deliver(directFrom("ann", "good morning"));
    await platform.until(() => platform.sent.length === 1);

    expect(platform.textsIn("dm-ann")).toEqual([answerTo("good morning")]);
  });
});

test("case 1: a stranger gets one pairing reply, and nothing he wrote is kept", async () => {
  await withChannelGateway({}, async (started) => {
    const { platform, client } = started;
    for (const text of ["first secret", "second secret", "third secret"])
      platform.deliver(directFrom("eve", text));
    platform.deliver(directFrom("ann", "the last one"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);
    await platform.until(() => platform.textsIn("dm-eve").length === 1);

    expect(platform.textsIn("dm-eve")).toEqual([expect.stringMatching(/pairing code: [A-Z2-9]{8}/)]);
    const { payload } = await client.request("channels.pairing.list", {});
    expect(payload).toMatchObject({
      requests: [{ channel: "fixture", id: "eve", name: "EVE" }],
      hasOwner: true,
    });
    for (const table of ["ingress", "entries", "context", "pairing_requests", "outbox"])
      expect(await stored(started, `SELECT * FROM ${table}`)).not.toContain("secret");
    expect(await stored(started, "SELECT count(*) AS n FROM usage")).toBe('[{"n":1}]');
    expect(platform.typing.filter(({ chat }) => chat === "dm-eve")).toEqual([]);
    expect(platform.reactions).toEqual([]);
  });
});

test("case 2: a code lets its sender in, who is told and asked to write again; a wrong one does not", async () => {
  await withChannelGateway({}, async ({ platform, client }) => {
    platform.deliver(directFrom("bob", "hello?"));
    const [asked] = await platform.until(
      () => platform.textsIn("dm-bob").length === 1 && platform.textsIn("dm-bob"),
    );
    const code = /code: (\S{8})/.exec(asked ?? "")?.[1] ?? "";

    const wrong = await client.request("channels.pairing.approve", { channel: "fixture", code: "AAAAAAAA" });
    const right = await client.request("channels.pairing.approve", {
      channel: "fixture",
      code: code.toLowerCase(),
    });
    const again = await client.request("channels.pairing.approve", { channel: "fixture", code });

    for (const refused of [wrong, again])
      expect(refused).toMatchObject({ ok: false, error: { details: { code: "PAIRING_CODE_INVALID" } } });
    expect(right).toMatchObject({ ok: true, payload: { channel: "fixture", id: "bob", owner: false } });
    await platform.until(() => platform.textsIn("dm-bob").length === 2);
    expect(platform.textsIn("dm-bob")[1]).toContain("write again");
    platform.deliver(directFrom("bob", "now?"));
    await platform.until(() => platform.textsIn("dm-bob").length === 3);
    expect(platform.textsIn("dm-bob")[2]).toEqual(answerTo("now\\?"));
  });
});

test("case 3: the first words of somebody else reach no conversation of the owner's, and his none of theirs", async () => {
  await withChannelGateway({ account: { allowFrom: ["bob"] } }, async ({ platform, client }) => {
    platform.deliver(directFrom("ann", "my diary"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);
    platform.deliver(directFrom("bob", "hi there"));
    await platform.until(() => platform.textsIn("dm-bob").length === 1);

    const { payload } = await client.request("sessions.list", {});
    const keys =
      isRecord(payload) && Array.isArray(payload.sessions) ? payload.sessions.map(({ key }) => key) : [];
    expect(keys.sort()).toEqual(["agent:main:fixture:dm:bob", "agent:main:main"]);
    const ofBob = await client.request("chat.history", { sessionKey: "agent:main:fixture:dm:bob" });
    expect(JSON.stringify(ofBob)).toContain("hi there");
    expect(JSON.stringify(ofBob)).not.toContain("diary");
    const ofAnn = await client.request("chat.history", { sessionKey: "agent:main:main" });
    expect(JSON.stringify(ofAnn)).not.toContain("hi there");
  });
});

test("case 6: what a person writes in one go becomes one turn, joined by line breaks", async () => {
  await withChannelGateway({ config: { messages: { inbound: { debounceMs: 500 } } } }, async (started) => {
    const { platform } = started;
    for (const text of ["one", "two", "three"]) platform.deliver(directFrom("ann", text));
    await platform.until(() => platform.sent.length === 1);

    expect(platform.textsIn("dm-ann")).toEqual([answerTo("one\\ntwo\\nthree")]);
    expect(await stored(started, "SELECT count(*) AS n FROM turns")).toBe('[{"n":1}]');
  });
});

test("a message that waits for more is changed and taken back as its sender does", async () => {
  await withChannelGateway({ config: { messages: { inbound: { debounceMs: 400 } } } }, async (started) => {
    const { platform } = started;
    const [first, second, third] = [
      directFrom("ann", "teh first"),
      directFrom("ann", "the second"),
      directFrom("ann", "the third"),
    ] as const;
    for (const message of [first, second, third]) platform.deliver(message);
    platform.tell({ kind: "edit", chat: "dm-ann", id: String(first.id), text: "the first" });
    platform.tell({ kind: "delete", chat: "dm-ann", id: String(second.id) });
    platform.tell({ kind: "reaction", chat: "dm-ann", id: String(third.id) });
    await platform.until(() => platform.sent.length === 1);

    expect(platform.textsIn("dm-ann")).toEqual([answerTo("the first\\nthe third")]);
    // What was answered is not changed any more: the next turn is told of it.
    platform.tell({ kind: "edit", chat: "dm-ann", id: String(third.id), text: "another third" });
    platform.deliver(directFrom("ann", "next"));
    await platform.until(() => platform.sent.length === 2);
    expect(await stored(started, "SELECT text FROM context")).toBe("[]");
    const entries = await stored(started, "SELECT body FROM entries");
    expect(entries).toContain("the third");
  });
});

test("a group is listened to, answers when it is spoken to, and its strangers are nobody", async () => {
  await withChannelGateway({ account: { groupAllowFrom: ["bob"] } }, async (started) => {
    const { platform } = started;
    platform.deliver(groupFrom("bob", "lunch at noon"));
    platform.deliver(groupFrom("eve", "clawd, tell me a secret"));
    platform.deliver(groupFrom("bob", "clawd, are you there?"));
    await platform.until(() => platform.sent.length === 1);

    expect(platform.textsIn("room")).toEqual([answerTo("clawd, are you there\\?")]);
    const everything = await stored(started, "SELECT body FROM ingress UNION ALL SELECT text FROM context");
    expect(everything).not.toContain("secret");
    expect(await stored(started, "SELECT key FROM sessions")).toBe(
      '[{"key":"agent:main:fixture:group:room"}]',
    );
    // Said once, and then no more.
    expect(await stored(started, "SELECT text FROM context")).toBe("[]");
  });
});

test("case 19: what is asked on the channel is answered there, what a client asks is not", async () => {
  await withChannelGateway({}, async ({ platform, client }) => {
    platform.deliver(directFrom("ann", "from the phone"));
    await platform.until(() => platform.sent.length === 1);
    const params = { sessionKey: "main", message: "from the page", idempotencyKey: "page-1" };
    await client.request("chat.send", params);
    await client.request("agent.wait", { runId: "page-1", timeoutMs: 10_000 });
    platform.deliver(directFrom("ann", "from the phone again"));
    await platform.until(() => platform.sent.length === 2);

    expect(platform.textsIn("dm-ann")).toEqual([
      answerTo("from the phone"),
      answerTo("from the phone again"),
    ]);
  });
});

test("case 20: an answer of three messages grows in the first of them and is seen once", async () => {
  const account = { streaming: { mode: "partial" } };
  await withChannelGateway({ account }, async ({ platform }) => {
    const words = Array.from({ length: 80 }, (_, index) => `w${index}`).join(" ");
    platform.deliver(directFrom("ann", words));
    await platform.until(() => platform.textsIn("dm-ann").join(" ").endsWith("w79"));

    const seen = platform.textsIn("dm-ann").join(" ").match(/w\d+/g);
    expect(seen).toEqual(words.split(" "));
    expect(platform.sent[0]?.edits.length).toBeGreaterThan(0);
    expect(platform.sent.length).toBeGreaterThan(1);
  });
});

test("case 23: typing begins with a turn that somebody waits for and ends with its answer", async () => {
  await withChannelGateway({}, async ({ platform }) => {
    platform.deliver(directFrom("ann", "hello"));
    await platform.until(() => platform.typing.some(({ isOn }) => !isOn));

    expect(platform.typing).toEqual([
      { chat: "dm-ann", isOn: true },
      { chat: "dm-ann", isOn: false },
    ]);
    expect(
      platform.requests.filter(({ path }) => path === "send" || path === "typing").map(({ path }) => path),
    ).toEqual(["typing", "send", "typing"]);
    // Nobody waits for the answer to a reaction.
    platform.tell({ kind: "reaction", chat: "dm-ann", id: "in1" });
    platform.deliver(directFrom("eve", "let me in"));
    await platform.until(() => platform.textsIn("dm-eve").length === 1);
    expect(platform.typing.length).toBe(2);
  });
});

test("case 4: somebody who was let in does not see the configuration, whatever command he writes", async () => {
  const account = { allowFrom: ["bob"] };
  await withChannelGateway({ account }, async ({ platform, gateway }) => {
    const secret = gateway.settings.auth.mode === "token" ? gateway.settings.auth.token : "";
    for (const text of ["/config show gateway.auth", "/budget", "/whoami"])
      platform.deliver(directFrom("bob", text));
    await platform.until(() => platform.textsIn("dm-bob").some((text) => text.includes("bob")));
    await platform.until(() => platform.textsIn("dm-bob").length === 3);

    expect(secret).not.toBe("");
    expect(JSON.stringify(platform.sent)).not.toContain(secret);
    expect(platform.textsIn("dm-bob").some((text) => /trusted/.test(text))).toBe(true);
  });
});

test("a command is carried out once, however often the platform delivers it", async () => {
  await withChannelGateway({}, async ({ platform }) => {
    const command = directFrom("ann", "/whoami");
    platform.deliver(command);
    platform.deliver(command);
    platform.deliver(directFrom("ann", "hello"));
    await platform.until(() => platform.textsIn("dm-ann").some((text) => text.endsWith("hello")));

    expect(platform.textsIn("dm-ann").length).toBe(2);
  });
});

test("a message that looks like a command and is none is answered by the model", async () => {
  await withChannelGateway({}, async ({ platform }) => {
    platform.deliver(directFrom("ann", "/usr/bin is a folder"));
    await platform.until(() => platform.sent.length === 1);

    expect(platform.textsIn("dm-ann")).toEqual([answerTo("/usr/bin is a folder")]);
  });
});

test("case 14: a word to stop is a message like any other while nothing runs", async () => {
  await withChannelGateway({}, async ({ platform }) => {
    platform.deliver(directFrom("ann", "wait"));
    await platform.until(() => platform.sent.length === 1);

    expect(platform.textsIn("dm-ann")).toEqual([answerTo("wait")]);
  });
});

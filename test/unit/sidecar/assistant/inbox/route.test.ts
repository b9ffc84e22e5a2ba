import { expect, test } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import type { InboundMessage } from "../../../../../sidecar/assistant/inbox/message.ts";
import { conversationOf } from "../../../../../sidecar/assistant/inbox/route.ts";
import type { Authority } from "../../../../../sidecar/base/store/session-store.ts";

const normalize = (raw: string) => raw.trim().toLowerCase() || undefined;
const DM: InboundMessage = { atMs: 0, chat: { kind: "dm", id: "c7" }, sender: { id: "Ann" }, text: "hi" };
const IN_GROUP: InboundMessage = { ...DM, chat: { kind: "group", id: "G1", guild: "s1" } };

function keyOf(config: GatewayConfig, message = DM, authority: Authority = "guest", account = "default") {
  return conversationOf({ channel: "fx", account }, message, authority, config, normalize).sessionKey;
}

test.describe("the conversation of a direct message", () => {
  const links = { identityLinks: { Ann: ["fx:ann", "other:7"], Bob: ["ann"] } };
  for (const [what, session, authority, expected] of [
    ["is the main one for an owner", {}, "owner", "agent:main:main"],
    ["is a person's own for everybody else", {}, "guest", "agent:main:fx:dm:ann"],
    ["is a person's own for the trusted", {}, "trusted", "agent:main:fx:dm:ann"],
    ["is the main one for all only where that is said", { dmScope: "main" }, "guest", "agent:main:main"],
    [
      "is a person's own, the owner's too, where that is said",
      { dmScope: "per-peer" },
      "owner",
      "agent:main:dm:ann",
    ],
    ["can be of a channel", { dmScope: "per-channel-peer" }, "owner", "agent:main:fx:dm:ann"],
    [
      "can be of an account",
      { dmScope: "per-account-channel-peer" },
      "guest",
      "agent:main:fx:default:dm:ann",
    ],
    ["is one for the linked ids of a person", links, "guest", "agent:main:dm:ann"],
    [
      "keeps channels apart where that is said, also of a linked person",
      { ...links, dmScope: "per-channel-peer" },
      "guest",
      "agent:main:fx:dm:ann",
    ],
    [
      "is not linked by an id without its channel",
      { identityLinks: { Bob: ["ann"] } },
      "guest",
      "agent:main:fx:dm:ann",
    ],
    ["is the one of all where all is one", { scope: "global" }, "guest", "global"],
    ["has the configured name of the main one", { mainKey: "home" }, "owner", "agent:main:home"],
  ] as const) {
    test(what, () => {
      expect(keyOf({ session: session as GatewayConfig["session"] }, DM, authority)).toBe(expected);
    });
  }
});

test.describe("the conversation of a group", () => {
  test("has a key that fits also where the platform's ids are long, another one for each", () => {
    const thread = (id: string) => ({ ...IN_GROUP, thread: { id } });
    const ids = ["a", "b"].map((end) => "x".repeat(600) + end);

    const keys = ids.map((id) => keyOf({}, thread(id)));

    expect(keys.map(({ length }) => length)).toEqual([512, 512]);
    expect(new Set(keys).size).toBe(2);
    expect(keys[0]).toMatch(/^agent:main:fx:group:g1:thread:x+~[0-9a-f]{64}$/);
    expect(keyOf({}, thread(ids[0] ?? ""))).toBe(keys[0]);
    expect(keyOf({}, thread("42"))).toBe("agent:main:fx:group:g1:thread:42");
  });

  test("is the group's, whoever writes", () => {
    expect(keyOf({}, IN_GROUP, "owner")).toBe("agent:main:fx:group:g1");
    expect(keyOf({}, { ...DM, chat: { kind: "channel", id: "C1" } })).toBe("agent:main:fx:channel:c1");
  });

  test("has one for each thread, which knows what it hangs on", () => {
    const message: InboundMessage = { ...IN_GROUP, thread: { id: "42", kind: "topic" } };

    expect(conversationOf({ channel: "fx", account: "default" }, message, "guest", {}, normalize)).toEqual({
      agentId: "main",
      sessionKey: "agent:main:fx:group:g1:topic:42",
      parentKey: "agent:main:fx:group:g1",
    });
  });
});

test.describe("the agent", () => {
  const binding = (agentId: string, match: object) => ({ agentId, match: { channel: "fx", ...match } });
  const BINDINGS = [
    binding("anyAccount", { accountId: "*" }),
    binding("wide", {}),
    binding("work", { accountId: "work" }),
    binding("server", { guildId: "s1" }),
    binding("peer", { peer: { kind: "group", id: "G1" } }),
    { agentId: "elsewhere", match: { channel: "other" } },
  ];
  for (const [what, bindings, message, account, expected] of [
    ["is that of the chat first", BINDINGS, IN_GROUP, "default", "peer"],
    ["then that of the server", BINDINGS.slice(0, 4), IN_GROUP, "default", "server"],
    ["then that of the account", BINDINGS, DM, "work", "work"],
    ["of a binding without an account is for the default one", BINDINGS, DM, "default", "wide"],
    ["of a binding for every account is the last resort", BINDINGS, DM, "third", "anyaccount"],
    ["is the default one where no binding fits", BINDINGS.slice(5), DM, "default", "main"],
  ] as const) {
    test(what, () => {
      const config = { bindings: bindings as GatewayConfig["bindings"] };
      const found = conversationOf({ channel: "fx", account }, message, "owner", config, normalize);

      expect(found.agentId).toBe(expected);
    });
  }

  test("by default is the one that is marked, else the first", () => {
    const list = [{ id: "first" }, { id: "second", default: true }];

    expect(keyOf({ agents: { list } }, DM, "owner")).toBe("agent:second:main");
    expect(keyOf({ agents: { list: list.slice(0, 1) } }, DM, "owner")).toBe("agent:first:main");
  });
});

import { expect, test } from "@playwright/test";
import { english } from "../../../../../shared/remedy.ts";
import { admit, type Standing } from "../../../../../sidecar/assistant/inbox/admission.ts";
import { isOwner } from "../../../../../sidecar/assistant/inbox/identity.ts";
import type { InboundMessage } from "../../../../../sidecar/assistant/inbox/message.ts";
import { readPolicy } from "../../../../../sidecar/assistant/inbox/policy.ts";

const normalize = (raw: string) => raw.trim().toLowerCase().replace(/^fx:/, "") || undefined;
const NOBODY: Standing = { isOwner: false, isPaired: false, isMentioned: false, isCommand: false };

function message(change: Partial<InboundMessage> = {}): InboundMessage {
  return { id: "1", atMs: 0, chat: { kind: "dm", id: "c" }, sender: { id: "Ann" }, text: "hello", ...change };
}

const GROUP = { chat: { kind: "group", id: "g1" } } as const;

function verdict(settings: object, given: InboundMessage, standing: Partial<Standing> = {}) {
  const read = readPolicy({ ...settings }, "channels.fx");
  if ("problem" in read) throw new Error("the rules are not what the test means");
  return admit(given, read.policy, { ...NOBODY, ...standing }, normalize);
}

test.describe("a direct message", () => {
  for (const [what, settings, standing, expected] of [
    ["of a stranger asks to be paired", {}, {}, { kind: "pair" }],
    ["of the owner is taken", {}, { isOwner: true }, { kind: "take", authority: "owner" }],
    [
      "of somebody on the list is trusted",
      { allowFrom: ["fx:ann"] },
      {},
      { kind: "take", authority: "trusted" },
    ],
    ["of somebody who was paired is a guest's", {}, { isPaired: true }, { kind: "take", authority: "guest" }],
    [
      "is dropped where the list alone counts",
      { dmPolicy: "allowlist" },
      { isPaired: true },
      { kind: "drop" },
    ],
    [
      "is a guest's where everybody is let in",
      { dmPolicy: "open", allowFrom: ["*"] },
      {},
      { kind: "take", authority: "guest" },
    ],
    ["is dropped where open stands without the star", { dmPolicy: "open" }, {}, { kind: "drop" }],
    [
      "is dropped where they are off, the owner's too",
      { dmPolicy: "disabled" },
      { isOwner: true },
      { kind: "drop" },
    ],
    [
      "goes by the older spelling of the rule",
      { dm: { policy: "allowlist", allowFrom: ["ann"] } },
      {},
      { kind: "take", authority: "trusted" },
    ],
  ] as const) {
    test(what, () => {
      expect(verdict(settings, message(), standing)).toMatchObject(expected);
    });
  }
});

test.describe("a message in a group", () => {
  const OPEN = { groupPolicy: "open" };
  for (const [what, settings, given, standing, expected] of [
    ["is dropped by default", {}, {}, { isMentioned: true }, { kind: "drop" }],
    [
      "of somebody paired in private is dropped",
      {},
      {},
      { isPaired: true, isMentioned: true },
      { kind: "drop" },
    ],
    [
      "of a listed sender is taken when it speaks to us",
      { groupAllowFrom: ["ann"] },
      {},
      { isMentioned: true },
      { kind: "take", authority: "trusted" },
    ],
    [
      "goes by the list for direct messages without one of its own",
      { allowFrom: ["ann"] },
      {},
      { isMentioned: true },
      { kind: "take", authority: "trusted" },
    ],
    [
      "that does not speak to us is context",
      { allowFrom: ["ann"] },
      {},
      {},
      { kind: "context", authority: "trusted" },
    ],
    [
      "of a stranger in an open group is a guest's",
      OPEN,
      {},
      { isMentioned: true },
      { kind: "take", authority: "guest" },
    ],
    [
      "is dropped in a group that is not listed",
      { ...OPEN, groups: { other: {} } },
      {},
      { isMentioned: true },
      { kind: "drop" },
    ],
    [
      "is taken in a listed group",
      { ...OPEN, groups: { g1: {} } },
      {},
      { isMentioned: true },
      { kind: "take" },
    ],
    [
      "is dropped in a group that is switched off",
      { ...OPEN, groups: { g1: { enabled: false }, "*": {} } },
      {},
      { isMentioned: true },
      { kind: "drop" },
    ],
    [
      "needs no mention where the group says so",
      { ...OPEN, groups: { "*": { requireMention: false } } },
      {},
      {},
      { kind: "take", isMentioned: false },
    ],
    ["needs none where the session says so", OPEN, {}, { activation: "always" }, { kind: "take" }],
    [
      "needs one where the session says so",
      { ...OPEN, requireMention: false },
      {},
      { activation: "mention" },
      { kind: "context" },
    ],
    ["that is a command needs none", { allowFrom: ["ann"] }, {}, { isCommand: true }, { kind: "take" }],
    [
      "that is a command to somebody else is context",
      { allowFrom: ["ann"] },
      { mentions: { bot: false, any: true } },
      { isCommand: true },
      { kind: "context" },
    ],
    [
      "of a bot is dropped",
      OPEN,
      { sender: { id: "b", isBot: true } },
      { isMentioned: true },
      { kind: "drop", why: "bot" },
    ],
    [
      "of a bot is taken where bots may speak",
      { ...OPEN, allowBots: true },
      { sender: { id: "b", isBot: true } },
      { isMentioned: true },
      { kind: "take" },
    ],
    [
      "of our own is dropped",
      { ...OPEN, allowBots: true },
      { sender: { id: "b", isSelf: true } },
      { isMentioned: true, isOwner: true },
      { kind: "drop", why: "own echo" },
    ],
    [
      "is dropped where groups are off",
      { groupPolicy: "disabled" },
      {},
      { isOwner: true, isMentioned: true },
      { kind: "drop" },
    ],
  ] as const) {
    test(what, () => {
      expect(verdict(settings, message({ ...GROUP, ...given }), standing)).toMatchObject(expected);
    });
  }
});

test.describe("an owner", () => {
  const sender = { id: "Ann", altIds: ["+1555"] };
  for (const [what, owners, expected] of [
    ["is who stands on the list with the channel", ["fx:ann"], true],
    ["may be listed by another id of hers", ["fx:+1555"], true],
    ["is nobody whose id is listed for another channel", ["other:ann"], false],
    ["is nobody without the channel", ["ann"], false],
    ["is nobody by a star", ["fx:*", "*"], false],
  ] as const) {
    test(what, () => {
      expect(isOwner({ channel: "fx", account: "default" }, sender, owners, normalize)).toBe(expected);
    });
  }

  test("is nobody by a name that people choose for themselves", () => {
    const impostor = { id: "eve", handle: "ann", name: "ann" };

    expect(isOwner({ channel: "fx", account: "default" }, impostor, ["fx:ann"], normalize)).toBe(false);
  });
});

test("rules with a mistake name the place", () => {
  const read = readPolicy({ dmPolicy: "everybody" }, "channels.fx");

  expect("problem" in read && english(read.problem)).toContain("channels.fx.dmPolicy: ");
});

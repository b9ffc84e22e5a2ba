/** Configurations that start a gateway of other releases start ours: the values that these take, and what is said of those that count for nothing here. */
import { expect, test } from "@playwright/test";
import { notServedIn } from "../../../../shared/config/keys.ts";
import { validateConfig } from "../../../../shared/config/validate.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { expectEqual } from "../../../helpers/run/expect-equal.ts";

interface Case {
  path: string;
  value: unknown;
  /** What is taken; as written where that is not said. */
  taken?: unknown;
  /** Paths of which it is said that they are not served. */
  told?: string[];
}

const MENTIONS = "messages.groupChat.mentionPatterns";
const OWNERS = "commands.ownerAllowFrom";
const DEFAULTS = "agents.defaults";

const GROUPS: Record<string, Case[]> = {
  "patterns of mentions": [
    {
      path: MENTIONS,
      value: ["*clawd", "(?i)hey", "@clawd", "(", " "],
      told: [0, 3, 4].map((at) => `${MENTIONS}.${at}`),
    },
    { path: MENTIONS, value: ["\\@clawd", "\\+?15555550123"] },
  ],
  "numbers beyond what anybody needs": [
    { path: `${DEFAULTS}.timeoutSeconds`, value: 172_800 },
    { path: `${DEFAULTS}.timeoutSeconds`, value: 2_147_483 },
    { path: `${DEFAULTS}.mediaMaxMb`, value: 1_000 },
    { path: `${DEFAULTS}.maxConcurrent`, value: 1_000 },
    { path: `${DEFAULTS}.typingIntervalSeconds`, value: 3_600 },
    { path: "session.typingIntervalSeconds", value: 3_600 },
    { path: "messages.queue.cap", value: 100_000 },
    { path: "messages.queue.debounceMs", value: 3_600_000 },
    { path: "messages.queue.debounceMsByChannel", value: { telegram: 3_600_000 } },
    { path: "messages.inbound.debounceMs", value: 3_600_000 },
    { path: "messages.inbound.byChannel", value: { telegram: 3_600_000 } },
    { path: "messages.groupChat.historyLimit", value: 100_000 },
    { path: `${DEFAULTS}.bootstrapMaxChars`, value: 1 },
    { path: `${DEFAULTS}.bootstrapTotalMaxChars`, value: 1 },
  ],
  "amounts without a unit": [
    { path: "session.maintenance.pruneAfter", value: 30 },
    { path: "session.maintenance.pruneAfter", value: "30" },
    { path: "session.maintenance.maxDiskBytes", value: 500_000_000 },
    { path: "session.maintenance.maxDiskBytes", value: "500000000" },
  ],
  "owners and other people": [
    { path: OWNERS, value: ["telegram:12"] },
    { path: OWNERS, value: [123_456_789], taken: ["123456789"], told: [`${OWNERS}.0`] },
    { path: OWNERS, value: ["*", "signal:*", "signal:+15550001"], told: [`${OWNERS}.0`, `${OWNERS}.1`] },
    {
      path: "session.identityLinks",
      value: { ann: [12, "signal:+1555"] },
      taken: { ann: ["12", "signal:+1555"] },
    },
  ],
  "chats with one person in bindings": [
    {
      path: "bindings",
      value: [{ agentId: "main", match: { channel: "telegram", peer: { kind: "direct", id: 12 } } }],
      taken: [{ agentId: "main", match: { channel: "telegram", peer: { kind: "dm", id: "12" } } }],
    },
  ],
  "words of other releases": [
    {
      path: `${DEFAULTS}.thinkingDefault`,
      value: "adaptive",
      taken: undefined,
      told: [`${DEFAULTS}.thinkingDefault`],
    },
    {
      path: `${DEFAULTS}.thinkingDefault`,
      value: "max",
      taken: "xhigh",
      told: [`${DEFAULTS}.thinkingDefault`],
    },
    { path: "messages.ackReactionScope", value: "none", taken: "off" },
    { path: "messages.ackReactionScope", value: "off" },
  ],
  "empty texts": [
    ...[
      `${DEFAULTS}.userTimezone`,
      `${DEFAULTS}.envelopeTimezone`,
      `${DEFAULTS}.heartbeat.every`,
      `${DEFAULTS}.workspace`,
      `${DEFAULTS}.model`,
      `${DEFAULTS}.model.primary`,
      "logging.file",
    ].map((path) => ({ path, value: "", taken: undefined })),
  ],
  "time zones": [
    { path: `${DEFAULTS}.userTimezone`, value: "Europe/Berlin" },
    {
      path: `${DEFAULTS}.userTimezone`,
      value: "Berlin",
      taken: undefined,
      told: [`${DEFAULTS}.userTimezone`],
    },
    { path: `${DEFAULTS}.envelopeTimezone`, value: "Asia/Tokyo" },
    { path: `${DEFAULTS}.envelopeTimezone`, value: "host", taken: "local" },
    { path: `${DEFAULTS}.envelopeTimezone`, value: "Local", taken: "local" },
    { path: `${DEFAULTS}.envelopeTimezone`, value: "UTC", taken: "utc" },
    {
      path: `${DEFAULTS}.envelopeTimezone`,
      value: "here",
      taken: "local",
      told: [`${DEFAULTS}.envelopeTimezone`],
    },
  ],
};

for (const [what, cases] of Object.entries(GROUPS)) {
  test(`${what} that start other releases start this one`, () => {
    for (const each of cases) {
      const { path, value, told = [] } = each;
      const steps = path.split(".");
      const config = steps.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
      const label = `${path}: ${JSON.stringify(value)}`;
      const verdict = validateConfig(config);

      expectEqual(verdict.valid ? [] : verdict.issues, [], label);
      const read = verdict.valid ? verdict.config : {};
      const taken = steps.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), read);
      expectEqual(taken, "taken" in each ? each.taken : value, label);
      expectEqual(
        notServedIn(config).map((found) => found.path),
        told,
        label,
      );
    }
  });
}

test("amounts that would take everything away are refused, also without a unit", () => {
  for (const [name, value, said] of [
    ["pruneAfter", 0, "would erase them at once"],
    ["pruneAfter", "0", "would erase them at once"],
    ["pruneAfter", -3, "would erase them at once"],
    ["maxDiskBytes", 2, "leaves room for no conversation"],
    ["maxDiskBytes", "2", "leaves room for no conversation"],
  ] as const) {
    const verdict = validateConfig({ session: { maintenance: { [name]: value } } });

    expect(JSON.stringify(verdict), `${name}: ${value}`).toContain(said);
    expect(verdict.valid, `${name}: ${value}`).toBe(false);
  }
});

test("everybody as owner is told by what would be wrong with it", () => {
  const [found] = notServedIn({ commands: { ownerAllowFrom: ["*"] } });

  expect(found?.instead.en).toContain("would make everybody an owner");
});

/** What the gateway does by itself when something happens in it, where that is switched on. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { CronGateway, configFor } from "../../../helpers/assistant/cron-gateway.ts";
import { test as homeTest } from "../../../helpers/home/temp-home.ts";
import { test as providerTest } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

/** A Monday, half past one at night in Berlin. */
const START = Date.UTC(2026, 5, 1, 23, 30);

const test = mergeTests(homeTest, providerTest).extend<{
  start: (internal: Record<string, unknown>, boot?: string) => Promise<CronGateway>;
}>({
  start: async ({ provider }, use) => {
    const started: CronGateway[] = [];
    await use(async (internal, boot) => {
      const gateway = await CronGateway.start({
        config: configFor(provider, { hooks: { internal } }),
        clock: new FakeClock(START),
        prepare: ({ workspaceDir }) => {
          if (boot === undefined) return;
          mkdirSync(workspaceDir, { recursive: true });
          writeFileSync(join(workspaceDir, "BOOT.md"), boot);
        },
      });
      started.push(gateway);
      return gateway;
    });
    await Promise.all(started.map((gateway) => gateway.stop()));
  },
});

let count = 0;

async function say({ client }: CronGateway, message: string): Promise<void> {
  count += 1;
  const runId = `hook-${count}`;
  await client.request("chat.send", { sessionKey: "main", message, idempotencyKey: runId });
  await client.next(`the answer to ${message}`, ({ event, payload }) => {
    return event === "chat" && isRecord(payload) && payload.runId === runId && payload.state === "final";
  });
}

const logOf = ({ gateway }: CronGateway) => join(gateway.settings.paths.stateDir, "logs", "commands.log");
const notesOf = ({ gateway }: CronGateway) => {
  const folder = join(gateway.settings.paths.workspaceDir, "memory");
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

test("what BOOT.md says is done at the start, once, and what was ended with /new is noted and logged", async ({
  start,
  provider,
}) => {
  provider.script(answered("NO_REPLY"));
  const gateway = await start({ enabled: true }, "Look whether the backup disk is there.");
  await provider.asked(1);
  expect(JSON.stringify(provider.requests[0]?.body)).toContain("Look whether the backup disk is there.");

  provider.script(answered("I see."));
  await say(gateway, "Our holidays begin on the tenth!");
  await say(gateway, "And they end on the twentieth.");
  provider.script(answered("- Holidays from the 10th to the 20th"));
  await say(gateway, "/new");
  await provider.asked(4);
  await expect.poll(() => notesOf(gateway)).toHaveLength(1);

  const [note = ""] = notesOf(gateway);
  // The day is the owner's.
  expect(note).toMatch(/2026-06-02-our-holidays-begin-on-the-tenth\.md$/);
  expect(readFileSync(note, "utf8")).toContain("- Holidays from the 10th to the 20th");
  expect(JSON.stringify(provider.requests[3]?.body)).toContain("they end on the twentieth");
  const lines = readFileSync(logOf(gateway), "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      timestamp: "2026-06-01T23:30:00.100Z",
      action: "new",
      sessionKey: "agent:main:main",
      source: "webchat",
    },
  ]);
});

for (const [what, internal] of [
  ["nothing says so", {}],
  [
    "each of them is switched off",
    {
      enabled: true,
      entries: {
        "boot-md": { enabled: false },
        "command-logger": { enabled: false },
        "session-memory": { enabled: false },
      },
    },
  ],
] as const)
  test(`none of it is done where ${what}`, async ({ start, provider }) => {
    provider.script(answered("I see."));
    const gateway = await start(internal, "Look whether the backup disk is there.");
    await say(gateway, "Our holidays begin on the tenth!");
    await say(gateway, "And they end on the twentieth.");
    await say(gateway, "/new");
    await say(gateway, "Hello");

    expect(provider.requests).toHaveLength(3);
    expect(notesOf(gateway)).toEqual([]);
    expect(existsSync(logOf(gateway))).toBe(false);
  });

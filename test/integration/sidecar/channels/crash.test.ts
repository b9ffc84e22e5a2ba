/** The gateway's process is killed on the way of a channel's message: it is answered once, whatever was in between. */
import { join } from "node:path";
import { expect } from "@playwright/test";
import { lookIntoDatabase, problemsIn } from "../../../../sidecar/base/store/database.ts";
import { directFrom, groupFrom } from "../../../helpers/channel/channel-gateway.ts";
import { Platform } from "../../../helpers/channel/platform.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { createTempHome, type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { FakeProvider } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { type CliProcess, startNode } from "../../../helpers/process/cli.ts";
import { repetitions, SOAK } from "../../../helpers/run/soak.ts";
import { testProgram } from "../../../helpers/run/test-programs.ts";

const PROGRAM = testProgram("fixtures/channel/gateway");

async function startProgram(home: TempHome, failpoint?: string): Promise<CliProcess> {
  const env = home.env(failpoint === undefined ? {} : { CLAWDBOT_TEST_FAILPOINT: failpoint });
  const program = startNode([PROGRAM], { env, timeoutMs: 60_000 });
  await program.waitFor(/listening since/);
  return program;
}

async function configure(
  home: TempHome,
  platform: Platform,
  channel: string,
  more: object = {},
): Promise<void> {
  home.writeConfig({
    gateway: { mode: "local", port: await freePort(), auth: { mode: "token", token: TEST_TOKEN } },
    commands: { ownerAllowFrom: [`${channel}:ann`] },
    channels: { [channel]: { url: platform.url } },
    ...more,
  });
}

async function sound(home: TempHome): Promise<{ problems: string[]; usage: unknown; turns: unknown }> {
  const database = await lookIntoDatabase(join(home.stateDir, "clawdbot.db"));
  const count = (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  const found = { problems: problemsIn(database), usage: count("usage"), turns: count("turns") };
  database.close();
  return found;
}

const SOUND = { problems: [], usage: 1, turns: 1 };

for (const [name, failpoint] of [
  ["case 5: before a message is kept (C1) has it delivered again", "before-ingress"],
  ["case 5: after a message is kept, before the platform knows, starts nothing twice", "after-ingress"],
  ["case 9: when a turn has begun answers it once (C4)", "turn-started"],
  ["case 10: with an answer half said answers it once (C5)", "text-streamed"],
  ["case 9: when the answer is kept and not sent (C7) sends it, and asks no model again", "after-answer"],
  ["case 17: before a part leaves (C8) sends it once", "part-claimed"],
  [
    "case 17: after a part left, before that is known (C8), is no second message where the platform knows its id",
    "part-sent",
  ],
] as const) {
  test(name, SOAK, async () => {
    for (let round = 0; round < repetitions({ short: 1, full: 20 }); round += 1) {
      const home = createTempHome();
      const platform = await Platform.start();
      await configure(home, platform, "fixture");
      const first = await startProgram(home, failpoint);
      platform.deliver(directFrom("ann", "remember me"));
      await first.ended;
      const second = await startProgram(home);
      await platform.until(() => platform.textsIn("dm-ann").some((text) => text.endsWith("remember me")));
      await platform.until(() => platform.typing.at(-1)?.isOn === false);
      await second.stop();

      expect(platform.textsIn("dm-ann").length).toBe(1);
      expect(await sound(home)).toEqual(SOUND);
      await platform.stop();
      home.dispose();
    }
  });
}

for (const failpoint of ["command-claimed", "command-done"]) {
  test(`at ${failpoint}, whoever sent a command is told once that nobody knows whether it took effect`, async ({
    home,
  }) => {
    const platform = await Platform.start();
    await configure(home, platform, "fixture");
    const first = await startProgram(home, failpoint);
    platform.deliver(directFrom("ann", "/status"));
    await first.ended;
    const second = await startProgram(home);
    await platform.until(() => platform.textsIn("dm-ann").length > 0);
    platform.deliver(directFrom("ann", "/whoami"));
    await platform.until(() => platform.textsIn("dm-ann").length > 1);
    await second.stop();

    const [told, answer, ...more] = platform.textsIn("dm-ann");
    expect(told).toContain("cut off while it carried out your command");
    expect(answer).toContain("ann");
    expect(more).toEqual([]);
    await platform.stop();
  });
}

for (const failpoint of ["block-kept", "part-claimed", "part-sent"] as const) {
  test(`case 10: with a block of the answer kept or sent (C5b), at ${failpoint}, the answer goes on behind it and says nothing twice`, async ({
    home,
  }) => {
    const platform = await Platform.start();
    const provider = await FakeProvider.start();
    const said = "This was said before the end came.";
    provider.script(
      { kind: "silence", text: `${said} And half of` },
      answered("And half of the rest is this."),
    );
    await configure(home, platform, "fixture", {
      agents: {
        defaults: {
          model: "anthropic/claude-sonnet-5",
          blockStreamingDefault: "on",
          blockStreamingChunk: { minChars: 20, maxChars: 40 },
        },
      },
      models: { providers: { anthropic: { baseUrl: provider.url, apiKey: "sk-ant-secret" } } },
      messages: { responsePrefix: "»" },
    });
    const first = await startProgram(home, failpoint);
    platform.deliver(directFrom("ann", "remember me"));
    await first.ended;
    const second = await startProgram(home);
    await platform.until(() => platform.textsIn("dm-ann").length === 2);
    await platform.until(() => platform.typing.at(-1)?.isOn === false);
    await second.stop();

    expect(platform.textsIn("dm-ann")).toEqual([`» ${said}`, "And half of the rest is this."]);
    const again = JSON.stringify(provider.requests[1]?.body.messages);
    expect(again).toContain(said);
    expect(again).not.toContain("And half of");
    expect(again).toMatch(/Go on exactly where it ends/);
    expect((await sound(home)).problems).toEqual([]);
    await provider.stop();
    await platform.stop();
  });
}

test("case 6: while a person may still go on makes one turn of it all the same (C2)", async ({ home }) => {
  const platform = await Platform.start();
  await configure(home, platform, "fixture", { messages: { inbound: { debounceMs: 3_000 } } });
  const first = await startProgram(home);
  for (const text of ["one", "two"]) platform.deliver(directFrom("ann", text));
  await platform.until(() =>
    platform.requests.some(({ path, body }) => path === "poll" && body.offset === 2),
  );
  await first.stop("SIGKILL");
  const second = await startProgram(home);
  await platform.until(() => platform.sent.length === 1);
  await second.stop();

  expect(platform.textsIn("dm-ann")).toEqual([expect.stringMatching(/one\ntwo$/)]);
  expect(await sound(home)).toEqual(SOUND);
  await platform.stop();
});

for (const [what, channel, isInGroup, expected] of [
  ["is looked for where the platform can be asked", "asked", false, ["hello"]],
  [
    "is repeated once and marked in a direct message where nobody knows",
    "unaware",
    false,
    ["hello", "↻ hello"],
  ],
  ["is not repeated in a group where nobody knows", "unaware", true, ["hello"]],
] as const) {
  test(`case 17: a part that left just before the end (C8) ${what}`, async ({ home }) => {
    const platform = await Platform.start({ knowsKeys: false });
    await configure(home, platform, channel);
    const first = await startProgram(home, "part-sent");
    const say = (text: string) => (isInGroup ? groupFrom("ann", `clawd: ${text}`) : directFrom("ann", text));
    platform.deliver(say("hello"));
    await first.ended;
    const second = await startProgram(home);
    platform.deliver(say("next"));
    const chat = isInGroup ? "room" : "dm-ann";
    await platform.until(() => platform.textsIn(chat).some((text) => text.endsWith("next")));
    await second.stop();

    const texts = platform.textsIn(chat).filter((text) => text.endsWith("hello"));
    expect(texts.map((text) => `${text.startsWith("↻") ? "↻ " : ""}hello`)).toEqual(expected);
    expect((await sound(home)).usage).toBe(2);
    await platform.stop();
  });
}

for (const failpoint of ["turn-started", "text-streamed"] as const) {
  test(`case 12: a message that ends the gateway twice (C10) at ${failpoint} is given up, that is told in its chat, and the next one is answered`, async ({
    home,
  }) => {
    const platform = await Platform.start();
    await configure(home, platform, "fixture");
    platform.deliver(directFrom("ann", "this one is heavy"));
    for (const _round of [1, 2]) await (await startProgram(home, failpoint)).ended;
    const third = await startProgram(home);
    await platform.until(() => platform.textsIn("dm-ann").length > 0);
    platform.deliver(directFrom("ann", "and this one?"));
    await platform.until(() => platform.textsIn("dm-ann").length > 1);
    await third.stop();
    const fourth = await startProgram(home);
    platform.deliver(directFrom("ann", "still well?"));
    await platform.until(() => platform.textsIn("dm-ann").length > 2);
    await fourth.stop();

    expect(platform.textsIn("dm-ann")).toEqual([
      expect.stringContaining("cut off twice"),
      expect.stringMatching(/and this one\?$/),
      expect.stringMatching(/still well\?$/),
    ]);
    expect(await sound(home)).toMatchObject({ problems: [], turns: 3 });
    await platform.stop();
  });
}

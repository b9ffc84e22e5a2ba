/** `clawdbot cron …` and `clawdbot system …` against a gateway that runs. */
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

const test = mergeTests(gatewayTest, homeTest);

const asking = (home: TempHome, port: number, env: Record<string, string> = {}) => {
  return async (...args: string[]) => {
    const where = ["--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN];
    return await runInProcess([...args, ...where], { env: home.env(env) });
  };
};

test("a job is made, listed, changed, run, looked at and removed", async ({ home, start }) => {
  const { port } = await start({ config: { agents: { defaults: { userTimezone: "Europe/Berlin" } } } });
  const clawdbot = asking(home, port);

  const made = await clawdbot(
    "cron",
    "add",
    "--name",
    "news",
    "--cron",
    "0 7 * * *",
    "--message",
    "What is new?",
  );
  const id = /is made: (\S+)/.exec(made.stdout)?.[1] ?? "";
  const listed = await clawdbot("cron", "list");
  const edited = await clawdbot("cron", "edit", id, "--every", "90m", "--description", "mornings", "--json");
  const off = await clawdbot("cron", "disable", id);
  const hidden = await clawdbot("cron", "list");
  const all = await clawdbot("cron", "list", "--all");
  const on = await clawdbot("cron", "enable", id);
  const due = await clawdbot("cron", "run", id, "--due");
  const ran = await clawdbot("cron", "run", id);
  const runs = await clawdbot("cron", "runs", id);
  const status = await clawdbot("cron", "status", "--json");
  const removed = await clawdbot("cron", "rm", id);
  const again = await clawdbot("cron", "rm", id);

  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(made.stdout).toMatch(/Next time: \w{3} \d{4}-\d\d-\d\d 07:00 \+0[12]:00 \(Europe\/Berlin\)/);
  expect(listed.stdout).toContain("0 7 * * *: What is new?");
  expect(JSON.parse(edited.stdout)).toMatchObject({
    schedule: { kind: "every", everyMs: 5_400_000 },
    description: "mornings",
    payload: { kind: "agentTurn", message: "What is new?" },
  });
  expect(off.stdout).toContain("It does not come by itself.");
  expect(hidden.stdout).toContain("There are no jobs.");
  expect(all.stdout).toMatch(/^off {2}news {2}.*\n {4}every 1h30m: What is new\?/m);
  expect(on.code).toBe(0);
  expect(due).toMatchObject({ code: 1 });
  expect(due.stdout).toContain("The job is not due.");
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stdout).toContain("What is new?");
  expect(runs.stdout).toMatch(/done {2}.*local\/echo/);
  expect(JSON.parse(status.stdout)).toMatchObject({ enabled: true, jobs: 1 });
  expect(removed.code).toBe(0);
  expect(again).toMatchObject({ code: 1 });
  expect(again.stderr).toMatch(/There is no job .*; see .*cron list --all/);
});

test.describe("what will not do is refused on one line, with its place and what would", () => {
  for (const [args, refusal] of [
    [["add"], /takes --name/],
    [["add", "--name", "x"], /one of --at, --every and --cron/],
    [["add", "--name", "x", "--at", "1h"], /one of --system-event and --message/],
    [["add", "--name", "x", "--at", "1h", "--every", "1h", "--message", "x"], /exclude each other/],
    [
      ["add", "--name", "x", "--every", "often", "--message", "x"],
      /--every "often" is no duration; write one/,
    ],
    [
      ["add", "--name", "x", "--every", "1h", "--tz", "UTC", "--message", "x"],
      /--tz is the time zone of --cron/,
    ],
    [
      ["add", "--name", "x", "--at", "soon", "--message", "x"],
      /at "soon" is no time that can be read; write 20m/,
    ],
    [["add", "--name", "x", "--at", "2020-01-01", "--message", "x"], /lies in the past; it is/],
    [["add", "--name", "x", "--cron", "0 0 31 2 *", "--message", "x"], /cannot be used \(it never comes\)/],
    [
      ["add", "--name", "x", "--cron", "* * * * *", "--tz", "Mars", "--message", "x"],
      /tz "Mars" is no time zone/,
    ],
    [["add", "--name", "x", "--at", "1h", "--system-event", "x", "--model", "y"], /go with --message/],
    [["add", "--name", "x", "--at", "1h", "--message", "x", "--deliver"], /name a channel and to/],
    [
      ["add", "--name", "x", "--at", "1h", "--message", "x", "--deliver", "--channel", "pigeon", "--to", "y"],
      /no channel "pigeon"/,
    ],
    [
      ["add", "--name", "x", "--at", "1h", "--message", "x", "--session", "main"],
      /require payload\.kind="systemEvent"/,
    ],
    [["add", "--name", "x", "--at", "1h", "--message", "x", "--agent", "nobody"], /no agent "nobody"/],
    [["edit", "nothing", "--disable"], /There is no job "nothing"/],
    [["edit", "nothing"], /takes what is to change/],
    [["runs"], /takes the id of a job/],
    [["runs", "nothing"], /There is no job "nothing"/],
    [["add", "--name", "x", "--every", "1ms", "--message", "x"], /--every "1ms" is too often; write 1s/],
    [
      ["add", "--name", "x", "--every", "1h", "--message", "x", "--model", "nobody/x"],
      /payload\.model "nobody\/x" cannot be used \(.*"nobody\/x".*[^.]\); see the list of models/,
    ],
  ] as const) {
    test(`cron ${args.join(" ")}`, async ({ home, start }) => {
      const { port } = await start();
      const result = await asking(home, port)("cron", ...args);

      expect(result.code).not.toBe(0);
      expect(result.stderr).toMatch(refusal);
      expect(result.stderr.trim().split("\n")).toHaveLength(1);
    });
  }
});

test("an event is told to the assistant, which says in German what it does with it", async ({
  home,
  start,
}) => {
  const { port } = await start();
  const clawdbot = asking(home, port, { LANG: "de_DE.UTF-8" });

  const before = await clawdbot("system", "heartbeat", "last");
  const told = await clawdbot("system", "event", "--text", "The backup failed", "--mode", "now");
  await expect
    .poll(async () => (await clawdbot("system", "heartbeat", "last", "--json")).stdout, { timeout: 20_000 })
    // Nothing is asked where nobody has set up a model: the event waits.
    .toContain('"no-model"');
  const wrong = await clawdbot("system", "heartbeat", "first");

  expect(before.stdout).toContain("Er hat sich noch nichts von selbst angesehen.");
  expect(told.stdout).toContain("der Assistent sieht es sich an");
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toContain("system heartbeat braucht last, enable oder disable");
});

test("what will not do is refused in German as well", async ({ home, start }) => {
  const { port } = await start();
  const clawdbot = asking(home, port, { LANG: "de_DE.UTF-8" });
  const add = (...when: string[]) => clawdbot("cron", "add", "--name", "x", "--message", "x", ...when);

  expect((await add("--at", "soon")).stderr).toContain('schedule.at "soon" ist keine lesbare Zeit');
  expect((await add("--cron", "0 0 31 2 *")).stderr).toContain("ist nicht zu gebrauchen (das kommt nie)");
  expect((await add("--at", "2020-01-01")).stderr).toContain("liegt in der Vergangenheit");
});

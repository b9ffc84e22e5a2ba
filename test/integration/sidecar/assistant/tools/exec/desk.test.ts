/** Questions to the owner: kept before they are told, over in time, and there again after a restart. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { startHands } from "../../../../../helpers/assistant/hands.ts";
import { test } from "../../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../../helpers/time/fake-clock.ts";

const STOPPED = () => {
  const abort = new AbortController();
  return { abort, signal: abort.signal };
};

test("case 51: what is allowed for good as git pull lets git pull through after a restart too, and git push is asked about", async ({
  home,
}) => {
  let tools = await startHands({ home: home.path, owner: () => "allow-always" });
  await tools.exec("git pull");
  const first = tools.questions.map(({ request, always }) => [request.command, always]);
  await tools.stop();

  tools = await startHands({ home: home.path, owner: () => "deny" });
  for (const command of [
    "git pull",
    "git pull origin main",
    "git push",
    "git pull --upload-pack=./x",
    "git -C . pull",
  ])
    await tools.exec(command);
  const asked = tools.questions.map(({ request }) => request.command);
  const [rule] = await tools.hands.desk.rules();
  const removed = await tools.store.removeApprovalRule(rule?.id ?? "");
  await tools.exec("git pull");
  await tools.stop();

  expect(first).toEqual([["git pull", ["/usr/bin/git pull …"]]]);
  expect(asked).toEqual(["git push", "git pull --upload-pack=./x", "git -C . pull"]);
  expect(rule).toMatchObject({ createdBy: "test", lastUsedFor: "git pull origin main" });
  expect([removed, tools.questions.at(-1)?.request.command]).toEqual([true, "git pull"]);
});

test("what is allowed for a time is asked about again afterwards", async ({ home }) => {
  const clock = new FakeClock();
  const tools = await startHands({ home: home.path, clock });
  const decide = async (answer: "allow-always" | "deny", forMs?: number) => {
    await expect.poll(async () => (await tools.hands.desk.list()).length).toBe(1);
    const [row] = await tools.hands.desk.list();
    await tools.hands.desk.decide(row?.id ?? "", { answer, by: "test", forMs });
  };
  const result = tools.exec("git gc");
  await decide("allow-always", 8 * 3_600_000);
  await result;
  clock.advance(8 * 3_600_000 - 1);
  await tools.exec("git gc");
  clock.advance(1);
  const late = tools.exec("git gc");
  await decide("deny");

  expect(await late).toContain("denied");
  expect(tools.questions).toHaveLength(2);
  await tools.stop();
});

test("a question is over in time, and nothing that comes then counts", async ({ home }) => {
  const clock = new FakeClock();
  const tools = await startHands({ home: home.path, clock });
  const result = tools.exec("touch made");
  await expect.poll(() => tools.questions.length).toBe(1);
  clock.advance(119_999);
  const before = (await tools.hands.desk.list()).length;
  clock.advance(1);
  const said = await result;
  const late = tools.hands.desk.decide(tools.questions[0]?.id ?? "", { answer: "allow-once", by: "test" });

  await expect(late).rejects.toMatchObject({ code: "APPROVAL_UNKNOWN" });
  expect([before, said]).toEqual([1, "Not approved in time: nobody answered, and the command did not run."]);
  expect(existsSync(join(tools.workspace, "made"))).toBe(false);
  await tools.stop();
});

test("a gateway that stops while a question waits tells it again with the time that is left, and the same call takes the answer up", async ({
  home,
}) => {
  const clock = new FakeClock();
  const call = { id: "call-1" };
  let tools = await startHands({ home: home.path, clock });
  const { abort, signal } = STOPPED();
  const cut = tools.exec("touch made", { ...call, signal });
  await expect.poll(() => tools.questions.length).toBe(1);
  const [asked] = tools.questions;
  abort.abort("shutdown");
  await cut;
  await tools.stop();
  clock.advance(60_000);

  tools = await startHands({ home: home.path, clock });
  const again = [...tools.questions];
  await tools.hands.desk.decide(asked?.id ?? "", { answer: "allow-once", by: "test" });
  const turn = await tools.store.approval(asked?.id ?? "");
  const { turnId = "" } = turn ?? {};
  const said = await tools.exec("touch made", { ...call, turn: turnOf(turnId) });

  expect(again).toMatchObject([{ id: asked?.id, expiresAtMs: asked?.expiresAtMs }]);
  expect([said, tools.questions.length]).toEqual(["(no output)", 1]);
  expect(existsSync(join(tools.workspace, "made"))).toBe(true);
  // An answer is good for once.
  const second = tools.exec("touch made", { ...call, turn: turnOf(turnId) });
  await expect.poll(() => tools.questions.length).toBe(2);
  clock.advance(120_000);
  expect(await second).toContain("Not approved in time");
  await tools.stop();
});

test("a question whose time is over while no gateway runs is over at the next start", async ({ home }) => {
  const clock = new FakeClock();
  const { abort, signal } = STOPPED();
  let tools = await startHands({ home: home.path, clock });
  const cut = tools.exec("touch made", { signal });
  await expect.poll(() => tools.questions.length).toBe(1);
  const id = tools.questions[0]?.id ?? "";
  abort.abort("shutdown");
  await cut;
  await tools.stop();
  clock.advance(120_000);
  tools = await startHands({ home: home.path, clock });

  expect(tools.questions).toEqual([]);
  expect(await tools.store.approval(id)).toMatchObject({ state: "expired" });
  await tools.stop();
});

test("what is asked for a turn that is stopped is over with it", async ({ home }) => {
  const tools = await startHands({ home: home.path });
  const { abort, signal } = STOPPED();
  const cut = tools.exec("touch made", { signal });
  await expect.poll(() => tools.questions.length).toBe(1);
  abort.abort("stop");
  await cut;

  await expect
    .poll(async () => (await tools.store.approval(tools.questions[0]?.id ?? ""))?.state)
    .toBe("expired");
  await tools.stop();
});

test("questions of one turn within two seconds belong together, and one answer can be for all", async ({
  home,
}) => {
  const clock = new FakeClock();
  const tools = await startHands({ home: home.path, clock });
  const results = [tools.exec("touch one"), tools.exec("touch two")];
  await expect.poll(() => tools.questions.length).toBe(2);
  clock.advance(2_001);
  results.push(tools.exec("touch three"));
  await expect.poll(() => tools.questions.length).toBe(3);
  const [one, two, three] = tools.questions;
  await tools.hands.desk.decide(one?.id ?? "", { answer: "allow-once", by: "test", isForAll: true });
  await Promise.all(results.slice(0, 2));
  const made = ["one", "two", "three"].map((name) => existsSync(join(tools.workspace, name)));
  await tools.hands.desk.decide(three?.id ?? "", { answer: "deny", by: "test" });
  await Promise.all(results);

  expect([one?.burst === two?.burst, two?.burst === three?.burst]).toEqual([true, false]);
  expect(made).toEqual([true, true, false]);
  await tools.stop();
});

test("without a record nothing runs", async ({ home }) => {
  const tools = await startHands({ home: home.path, owner: () => "allow-once" });
  const refuse = async () => {
    throw new Error("the disk is full");
  };
  for (const method of ["askApproval", "useApproval", "keepProcess"] as const) {
    const kept = tools.store[method];
    Object.assign(tools.store, { [method]: refuse });
    expect(await tools.exec("touch made"), method).toContain("the disk is full");
    Object.assign(tools.store, { [method]: kept });
  }

  expect(existsSync(join(tools.workspace, "made"))).toBe(false);
  await tools.stop();
});

test("words of others in the turn ask about everything that does more than look, whatever was allowed", async ({
  home,
}) => {
  const tools = await startHands({
    home: home.path,
    config: { tools: { exec: { security: "full", ask: "off" } } },
    owner: () => "deny",
  });
  const silent = await tools.exec("touch made", { taintedBy: "web_fetch" });
  const looking = await tools.exec("ls", { taintedBy: "web_fetch" });
  await tools.stop();
  const asking = await startHands({
    home: home.path,
    config: { tools: { exec: { security: "full" } } },
    owner: () => "deny",
  });
  const denied = await asking.exec("touch made", { taintedBy: "web_fetch" });
  const own = await asking.exec("touch own");
  await asking.stop();

  expect([silent, denied]).toEqual([
    expect.stringContaining("not allowed"),
    expect.stringContaining("denied"),
  ]);
  expect([looking, own]).toEqual(["(no output)", "(no output)"]);
  expect(asking.questions).toMatchObject([
    { request: { command: "touch made" }, why: "tainted", always: [], mayTurn: false },
  ]);
});

test("inline code and lines that nobody can judge are allowed once at most", async ({ home }) => {
  const tools = await startHands({ home: home.path, owner: () => "allow-always" });
  const commands = [
    "sh -c 'touch made'",
    "touch made > log",
    "echo $(touch made)",
    "env touch made",
    "./made.sh",
  ];
  const results = commands.map((command) => tools.exec(command));
  await expect.poll(async () => (await tools.hands.desk.list()).length).toBeGreaterThanOrEqual(4);
  for (const { id } of await tools.hands.desk.list())
    await expect(tools.hands.desk.decide(id, { answer: "allow-always", by: "test" })).rejects.toMatchObject({
      code: "APPROVAL_NOT_ALWAYS",
    });
  for (const { id } of await tools.hands.desk.list())
    await tools.hands.desk.decide(id, { answer: "deny", by: "test" });
  await Promise.all(results);

  expect(existsSync(join(tools.workspace, "made"))).toBe(false);
  expect(await tools.hands.desk.rules()).toEqual([]);
  await tools.stop();
});

function turnOf(id: string) {
  return {
    id,
    runId: id,
    sessionKey: "agent:main:main",
    sessionId: "s",
    agentId: "main",
    origin: "chat",
    authority: "owner",
    principal: "test",
    route: undefined,
    options: {},
    attempts: 2,
  } as const;
}

/** What the user asked for is what happens, however fast and in whatever order it was asked for. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { menuText } from "../../helpers/desktop/desktop.ts";
import { expect, type TrayDesktop, test } from "../../helpers/desktop/desktop-tray.ts";
import { randomFrom, repetitions, SOAK, seedFor } from "../../helpers/run/soak.ts";
import { kill, type TrayProcess } from "../../helpers/tray/tray.ts";

const HELD_STOP = new URL("../../fixtures/process/held-stop.mjs", import.meta.url).href;
const CLICKS = repetitions({ short: 8, full: 100 });
const MAX_PAUSE_MS = 400;
/** Longer than the first restart delay with its jitter. */
const PAST_FIRST_BACKOFF_MS = 2_000;

test.describe("acceptance 5: intent is respected", () => {
  test("Stop during backoff: nothing starts any more", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    kill(tray.gatewayPid, "SIGKILL");
    await tray.reach("backoff");

    await desktop.clickMenu("Stop");
    await tray.reach("stopped");
    await delay(PAST_FIRST_BACKOFF_MS);

    expect(tray.state).toBe("stopped");
    expect(trayDesktop.livingGateways()).toEqual([]);
    expect(trayDesktop.startCount()).toBe(1);
  });

  test("Start while stopping: another gateway follows the one that ends", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    const hold = join(desktop.home, "hold");
    Object.assign(desktop.env, { NODE_OPTIONS: `--import ${HELD_STOP}`, CLAWDBOT_TEST_HOLD: hold });
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const first = tray.gatewayPid;
    // A gateway that is held back takes its time to stop, so that the click comes in between.
    writeFileSync(hold, "");
    await desktop.clickMenu("Stop");
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("◌ Stopping"));

    await desktop.clickMenu("Start");
    rmSync(hold);
    await tray.reach("running");

    expect(isAlive(first)).toBe(false);
    expect(trayDesktop.livingGateways()).toEqual([tray.gatewayPid]);
    expect(trayDesktop.startCount()).toBe(2);
  });

  test("double click on Restart: one new gateway", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const first = tray.gatewayPid;

    // The second click comes too late to be accepted or merges into the first: one restart in both cases.
    await Promise.allSettled([desktop.clickMenu("Restart"), desktop.clickMenu("Restart")]);
    await tray.reachAnother(first);
    await delay(PAST_FIRST_BACKOFF_MS);

    expect(isAlive(first)).toBe(false);
    expect(tray.state).toBe("running");
    expect(trayDesktop.livingGateways()).toEqual([tray.gatewayPid]);
    expect(trayDesktop.startCount()).toBe(2);
  });

  test(`${CLICKS} random clicks: what was asked for last is what there is`, SOAK, async ({ trayDesktop }) => {
    const seed = seedFor("random clicks");
    const random = randomFrom(seed);
    const tray = await trayDesktop.start();
    await tray.reach("running");

    for (let click = 0; click < CLICKS; click += 1) {
      await clickAny(trayDesktop, random);
      expect(trayDesktop.livingGateways().length).toBeLessThan(2);
      await delay(random() * MAX_PAUSE_MS);
    }
    const asked = await whatWasAsked(trayDesktop);
    await settle(tray, asked);
    await delay(PAST_FIRST_BACKOFF_MS);

    expect(await whatWasAsked(trayDesktop)).toEqual(asked);
    expect(tray.state, `seed ${seed}`).toBe(asked.desired === "run" ? "running" : "stopped");
    expect(trayDesktop.livingGateways()).toHaveLength(asked.desired === "run" ? 1 : 0);
    const stored = JSON.parse(readFileSync(join(trayDesktop.stateDir, "tray.json"), "utf8"));
    expect(stored.intent).toMatchObject(asked);
    expect(tray.status).toMatchObject({
      tooltip:
        asked.mode === "dev" ? expect.stringContaining("Dev mode") : expect.not.stringContaining("Dev"),
    });
  });
});

type Asked = {
  desired: "run" | "stopped";
  mode: "normal" | "dev";
};

const CLICKABLE = ["Start", "Stop", "Restart", "Dev mode", "✓ Dev mode"];

/** Clicks one of the rows that can be clicked just now. */
async function clickAny({ desktop }: TrayDesktop, random: () => number): Promise<void> {
  const rows = (await desktop.menu()).filter(({ label, enabled }) => enabled && CLICKABLE.includes(label));
  const row = rows[Math.floor(random() * rows.length)];
  // The row may be disabled between the look and the click: then nothing was asked for.
  if (row !== undefined) await desktop.clickMenu(row.label).catch(() => {});
}

/** What the clicks that reached the tray add up to. */
async function whatWasAsked(trayDesktop: TrayDesktop): Promise<Asked> {
  const asked: Asked = { desired: "run", mode: "normal" };
  for (const id of trayDesktop.acceptedClicks()) {
    if (id === "stop") asked.desired = "stopped";
    else if (id === "dev-mode") asked.mode = asked.mode === "dev" ? "normal" : "dev";
    else asked.desired = "run";
  }
  return asked;
}

async function settle(tray: TrayProcess, { desired }: Asked): Promise<void> {
  await tray.reach(desired === "run" ? "running" : "stopped");
}

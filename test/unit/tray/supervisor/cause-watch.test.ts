import { createServer } from "node:net";
import { expect } from "@playwright/test";
import { resolveProfileContext } from "../../../../shared/node/profile-context.ts";
import { CAUSE_POLL_MS } from "../../../../tray/model/limits.ts";
import type { BlockedReason } from "../../../../tray/model/tray-model.ts";
import { watchCause } from "../../../../tray/supervisor/cause-watch.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const REFUSED: BlockedReason = { kind: "refused", message: "no", fix: null };

async function arrange(home: TempHome, reason: BlockedReason) {
  const clock = new FakeClock();
  let changes = 0;
  const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), process.platform);
  const watch = watchCause(reason, context, clock, () => {
    changes += 1;
  });
  const look = async () => {
    clock.advance(CAUSE_POLL_MS);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return changes;
  };
  await look();
  return { watch, look, clock };
}

test.describe("watchCause", () => {
  test("tells once that the configuration has changed", async ({ home }) => {
    const { look, clock } = await arrange(home, REFUSED);
    expect(await look()).toBe(0);

    home.writeConfig({ gateway: {} });

    expect(await look()).toBe(1);
    home.writeConfig({ gateway: { port: 1 } });
    expect(await look()).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("tells that the port has become free", async ({ home }) => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const held = { kind: "port-in-use", port, pid: process.pid, command: "node", user: null } as const;
    const { look } = await arrange(home, held);
    expect(await look()).toBe(0);

    await new Promise((resolve) => server.close(resolve));

    await expect.poll(look).toBe(1);
  });

  test("tells that the port is free when it became so before the first look", async ({ home }) => {
    const { freePort } = await import("../../../helpers/network/ports.ts");
    const held = {
      kind: "port-in-use",
      port: await freePort(),
      pid: null,
      command: null,
      user: null,
    } as const;

    const { look } = await arrange(home, held);

    await expect.poll(look).toBe(1);
  });

  test("tells nothing once it is disposed", async ({ home }) => {
    const { look, watch } = await arrange(home, REFUSED);

    watch.dispose();
    home.writeConfig({ gateway: {} });

    expect(await look()).toBe(0);
  });
});

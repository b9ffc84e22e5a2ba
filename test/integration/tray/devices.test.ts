import { expect } from "@playwright/test";
import { createDevice, type TestDevice } from "../../helpers/gateway/device.ts";
import { codeOf, connectDevice } from "../../helpers/gateway/running.ts";
import { test } from "../../helpers/home/temp-home.ts";
import { configure, TestTray, TOKEN } from "../../helpers/tray/tray.ts";

/** Not of this machine, so that somebody has to say yes. */
const attempt = (port: number, device: TestDevice, displayName: string) =>
  connectDevice(
    port,
    {
      client: { id: "test", version: "1", platform: "iOS 18", mode: "test", displayName },
      scopes: ["operator.read"],
      auth: { token: TOKEN },
    },
    { headers: { "x-forwarded-for": "203.0.113.7" }, device },
  );

test("shows a device that wants to connect, lets one in and turns another one away", async ({ home }) => {
  const port = await configure(home);
  const tray = new TestTray(home);
  try {
    await goThrough(tray, port);
  } finally {
    await tray.dispose();
  }
});

async function goThrough(tray: TestTray, port: number): Promise<void> {
  await tray.reach("running");
  const [wanted, other] = [createDevice(), createDevice()];
  const row = (id: string) => tray.view.rows.find((each) => each.kind === "row" && each.id === id);

  const first = await attempt(port, wanted, "Ada's \u202ephone");
  await tray.until("the first waits", () => tray.tray.model.facts.devices.places[0] !== null);
  await attempt(port, other, "Somebody");
  await tray.until("both wait", () => tray.tray.model.facts.devices.places[1] !== null);

  expect(codeOf(first.answer)).toBe("PAIRING_REQUIRED");
  expect(row("device-1")).toMatchObject({ title: "Wants to connect: Ada's phone (iOS 18)", visible: true });
  expect(row("device-2")).toMatchObject({ title: "Wants to connect: Somebody (iOS 18)", visible: true });
  expect(tray.view.notices.filter(({ kind }) => kind === "pairing")).toHaveLength(2);

  tray.click("approve-1");
  tray.click("reject-2");
  await tray.until("none waits", () => tray.tray.model.facts.devices.places.every((each) => each === null));

  expect(row("device-1")).toMatchObject({ visible: false });
  expect((await attempt(port, wanted, "Ada's phone")).answer.ok).toBe(true);
  expect(codeOf((await attempt(port, other, "Somebody")).answer)).toBe("PAIRING_REQUIRED");
}

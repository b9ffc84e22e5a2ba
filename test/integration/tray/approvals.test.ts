import { expect } from "@playwright/test";
import { connectWire } from "../../helpers/gateway/wire-client.ts";
import { test } from "../../helpers/home/temp-home.ts";
import { configure, TestTray, TOKEN } from "../../helpers/tray/tray.ts";

test("shows what agents ask, allows one and denies another", async ({ home }) => {
  const port = await configure(home);
  const tray = new TestTray(home);
  try {
    await tray.reach("running");
    const { client } = await connectWire(port, { scopes: ["operator.approvals"], auth: { token: TOKEN } });
    const row = (id: string) => tray.view.rows.find((each) => each.kind === "row" && each.id === id);
    const waits = (place: number) => tray.tray.model.facts.approvals.places[place] !== null;
    const first = client.request("exec.approval.request", { command: "git push", cwd: "/srv/app" });
    await tray.until("the first waits", () => waits(0));
    const second = client.request("exec.approval.request", { command: "rm -rf build" });
    await tray.until("both wait", () => waits(1));

    expect(row("approval-1")).toMatchObject({ title: "Wants to run: git push, in /srv/app", visible: true });
    expect(tray.view.notices.filter(({ kind }) => kind === "approval")).toHaveLength(2);
    tray.click("allow-1");
    tray.click("deny-2");
    await tray.until("none waits", () => !waits(0) && !waits(1));

    expect((await first).payload).toMatchObject({ decision: "allow-once" });
    expect((await second).payload).toMatchObject({ decision: "deny" });
    expect(row("approval-1")).toMatchObject({ visible: false });
  } finally {
    await tray.dispose();
  }
});

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { NodePairingStore } from "../../../../../sidecar/gateway/auth/node-pairing-store.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

test.describe("nodes that older programs paired", () => {
  test("are there after a restart, with their token and the name that somebody gave them", ({ home }) => {
    const clock = new FakeClock();
    const directory = join(home.path, "nodes");
    const store = new NodePairingStore(directory, clock, () => "secret");
    const { request } = store.request({ nodeId: "old", displayName: "Old" });

    store.approve(request.requestId);
    store.rename("old", "Kitchen");
    const again = new NodePairingStore(directory, clock);

    expect(again.verify("old", "secret")).toMatchObject({ nodeId: "old", displayName: "Kitchen" });
    expect(again.verify("old", "wrong")).toBeUndefined();
    expect(again.nameOf("old")).toBe("Kitchen");
    expect(statSync(join(directory, "paired.json")).mode & 0o077).toBe(0);
    expect(JSON.parse(readFileSync(join(directory, "pending.json"), "utf8"))).toEqual({});
  });

  test("ask once at a time, and are forgotten when nobody answers", ({ home }) => {
    const clock = new FakeClock();
    const store = new NodePairingStore(join(home.path, "nodes"), clock);

    const first = store.request({ nodeId: "old" });
    const second = store.request({ nodeId: "old", displayName: "other" });
    clock.advance(300_001);

    expect(first.created).toBe(true);
    expect(second).toEqual({ request: first.request, created: false });
    expect(store.list().pending).toEqual([]);
    expect(() => store.approve(first.request.requestId)).toThrow("unknown requestId");
  });

  test("do not fill the disk", ({ home }) => {
    const store = new NodePairingStore(join(home.path, "nodes"), new FakeClock());
    for (let count = 0; count < 100; count += 1) store.request({ nodeId: `n${count}` });

    expect(() => store.request({ nodeId: "one more" })).toThrow("too many nodes wait");
  });
});

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { ConnectParams } from "../../../../../shared/protocol/handshake.ts";
import { verifyDevice } from "../../../../../sidecar/gateway/auth/device-signature.ts";
import { NodeIdentity } from "../../../../../sidecar/nodes/host/identity.ts";
import { connectParams } from "../../../../helpers/gateway/wire-client.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

test.describe("who this machine is as a node", () => {
  test("stays the same, and is what a gateway believes", ({ home }) => {
    const directory = join(home.path, "node");
    const made = NodeIdentity.open(directory, 1_000);
    const again = NodeIdentity.open(directory, 2_000);

    const params = ConnectParams.parse(
      connectParams({
        client: { id: "node-host", version: "1", platform: "linux", mode: "node" },
        role: "node",
      }),
    );
    const device = again.sign({
      clientId: "node-host",
      clientMode: "node",
      token: params.auth?.token ?? "",
      nonce: "n",
      nowMs: 5_000,
    });
    const verdict = verifyDevice(params, device, {
      role: "node",
      challenge: "n",
      local: false,
      nowMs: 5_000,
    });

    expect(again.deviceId).toBe(made.deviceId);
    expect(verdict.ok).toBe(true);
    expect(statSync(join(directory, "device.json")).mode & 0o077).toBe(0);
  });

  test("keeps what each gateway gave it, and forgets it", ({ home }) => {
    const directory = join(home.path, "node");
    const identity = NodeIdentity.open(directory, 1);

    identity.keepToken("ws://a", "one");
    identity.keepToken("ws://b", "two");
    identity.keepToken("ws://a", undefined);

    expect([identity.tokenFor("ws://a"), identity.tokenFor("ws://b")]).toEqual([undefined, "two"]);
    expect(statSync(join(directory, "auth.json")).mode & 0o077).toBe(0);
  });

  test("is never replaced because it cannot be read", ({ home }) => {
    const directory = join(home.path, "node");
    NodeIdentity.open(directory, 1);
    const file = join(directory, "device.json");
    writeFileSync(file, '{"version":1,"privateKeyPem":"none"}');

    expect(() => NodeIdentity.open(directory, 2)).toThrow(/holds no key/);
    expect(readFileSync(file, "utf8")).toContain("none");
  });
});

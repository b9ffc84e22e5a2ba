import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import {
  PairingStore,
  type PairingWish,
  withoutSecrets,
} from "../../../../../sidecar/gateway/auth/pairing-store.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const ADMIN = ["operator.admin"];
const WISH: PairingWish = {
  deviceId: "d1",
  publicKey: "key-1",
  platform: "linux",
  role: "operator",
  scopes: ADMIN,
  silent: false,
};

function openStore(home: TempHome, clock = new FakeClock()): PairingStore {
  mkdirSync(home.stateDir, { recursive: true });
  return new PairingStore(join(home.stateDir, "devices"), clock);
}

/** A store in which d1 is paired with the scope operator.admin. */
function pairedStore(home: TempHome, clock = new FakeClock()): PairingStore {
  const store = openStore(home, clock);
  store.approve(store.request(WISH).request.requestId);
  return store;
}

function onDisk(home: TempHome, name: "paired" | "pending"): Record<string, Record<string, unknown>> {
  return JSON.parse(readFileSync(join(home.stateDir, "devices", `${name}.json`), "utf8"));
}

test.describe("a pairing request", () => {
  test("is stored once per device: a repeat returns the first one unchanged", ({ home }) => {
    const store = openStore(home);

    const first = store.request(WISH);
    const second = store.request({ ...WISH, scopes: ["operator.read"] });

    expect(first.created).toBe(true);
    expect(second).toEqual({ request: first.request, created: false });
  });

  test("is forgotten after five minutes", ({ home }) => {
    const clock = new FakeClock();
    const store = openStore(home, clock);
    const { requestId } = store.request(WISH).request;

    clock.advance(300_001);

    expect(store.list().pending).toEqual([]);
    expect(() => store.approve(requestId)).toThrow("unknown requestId");
  });

  test("survives a restart", ({ home }) => {
    const clock = new FakeClock();
    const { request } = openStore(home, clock).request(WISH);

    expect(openStore(home, clock).list().pending).toEqual([request]);
  });

  test("pushes the oldest out when a hundred wait", ({ home }) => {
    const store = openStore(home);

    for (let index = 0; index < 101; index += 1) store.request({ ...WISH, deviceId: `d${index}` });

    const waiting = store.list().pending.map((request) => request.deviceId);
    expect(waiting).toHaveLength(100);
    expect(waiting).not.toContain("d0");
    expect(Object.keys(onDisk(home, "pending"))).toHaveLength(100);
  });

  test("can be rejected once", ({ home }) => {
    const store = openStore(home);
    const { requestId } = store.request(WISH).request;

    expect(store.reject(requestId).deviceId).toBe("d1");
    expect(() => store.reject(requestId)).toThrow("unknown requestId");
  });
});

test.describe("an approval", () => {
  test("pairs the device with role, scopes and a token of 32 hex characters", ({ home }) => {
    const store = pairedStore(home);

    expect(store.covers("d1", "key-1", "operator", ADMIN)).toBe(true);
    expect(store.tokenFor("d1", "operator", ADMIN)?.token).toMatch(/^[0-9a-f]{32}$/);
    expect(onDisk(home, "pending")).toEqual({});
  });

  test("does not cover another key, role or scope", ({ home }) => {
    const store = pairedStore(home);

    expect(store.covers("d1", "key-2", "operator", ADMIN)).toBe(false);
    expect(store.covers("d1", "key-1", "node", [])).toBe(false);
    expect(store.covers("d1", "key-1", "operator", ["operator.admin", "operator.pairing"])).toBe(false);
    expect(store.covers("d2", "key-1", "operator", [])).toBe(false);
  });

  test("unites scopes and replaces the token of the role", ({ home }) => {
    const store = pairedStore(home);
    const before = store.tokenFor("d1", "operator", ADMIN)?.token ?? "";

    store.approve(store.request({ ...WISH, scopes: ["operator.read"] }).request.requestId);

    expect(store.get("d1")?.scopes).toEqual(["operator.admin", "operator.read"]);
    expect(store.acceptsToken("d1", "operator", [], before)).toBe(false);
  });

  test("keeps the tokens of other roles", ({ home }) => {
    const store = pairedStore(home);
    const token = store.tokenFor("d1", "operator", ADMIN)?.token ?? "";

    store.approve(store.request({ ...WISH, role: "node", scopes: [] }).request.requestId);

    expect(store.get("d1")?.roles).toEqual(["operator", "node"]);
    expect(store.acceptsToken("d1", "operator", ADMIN, token)).toBe(true);
  });

  test("survives a restart", ({ home }) => {
    pairedStore(home);

    expect(openStore(home).covers("d1", "key-1", "operator", ADMIN)).toBe(true);
  });
});

test.describe("a device token", () => {
  test("is accepted for its own device, role and scopes only", ({ home }) => {
    const store = pairedStore(home);
    const token = store.tokenFor("d1", "operator", ADMIN)?.token ?? "";

    expect(store.acceptsToken("d1", "operator", ADMIN, token)).toBe(true);
    expect(store.acceptsToken("d1", "operator", ["operator.read"], token)).toBe(false);
    expect(store.acceptsToken("d1", "node", [], token)).toBe(false);
    expect(store.acceptsToken("d2", "operator", ADMIN, token)).toBe(false);
    expect(store.acceptsToken("d1", "operator", ADMIN, `${token}0`)).toBe(false);
  });

  test("stays the same while it is valid and wide enough", ({ home }) => {
    const store = pairedStore(home);

    expect(store.tokenFor("d1", "operator", ADMIN)).toEqual(store.tokenFor("d1", "operator", []));
  });

  test("is useless once revoked, and a new one is made for the next connection", ({ home }) => {
    const store = pairedStore(home);
    const token = store.tokenFor("d1", "operator", ADMIN)?.token ?? "";

    store.revokeToken("d1", "operator");

    expect(store.acceptsToken("d1", "operator", ADMIN, token)).toBe(false);
    expect(store.tokenFor("d1", "operator", ADMIN)?.token).not.toBe(token);
  });

  test("is replaced by rotation, with the given scopes or its own", ({ home }) => {
    const store = pairedStore(home);
    const token = store.tokenFor("d1", "operator", ADMIN)?.token ?? "";

    expect(store.rotateToken("d1", "operator", undefined).scopes).toEqual(ADMIN);
    const narrowed = store.rotateToken("d1", "operator", ["operator.read"]);

    expect(narrowed.scopes).toEqual(["operator.read"]);
    expect(store.get("d1")?.scopes).toEqual(["operator.read"]);
    expect(store.acceptsToken("d1", "operator", [], token)).toBe(false);
  });

  test("cannot be rotated or revoked for a device nobody knows", ({ home }) => {
    const store = openStore(home);

    expect(() => store.rotateToken("d1", "operator", undefined)).toThrow("unknown deviceId/role");
    expect(() => store.revokeToken("d1", "operator")).toThrow("unknown deviceId/role");
  });

  test("S4: costs at most one write a minute to note what a device says of itself", ({ home }) => {
    const clock = new FakeClock();
    const store = pairedStore(home, clock);
    const platformOnDisk = () => onDisk(home, "paired").d1?.platform;

    store.refresh("d1", { platform: "one" });
    const first = platformOnDisk();
    for (let index = 0; index < 100; index += 1) store.refresh("d1", { platform: `p${index}` });
    const meanwhile = platformOnDisk();
    clock.advance(60_000);
    store.refresh("d1", { platform: "last" });

    expect([first, meanwhile, platformOnDisk()]).toEqual(["one", "one", "last"]);
  });

  test("costs at most one write a minute to note its use", ({ home }) => {
    const clock = new FakeClock();
    const store = pairedStore(home, clock);
    const token = store.tokenFor("d1", "operator", ADMIN)?.token ?? "";
    const lastUsedOnDisk = () => JSON.stringify(onDisk(home, "paired").d1?.tokens);

    store.acceptsToken("d1", "operator", ADMIN, token);
    const first = lastUsedOnDisk();
    clock.advance(59_000);
    store.acceptsToken("d1", "operator", ADMIN, token);
    const second = lastUsedOnDisk();
    clock.advance(60_000);
    store.acceptsToken("d1", "operator", ADMIN, token);

    expect(second).toBe(first);
    expect(lastUsedOnDisk()).not.toBe(first);
  });
});

test.describe("the files of paired devices", () => {
  test("are readable by the owner alone", ({ home }) => {
    const store = pairedStore(home);
    store.request({ ...WISH, deviceId: "d2" });

    for (const name of ["paired.json", "pending.json"]) {
      expect(statSync(join(home.stateDir, "devices", name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(join(home.stateDir, "devices")).mode & 0o777).toBe(0o700);
  });

  test("decide: what could not be written does not hold in memory either", ({ home }) => {
    const store = openStore(home);
    mkdirSync(home.stateDir, { recursive: true });
    writeFileSync(join(home.stateDir, "devices"), "in the way");

    expect(() => store.request(WISH)).toThrow();
    expect(store.list()).toEqual({ pending: [], paired: [] });
  });

  test("never give the secret away in a listing", ({ home }) => {
    const store = pairedStore(home);
    const token = store.tokenFor("d1", "operator", ADMIN)?.token ?? "";
    const device = store.get("d1");

    expect(JSON.stringify(store.list())).not.toContain(token);
    expect(device && withoutSecrets(device).tokens).toEqual([
      { role: "operator", scopes: ADMIN, createdAtMs: expect.any(Number) },
    ]);
  });

  test("S10: are kept when they are damaged, and the store says so", ({ home }) => {
    const folder = join(home.stateDir, "devices");
    pairedStore(home);
    const paired = readFileSync(join(folder, "paired.json"), "utf8").slice(0, -20);
    writeFileSync(join(folder, "paired.json"), paired);

    const store = openStore(home);
    const problems = store.problems;
    store.approve(store.request({ ...WISH, deviceId: "d2" }).request.requestId);

    expect(problems).toEqual([expect.stringContaining("paired.json cannot be used")]);
    expect(readFileSync(join(folder, "paired.json.unusable"), "utf8")).toBe(paired);
    expect(Object.keys(onDisk(home, "paired"))).toEqual(["d2"]);
  });

  test("S9: count a record for none that is not what it should be, and keep it", ({ home }) => {
    const folder = join(home.stateDir, "devices");
    pairedStore(home);
    const damaged = { deviceId: "d3", publicKey: 7, tokens: { operator: { token: "t", scopes: "all" } } };
    const misnamed = { ...onDisk(home, "paired").d1, deviceId: "d9" };
    const all = { ...onDisk(home, "paired"), d3: damaged, d4: misnamed };
    writeFileSync(join(folder, "paired.json"), JSON.stringify(all));

    const store = openStore(home);
    store.revokeToken("d1", "operator");

    expect(store.list().paired.map(({ deviceId }) => deviceId)).toEqual(["d1"]);
    expect(onDisk(home, "paired")).toMatchObject({ d3: damaged, d4: misnamed });
  });

  test("S9: keep what a later version added to a record", ({ home }) => {
    pairedStore(home);
    const [file, all] = [join(home.stateDir, "devices", "paired.json"), onDisk(home, "paired")];
    writeFileSync(file, JSON.stringify({ d1: { ...all.d1, approvedVia: "tomorrow" } }));

    const store = openStore(home);
    store.revokeToken("d1", "operator");

    expect(onDisk(home, "paired").d1).toMatchObject({ approvedVia: "tomorrow" });
    expect(JSON.stringify(store.list())).not.toContain("tomorrow");
  });

  test("S5: find no token under a name that every object has", ({ home }) => {
    const store = pairedStore(home);

    expect(store.acceptsToken("d1", "__proto__", [], "x")).toBe(false);
    expect(store.acceptsToken("d1", "constructor", [], "x")).toBe(false);
    expect(() => store.revokeToken("d1", "__proto__")).toThrow("unknown deviceId/role");
  });

  test("S5: approve no request for a role that nobody knows, as another version may have left one", ({
    home,
  }) => {
    const clock = new FakeClock();
    const { request } = openStore(home, clock).request({ ...WISH, role: "worker" });

    expect(() => openStore(home, clock).approve(request.requestId)).toThrow("invalid role");
  });
});

test.describe("what strangers ask for", () => {
  test("S6: pushes nobody out and writes nothing more when one address asks again and again", ({ home }) => {
    const clock = new FakeClock();
    const store = openStore(home, clock);
    const ask = (index: number) =>
      store.request({ ...WISH, deviceId: `x${index}`, remoteIp: "203.0.113.66" });
    store.request({ ...WISH, remoteIp: "203.0.113.1" });
    for (let index = 0; index < 10; index += 1) ask(index);

    expect(() => ask(10)).toThrow("too many pairing requests of this address wait already");
    expect(ask(3).created).toBe(false);
    expect(store.list().pending.map(({ deviceId }) => deviceId)).toContain("d1");
    clock.advance(300_001);
    expect(ask(11).created).toBe(true);
  });

  test("S3: is kept cut", ({ home }) => {
    const store = openStore(home);
    const text = "x".repeat(2_000);

    store.request({ ...WISH, displayName: text, platform: text });

    expect(store.list().pending[0]).toMatchObject({
      displayName: "x".repeat(200),
      platform: "x".repeat(200),
    });
  });

  test("is forgotten after five minutes, also when the clock was set back meanwhile", ({ home }) => {
    const clock = new FakeClock();
    const store = openStore(home, clock);
    store.request(WISH);

    clock.set(clock.now() - 86_400_000);

    expect(store.list().pending).toEqual([]);
  });
});

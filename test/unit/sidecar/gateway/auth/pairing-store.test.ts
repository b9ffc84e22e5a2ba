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
});

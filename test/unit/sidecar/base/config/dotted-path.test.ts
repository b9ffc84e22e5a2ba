import { expect, test } from "@playwright/test";
import {
  parsePath,
  valueAt,
  withoutValueAt,
  withValueAt,
} from "../../../../../sidecar/base/config/dotted-path.ts";

const config = { gateway: { port: 1, trustedProxies: ["a"] }, models: { "x/4.5": { n: 1 } } };

test.describe("parsePath", () => {
  test("splits at dots that are not escaped", () => {
    expect(parsePath("gateway.port")).toEqual(["gateway", "port"]);
    expect(parsePath("models.x/4\\.5.n")).toEqual(["models", "x/4.5", "n"]);
  });

  test("refuses more keys than any section needs", () => {
    expect(parsePath(`${"a.".repeat(31)}a`)).toHaveLength(32);
    expect(() => parsePath(`${"a.".repeat(1_999)}a`)).toThrow(
      /^"a\.a\..*…" has 2000 keys, at most 32 are possible$/,
    );
  });

  test("refuses keys that would drive the terminal, and does not repeat them", () => {
    expect(() => parsePath("a.\u001b[31mb\n")).toThrow('"a.b" is not a path such as gateway.port');
  });

  for (const path of ["", ".", "a..b", "a.", "__proto__.x", "a.constructor", "prototype"]) {
    test(`refuses "${path}"`, () => {
      expect(() => parsePath(path)).toThrow(`"${path}" is not a path such as gateway.port`);
    });
  }
});

test.describe("valueAt", () => {
  test("finds values in objects and lists, and nothing that is inherited", () => {
    expect(valueAt(config, ["gateway", "port"])).toBe(1);
    expect(valueAt(config, ["gateway", "trustedProxies", "0"])).toBe("a");
    expect(valueAt(config, ["models", "x/4.5", "n"])).toBe(1);
    for (const keys of [
      ["gateway", "x"],
      ["gateway", "port", "x"],
      ["toString"],
      ["gateway", "trustedProxies", "1"],
      ["gateway", "trustedProxies", "length"],
      ["gateway", "trustedProxies", "00"],
    ]) {
      expect(valueAt(config, keys)).toBeUndefined();
    }
  });
});

test.describe("withValueAt", () => {
  test("changes a copy and creates objects on the way", () => {
    const changed = withValueAt(config, ["gateway", "auth", "token"], "t");

    expect(changed).toEqual({ ...config, gateway: { ...config.gateway, auth: { token: "t" } } });
    expect(config.gateway).not.toHaveProperty("auth");
  });

  test("replaces and appends in lists", () => {
    const set = (index: string) => withValueAt(config, ["gateway", "trustedProxies", index], "b").gateway;

    expect(set("0")).toMatchObject({ trustedProxies: ["b"] });
    expect(set("1")).toMatchObject({ trustedProxies: ["a", "b"] });
    expect(() => set("2")).toThrow('gateway.trustedProxies is a list of 1: "2" is not one of its places');
    expect(() => set("x")).toThrow("is not one of its places");
    expect(() => set("00")).toThrow("is not one of its places");
  });

  test("refuses to go through a single value", () => {
    expect(() => withValueAt(config, ["gateway", "port", "x"], 1)).toThrow(
      "gateway.port holds a single value, so gateway.port.x cannot be set",
    );
  });
});

test.describe("withoutValueAt", () => {
  test("removes one value and leaves the rest and the original alone", () => {
    expect(withoutValueAt(config, ["gateway", "port"])).toEqual({
      gateway: { trustedProxies: ["a"] },
      models: config.models,
    });
    expect(withoutValueAt(config, ["gateway", "trustedProxies", "0"])).toMatchObject({
      gateway: { port: 1, trustedProxies: [] },
    });
    expect(withoutValueAt(config, ["models"])).toEqual({ gateway: config.gateway });
    expect(config.gateway).toEqual({ port: 1, trustedProxies: ["a"] });
  });

  test("has nothing to remove where nothing stands", () => {
    for (const path of ["gateway.bind", "absent.deep", "gateway.port.x", "gateway.trustedProxies.1"]) {
      expect(withoutValueAt(config, path.split(".")), path).toBeUndefined();
    }
    expect(withoutValueAt(config, ["gateway", "trustedProxies", "length"])).toBeUndefined();
    expect(withoutValueAt(config, ["gateway", "toString"])).toBeUndefined();
  });
});

import { expect, test } from "@playwright/test";
import {
  jsonIn,
  readLogin,
  readStatus,
  readVersion,
  reasonIn,
} from "../../../../../../sidecar/host/net/tailscale/answers.ts";

test.describe("readStatus", () => {
  test("takes the MagicDNS name without its final dot", () => {
    const text = JSON.stringify({
      BackendState: "Running",
      Self: { DNSName: "gate.tail1234.ts.net.", TailscaleIPs: ["100.64.0.1"] },
    });

    expect(readStatus(text)).toEqual({
      backendState: "Running",
      name: "gate.tail1234.ts.net",
      addresses: ["100.64.0.1"],
    });
  });

  test("falls back to the first address where MagicDNS is off", () => {
    const text = JSON.stringify({
      BackendState: "Running",
      TailscaleIPs: ["100.64.0.1"],
      Self: { DNSName: "" },
    });

    expect(readStatus(text)?.name).toBe("100.64.0.1");
  });

  test("knows no name before the first login", () => {
    const text = JSON.stringify({ BackendState: "NeedsLogin", TailscaleIPs: null, Self: null });

    expect(readStatus(text)).toEqual({ backendState: "NeedsLogin", name: undefined, addresses: [] });
  });

  for (const text of ["", "logged out", "[]", '{"Self":{}}']) {
    test(`finds no status in ${JSON.stringify(text)}`, () => {
      expect(readStatus(text)).toBeUndefined();
    });
  }
});

test.describe("readLogin", () => {
  test("finds the person's login", () => {
    expect(readLogin('{"Node":{"Tags":null},"UserProfile":{"LoginName":"ada@example.com"}}')).toBe(
      "ada@example.com",
    );
  });

  test("finds nobody behind a tagged machine, whatever name stands there", () => {
    const text = '{"Node":{"Tags":["tag:server"]},"UserProfile":{"LoginName":"tagged-devices"}}';

    expect(readLogin(text)).toBeUndefined();
  });

  for (const text of ["peer not found", "{}", '{"UserProfile":{"LoginName":" "}}']) {
    test(`finds nobody in ${text}`, () => {
      expect(readLogin(text)).toBeUndefined();
    });
  }
});

test.describe("readVersion", () => {
  for (const [text, version] of [
    ["1.92.3\n  tailscale commit: abc\n", [1, 92]],
    ["1.50.0-t1234", [1, 50]],
    ["no version", undefined],
  ] as const) {
    test(`reads ${JSON.stringify(text)}`, () => {
      expect(readVersion(text)).toEqual(version);
    });
  }
});

test.describe("jsonIn", () => {
  for (const [what, text] of [
    ["a warning before it", 'Warning: client {1.2} differs from tailscaled {1.3}\n{\n  "a": {"b": 1}\n}\n'],
    ["a notice after it", '{"a": {"b": 1}}\nA new version is available\n'],
    ["an indented start", 'notice\n  {"a": {"b": 1}}'],
  ] as const) {
    test(`finds the document with ${what}`, () => {
      expect(jsonIn(text)).toEqual({ a: { b: 1 } });
    });
  }

  test("finds nothing in plain words or half a document", () => {
    expect(jsonIn("not running")).toBeUndefined();
    expect(jsonIn('{"a": {"b": 1}')).toBeUndefined();
  });
});

test.describe("reasonIn", () => {
  test("puts the program's words on one line and leaves out the hint at its usage", () => {
    const stderr = "error: failed to remove\n\ntry `tailscale serve --help` for usage info\n";

    expect(reasonIn("", stderr)).toBe("failed to remove");
  });

  test("keeps the address where a feature is enabled", () => {
    const stdout = "Serve is not enabled.\nTo enable, visit:\n\n\t https://login.example/f/serve?node=n1\n";

    expect(reasonIn(stdout, "")).toBe(
      "Serve is not enabled. To enable, visit: https://login.example/f/serve?node=n1",
    );
  });

  test("is bounded", () => {
    expect(reasonIn("x".repeat(10_000), "")).toHaveLength(300);
  });
});

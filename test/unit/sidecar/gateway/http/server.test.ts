import { expect, test } from "@playwright/test";
import { bindError } from "../../../../../sidecar/gateway/http/server.ts";

const denied = Object.assign(new Error("listen EACCES"), { code: "EACCES" });

test.describe("bindError", () => {
  test("row 44: names the command that lists the ports Windows reserves", () => {
    const error = bindError("127.0.0.1", 18_789, denied, "win32");

    expect(error.message).toBe("Cannot bind gateway to 127.0.0.1:18789: permission denied.");
    expect(error.fix).toContain("netsh int ipv4 show excludedportrange tcp");
  });

  for (const [port, fix] of [
    [80, "use a port above 1023"],
    [18_789, "use another port"],
  ] as const) {
    test(`says what to do about port ${port} elsewhere`, () => {
      expect(bindError("::1", port, denied, "linux")).toMatchObject({ code: "ADDRESS_UNAVAILABLE", fix });
    });
  }

  test("names an address that is not on this machine", () => {
    const absent = Object.assign(new Error("listen"), { code: "EADDRNOTAVAIL" });

    expect(bindError("192.0.2.7", 1, absent).message).toBe(
      "Cannot bind gateway to 192.0.2.7: address not available on this machine.",
    );
  });
});
